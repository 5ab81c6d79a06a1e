//! What goes, as the bytes it is: a line for each entry or key.

use super::words::plural;
use crate::components::show::Show;
use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;
use twoken_core::codec;
use zeroize::Zeroizing;

/// Lines shown before one asks for all.
const FIRST: usize = 3;
/// Bytes of each part shown before one asks for all.
const FIRST_BYTES: usize = 6;

/// One line: bytes of two parts.
#[derive(Clone, PartialEq, Eq)]
pub struct HexLine {
    /// Those that may be drawn. Keys may be among them.
    pub bytes: Zeroizing<Vec<u8>>,
    /// How many are the first part.
    pub first: usize,
    /// Whether there are more, which nobody shall read off the screen.
    pub cut: bool,
    /// What stands after them.
    pub about: Option<String>,
    /// Whether they mean something, or only hide how many do.
    pub real: bool,
}

/// The first few of `lines` that mean something, or all of them, those between that mean nothing
/// named as such.
#[component]
pub fn HexPreview(
    /// In the order in which they go.
    #[prop(into)]
    lines: Signal<Vec<HexLine>>,
    /// The list's name, for those who listen.
    #[prop(into)]
    name: Signal<String>,
    /// The words on the button that shows all.
    #[prop(into)]
    show_all: Signal<String>,
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
                    let (first, rest) = line.bytes.split_at_checked(line.first).unwrap_or_default();
                    let (first, rest) = (part(first, all, false), part(rest, all, line.cut));
                    let about = line.about.as_ref().map(|about| format!(" · {about}"));
                    if line.real {
                        view! { <li><b>{first}</b> " " {rest} {about}</li> }.into_any()
                    } else {
                        view! { <li class="quiet">{first} " " {rest} {about}</li> }.into_any()
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
    let toggle =
        move || if all.get() { t_string!(i18n, report.exact_less).to_owned() } else { show_all.get() };
    view! {
        <div class="stack close">
            <ul
                class=move || if all.get() { "hex all" } else { "hex" }
                aria-label=move || name.get()
                tabindex=move || all.get().then_some("0")
            >
                {shown}
            </ul>
            <div class="row wrap near">
                <Show when=rest>
                    <span class="small">
                        {move || t_string!(i18n, report.exact_more, count = plural(more()))}
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

/// Groups of four digits; a part cut short, here or before, ends in an ellipsis.
fn part(bytes: &[u8], all: bool, cut: bool) -> String {
    let shown = if all { bytes.len() } else { FIRST_BYTES };
    let digits = codec::to_hex(bytes.get(..shown).unwrap_or(bytes));
    let mut text = String::with_capacity(digits.len() * 5 / 4 + 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    if cut || shown < bytes.len() {
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
        assert_eq!(part(&[0xa4, 0x1f, 0x09], true, false), "a41f 09");
        assert_eq!(part(&[0; 32], false, false), "0000 0000 0000 …");
        assert_eq!(part(&[0xa4, 0x1f], true, true), "a41f …");
    }
}
