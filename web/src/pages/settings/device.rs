//! How much is kept on this device and how surely, and deleting everything.

use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::{Keeping, Offer, use_app};
use leptos::prelude::*;

/// How much is kept, since when, and whether the browser has promised to keep it.
#[component]
pub(super) fn Device() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let count = Memo::new(move |_| app.diary.with(twoken_core::diary::Diary::len));
    let stored = move || {
        let encounters = words.encounters(count.get());
        t_string!(i18n, settings.stored, encounters = encounters)
    };
    let oldest = move || {
        let first = app.diary.with(|diary| diary.iter().map(|met| met.first_seen).min());
        match first {
            None => t_string!(i18n, settings.stored_none).to_owned(),
            Some(first) => {
                let day = words.format().day_plain(format::calendar_day(first));
                t_string!(i18n, settings.stored_text, day = day)
            }
        }
    };
    app.look_at_storage();
    let keeping = move || match app.keeping.get().promised {
        Some(true) => t_string!(i18n, settings.keeping_promised),
        Some(false) => t_string!(i18n, settings.keeping_unpromised),
        None => t_string!(i18n, settings.keeping_unknown),
    };
    let room = move || {
        let Keeping { used, allowed, .. } = app.keeping.get();
        let format = words.format();
        // A browser's estimate is a whole number below 2^53.
        let (used, allowed) = (format.bytes(used? as usize), format.bytes(allowed? as usize));
        Some(t_string!(i18n, settings.keeping_room, used = used, allowed = allowed))
    };
    view! {
        <section class="sec" aria-labelledby="device">
            <h2 class="head" id="device">
                {t!(i18n, settings.device)}
            </h2>
            <div class="well stack close">
                <p class="head">{stored}</p>
                <p class="small">{oldest}</p>
                <p class="small">{keeping}</p>
                <p class="caption">{room}</p>
            </div>
            <Installing />
        </section>
    }
}

/// A place among the device's own apps, where the browser has one to give.
#[component]
fn Installing() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let offer = RwSignal::new(app.install_offer());
    let said = move || {
        let text = match offer.get() {
            Offer::None => return None,
            Offer::Asks => t_string!(i18n, install.text).to_owned(),
            Offer::ByHand => [t_string!(i18n, install.text), t_string!(i18n, install.by_hand)].join(" "),
        };
        Some(Said::plain(Glyph::Phone, t_string!(i18n, install.title), text))
    };
    let asks = move || offer.get() == Offer::Asks;
    let install = move |_| {
        app.install();
        offer.set(Offer::None);
    };
    move || {
        said().map(|said| {
            view! {
                <Message said>
                    <Show when=asks>
                        <button class="linkish" type="button" on:click=install>
                            {t!(i18n, install.go)}
                        </button>
                    </Show>
                </Message>
            }
        })
    }
}

/// Deletion, last and explained, and asked for twice.
#[component]
pub(in crate::pages) fn Delete(
    /// Whether it was asked for once.
    sure: RwSignal<bool>,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let waits = move || {
        app.outgoing.with(|outgoing| outgoing.as_ref().is_some_and(|outgoing| !outgoing.state.is_over()))
    };
    view! {
        <section class="sec" role="group" aria-label=move || t_string!(i18n, settings.delete)>
            <Show
                when=move || sure.get()
                fallback=move || {
                    view! {
                        <button
                            class="btn danger"
                            type="button"
                            on:click=move |_| sure.set(true)
                        >
                            <Icon glyph=Glyph::Bin small=true />
                            {t!(i18n, settings.delete)}
                        </button>
                        <p class="caption">{t!(i18n, settings.delete_text)}</p>
                    }
                }
            >
                <div role="alert">
                    <p class="strong">{t!(i18n, settings.delete_sure)}</p>
                    <p class="small">{t!(i18n, settings.delete_sure_text)}</p>
                    <Show when=waits>
                        <p class="small">{t!(i18n, settings.delete_outgoing)}</p>
                    </Show>
                </div>
                <div class="pair">
                    <button
                        class="btn danger"
                        type="button"
                        on:click=move |_| app.delete_everything()
                    >
                        {t!(i18n, settings.delete_yes)}
                    </button>
                    <button class="btn plain" type="button" on:click=move |_| sure.set(false)>
                        {t!(i18n, settings.delete_no)}
                    </button>
                </div>
            </Show>
        </section>
    }
}
