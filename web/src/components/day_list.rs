//! The diary's encounters under their days, newest first.

use super::encounter_row::EncounterRow;
use super::words::use_words;
use crate::platform::format;
use crate::state::use_app;
use leptos::prelude::*;
use twoken_core::diary::{Encounter, EncounterId};
use twoken_core::units::{Day, Minutes};

/// One day's encounters that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    day: Day,
    ids: Vec<EncounterId>,
    total: Minutes,
}

/// Every day with an encounter that `shows` lets through.
#[component]
pub fn DayList(
    /// Which encounters are shown.
    shows: Callback<Encounter, bool>,
) -> impl IntoView {
    let app = use_app();
    let words = use_words();
    let editing = RwSignal::new(None::<EncounterId>);
    let groups = Memo::new(move |_| app.diary.with(|diary| group(diary.iter(), shows)));
    let days = move || groups.with(|groups| groups.iter().map(|group| group.day).collect::<Vec<_>>());
    let of = move |day: Day| groups.with(|groups| groups.iter().find(|group| group.day == day).cloned());
    view! {
        <For each=days key=|day| *day let:day>
            <section class="sec" aria-labelledby=move || heading_id(day)>
                <div class="row">
                    <h2 class="head" id=heading_id(day)>
                        {move || words.format().day_long(day)}
                    </h2>
                    <span class="small push num nb">
                        {move || {
                            of(day)
                                .map(|group| {
                                    let count = words.format().number(group.ids.len());
                                    format!("{count} · {}", words.duration(group.total))
                                })
                        }}
                    </span>
                </div>
                <ul class="list">
                    <For
                        each=move || of(day).map(|group| group.ids).unwrap_or_default()
                        key=|id| *id
                        let:id
                    >
                        <EncounterRow id editing />
                    </For>
                </ul>
            </section>
        </For>
    }
}

fn heading_id(day: Day) -> String {
    format!("day-{day}")
}

/// By the reader's calendar; newest day first, and within it in order of time.
fn group<'a>(
    encounters: impl Iterator<Item = &'a Encounter>,
    shows: Callback<Encounter, bool>,
) -> Vec<Group> {
    let mut kept: Vec<&Encounter> = encounters.filter(|met| shows.run((*met).clone())).collect();
    kept.sort_by_key(|met| (std::cmp::Reverse(format::calendar_day(met.first_seen)), met.first_seen));
    let mut groups: Vec<Group> = Vec::new();
    for met in kept {
        let day = format::calendar_day(met.first_seen);
        match groups.last_mut() {
            Some(group) if group.day == day => {
                group.ids.push(met.id);
                let sum = group.total.get().saturating_add(met.duration().get());
                group.total = Minutes::new(sum);
            }
            _ => groups.push(Group { day, ids: vec![met.id], total: met.duration() }),
        }
    }
    groups
}
