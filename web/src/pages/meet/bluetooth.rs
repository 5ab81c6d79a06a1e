//! Devices by Bluetooth: one is chosen in the browser's own list, and stays connected while the app is open. Where the
//! browser has no Web Bluetooth, there is no button, and it says why.

use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{I18n, t, t_string, use_i18n};
use crate::state::{BluetoothProblem, MeetProblem, Peer, PeerProblem, PeerState, use_app};
use leptos::html;
use leptos::prelude::*;
use twoken_core::gatt;
use twoken_core::risk::{Closeness, Distance};

/// The way by Bluetooth.
#[component]
pub(super) fn ByBluetooth() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let numbers = Memo::new(move |_| {
        app.bluetooth.with(|all| all.peers.iter().map(|peer| peer.number).collect::<Vec<_>>())
    });
    let choosing = Memo::new(move |_| app.bluetooth.with(|all| all.choosing));
    // Whoever takes a device off the list was on its button, which goes with it.
    let button = NodeRef::<html::Button>::new();
    let left = Callback::new(move |()| {
        if let Some(button) = button.get() {
            let _ = button.focus();
        }
    });
    let choose = move || {
        view! {
            <p class="small">{t!(i18n, bluetooth.text)}</p>
            <button
                class="btn plain compact"
                type="button"
                node_ref=button
                disabled=move || choosing.get()
                on:click=move |_| app.meet_by_bluetooth()
            >
                <Icon glyph=Glyph::Radio small=true />
                {move || {
                    if choosing.get() {
                        t_string!(i18n, bluetooth.choosing)
                    } else {
                        t_string!(i18n, bluetooth.choose)
                    }
                }}
            </button>
        }
    };
    view! {
        <section class="sec stack tight" aria-labelledby="bluetooth">
            <h2 class="head" id="bluetooth">
                {t!(i18n, bluetooth.title)}
            </h2>
            {if app.has_bluetooth() {
                choose().into_any()
            } else {
                view! { <p class="small">{t!(i18n, bluetooth.none)}</p> }.into_any()
            }}
            <NotChosen />
            <Show when=move || !numbers.with(Vec::is_empty)>
                <ul class="list" aria-label=move || t_string!(i18n, bluetooth.devices)>
                    <For each=move || numbers.get() key=|number| *number let:number>
                        <Device number left />
                    </For>
                </ul>
            </Show>
        </section>
    }
}

/// Why no device was chosen.
#[component]
fn NotChosen() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problem = Memo::new(move |_| app.bluetooth.with(|all| all.problem));
    let said = move |problem| match problem {
        BluetoothProblem::Cancelled => Said::plain(
            Glyph::Radio,
            t_string!(i18n, bluetooth.cancelled),
            t_string!(i18n, bluetooth.cancelled_text),
        ),
        BluetoothProblem::Off => {
            Said::plain(Glyph::Radio, t_string!(i18n, bluetooth.off), t_string!(i18n, bluetooth.off_text))
        }
        _ => {
            let (title, text) = (t_string!(i18n, bluetooth.denied), t_string!(i18n, bluetooth.denied_text));
            Said::plain(Glyph::Radio, title, text)
        }
    };
    move || {
        problem.get().map(|problem| {
            view! {
                <Message said=said(problem)>
                    <button
                        class="linkish"
                        type="button"
                        on:click=move |_| app.dismiss_bluetooth_problem()
                    >
                        {t!(i18n, outgoing.dismiss)}
                    </button>
                </Message>
            }
        })
    }
}

/// One of them: what it calls itself, how far it is, and what can be done.
#[component]
fn Device(
    number: u32,
    /// It was taken off the list.
    left: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let peer = Memo::new(move |_| {
        app.bluetooth.with(|all| all.peers.iter().find(|peer| peer.number == number).cloned())
    });
    let state = Memo::new(move |_| peer.with(|peer| peer.as_ref().map(|peer| peer.state.clone())));
    let name = Memo::new(move |_| {
        let name = peer.with(|peer| peer.as_ref().map(|peer| peer.name.clone())).unwrap_or_default();
        if name.is_empty() { t_string!(i18n, bluetooth.unnamed).to_owned() } else { name }
    });
    let ended = Memo::new(move |_| state.with(|state| matches!(state, Some(PeerState::Ended { .. }))));
    let waits = Memo::new(move |_| {
        state.with(|state| matches!(state, Some(PeerState::Ended { .. } | PeerState::Waiting { .. })))
    });
    let head = move || match state.get()? {
        PeerState::Connecting => Some(t_string!(i18n, bluetooth.connecting)),
        PeerState::Exchanging => Some(t_string!(i18n, bluetooth.exchanging)),
        PeerState::Connected { both: true } => Some(t_string!(i18n, bluetooth.both)),
        PeerState::Connected { both: false } => Some(t_string!(i18n, bluetooth.one)),
        PeerState::Waiting { .. } => Some(t_string!(i18n, bluetooth.waiting)),
        PeerState::Ended { .. } => Some(t_string!(i18n, bluetooth.ended)),
    };
    // Read out when it changes; when the next try is, is not worth that.
    let reason = move || match state.get()? {
        PeerState::Waiting { why, .. } | PeerState::Ended { why } => Some(reason(i18n, &why)),
        _ => None,
    };
    let more = move || {
        let peer = peer.get()?;
        match peer.state {
            PeerState::Waiting { again_at, .. } => {
                let left = usize::try_from(again_at.since(app.now.get())).unwrap_or_default();
                let seconds = words.format().number(left);
                Some(t_string!(i18n, bluetooth.again_at, seconds = seconds))
            }
            PeerState::Ended { .. } => {
                let kept = peer.encounter.is_some_and(|id| app.diary.with(|diary| diary.get(&id).is_some()));
                kept.then(|| t_string!(i18n, bluetooth.kept).to_owned())
            }
            PeerState::Connected { .. } => {
                let met = app
                    .diary
                    .with(|diary| peer.encounter.and_then(|id| diary.get(&id)).map(|row| row.duration()));
                let so_far = met.map(|duration| {
                    let duration = words.duration_long(duration);
                    t_string!(i18n, bluetooth.so_far, duration = duration)
                });
                let away = away(i18n, &peer, &app.thresholds());
                Some(so_far.into_iter().chain([away.to_owned()]).collect::<Vec<_>>().join(" "))
            }
            PeerState::Connecting | PeerState::Exchanging => None,
        }
    };
    let about =
        move |action: &'static str| t_string!(i18n, bluetooth.about, action = action, name = name.get());
    let leave = move || {
        if ended.get() { t_string!(i18n, bluetooth.remove) } else { t_string!(i18n, bluetooth.disconnect) }
    };
    view! {
        <li class="stack tight">
            <div class="row near">
                <p class="strong address grow">
                    <bdi>{name}</bdi>
                </p>
                <button
                    class="linkish small"
                    type="button"
                    aria-label=move || about(leave())
                    on:click=move |_| {
                        app.disconnect(number);
                        left.run(());
                    }
                >
                    {leave}
                </button>
            </div>
            <div role="status">
                <p class="small">{head}</p>
                {move || reason().map(|reason| view! { <p class="small">{reason}</p> })}
            </div>
            {move || more().map(|more| view! { <p class="small quiet">{more}</p> })}
            <Show when=move || waits.get()>
                <div>
                    <button
                        class="linkish small"
                        type="button"
                        aria-label=move || about(t_string!(i18n, bluetooth.again))
                        on:click=move |_| app.connect_again(number)
                    >
                        {t!(i18n, bluetooth.again)}
                    </button>
                </div>
            </Show>
        </li>
    }
}

/// How far away it seems to be.
fn away(i18n: I18n, peer: &Peer, config: &twoken_core::risk::Config) -> &'static str {
    match peer.lost.map(|lost| Closeness::Radio(lost).distance(config)) {
        Some(Distance::Close) => t_string!(i18n, bluetooth.away_close),
        Some(Distance::Near) => t_string!(i18n, bluetooth.away_near),
        Some(Distance::Far) => t_string!(i18n, bluetooth.away_far),
        None => t_string!(i18n, bluetooth.away_unknown),
    }
}

/// What stands in the way, in a sentence.
fn reason(i18n: I18n, why: &PeerProblem) -> String {
    let version = |version: u8| t_string!(i18n, bluetooth.version, version = version);
    match why {
        PeerProblem::Info(gatt::Error::Version(seen)) | PeerProblem::Beacon(MeetProblem::Version(seen)) => {
            return version(*seen);
        }
        PeerProblem::Info(_) => t_string!(i18n, bluetooth.info),
        PeerProblem::Deleted => t_string!(i18n, bluetooth.deleted),
        PeerProblem::Device(problem) => match problem {
            BluetoothProblem::Slow => t_string!(i18n, bluetooth.slow),
            BluetoothProblem::Refused => t_string!(i18n, bluetooth.refused),
            BluetoothProblem::Off => t_string!(i18n, bluetooth.is_off),
            BluetoothProblem::Denied => t_string!(i18n, bluetooth.not_allowed),
            BluetoothProblem::NotTwoken => t_string!(i18n, bluetooth.not_twoken),
            BluetoothProblem::Lost | BluetoothProblem::Cancelled => t_string!(i18n, bluetooth.lost),
        },
        PeerProblem::Beacon(problem) => match problem {
            MeetProblem::Truncated => t_string!(i18n, bluetooth.truncated),
            MeetProblem::Oversized => t_string!(i18n, bluetooth.oversized),
            MeetProblem::Stale { .. } => t_string!(i18n, bluetooth.stale),
            MeetProblem::Future { .. } => t_string!(i18n, bluetooth.future),
            MeetProblem::Own => t_string!(i18n, bluetooth.own),
            MeetProblem::LowOrder => t_string!(i18n, bluetooth.low_order),
            MeetProblem::NoKey => t_string!(i18n, bluetooth.no_key),
            _ => t_string!(i18n, bluetooth.malformed),
        },
    }
    .to_owned()
}
