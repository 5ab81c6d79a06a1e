//! For how long a TAN is valid.

use crate::components::icon::{Glyph, Icon};
use crate::i18n::{t, t_string, use_i18n};
use leptos::prelude::*;

/// Days to choose from; the longest is what a server takes (docs/protocol.md, 20.5).
const DAYS: [u16; 5] = [1, 2, 3, 7, 14];
const HOURS_PER_DAY: u16 = 24;

/// The choice, in hours; none is the server's own.
#[component]
pub(super) fn HoursSelect(
    /// Its id in the page.
    id: &'static str,
    /// What is chosen.
    hours: RwSignal<Option<u16>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let option = move |days: u16| {
        let value = days * HOURS_PER_DAY;
        view! {
            <option value=value.to_string() prop:selected=move || hours.get() == Some(value)>
                {move || t_string!(i18n, amount.days_long, count = u32::from(days))}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for=id>{t!(i18n, staff_tans.hours)}</label>
            <div class="select">
                <select class="input" id=id on:change=move |event| hours.set(event_target_value(&event).parse().ok())>
                    <option value="" prop:selected=move || hours.get().is_none()>
                        {t!(i18n, staff_tans.hours_server)}
                    </option>
                    {DAYS.into_iter().map(option).collect_view()}
                </select>
                <Icon glyph=Glyph::Down />
            </div>
        </div>
    }
}
