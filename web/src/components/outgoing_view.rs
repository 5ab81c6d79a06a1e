//! What waits to be sent, how far it is, and how to take it back.

use super::icon::Glyph;
use super::link::Link;
use super::message::{Message, Said, Tone};
use super::problems::use_problems;
use super::words::use_words;
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Outgoing, OutgoingState, Place, use_app};
use leptos::prelude::*;
use twoken_core::status::Mode;
use twoken_core::units::{Minutes, Timestamp};

/// The report on its way, or the note that it arrived.
#[component]
pub fn OutgoingView(
    /// A short form, for Home: the state, and a way to the rest.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let app = use_app();
    let said = use_said();
    let sure = RwSignal::new(false);
    // The clock ticks each second; what is said of the time to wait changes once a minute.
    let shown = Memo::new(move |_| app.outgoing.get().map(|outgoing| (said(&outgoing), outgoing)));
    move || {
        shown.get().map(|(said, outgoing)| {
            view! {
                <Message said>
                    <Actions outgoing sure short />
                </Message>
            }
        })
    }
}

/// What can be done about it, by how far it is.
#[component]
fn Actions(outgoing: Outgoing, sure: RwSignal<bool>, short: bool) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let (over, second) = (outgoing.state.is_over(), outgoing.second);
    let waits = matches!(outgoing.state, OutgoingState::Waiting { .. } | OutgoingState::Unstored { .. });
    let refused = outgoing.state.is_back();
    let undoable = outgoing.undoable && !over;
    let dismiss = move |_| {
        if refused && second {
            app.end_telling();
        } else if refused {
            // Back to the TAN; everything else stays as it was.
            app.draft.update(|draft| draft.step = 0);
        }
        app.dismiss_outgoing();
    };
    view! {
        <div class="row wrap far">
            {(waits && !short)
                .then(|| {
                    view! {
                        <button class="linkish" type="button" on:click=move |_| app.retry_report()>
                            {t!(i18n, outgoing.try_now)}
                        </button>
                    }
                })}
            {(undoable)
                .then(|| {
                    view! {
                        <Show when=move || !sure.get()>
                            <button class="linkish" type="button" on:click=move |_| sure.set(true)>
                                {t!(i18n, outgoing.cancel)}
                            </button>
                        </Show>
                    }
                })}
            {(refused && short)
                .then(|| {
                    view! {
                        <Link to=Place::Report class="linkish">
                            {t!(i18n, outgoing.see)}
                        </Link>
                    }
                })}
            {(over && !(refused && short))
                .then(|| {
                    view! {
                        <button
                            class="linkish"
                            type="button"
                            on:click=dismiss
                        >
                            {move || {
                                if refused && !second {
                                    t_string!(i18n, refused.type_again)
                                } else {
                                    t_string!(i18n, outgoing.dismiss)
                                }
                            }}
                        </button>
                    }
                })}
        </div>
        {(undoable)
            .then(|| {
                view! {
                    <Show when=move || sure.get()>
                        <TakeBack sure second />
                    </Show>
                }
            })}
    }
}

/// "Take it back for good?"
#[component]
fn TakeBack(sure: RwSignal<bool>, second: bool) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let yes = move |_| {
        sure.set(false);
        app.cancel_report();
    };
    view! {
        <p class="strong gap-above">{t!(i18n, outgoing.cancel_sure)}</p>
        <p class="small">
            {move || if second { t_string!(i18n, telling.cancel_text) } else { t_string!(i18n, outgoing.cancel_text) }}
        </p>
        <div class="pair gap-above">
            <button class="btn compact" type="button" on:click=yes>
                {t!(i18n, outgoing.cancel_yes)}
            </button>
            <button class="btn plain compact" type="button" on:click=move |_| sure.set(false)>
                {t!(i18n, outgoing.cancel_no)}
            </button>
        </div>
    }
}

fn use_said() -> impl Fn(&Outgoing) -> Said + Copy + Send + Sync + 'static {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let problems = use_problems();
    move |outgoing: &Outgoing| {
        let encounters = words.encounters(outgoing.encounters);
        let entries = words.entries(outgoing.entries);
        let holds = t_string!(i18n, outgoing.holds, encounters = encounters, entries = entries.clone());
        let holds = match outgoing.outdated {
            0 => holds,
            outdated => {
                let intervals = words.intervals(outdated);
                format!("{holds} {}", t_string!(i18n, outgoing.outdated_keys, intervals = intervals))
            }
        };
        let holds = match outgoing.taken_out {
            0 => holds,
            taken_out => {
                let encounters = words.encounters(taken_out);
                format!("{holds} {}", t_string!(i18n, outgoing.taken_out, encounters = encounters))
            }
        };
        let holds = match outgoing.reported {
            0 => holds,
            reported => {
                let encounters = words.encounters(reported);
                format!("{holds} {}", t_string!(i18n, telling.left_out_meanwhile, encounters = encounters))
            }
        };
        let of = app.on(outgoing.server.as_deref());
        let to =
            outgoing.server.as_ref().map(|_| t_string!(i18n, servers.sent_to, server = of.server_name()));
        let holds = core::iter::once(holds).chain(to.clone()).collect::<Vec<_>>().join(" ");
        match &outgoing.state {
            OutgoingState::Delayed { until } => {
                let wait = wait_words(*until, app.now.get()).map_or_else(
                    || t_string!(i18n, outgoing.soon).to_owned(),
                    |minutes| words.duration_long(minutes),
                );
                let text = t_string!(i18n, outgoing.delayed_text, wait = wait);
                let open = t_string!(i18n, outgoing.keep_open);
                let title = t_string!(i18n, outgoing.delayed);
                Said::plain(Glyph::Clock, title, format!("{holds} {text} {open}"))
            }
            OutgoingState::Redeeming => Said::plain(
                Glyph::Key,
                t_string!(i18n, outgoing.redeeming),
                format!("{holds} {}", t_string!(i18n, outgoing.redeeming_text)),
            ),
            OutgoingState::Proving => Said::plain(
                Glyph::Key,
                t_string!(i18n, telling.proving),
                format!("{holds} {}", t_string!(i18n, telling.proving_text)),
            ),
            OutgoingState::Unproven => {
                Said::bad(t_string!(i18n, telling.unproven), t_string!(i18n, telling.unproven_text))
            }
            OutgoingState::Sending => Said::plain(
                Glyph::Report,
                t_string!(i18n, outgoing.sending),
                format!("{holds} {}", t_string!(i18n, outgoing.sending_text)),
            ),
            OutgoingState::Waiting { problem, retry_at } => {
                let why = problems.why(problem);
                let text = t_string!(i18n, outgoing.waiting_text, why = why);
                let time = words.format().time(*retry_at);
                let next = t_string!(i18n, outgoing.waiting_next, time = time);
                let title = t_string!(i18n, outgoing.waiting);
                Said::plain(Glyph::Refresh, title, format!("{holds} {text} {next}"))
            }
            OutgoingState::Unstored { problem, retry_at } => {
                let why = problems.storage(problem).title;
                let text = t_string!(i18n, outgoing.unstored_text, why = why);
                let time = words.format().time(*retry_at);
                let next = t_string!(i18n, outgoing.waiting_next, time = time);
                Said::bad(t_string!(i18n, outgoing.unstored), format!("{holds} {text} {next}"))
            }
            OutgoingState::Refused(problem) => problems.api(problem),
            OutgoingState::Outdated => {
                Said::bad(t_string!(i18n, outgoing.outdated), t_string!(i18n, outgoing.outdated_text))
            }
            OutgoingState::Emptied => {
                let text = if outgoing.reported > 0 {
                    t_string!(i18n, telling.emptied_reported)
                } else if outgoing.second {
                    t_string!(i18n, telling.emptied_text)
                } else {
                    t_string!(i18n, outgoing.emptied_text)
                };
                Said::plain(Glyph::Info, t_string!(i18n, outgoing.emptied), text)
            }
            OutgoingState::Sent { at } => {
                let when = words.moment(*at, app.now.get());
                let text = t_string!(i18n, outgoing.sent_text, entries = entries, when = when);
                let next = match (outgoing.second, of.mode()) {
                    (true, Mode::Open) => t_string!(i18n, telling.sent_next),
                    (true, Mode::Private) => t_string!(i18n, telling.sent_next_private),
                    (false, Mode::Open) => t_string!(i18n, outgoing.sent_next),
                    (false, Mode::Private) => t_string!(i18n, outgoing.sent_next_private),
                };
                let said: Vec<_> = [Some(text), to, Some(next.to_owned())].into_iter().flatten().collect();
                Said {
                    tone: Tone::Good,
                    ..Said::plain(Glyph::Check, t_string!(i18n, outgoing.sent), said.join(" "))
                }
            }
        }
    }
}

/// Whole minutes still to wait; none under a minute, which is "a moment".
fn wait_words(until: Timestamp, now: Timestamp) -> Option<Minutes> {
    let seconds = until.since(now);
    (seconds >= 60).then(|| Minutes::from_seconds_up(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_short_wait_is_a_moment() {
        let now = Timestamp::new(1_000);
        assert_eq!(wait_words(now.plus(59), now), None);
        assert_eq!(wait_words(now.plus(61), now), Some(Minutes::new(2)));
        assert_eq!(wait_words(now, now.plus(10)), None);
    }
}
