//! Who did what, and when: for supervisors. Nothing in it points to a patient.

mod events;

use super::asking::{Again, Refused};
use crate::components::icon::{Glyph, Icon};
use crate::components::mark::EmptyCoin;
use crate::components::words::{plural, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::console::{Asked, Event, use_console};
use events::{detail, what, who};
use leptos::html;
use leptos::prelude::*;

/// Days for which the server keeps it (docs/protocol.md, 20.5).
pub(super) const KEPT_DAYS: u32 = 180;

/// The page.
#[component]
pub(super) fn AuditDesk() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let asked = Signal::derive(move || console.audit.with(|audit| audit.asked.clone()));
    console.load_audit();
    let none = Memo::new(move |_| {
        console.audit.with(|audit| audit.events.is_empty() && audit.asked == Asked::Answered)
    });
    view! {
        <div class="row base wrap heads">
            <h1 class="title">{t!(i18n, staff_audit.title)}</h1>
            <Again asked on_again=Callback::new(move |()| console.load_audit()) />
        </div>
        <p class="small">
            {move || t_string!(i18n, staff_audit.text, days = KEPT_DAYS)}
        </p>
        <Refused asked />
        {move || match none.get() {
            true => view! { <Empty /> }.into_any(),
            false => view! { <Events /> }.into_any(),
        }}
    }
}

#[component]
fn Empty() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty">
            <EmptyCoin />
            <p class="small">{t!(i18n, staff_audit.empty)}</p>
        </div>
    }
}

#[component]
fn Events() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let frame = NodeRef::<html::Div>::new();
    let more = Memo::new(move |_| console.audit.with(|audit| audit.more));
    let count = Memo::new(move |_| console.audit.with(|audit| audit.events.len()));
    let told = move || t_string!(i18n, staff_audit.shown, count = plural(count.get()));
    let earlier = move |_| {
        console.load_earlier();
        // The button goes with the last page: who pressed it stays with the table.
        if let Some(frame) = frame.get_untracked() {
            let _ = frame.focus();
        }
    };
    view! {
        <div
            class="scrolls"
            tabindex="0"
            role="region"
            aria-label=move || t_string!(i18n, staff_audit.title)
            node_ref=frame
        >
            <table class="rows">
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, staff_audit.time)}</th>
                        <th scope="col">{t!(i18n, staff_audit.who)}</th>
                        <th scope="col">{t!(i18n, staff_audit.what)}</th>
                        <th scope="col">{t!(i18n, staff_audit.detail)}</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || console.audit.with(|audit| audit.events.clone())
                        key=|event| event.number
                        children=|event| view! { <Row event /> }
                    />
                </tbody>
            </table>
        </div>
        <div class="row wrap far">
            {move || {
                more.get()
                    .then(|| {
                        view! {
                            <button class="btn plain compact" type="button" on:click=earlier>
                                <Icon glyph=Glyph::Down small=true />
                                {t!(i18n, staff_audit.earlier)}
                            </button>
                        }
                    })
            }}
            <p class="caption" role="status">
                {move || (count.get() > 0).then(told)}
            </p>
        </div>
    }
}

#[component]
fn Row(event: Event) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let staff = super::words::use_staff_words();
    let event = StoredValue::new(event);
    let at = event.with_value(|event| event.at);
    let time = move || {
        let format = words.format();
        format!("{}, {}", format.day_short(format::calendar_day(at)), format.time(at))
    };
    view! {
        <tr>
            <td class="num nb">{time}</td>
            <td>{move || event.with_value(|event| who(i18n, event))}</td>
            <td class="strong">{move || event.with_value(|event| what(i18n, event))}</td>
            <td>{move || event.with_value(|event| detail(i18n, staff, event))}</td>
        </tr>
    }
}
