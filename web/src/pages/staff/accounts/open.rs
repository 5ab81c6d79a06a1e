//! Invitations that nobody has used yet.

use super::super::words::use_staff_words;
use super::account::Sure;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{Invitation, use_console};
use leptos::prelude::*;

/// The list, where there are any.
#[component]
pub(super) fn OpenInvitations() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let none = Memo::new(move |_| console.staffing.with(|staffing| staffing.invitations.is_empty()));
    view! {
        <section class="stack tight" aria-labelledby="open">
            <h2 class="head" id="open">
                {t!(i18n, staff_accounts.open)}
            </h2>
            {move || none.get().then(|| view! { <p class="small">{t!(i18n, staff_accounts.open_none)}</p> })}
            <ul class="list open">
                <For
                    each=move || console.staffing.with(|staffing| staffing.invitations.clone())
                    key=|invitation| invitation.id.clone()
                    children=|invitation| view! { <Row invitation /> }
                />
            </ul>
        </section>
    }
}

#[component]
fn Row(invitation: Invitation) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let staff = use_staff_words();
    let (role, expires, by) = (invitation.role, invitation.expires, invitation.by.clone());
    let invitation = StoredValue::new(invitation);
    let asks = RwSignal::new(false);
    let until = move || {
        let at = words.moment(expires, console.now.get_untracked());
        t_string!(i18n, staff_accounts.open_text, name = by.clone(), at = at)
    };
    view! {
        <li class="stack tight">
            <div class="row wrap far">
                <div class="grow">
                    <p class="strong">{move || staff.role(role)}</p>
                    <p class="small">{until}</p>
                </div>
                <button class="linkish small danger" type="button" on:click=move |_| asks.set(true)>
                    {t!(i18n, staff_accounts.withdraw)}
                </button>
            </div>
            {move || {
                asks.get()
                    .then(|| {
                        view! {
                            <Sure
                                text=t_string!(i18n, staff_accounts.withdraw_text).to_owned()
                                action=t_string!(i18n, staff_accounts.withdraw)
                                on_sure=Callback::new(move |()| invitation.with_value(|one| console.withdraw(one)))
                                on_leave=Callback::new(move |()| asks.set(false))
                            />
                        }
                    })
            }}
        </li>
    }
}
