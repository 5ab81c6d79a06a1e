//! A backup: a file under a passphrase, made here, and brought on this device or another. And moving, which is both, and
//! deleting what stays behind.

mod bring;
mod make;
mod problem;

use super::settings::device::Delete;
use crate::i18n::{t, use_i18n};
use bring::Bring;
use leptos::prelude::*;
use make::Make;

/// The page.
#[component]
pub fn Backup() -> impl IntoView {
    let i18n = use_i18n();
    let made = RwSignal::new(false);
    view! {
        <h1 class="statement desk-title">{t!(i18n, backup.title)}</h1>
        <p class="lead">{t!(i18n, backup.lead)}</p>
        <div class="two even">
            <div class="stack">
                <Make made />
                <section class="sec" aria-labelledby="in-it">
                    <h2 class="head" id="in-it">
                        {t!(i18n, backup.contents)}
                    </h2>
                    <p class="small">{t!(i18n, backup.contents_text)}</p>
                    <p class="small">{t!(i18n, backup.without_text)}</p>
                </section>
            </div>
            <div class="stack">
                <Bring />
                <section class="sec" aria-labelledby="move">
                    <h2 class="head" id="move">
                        {t!(i18n, backup.moving)}
                    </h2>
                    <p class="small">{t!(i18n, backup.moving_text)}</p>
                    <p class="small">{t!(i18n, backup.moving_last)}</p>
                </section>
                {move || made.get().then(|| view! { <Delete sure=RwSignal::new(false) /> })}
            </div>
        </div>
    }
}
