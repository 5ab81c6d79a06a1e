//! How long two people were together, asked where it decides how grave an exposure was.
//!
//! Asked openly while the scans alone know it and more time would weigh; otherwise behind a button,
//! so that it can be changed. What is said goes into the diary, and the level follows at once.

use super::encounter_fields::{Fields, FieldsProblem};
use super::minutes_field::MinutesField;
use super::show::Show;
use super::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::use_app;
use leptos::html;
use leptos::prelude::*;
use twoken_core::diary::{Encounter, EncounterId};

/// The question, or the way to it.
#[component]
pub fn HowLong(
    /// Of which reported encounter.
    id: EncounterId,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let open = Memo::new(move |_| {
        app.risk.with(|risk| risk.of(&id).is_some_and(|(day, reason)| day.grade.at_least && reason.open))
    });
    let changing = RwSignal::new(false);
    let asks = Memo::new(move |_| open.get() || changing.get());
    let button = NodeRef::<html::Button>::new();
    // Once answered, the form is gone: the focus stays where the answer can be changed.
    Effect::new(move |asked: Option<bool>| {
        let asks = asks.get();
        if asked == Some(true)
            && !asks
            && let Some(button) = button.get_untracked()
        {
            let _ = button.focus();
        }
        asks
    });
    let seen = move || {
        let minutes = app.diary.with(|diary| diary.get(&id).map(Encounter::duration)).unwrap_or_default();
        let minutes = words.duration_long(minutes);
        t_string!(i18n, exposure.how_long_text, minutes = minutes)
    };
    let form = move || {
        let fields = Fields::of(app, id);
        let save = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if fields.save_minutes(app, id) {
                changing.set(false);
            }
        };
        view! {
            <section class="sec" aria-labelledby="how-long">
                <h2 class="head" id="how-long">
                    {t!(i18n, exposure.how_long)}
                </h2>
                <Show when=move || open.get()>
                    <p class="small">{seen}</p>
                </Show>
                <form class="stack mid" novalidate=true on:submit=save>
                    <MinutesField minutes=fields.minutes afterwards=true />
                    <FieldsProblem fields />
                    <div class="row wrap">
                        <button class="btn" type="submit">
                            {t!(i18n, diary.save)}
                        </button>
                        <Show when=move || !open.get()>
                            <button class="btn plain" type="button" on:click=move |_| changing.set(false)>
                                {t!(i18n, diary.cancel)}
                            </button>
                        </Show>
                    </div>
                </form>
            </section>
        }
        .into_any()
    };
    let way = move || {
        view! {
            <div>
                <button class="linkish" type="button" node_ref=button on:click=move |_| changing.set(true)>
                    {t!(i18n, exposure.how_long_change)}
                </button>
            </div>
        }
        .into_any()
    };
    move || if asks.get() { form() } else { way() }
}
