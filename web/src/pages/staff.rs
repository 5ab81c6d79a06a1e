//! The medical console, at `/staff`: a part of its own, with its own style, for a tablet or a desktop.
//!
//! * `gate` what stands before it: signing in, the code, a lock, an invitation
//! * `frame` what stands around its pages
//! * `patient` a patient's keys: scanning, checking, uploading
//! * `tans` one, many from a list, how one stands
//! * `audit`, `overview` what was done, and how much of it
//! * `accounts` who may sign in
//! * `words` its failures in words

mod accounts;
mod asking;
mod audit;
mod copy;
mod fields;
mod frame;
mod gate;
mod overview;
mod password;
mod patient;
mod tans;
mod words;

use crate::platform::{clock, document};
use crate::state::console::{Console, Desk, Door, use_console};
use accounts::AccountsDesk;
use audit::AuditDesk;
use frame::DeskFrame;
use gate::Gate;
use leptos::prelude::*;
use leptos::task::spawn_local;
use overview::OverviewDesk;
use patient::PatientDesk;
use tans::TansDesk;

/// Nobody else needs it.
const STYLE: &str = "/staff.css";

/// The console. `fragment` is what the address had: an invitation, or nothing.
#[component]
pub fn Staff(fragment: Option<String>) -> impl IntoView {
    provide_context(Console::begin(fragment.as_deref()));
    // Nothing is shown that would look otherwise a moment later.
    let styled = RwSignal::new(false);
    view! {
        <link
            rel="stylesheet"
            href=STYLE
            on:load=move |_| styled.set(true)
            on:error=move |_| styled.set(true)
        />
        {move || styled.get().then(|| view! { <Doors /> })}
    }
}

#[component]
fn Doors() -> impl IntoView {
    let console = use_console();
    let door = Memo::new(move |_| console.door.get());
    let open = Memo::new(move |_| door.with(|door| *door == Door::Open));
    // What had the focus is gone with each step: it goes to where one types next, or to the beginning.
    Effect::new(move |before: Option<()>| {
        door.track();
        let first = if open.get() { &["#main"][..] } else { &["#main input:not([hidden])", "#main"][..] };
        if before.is_some() {
            spawn_local(async move {
                // Once the step is on the page.
                clock::sleep_ms(0).await;
                document::focus_first(first);
            });
        }
    });
    move || {
        if open.get() {
            view! {
                <DeskFrame>
                    <Desks />
                </DeskFrame>
            }
            .into_any()
        } else {
            view! { <Gate /> }.into_any()
        }
    }
}

/// The page that one is on.
#[component]
fn Desks() -> impl IntoView {
    let console = use_console();
    let desk = Memo::new(move |_| console.desk.get());
    move || match desk.get() {
        Desk::Patient => view! { <PatientDesk /> }.into_any(),
        Desk::Tans => view! { <TansDesk /> }.into_any(),
        Desk::Audit => view! { <AuditDesk /> }.into_any(),
        Desk::Overview => view! { <OverviewDesk /> }.into_any(),
        Desk::Accounts => view! { <AccountsDesk /> }.into_any(),
    }
}
