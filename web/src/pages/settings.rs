//! Where reports come from, when it checks, how it looks, what is kept, and deleting all of it.

mod choices;
mod closed;
mod decoys;
pub(super) mod device;
mod regions;
mod rights;
mod source;
mod studies;

use crate::i18n::{t, use_i18n};
use choices::{Checking, Look};
use closed::WhileClosed;
use decoys::Cover;
use device::{Delete, Device};
use leptos::prelude::*;
use rights::RightsRow;
use source::Source;
use studies::StudiesRow;

/// The settings.
#[component]
pub fn Settings() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <h1 class="statement desk-title">{t!(i18n, settings.title)}</h1>
        <div class="two even">
            <div class="stack">
                <Source />
                <Checking />
                <WhileClosed />
                <Cover />
                <Look />
                <StudiesRow />
            </div>
            <div class="stack">
                <Device />
                <RightsRow />
                <Delete sure=RwSignal::new(false) />
            </div>
        </div>
    }
}
