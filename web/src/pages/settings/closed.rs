//! While Twoken is closed: what the person wants, and what this browser does about it.

use crate::components::icon::{Glyph, Icon};
use crate::components::note::Note;
use crate::components::show::Show;
use crate::components::switch::Switch;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Closed, Permission, use_app};
use leptos::prelude::*;

/// Both switches. Where the browser can do nothing, its place says so.
#[component]
pub(super) fn WhileClosed() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="sec" aria-labelledby="closed">
            <h2 class="head" id="closed">
                {t!(i18n, background.title)}
            </h2>
            <ul class="list">
                <Checks />
                <Notifications />
            </ul>
            <p class="caption">{t!(i18n, background.promise)}</p>
        </section>
    }
}

#[component]
fn Checks() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let on = move || app.settings.with(|settings| settings.background);
    let by_hand = move || {
        !app.settings.with(|settings| settings.consent.as_ref().is_some_and(|consent| consent.check_hourly))
    };
    let refused = Memo::new(move |_| app.closed() == Closed::NotAllowed);
    let manual = Memo::new(move |_| on() && by_hand());
    let locked = Memo::new(move |_| app.closed() == Closed::Locked);
    view! {
        <li>
            <Show
                when=move || app.closed() != Closed::Never
                fallback=move || {
                    view! {
                        <Absent
                            title=Signal::derive(move || t_string!(i18n, background.checks))
                            text=Signal::derive(move || t_string!(i18n, background.checks_absent))
                        />
                    }
                }
            >
                <Switch
                    glyph=Glyph::Clock
                    title=Signal::derive(move || t_string!(i18n, background.checks))
                    text=Signal::derive(move || t_string!(i18n, background.checks_text))
                    on=Signal::derive(on)
                    change=move |on| app.set_background(on)
                />
                <div aria-live="polite">
                    <Show when=move || manual.get()>
                        <Note
                            glyph=Glyph::Info
                            title=Signal::derive(move || t_string!(i18n, background.checks_manual).to_owned())
                            text=Signal::derive(move || t_string!(i18n, background.checks_manual_text).to_owned())
                        />
                    </Show>
                    <Show when=move || locked.get() && !manual.get()>
                        <Note
                            glyph=Glyph::Lock
                            title=Signal::derive(move || t_string!(i18n, lock.is_on_short).to_owned())
                            text=Signal::derive(move || t_string!(i18n, lock.closed).to_owned())
                        />
                    </Show>
                    <Show when=move || refused.get() && !manual.get()>
                        <Note
                            glyph=Glyph::Info
                            title=Signal::derive(move || t_string!(i18n, background.checks_refused).to_owned())
                            text=Signal::derive(move || t_string!(i18n, background.checks_refused_text).to_owned())
                        />
                    </Show>
                </div>
            </Show>
        </li>
    }
}

#[component]
fn Notifications() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let on = move || app.settings.with(|settings| settings.notify);
    let said = Memo::new(move |_| app.background.get().notifications);
    let blocked = Memo::new(move |_| said.get() == Permission::Denied);
    let unasked = Memo::new(move |_| on() && said.get() == Permission::Unasked);
    view! {
        <li>
            <Show
                when=move || said.get() != Permission::Absent
                fallback=move || {
                    view! {
                        <Absent
                            title=Signal::derive(move || t_string!(i18n, background.notify))
                            text=Signal::derive(move || t_string!(i18n, background.notify_absent))
                        />
                    }
                }
            >
                <Switch
                    glyph=Glyph::Info
                    title=Signal::derive(move || t_string!(i18n, background.notify))
                    text=Signal::derive(move || t_string!(i18n, background.notify_text))
                    on=Signal::derive(on)
                    change=move |on| app.set_notify(on)
                />
                <div aria-live="polite">
                    <Show when=move || blocked.get()>
                        <Note
                            glyph=Glyph::Warning
                            title=Signal::derive(move || t_string!(i18n, background.notify_denied).to_owned())
                            text=Signal::derive(move || t_string!(i18n, background.notify_denied_text).to_owned())
                        />
                    </Show>
                    <Show when=move || unasked.get()>
                        <Note
                            glyph=Glyph::Info
                            title=Signal::derive(move || t_string!(i18n, background.notify_unasked).to_owned())
                            text=Signal::derive(move || t_string!(i18n, background.notify_unasked_text).to_owned())
                        />
                    </Show>
                </div>
            </Show>
        </li>
    }
}

/// What this browser does for no app.
#[component]
fn Absent(title: Signal<&'static str>, text: Signal<&'static str>) -> impl IntoView {
    view! {
        <div class="setting">
            <Icon glyph=Glyph::Info />
            <div class="grow">
                <p class="medium-weight">{title}</p>
                <p class="small">{text}</p>
            </div>
        </div>
    }
}
