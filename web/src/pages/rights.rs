//! What is kept here of the person and why, and what they may do with it: take it with them, correct it, delete a time or
//! all of it, and withdraw what they agreed to. The rows are those of the inventory (`docs/inventory.json`).

mod agreed;
mod contents;
mod export;
mod kept;
mod range;
mod sheet;

use super::settings::device::Delete;
use crate::components::link::Link;
use crate::components::simple_words::SimpleWords;
use crate::i18n::{t, use_i18n};
use crate::state::Place;
use agreed::Agreed;
use export::Export;
use kept::Kept;
use leptos::prelude::*;
use range::DeleteRange;

/// The page.
#[component]
pub fn Rights() -> impl IntoView {
    let i18n = use_i18n();
    let sure = RwSignal::new(false);
    view! {
        <h1 class="statement desk-title">{t!(i18n, rights.title)}</h1>
        <p class="lead">{t!(i18n, rights.lead)}</p>
        <SimpleWords />
        <div class="two even">
            <div class="stack">
                <Kept />
            </div>
            <div class="stack">
                <Agreed sure />
                <Export />
                <section class="sec" aria-labelledby="correct">
                    <h2 class="head" id="correct">
                        {t!(i18n, rights.correct)}
                    </h2>
                    <p class="small">{t!(i18n, rights.correct_text)}</p>
                    <div>
                        <Link to=Place::Diary class="btn plain compact">
                            {t!(i18n, rights.correct_go)}
                        </Link>
                    </div>
                </section>
                <DeleteRange />
                <Delete sure />
            </div>
        </div>
    }
}
