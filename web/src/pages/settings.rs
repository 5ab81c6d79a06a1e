//! Where reports come from, when it checks, how it looks, what is kept, and deleting all of it.

mod choices;
mod closed;
mod decoys;
pub(super) mod device;
mod lock;
pub(super) mod regions;
pub(super) mod source;
mod way;

use crate::i18n::{t, t_string, use_i18n};
use crate::state::Place;
use choices::{Checking, Look};
use closed::WhileClosed;
use decoys::Cover;
use device::{Delete, Device};
use leptos::prelude::*;
use lock::AppLock;
use source::Source;
use way::Way;

/// The version of this app.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The settings.
#[component]
pub fn Settings() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <h1 class="statement desk-title">{t!(i18n, settings.title)}</h1>
        <div class="two even">
            <div class="stack">
                <Source />
                <Way
                    id="servers"
                    title=Signal::derive(move || t_string!(i18n, servers.title))
                    text=Signal::derive(move || t_string!(i18n, servers.settings_text))
                    go=Signal::derive(move || t_string!(i18n, servers.look))
                    to=Place::Servers
                />
                <Checking />
                <WhileClosed />
                <Cover />
                <Look />
                <Way
                    id="studies"
                    title=Signal::derive(move || t_string!(i18n, studies.settings))
                    text=Signal::derive(move || t_string!(i18n, studies.settings_text))
                    go=Signal::derive(move || t_string!(i18n, studies.look))
                    to=Place::Studies
                />
            </div>
            <div class="stack">
                <Device />
                <AppLock />
                <Way
                    id="rights"
                    title=Signal::derive(move || t_string!(i18n, rights.title))
                    text=Signal::derive(move || t_string!(i18n, rights.settings_text))
                    go=Signal::derive(move || t_string!(i18n, rights.look))
                    to=Place::Rights
                />
                <Way
                    id="backup"
                    title=Signal::derive(move || t_string!(i18n, backup.title))
                    text=Signal::derive(move || t_string!(i18n, backup.settings_text))
                    go=Signal::derive(move || t_string!(i18n, backup.look))
                    to=Place::Backup
                />
                <Delete sure=RwSignal::new(false) />
                <p class="caption">{move || t_string!(i18n, settings.version, version = VERSION)}</p>
            </div>
        </div>
    }
}
