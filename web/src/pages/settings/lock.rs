//! The app lock: what it protects from and what not, and turning it on and off.

use crate::components::icon::{Glyph, Icon};
use crate::components::secret_field::{Secret, SecretField};
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::locked::Told;
use crate::state::lock::{SHORTEST, WAITS};
use crate::state::{LockChange, Passphrase, use_app};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// What is being filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    On,
    Another,
    Off,
}

/// What is wrong with a new passphrase before anything is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    Short,
    Differ,
}

/// The lock's place in the settings.
#[component]
pub(super) fn AppLock() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let form = RwSignal::new(None::<Form>);
    let open = move |which: Form| {
        app.dismiss_lock_problem();
        form.set(Some(which));
    };
    view! {
        <section class="sec" aria-labelledby="lock">
            <h2 class="head" id="lock">
                {t!(i18n, lock.title)}
            </h2>
            <p class="small">
                {move || if app.lock.get() { t_string!(i18n, lock.is_on) } else { t_string!(i18n, lock.is_off) }}
            </p>
            <Show when=move || app.lock.get()>
                <ul class="list">
                    <Wait />
                </ul>
                <Show when=move || form.get().is_none()>
                    <div class="row wrap far">
                        <button class="btn compact" type="button" on:click=move |_| app.lock_now()>
                            <Icon glyph=Glyph::Lock small=true />
                            {t!(i18n, lock.now)}
                        </button>
                        <button class="linkish" type="button" on:click=move |_| open(Form::Another)>
                            {t!(i18n, lock.another)}
                        </button>
                        <button class="linkish" type="button" on:click=move |_| open(Form::Off)>
                            {t!(i18n, lock.off)}
                        </button>
                    </div>
                    <Told />
                </Show>
            </Show>
            <Show when=move || !app.lock.get() && form.get().is_none()>
                <div>
                    <button class="btn plain compact" type="button" on:click=move |_| open(Form::On)>
                        <Icon glyph=Glyph::Lock small=true />
                        {t!(i18n, lock.on)}
                    </button>
                </div>
            </Show>
            {move || form.get().map(|which| view! { <Change which form /> })}
        </section>
    }
}

/// After how long it locks by itself.
#[component]
fn Wait() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let is = move |minutes: u32| app.settings.with(|settings| settings.lock_after == minutes);
    let choose = move |event| {
        app.set_lock_after(event_target_value(&event).parse().ok().filter(|&minutes| minutes > 0))
    };
    let option = move |minutes: u32| {
        view! {
            <option value=minutes.to_string() selected=move || is(minutes)>
                {move || t_string!(i18n, lock.minutes, count = minutes)}
            </option>
        }
    };
    view! {
        <li class="setting choice">
            <Icon glyph=Glyph::Clock />
            <label class="medium-weight grow" for="lock-after">
                {t!(i18n, lock.after)}
            </label>
            <div class="select">
                <select class="input" id="lock-after" on:change=choose>
                    {WAITS.map(option).collect_view()}
                    <option value="0" selected=move || is(0)>
                        {t!(i18n, lock.never)}
                    </option>
                </select>
                <Icon glyph=Glyph::Down />
            </div>
        </li>
    }
}

/// The passphrases, old and new, and what one should know before.
#[component]
fn Change(which: Form, form: RwSignal<Option<Form>>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let [old, new, again] = [Secret::default(), Secret::default(), Secret::default()];
    let told = RwSignal::new(None::<Flaw>);
    let working = move || app.locking.with(|locking| locking.working);
    let passphrase = |secret: Secret| secret.with_untracked(|typed| Passphrase::new(typed));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        told.set(None);
        app.dismiss_lock_problem();
        if which != Form::Off {
            if passphrase(new).is_none() {
                return told.set(Some(Flaw::Short));
            }
            if new.with_untracked(|new| again.with_untracked(|again| new != again)) {
                return told.set(Some(Flaw::Differ));
            }
        }
        let change = match which {
            Form::On => passphrase(new).map(LockChange::On),
            Form::Another => {
                passphrase(old).zip(passphrase(new)).map(|(old, new)| LockChange::Another(old, new))
            }
            Form::Off => passphrase(old).map(LockChange::Off),
        };
        match change {
            Some(change) => app.change_lock(change, move || form.set(None)),
            // One that is too short is a wrong one.
            None => app.refuse_passphrase(),
        }
    };
    let label = move |text: &'static str| Signal::derive(move || text.to_owned());
    let does = move || match which {
        _ if working() => t_string!(i18n, lock.working),
        Form::On => t_string!(i18n, lock.turn_on),
        Form::Another => t_string!(i18n, lock.change),
        Form::Off => t_string!(i18n, lock.off),
    };
    view! {
        <form class="well stack mid" novalidate=true on:submit=submit>
            {(which != Form::On)
                .then(|| {
                    view! {
                        <SecretField
                            id="lock-old"
                            label=label(t_string!(i18n, lock.passphrase))
                            value=old
                            autocomplete="current-password"
                        />
                    }
                })}
            {(which != Form::Off)
                .then(|| {
                    view! {
                        <SecretField
                            id="lock-new"
                            label=label(t_string!(i18n, lock.new))
                            value=new
                            autocomplete="new-password"
                            hint=Signal::derive(move || {
                                t_string!(i18n, lock.new_hint, count = u32::try_from(SHORTEST).unwrap_or_default())
                            })
                        />
                        <SecretField
                            id="lock-again"
                            label=label(t_string!(i18n, lock.again))
                            value=again
                            autocomplete="new-password"
                        />
                    }
                })}
            {(which == Form::On)
                .then(|| {
                    view! {
                        <ul class="plain-list stack tight small">
                            <li>{t!(i18n, lock.protects)}</li>
                            <li>{t!(i18n, lock.protects_not)}</li>
                            <li>{t!(i18n, lock.lost)}</li>
                            <li>{t!(i18n, lock.closed)}</li>
                        </ul>
                    }
                })}
            <div role="status">
                {move || {
                    told.get()
                        .map(|flaw| {
                            let text = match flaw {
                                Flaw::Short => t_string!(i18n, lock.short),
                                Flaw::Differ => t_string!(i18n, lock.differ),
                            };
                            view! { <p class="small strong">{text}</p> }
                        })
                }}
            </div>
            <Told />
            <div class="row wrap far">
                <button class="btn compact" type="submit" disabled=working>
                    {does}
                </button>
                <button class="linkish" type="button" on:click=move |_| form.set(None)>
                    {t!(i18n, diary.cancel)}
                </button>
            </div>
        </form>
    }
}
