//! One account: its role, whether it may sign in, and what can be done about both.

use super::super::words::use_staff_words;
use super::RoleSelect;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{Account, AccountChange, Role, use_console};
use leptos::html;
use leptos::prelude::*;

/// What is asked about before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Role(Role),
    Disable,
}

/// A row of the list. It follows the account of this id.
#[component]
pub(super) fn AccountRow(
    /// 32 hexadecimal digits.
    id: String,
) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    let field = format!("role-{id}");
    let label_for = field.clone();
    let account = Memo::new(move |_| {
        console.staffing.with(|staffing| staffing.accounts.iter().find(|account| account.id == id).cloned())
    });
    let is = move |of: fn(&Account) -> bool| account.with(|account| account.as_ref().is_some_and(of));
    let name = move || account.with(|account| account.as_ref().map(|account| account.name.clone()));
    let role = Signal::derive(move || {
        account.with(|account| account.as_ref().map_or(Role::Clinician, |account| account.role))
    });
    let wish = RwSignal::new(None::<Wish>);
    let change = move |change: AccountChange| {
        wish.set(None);
        if let Some(account) = account.get_untracked() {
            console.change_account(&account, change);
        }
    };
    // The question goes: who answered it stays with the row.
    let row = NodeRef::<html::Li>::new();
    Effect::new(move |before: Option<bool>| {
        let asks = wish.with(Option::is_some);
        if before == Some(true)
            && !asks
            && let Some(row) = row.get_untracked()
        {
            let _ = row.focus();
        }
        asks
    });
    let own = Memo::new(move |_| is(|account| account.own));
    let tags = move || {
        let tag = |shown: bool, text: &'static str| shown.then(|| view! { <span class="tag">{text}</span> });
        (
            tag(own.get(), t_string!(i18n, staff_accounts.you)),
            tag(is(|account| account.disabled), t_string!(i18n, staff_accounts.disabled)),
            tag(is(|account| account.locked_out), t_string!(i18n, staff_accounts.locked_out)),
        )
    };
    let able = move || {
        if is(|account| account.disabled) {
            let enable = AccountChange { disabled: Some(false), ..AccountChange::default() };
            view! {
                <button class="linkish small" type="button" on:click=move |_| change(enable)>
                    {t!(i18n, staff_accounts.enable)}
                </button>
            }
            .into_any()
        } else {
            view! {
                <button class="linkish small danger" type="button" on:click=move |_| wish.set(Some(Wish::Disable))>
                    {t!(i18n, staff_accounts.disable)}
                </button>
            }
            .into_any()
        }
    };
    let lift = move || {
        is(|account| account.locked_out).then(|| {
            let unlock = AccountChange { unlock: Some(true), ..AccountChange::default() };
            view! {
                <button class="linkish small" type="button" on:click=move |_| change(unlock)>
                    {t!(i18n, staff_accounts.lift)}
                </button>
            }
        })
    };
    let others = move || {
        if own.get() {
            let text = move || t_string!(i18n, staff_accounts.own_text, role = words.role(role.get()));
            return view! { <p class="caption">{text}</p> }.into_any();
        }
        view! {
            <label class="sr" for=label_for.clone()>
                {t!(i18n, staff_accounts.role)}
            </label>
            <RoleSelect
                id=field.clone()
                role=Signal::derive(move || match wish.get() {
                    Some(Wish::Role(wished)) => wished,
                    _ => role.get(),
                })
                on_choice=Callback::new(move |chosen| {
                    wish.set((chosen != role.get_untracked()).then_some(Wish::Role(chosen)));
                })
            />
            {able}
            {lift}
        }
        .into_any()
    };
    view! {
        <li class="stack tight" tabindex="-1" node_ref=row>
            <p class="row near wrap">
                <span class="strong">{name}</span>
                {tags}
            </p>
            <div class="row wrap far account">{others}</div>
            {move || {
                wish.get()
                    .map(|wished| {
                        let text = match wished {
                            Wish::Disable => {
                                t_string!(i18n, staff_accounts.disable_text, name = name().unwrap_or_default())
                            }
                            Wish::Role(role) => {
                                t_string!(
                                    i18n, staff_accounts.role_text, name = name().unwrap_or_default(), role = words
                                    .role(role)
                                )
                            }
                        };
                        let (action, wanted) = match wished {
                            Wish::Disable => {
                                (
                                    t_string!(i18n, staff_accounts.disable),
                                    AccountChange {
                                        disabled: Some(true),
                                        ..AccountChange::default()
                                    },
                                )
                            }
                            Wish::Role(role) => {
                                (
                                    t_string!(i18n, staff_accounts.role_give),
                                    AccountChange {
                                        role: Some(role),
                                        ..AccountChange::default()
                                    },
                                )
                            }
                        };
                        view! {
                            <Sure
                                text
                                action
                                on_sure=Callback::new(move |()| change(wanted))
                                on_leave=Callback::new(move |()| wish.set(None))
                            />
                        }
                    })
            }}
        </li>
    }
}

/// Asks before something is done. The question has the focus.
#[component]
pub(in super::super) fn Sure(
    /// What will be.
    text: String,
    /// What the button that does it says.
    action: &'static str,
    /// Does it.
    on_sure: Callback<()>,
    /// Leaves it.
    on_leave: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let asked = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(asked) = asked.get() {
            let _ = asked.focus();
        }
    });
    view! {
        <div class="well stack tight" role="group" tabindex="-1" node_ref=asked aria-label=text.clone()>
            <p class="small">{text.clone()}</p>
            <div class="row near wrap">
                <button class="btn danger compact" type="button" on:click=move |_| on_sure.run(())>
                    {action}
                </button>
                <button class="btn plain compact" type="button" on:click=move |_| on_leave.run(())>
                    {t!(i18n, staff_accounts.leave)}
                </button>
            </div>
        </div>
    }
}
