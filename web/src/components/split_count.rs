//! One coin split by count: what goes, what stays.

use super::words::{plural, use_words};
use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;
use twoken_core::redaction::Counts;

/// The counts, live.
#[component]
pub fn SplitCount(
    /// How many go, how many stay.
    #[prop(into)]
    counts: Signal<Counts>,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let number = move |value: usize| words.format().number(value);
    // Each side keeps room for its words, however lopsided the choice.
    let columns = move || {
        let Counts { shared, left_out } = counts.get();
        let least = (shared + left_out).div_ceil(4).max(1);
        format!("minmax(0, {}fr) minmax(0, {}fr)", shared.max(least), left_out.max(least))
    };
    view! {
        <div class="split" role="status" style:grid-template-columns=columns>
            <div class="go">
                <span class="figure">{move || number(counts.get().shared)}</span>
                <span class="what">
                    {move || t_string!(i18n, report.share, count = plural(counts.get().shared))}
                </span>
            </div>
            <div class="stay">
                <span class="figure">{move || number(counts.get().left_out)}</span>
                <span class="what">
                    {move || t_string!(i18n, report.stay, count = plural(counts.get().left_out))}
                </span>
            </div>
        </div>
    }
}
