//! One day's encounters, one by one.

use crate::components::encounter_row::Row;
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::use_app;
use leptos::prelude::*;
use twoken_core::diary::{Encounter, EncounterId};
use twoken_core::units::Day;

/// A check box an encounter: ticked is shared.
#[component]
pub(super) fn Singles(day: Day) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let rows = Memo::new(move |_| {
        let mut rows: Vec<Row> = app.diary.with(|diary| {
            diary.iter().filter(|met| format::calendar_day(met.first_seen) == day).map(Row::from).collect()
        });
        rows.sort_by_key(|row| row.at);
        rows
    });
    let shared =
        move |id: EncounterId| app.draft.with(|draft| !app.kept_out(&draft.redaction).is_left_out(&id));
    let tick = move |id: EncounterId, share: bool| {
        app.draft.update(|draft| {
            if share {
                draft.redaction.share(&id);
            } else {
                draft.redaction.leave_out(id);
            }
        });
    };
    let draw = move |row: Row| {
        let Row { id, at, note, label, both, .. } = row;
        let duration = move || app.diary.with(|diary| diary.get(&id).map(Encounter::duration));
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || shared(id)
                    disabled=move || app.stays_out(&id)
                    on:change=move |event| tick(id, event_target_checked(&event))
                />
                <span class="line">
                    <span class="num">{move || words.format().time(at)}</span>
                    <span class="small num">{move || duration().map(|minutes| words.duration(minutes))}</span>
                    <span class="small address">{note}</span>
                    {label.map(|label| view! { <span class="tag">{label}</span> })}
                    <Show when=move || app.stays_out(&id)>
                        <span class="caption">{t!(i18n, telling.stays_out)}</span>
                    </Show>
                    {(!both)
                        .then(|| {
                            view! {
                                <span class="caption">
                                    {move || t_string!(i18n, chart.one)}
                                </span>
                            }
                        })}
                </span>
            </label>
        }
    };
    view! {
        <div
            class="report-day"
            role="group"
            aria-label=move || {
                let day = words.format().day_long(day);
                t_string!(i18n, report.single_day, day = day)
            }
        >
            {move || rows.get().into_iter().map(draw).collect_view()}
        </div>
    }
}
