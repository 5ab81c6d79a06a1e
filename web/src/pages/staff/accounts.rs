//! Who may sign in, for administrators: accounts, their roles, invitations.

mod account;
mod invite;
mod open;

use super::asking::{Again, Refused};
use super::words::use_staff_words;
use crate::components::icon::{Glyph, Icon};
use crate::components::message::Message;
use crate::i18n::{I18n, t, t_string, use_i18n};
use crate::state::console::{Asked, Changed, Role, use_console};
use account::AccountRow;
pub(super) use account::Sure;
use invite::Invite;
use leptos::prelude::*;
use open::OpenInvitations;

/// The page.
#[component]
pub(super) fn AccountsDesk() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let asked = Signal::derive(move || console.staffing.with(|staffing| staffing.asked.clone()));
    console.load_accounts();
    // A link is shown once: who leaves the page has seen it.
    on_cleanup(move || console.forget_invitation());
    view! {
        <div class="row base wrap heads">
            <h1 class="title">{t!(i18n, staff_accounts.title)}</h1>
            <Again asked on_again=Callback::new(move |()| console.load_accounts()) />
        </div>
        <Refused asked />
        <Told />
        <div class="two">
            <section class="stack mid" aria-labelledby="accounts">
                <h2 class="head" id="accounts">
                    {t!(i18n, staff_accounts.accounts)}
                </h2>
                <ul class="list">
                    <For
                        each=move || {
                            console
                                .staffing
                                .with(|staffing| {
                                    staffing.accounts.iter().map(|account| account.id.clone()).collect::<Vec<_>>()
                                })
                        }
                        key=String::clone
                        children=|id| view! { <AccountRow id /> }
                    />
                </ul>
            </section>
            <div class="stack wide">
                <Invite />
                <OpenInvitations />
            </div>
        </div>
    }
}

/// What the last change came to.
#[component]
fn Told() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    let change = Memo::new(move |_| console.staffing.with(|staffing| staffing.change.clone()));
    let done = move || match change.get() {
        Some((changed, Asked::Answered)) => Some(view! {
            <p class="small row near top-line">
                <Icon glyph=Glyph::Check small=true />
                <span>{said(i18n, &changed)}</span>
            </p>
        }),
        _ => None,
    };
    let refused = move || match change.get() {
        Some((_, Asked::Refused(problem))) => Some(view! { <Message said=words.problem(&problem) /> }),
        _ => None,
    };
    view! {
        <div role="status">{done}</div>
        <div role="alert">{refused}</div>
    }
}

fn said(i18n: I18n, changed: &Changed) -> String {
    match changed {
        Changed::Account(name) => t_string!(i18n, staff_accounts.changed, name = name.clone()),
        Changed::Invited => t_string!(i18n, staff_accounts.invited).to_owned(),
        Changed::Withdrawn => t_string!(i18n, staff_accounts.withdrawn).to_owned(),
    }
}

/// A choice of role.
#[component]
fn RoleSelect(
    /// Its id in the page.
    id: String,
    /// Which is chosen.
    #[prop(into)]
    role: Signal<Role>,
    /// Another is chosen.
    on_choice: Callback<Role>,
) -> impl IntoView {
    let words = use_staff_words();
    let option = move |of: Role| {
        view! {
            <option value=key(of) prop:selected=move || role.get() == of>
                {move || words.role(of)}
            </option>
        }
    };
    let choose = move |event| {
        let value = event_target_value(&event);
        if let Some(role) = Role::ALL.into_iter().find(|role| key(*role) == value) {
            on_choice.run(role);
        }
    };
    view! {
        <div class="select">
            <select class="input" id=id on:change=choose>
                {Role::ALL.into_iter().map(option).collect_view()}
            </select>
            <Icon glyph=Glyph::Down />
        </div>
    }
}

const fn key(role: Role) -> &'static str {
    match role {
        Role::Clinician => "clinician",
        Role::Supervisor => "supervisor",
        Role::Administrator => "administrator",
    }
}
