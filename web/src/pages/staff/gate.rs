//! What stands before the console: signing in, the code, another password, a lock.

mod join;

use super::fields::{CodeField, NameField, OwnName, digits};
use super::password::PasswordForm;
use super::patient::Ended;
use super::words::use_staff_words;
use crate::components::icon::{Glyph, Icon};
use crate::components::mark::Mark;
use crate::components::message::{Message, Said};
use crate::components::secret_field::SecretField;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::ApiProblem;
use crate::state::console::{Console, Door, Patient, Why, use_console};
use join::Join;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use zeroize::Zeroizing;

/// The gate. Each of its steps is one form.
#[component]
pub(super) fn Gate() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    // Why nobody has signed in may change under the form: what was typed stays.
    let door = Memo::new(move |_| match console.door.get() {
        Door::Closed(_) => Door::Closed(Why::Fresh),
        door => door,
    });
    let step = move || match door.get() {
        Door::Asking | Door::Open => {
            view! { <p class="small" role="status">{t!(i18n, app.part_coming)}</p> }.into_any()
        }
        Door::Unknown(problem) => view! {
            <Message said=words.problem(&problem) />
            <button class="btn" type="button" on:click=move |_| console.ask_session()>
                {t!(i18n, storage.again)}
            </button>
        }
        .into_any(),
        Door::Closed(_) => view! { <SignIn /> }.into_any(),
        Door::Code => view! { <Code /> }.into_any(),
        Door::Password => view! { <AnotherPassword /> }.into_any(),
        Door::Locked => view! { <Locked /> }.into_any(),
        Door::Joining(joining) => view! { <Join joining /> }.into_any(),
    };
    view! {
        <div class="gate">
            <main class="stack mid" id="main" tabindex="-1">
                <p class="brand">
                    <Mark />
                    "Twoken"
                    <span class="over">{t!(i18n, staff.staff)}</span>
                </p>
                {step}
            </main>
        </div>
    }
}

/// What was refused last.
#[component]
pub(super) fn Refusal() -> impl IntoView {
    let console = use_console();
    let words = use_staff_words();
    view! {
        <div role="alert">
            {move || {
                console.problem.get().map(|problem| view! { <Message said=words.problem(&problem) /> })
            }}
        </div>
    }
}

/// The button of a form, which says while something is under way.
#[component]
pub(super) fn Submit(
    /// What it does.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let console = use_console();
    view! {
        <button class="btn wide" type="submit" aria-disabled=move || console.busy.get().then_some("true")>
            {text}
        </button>
    }
}

#[component]
fn SignIn() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let why = Memo::new(move |before: Option<&Option<Why>>| match console.door.get() {
        Door::Closed(why) => Some(why),
        _ => before.cloned().flatten(),
    });
    let joined = match why.get_untracked() {
        Some(Why::Joined(name)) => name,
        _ => String::new(),
    };
    let name = RwSignal::new(joined);
    let password = RwSignal::new(Zeroizing::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        console.sign_in(name.get_untracked(), password.get_untracked());
    };
    view! {
        <h1 class="title">{t!(i18n, staff.sign_in)}</h1>
        {move || why.get().map(|why| view! { <Told why /> })}
        <form class="stack mid" on:submit=submit>
            <NameField value=name />
            <SecretField
                id="password"
                label=Signal::derive(move || t_string!(i18n, staff.password).to_owned())
                value=password
                autocomplete="current-password"
            />
            <Refusal />
            <Submit text=Signal::derive(move || t_string!(i18n, staff.next).to_owned()) />
        </form>
        <p class="caption">{t!(i18n, staff.sign_in_text)}</p>
    }
}

/// Why one has to sign in, and what has become of a scan.
#[component]
fn Told(why: Why) -> impl IntoView {
    let i18n = use_i18n();
    let said = match why {
        Why::Fresh => None,
        Why::Ended => return view! { <Ended /> }.into_any(),
        Why::SignedOut => Some(Said::plain(
            Glyph::Check,
            t_string!(i18n, staff.signed_out),
            t_string!(i18n, staff.signed_out_text),
        )),
        Why::Untold => Some(Said::bad(t_string!(i18n, staff.untold), t_string!(i18n, staff.untold_text))),
        Why::Joined(name) => Some(Said::plain(
            Glyph::Check,
            t_string!(i18n, staff.joined, name = name),
            t_string!(i18n, staff.joined_text),
        )),
    };
    said.map(|said| view! { <Message said /> }).into_any()
}

/// Whether a patient's keys wait for somebody to sign in.
fn scan_is_held(console: Console) -> bool {
    console.patient.with_untracked(|patient| {
        matches!(patient, Patient::Ready(..) | Patient::Sending(..) | Patient::Waits(..))
    })
}

#[component]
fn Code() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let code = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // What is not sent stays.
        if !console.busy.get_untracked() {
            console.enter_code(digits(&code.get_untracked()));
            code.set(String::new());
        }
    };
    view! {
        <h1 class="title">{t!(i18n, staff.code_title)}</h1>
        <form class="stack mid" on:submit=submit>
            <CodeField value=code />
            <Refusal />
            <Submit text=Signal::derive(move || t_string!(i18n, staff.sign_in).to_owned()) />
        </form>
        <OtherPerson />
    }
}

#[component]
fn AnotherPassword() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <h1 class="title">{t!(i18n, staff.password_title)}</h1>
        <p class="small">{t!(i18n, staff.password_text)}</p>
        <PasswordForm sent=RwSignal::new(false) />
        <OtherPerson />
    }
}

/// The page is hidden; what was on it is still there.
#[component]
fn Locked() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let password = RwSignal::new(Zeroizing::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !console.busy.get_untracked() {
            console.unlock(password.get_untracked());
            password.set(Zeroizing::new(String::new()));
        }
    };
    let name = move || console.session.get().map(|session| session.name).unwrap_or_default();
    view! {
        <h1 class="title row">
            <Icon glyph=Glyph::Lock />
            {move || t_string!(i18n, staff.locked, name = name())}
        </h1>
        <p class="small">{t!(i18n, staff.locked_text)}</p>
        <form class="stack mid" on:submit=submit>
            <OwnName />
            <SecretField
                id="password"
                label=Signal::derive(move || t_string!(i18n, staff.password).to_owned())
                value=password
                autocomplete="current-password"
            />
            <Refusal />
            <Submit text=Signal::derive(move || t_string!(i18n, staff.unlock).to_owned()) />
        </form>
        <OtherPerson />
    }
}

/// Somebody else is at the desk.
#[component]
fn OtherPerson() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let held = scan_is_held(console);
    view! {
        <div>
            <button class="linkish" type="button" on:click=move |_| console.sign_out()>
                {t!(i18n, staff.sign_out)}
            </button>
            {held.then(|| view! { <p class="caption">{t!(i18n, staff.sign_out_wipes)}</p> })}
        </div>
    }
}

/// What hinders the pages as a whole. Where the server's keys are not those this browser knows, a person decides. An invitation
/// that came while somebody has signed in waits for them.
#[component]
pub(super) fn Trouble() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_staff_words();
    let trouble = Memo::new(move |_| console.trouble.get());
    let invited = move || {
        let (title, text) = (t_string!(i18n, staff.invited), t_string!(i18n, staff.invited_text));
        console.invited.get().then(|| view! { <Message said=Said::plain(Glyph::Person, title, text) /> })
    };
    view! {
        <div role="alert">
            {invited}
            {move || {
                trouble
                    .get()
                    .map(|problem| {
                        view! {
                            <Message said=words.problem(&problem)>
                                {(problem == ApiProblem::KeyChanged)
                                    .then(|| {
                                        view! {
                                            <button
                                                class="linkish"
                                                type="button"
                                                on:click=move |_| console.trust_server_again()
                                            >
                                                {t!(i18n, staff.keys_trust)}
                                            </button>
                                        }
                                    })}
                            </Message>
                        }
                    })
            }}
        </div>
    }
}
