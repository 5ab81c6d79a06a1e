//! Entries as the bytes they are.

use super::words::plural;
use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;
use twoken_core::codec;
use twoken_core::tag::Entry;

/// Entries shown before one asks for all.
const FIRST: usize = 3;
/// Bytes of each part shown before one asks for all.
const FIRST_BYTES: usize = 6;
/// The tag, before the sealed status.
const TAG_BYTES: usize = 32;

/// The first few, or all, of `entries`.
#[component]
pub fn HexPreview(
    /// In the order in which they go.
    #[prop(into)]
    entries: Signal<Vec<Entry>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let all = RwSignal::new(false);
    let lines = move || {
        let all = all.get();
        entries.with(|entries| {
            let shown = if all { entries.len() } else { FIRST };
            entries
                .iter()
                .take(shown)
                .map(|entry| {
                    let bytes = entry.to_bytes();
                    let (tag, status) = bytes.split_at(TAG_BYTES);
                    view! {
                        <li>
                            <b>{part(tag, all)}</b>
                            " "
                            {part(status, all)}
                        </li>
                    }
                })
                .collect_view()
        })
    };
    let more = move || entries.with(Vec::len).saturating_sub(FIRST);
    let rest = move || !all.get() && more() > 0;
    let toggle = move || {
        if all.get() { t_string!(i18n, report.exact_less) } else { t_string!(i18n, report.exact_all) }
    };
    view! {
        <div class="stack close">
            <ul
                class=move || if all.get() { "hex all" } else { "hex" }
                aria-label=move || t_string!(i18n, report.exact_list)
                tabindex=move || all.get().then_some("0")
            >
                {lines}
            </ul>
            <div class="row wrap near">
                <Show when=rest>
                    <span class="small">
                        {move || t_string!(i18n, report.exact_more, count = plural(more())).to_string()}
                    </span>
                </Show>
                <button
                    class="linkish small"
                    type="button"
                    aria-expanded=move || if all.get() { "true" } else { "false" }
                    on:click=move |_| all.update(|all| *all = !*all)
                >
                    {toggle}
                </button>
            </div>
        </div>
    }
}

/// Groups of four digits; a part cut short ends in an ellipsis.
fn part(bytes: &[u8], all: bool) -> String {
    let shown = if all { bytes.len() } else { FIRST_BYTES };
    let digits = codec::to_hex(bytes.get(..shown).unwrap_or(bytes));
    let mut text = String::with_capacity(digits.len() * 5 / 4 + 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    if shown < bytes.len() {
        text.push_str(" …");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::part;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn digits_stand_in_fours() {
        assert_eq!(part(&[0xa4, 0x1f, 0x09], true), "a41f 09");
        assert_eq!(part(&[0; 32], false), "0000 0000 0000 …");
    }
}
