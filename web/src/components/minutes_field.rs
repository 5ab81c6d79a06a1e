//! How long two people were together, in whole minutes up to a day: at a touch, or typed.

use super::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use leptos::prelude::*;
use twoken_core::units::Minutes;

/// The durations offered at a touch.
const OFFERED: [u16; 3] = [5, 15, 60];
/// The longest one can state: a day.
const LONGEST: u16 = 1440;

/// The field, and what it offers.
#[component]
pub fn MinutesField(
    /// As typed.
    minutes: RwSignal<String>,
    /// Asked under a heading of its own and when it is over: one does not stay, and scans are no answer.
    #[prop(optional)]
    afterwards: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = use_words();
    let chip = move |offered: u16| {
        let text = offered.to_string();
        let pressed = move || minutes.with(|typed| typed.trim() == text);
        view! {
            <button
                class="chip num"
                type="button"
                aria-pressed=move || if pressed() { "true" } else { "false" }
                on:click=move |_| minutes.set(offered.to_string())
            >
                {move || words.duration(Minutes::new(offered))}
            </button>
        }
    };
    let none = move || minutes.with(|typed| typed.trim().is_empty());
    let legend = move || {
        if afterwards { t_string!(i18n, exposure.how_long) } else { t_string!(i18n, meet.how_long) }
    };
    let scans = (!afterwards).then(|| {
        view! {
            <button
                class="chip"
                type="button"
                aria-pressed=move || if none() { "true" } else { "false" }
                on:click=move |_| minutes.set(String::new())
            >
                {t!(i18n, diary.duration_scans)}
            </button>
        }
    });
    view! {
        <fieldset class="field">
            <legend class=if afterwards { "sr" } else { "lab" }>{legend}</legend>
            <div class="chips">
                {scans}
                {OFFERED.into_iter().map(chip).collect_view()}
                <input
                    class="input minutes num"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-label=move || t_string!(i18n, diary.duration_other)
                    placeholder=move || t_string!(i18n, diary.duration_other)
                    aria-describedby="minutes-hint"
                    prop:value=move || minutes.get()
                    on:input=move |event| minutes.set(event_target_value(&event))
                />
            </div>
            <p class="caption" id="minutes-hint">
                {move || {
                    if afterwards {
                        t_string!(i18n, diary.duration_hint_after)
                    } else {
                        t_string!(i18n, diary.duration_hint)
                    }
                }}
            </p>
        </fieldset>
    }
}

/// Nothing stated, or whole minutes up to a day.
pub(super) fn parse_minutes(text: &str) -> Result<Option<Minutes>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse::<u16>() {
            Ok(minutes @ 1..=LONGEST) => Ok(Some(Minutes::new(minutes))),
            _ => Err(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn minutes_are_whole_and_within_a_day() {
        assert_eq!(parse_minutes(" "), Ok(None));
        assert_eq!(parse_minutes(" 90 "), Ok(Some(Minutes::new(90))));
        for wrong in ["0", "1441", "-5", "1.5", "ten"] {
            assert_eq!(parse_minutes(wrong), Err(()), "{wrong}");
        }
    }
}
