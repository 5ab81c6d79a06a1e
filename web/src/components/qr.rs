//! A code for another camera, dark on white in every theme, under a ring that is its countdown.

use crate::i18n::{t_string, use_i18n};
use fast_qr::{ECL, QRBuilder, QRCode};
use leptos::prelude::*;
use std::fmt::{self, Write};
use twoken_core::units::{INTERVAL_SECONDS, Timestamp};
use zeroize::Zeroizing;

/// The quiet space a reader needs around a code: four modules, ISO/IEC 18004 §5.3.8.
const QUIET: usize = 4;

/// The white card's inside, in the drawing's units: the card less its rounded corners' reach.
const CARD: (f64, f64) = (8.0, 284.0);

/// My code, with what is left of its ten minutes around it.
#[component]
pub fn Code(
    /// What it carries; none while it is being made.
    #[prop(into)]
    link: Signal<Option<String>>,
    /// When it is replaced.
    #[prop(into)]
    renews_at: Signal<Timestamp>,
    /// The clock.
    #[prop(into)]
    now: Signal<Timestamp>,
) -> impl IntoView {
    let i18n = use_i18n();
    let drawing = Memo::new(move |_| link.get().and_then(|link| draw(&link, ECL::M)));
    let left = Memo::new(move |_| renews_at.get().since(now.get()).min(INTERVAL_SECONDS));
    let dashes = move || format!("{} 100", left.get() * 100 / INTERVAL_SECONDS);
    let label = move || match drawing.with(Option::is_some) {
        true => t_string!(i18n, meet.code),
        false => t_string!(i18n, meet.code_making),
    };
    view! {
        <div class="qr">
            <svg class="q" viewBox="-2 -2 304 304" role="img" aria-label=label>
                <rect class="light" x="8" y="8" width="284" height="284" rx="24" />
                <rect class="ring-bg" x="2" y="2" width="296" height="296" rx="30" />
                <path
                    class="ring-fg"
                    d="M150 2H268A30 30 0 0 1 298 32V268A30 30 0 0 1 268 298H32A30 30 0 0 1 2 268V32A30 30 0 0 1 32 2H150"
                    pathLength="100"
                    stroke-dasharray=dashes
                />
                {move || {
                    drawing
                        .get()
                        .map(|(path, place)| {
                            view! {
                                <g transform=place>
                                    <path class="dark" d=path />
                                </g>
                            }
                        })
                }}
            </svg>
            <p class="caption num centred" aria-hidden="true">
                {move || t_string!(i18n, meet.renews)}
                " "
                <b>{move || countdown(left.get())}</b>
            </p>
        </div>
    }
}

/// A code that stays as it is, dark on white in every theme.
#[component]
pub fn PlainCode(
    /// What it carries.
    text: String,
    /// What it is, for those who cannot see it.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let drawing = draw(&text, ECL::M);
    view! {
        <div class="qr plain">
            <svg class="q" viewBox="0 0 300 300" role="img" aria-label=move || label.get()>
                <rect class="light" width="300" height="300" rx="24" />
                {drawing
                    .map(|(path, place)| {
                        view! {
                            <g transform=place>
                                <path class="dark" d=path />
                            </g>
                        }
                    })}
            </svg>
        </div>
    }
}

fn countdown(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The dark modules as one path of horizontal runs, and the transform that puts it on the card.
pub(super) fn draw(text: &str, level: ECL) -> Option<(String, String)> {
    draw_secret(text, level).map(|Drawing { path, place }| (path.to_string(), place))
}

/// A code that says a secret, as it is drawn.
pub(super) struct Drawing {
    /// The dark modules. They say all that the code says.
    pub(super) path: Zeroizing<String>,
    /// The transform.
    pub(super) place: String,
}

/// The same, wiped when it goes. What `fast_qr` works on, and what stands in the document, nobody can wipe.
pub(super) fn draw_secret(text: &str, level: ECL) -> Option<Drawing> {
    let code = QRBuilder::new(text).ecl(level).build().ok()?;
    let size = code.size;
    // Measured first: a string that grows leaves behind what it was.
    let mut length = Length(0);
    trace(&code, &mut length);
    let mut path = Zeroizing::new(String::with_capacity(length.0));
    trace(&code, &mut *path);
    let (start, side) = CARD;
    #[allow(clippy::cast_precision_loss, reason = "a code has at most 177 modules a side")]
    let (modules, quiet) = ((size + 2 * QUIET) as f64, QUIET as f64);
    let scale = side / modules;
    let offset = start + quiet * scale;
    Some(Drawing { path, place: format!("translate({offset:.3} {offset:.3}) scale({scale:.5})") })
}

/// Neither a string nor a length can refuse what is written to it.
fn trace(code: &QRCode, path: &mut impl Write) {
    for row in 0..code.size {
        let modules = &code[row];
        let mut column = 0;
        while column < code.size {
            let run = modules.iter().skip(column).take_while(|module| module.value()).count();
            if run > 0 {
                let _ = write!(path, "M{column} {row}h{run}v1h-{run}z");
            }
            column += run.max(1);
        }
    }
}

/// How many bytes were written.
struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_code_starts_with_its_finder_pattern() {
        let Drawing { path, .. } = draw_secret("https://twoken.example/#m=AAAA", ECL::M).unwrap();
        assert!(path.starts_with("M0 0h7v1h-7z"), "{}", *path);
        assert_eq!(path.len(), path.capacity(), "it was measured, and never moved");
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn the_countdown_has_two_digits_of_seconds() {
        assert_eq!(countdown(402), "6:42");
        assert_eq!(countdown(9), "0:09");
    }
}
