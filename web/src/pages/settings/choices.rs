//! When it checks, and how it looks and feels.

use crate::components::icon::{Glyph, Icon};
use crate::components::switch::Switch;
use crate::components::words::use_words;
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::state::{Language, Theme, use_app};
use leptos::prelude::*;

/// Checking by itself, and the last check.
#[component]
pub(super) fn Checking() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let hourly = move || {
        app.settings.with(|settings| settings.consent.as_ref().is_some_and(|consent| consent.check_hourly))
    };
    let last = move || match app.check.with(|check| check.checked_until) {
        Some(until) => words.moment(until, app.now.get()),
        None => t_string!(i18n, settings.last_never).to_owned(),
    };
    view! {
        <section class="sec" aria-labelledby="checking">
            <h2 class="head" id="checking">
                {t!(i18n, settings.checking)}
            </h2>
            <ul class="list">
                <li>
                    <Switch
                        glyph=Glyph::Refresh
                        title=Signal::derive(move || t_string!(i18n, settings.hourly))
                        text=Signal::derive(move || t_string!(i18n, settings.hourly_text))
                        on=Signal::derive(hourly)
                        change=move |on| app.set_check_hourly(on)
                    />
                </li>
                <li class="setting">
                    <Icon glyph=Glyph::Clock />
                    <div class="grow">
                        <p class="medium-weight">{t!(i18n, settings.last)}</p>
                        <p class="small">{last}</p>
                    </div>
                </li>
            </ul>
        </section>
    }
}

/// Language, colours, and how a scan is felt and heard.
#[component]
pub(super) fn Look() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let feedback = move || app.settings.with(|settings| settings.feedback);
    let sound = move || app.settings.with(|settings| settings.sound);
    view! {
        <section class="sec" aria-labelledby="look">
            <h2 class="head" id="look">
                {t!(i18n, settings.look)}
            </h2>
            <ul class="list">
                <LanguageRow />
                <ThemeRow />
                <li>
                    <Switch
                        glyph=Glyph::Phone
                        title=Signal::derive(move || t_string!(i18n, settings.feedback))
                        text=Signal::derive(move || t_string!(i18n, settings.feedback_text))
                        on=Signal::derive(feedback)
                        change=move |on| app.set_feedback(on)
                    />
                </li>
                <li>
                    <Switch
                        glyph=Glyph::Sound
                        title=Signal::derive(move || t_string!(i18n, settings.sound))
                        text=Signal::derive(move || t_string!(i18n, settings.sound_text))
                        on=Signal::derive(sound)
                        change=move |on| app.set_sound(on)
                    />
                </li>
            </ul>
        </section>
    }
}

#[component]
fn LanguageRow() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let is = move |language: Language| app.settings.with(|settings| settings.language == language);
    let choose = move |event| app.set_language(Language::from(event_target_value(&event)));
    // A language is found by its own name.
    let option = move |locale: Locale| {
        view! {
            <option value=locale.tag() lang=locale.tag() selected=move || is(Language::Of(locale))>
                {locale.own_name()}
            </option>
        }
    };
    view! {
        <li class="setting choice">
            <Icon glyph=Glyph::Language />
            <label class="medium-weight grow" for="language">
                {t!(i18n, settings.language)}
            </label>
            <div class="select">
                <select class="input" id="language" on:change=choose>
                    <option value="system" selected=move || is(Language::System)>
                        {t!(i18n, settings.language_system)}
                    </option>
                    {Locale::ALL.map(option).collect_view()}
                </select>
                <Icon glyph=Glyph::Down />
            </div>
            <p class="small" role="status">
                {move || i18n.is_missing().then(|| t_string!(i18n, settings.language_missing))}
            </p>
        </li>
    }
}

#[component]
fn ThemeRow() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let is = move |theme: Theme| app.settings.with(|settings| settings.theme == theme);
    let choose = move |event| {
        app.set_theme(match event_target_value(&event).as_str() {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        });
    };
    view! {
        <li class="setting choice">
            <Icon glyph=Glyph::Moon />
            <label class="medium-weight grow" for="theme">
                {t!(i18n, settings.theme)}
            </label>
            <div class="select">
                <select class="input" id="theme" on:change=choose>
                    <option value="system" selected=move || is(Theme::System)>
                        {t!(i18n, settings.theme_system)}
                    </option>
                    <option value="light" selected=move || is(Theme::Light)>
                        {t!(i18n, settings.theme_light)}
                    </option>
                    <option value="dark" selected=move || is(Theme::Dark)>
                        {t!(i18n, settings.theme_dark)}
                    </option>
                </select>
                <Icon glyph=Glyph::Down />
            </div>
        </li>
    }
}
