//! The meeting is done: the coin is whole, and one may add what one wants to remember.

use crate::components::encounter_fields::{EncounterFields, Fields};
use crate::components::mark::{Coin, Halves};
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Direction, Place, use_app};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use twoken_core::diary::EncounterId;

/// The encounter is in the diary already; what is added here is for the person alone.
#[component]
pub(super) fn Done(id: EncounterId, direction: Direction) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let fields = Fields::of(app, id);
    let both = direction == Direction::Both;
    let halves = if both { Halves::Whole } else { Halves::Theirs };
    let at = Memo::new(move |_| app.diary.with(|diary| diary.get(&id).map(|met| met.last_seen)));
    let title = move || {
        if both { t_string!(i18n, meet.both) } else { t_string!(i18n, meet.one_done) }
    };
    let text = move || {
        at.get().map(|at| {
            let when = words.moment(at, app.now.get_untracked());
            if both {
                t_string!(i18n, meet.both_text, when = when)
            } else {
                t_string!(i18n, meet.one_done_text, when = when)
            }
        })
    };
    // Whoever listens hears first that it is done.
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let keep = move |event: SubmitEvent| {
        event.prevent_default();
        if fields.save(app, id) {
            app.meet_again();
            app.go(Place::Diary);
        }
    };
    let another = move |_| {
        if fields.save(app, id) {
            app.meet_again();
        }
    };
    view! {
        <div class="stack">
            <section class="panel done-panel">
                <Coin halves=Signal::derive(move || halves) large=true />
                <div>
                    <h2 class="statement" tabindex="-1" node_ref=heading>
                        {title}
                    </h2>
                    <p class="small">{text}</p>
                </div>
            </section>
            <form class="stack" novalidate=true on:submit=keep>
                <EncounterFields fields />
                <div class="stack tight">
                    <div class="pair">
                        <button class="btn" type="submit">
                            {t!(i18n, meet.keep)}
                        </button>
                        <button class="btn plain" type="button" on:click=another>
                            {t!(i18n, meet.again)}
                        </button>
                    </div>
                    <p class="caption centred">{t!(i18n, meet.kept)}</p>
                </div>
            </form>
        </div>
    }
}
