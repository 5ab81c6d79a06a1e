//! Inviting somebody: the role, then the link, shown once.

use super::super::copy::CopyButton;
use super::super::words::use_staff_words;
use super::RoleSelect;
use crate::components::icon::{Glyph, Icon};
use crate::components::qr::PlainCode;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{Asked, Link, Role, use_console};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The form, and what it has made.
#[component]
pub(super) fn Invite() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let role = RwSignal::new(Role::Clinician);
    let link = Memo::new(move |_| console.staffing.with(|staffing| staffing.invited.clone()));
    let busy = Memo::new(move |_| {
        console.staffing.with(|staffing| matches!(staffing.change, Some((_, Asked::Waits))))
    });
    view! {
        <section class="panel stack mid" aria-labelledby="invite">
            <h2 class="head" id="invite">
                {t!(i18n, staff_accounts.invite)}
            </h2>
            <p class="small">{t!(i18n, staff_accounts.invite_text)}</p>
            <form
                class="stack tight"
                on:submit=move |event: SubmitEvent| {
                    event.prevent_default();
                    console.invite(role.get_untracked());
                }
            >
                <div class="field">
                    <label for="invite-role">{t!(i18n, staff_accounts.role)}</label>
                    <RoleSelect
                        id="invite-role".to_owned()
                        role
                        on_choice=Callback::new(move |chosen| role.set(chosen))
                    />
                    <p class="caption">
                        {move || match role.get() {
                            Role::Clinician => t_string!(i18n, staff_accounts.clinician_text),
                            Role::Supervisor => t_string!(i18n, staff_accounts.supervisor_text),
                            Role::Administrator => t_string!(i18n, staff_accounts.administrator_text),
                        }}
                    </p>
                </div>
                <div>
                    <button class="btn" type="submit" aria-disabled=move || busy.get().then_some("true")>
                        <Icon glyph=Glyph::Plus small=true />
                        {t!(i18n, staff_accounts.invite_do)}
                    </button>
                </div>
            </form>
            {move || link.get().map(|link| view! { <Made link /> })}
        </section>
    }
}

#[component]
fn Made(link: Link) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let staff = use_staff_words();
    let (role, expires) = (link.role, link.expires);
    let until = move || {
        let at = words.moment(expires, console.now.get_untracked());
        t_string!(i18n, staff_accounts.link_text, role = staff.role(role), at = at)
    };
    view! {
        <div class="stack tight made">
            <p class="strong">{t!(i18n, staff_accounts.link)}</p>
            <p class="small">{until}</p>
            <p class="mono">{link.link.to_string()}</p>
            <PlainCode
                text=link.link.to_string()
                label=Signal::derive(move || t_string!(i18n, staff_accounts.link).to_owned())
            />
            <CopyButton text=link.link />
            <p class="caption">{t!(i18n, staff_accounts.link_once)}</p>
        </div>
    }
}
