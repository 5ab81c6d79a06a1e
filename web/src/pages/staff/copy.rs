//! Copying a link.

use crate::components::icon::{Glyph, Icon};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::clipboard;
use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

/// The button, which says whether it worked.
#[component]
pub(super) fn CopyButton(
    /// What is copied.
    text: Zeroizing<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let text = StoredValue::new(text);
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        let text = text.get_value();
        spawn_local(async move {
            let done = clipboard::write(&text).await;
            // The page may be another by now.
            copied.try_set(Some(done));
        });
    };
    let told = move || match copied.get()? {
        true => Some(t_string!(i18n, staff_tans.copied)),
        false => Some(t_string!(i18n, staff_tans.not_copied)),
    };
    view! {
        <button class="btn plain compact" type="button" on:click=copy>
            <Icon glyph=Glyph::Link small=true />
            {t!(i18n, staff_tans.copy)}
        </button>
        <span class="small" role="status">
            {told}
        </span>
    }
}
