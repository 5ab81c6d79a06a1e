//! Entries as the bytes they are.

use super::words::plural;
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::Line;
use leptos::prelude::*;
use twoken_core::codec;

/// Entries shown before one asks for all.
const FIRST: usize = 3;
/// Bytes of each part shown before one asks for all.
const FIRST_BYTES: usize = 6;
/// The tag, before the sealed status.
const TAG_BYTES: usize = 32;

/// The first few of `lines` that mean something, or all of them, those between that mean nothing
/// named as such.
#[component]
pub fn HexPreview(
    /// In the order in which they go.
    #[prop(into)]
    lines: Signal<Vec<Line>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let all = RwSignal::new(false);
    let shown = move || {
        let all = all.get();
        lines.with(|lines| {
            let most = if all { lines.len() } else { FIRST };
            lines
                .iter()
                .filter(|line| all || line.real)
                .take(most)
                .map(|line| {
                    let bytes = line.entry.to_bytes();
                    let (tag, status) = bytes.split_at(TAG_BYTES);
                    let (tag, status) = (part(tag, all), part(status, all));
                    if line.real {
                        view! { <li><b>{tag}</b> " " {status}</li> }.into_any()
                    } else {
                        view! { <li class="quiet">{tag} " " {status} " · " {t!(i18n, report.exact_random)}</li> }
                            .into_any()
                    }
                })
                .collect_view()
        })
    };
    let more = move || {
        lines.with(|lines| {
            let real = lines.iter().filter(|line| line.real).count();
            lines.len().saturating_sub(real.min(FIRST))
        })
    };
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
                {shown}
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
