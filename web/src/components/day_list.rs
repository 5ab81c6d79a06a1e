//! The diary's encounters under their days, newest first.

use super::encounter_row::EncounterRow;
use super::words::use_words;
use crate::components::show::Show;
use crate::i18n::{t, use_i18n};
use crate::platform::format;
use crate::state::use_app;
use leptos::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use twoken_core::diary::{Encounter, EncounterId};
use twoken_core::units::{Day, Minutes};

/// Rows that are drawn at once: those of the newest days first. A longer list comes day by day, as it is asked for.
const ROWS: usize = 30;

/// One day's encounters that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    day: Day,
    /// Those that are drawn: the last of the day.
    ids: Vec<EncounterId>,
    /// How many there are, drawn or not.
    count: usize,
    total: Minutes,
}

/// Every day with an encounter that `shows` lets through.
#[component]
pub fn DayList(
    /// Which encounters are shown, by day and label.
    shows: Callback<(Day, Option<String>), bool>,
) -> impl IntoView {
    let app = use_app();
    let words = use_words();
    let i18n = use_i18n();
    let editing = RwSignal::new(None::<EncounterId>);
    let asked = RwSignal::new(BTreeMap::<Day, usize>::new());
    let groups = Memo::new(move |_| {
        // What is being typed stays, however many come meanwhile.
        let stays = editing.get_untracked();
        app.diary.with(|diary| asked.with(|asked| group(diary.iter(), shows, asked, stays)))
    });
    let days = move || groups.with(|groups| groups.iter().map(|group| group.day).collect::<Vec<_>>());
    let of = move |day: Day| groups.with(|groups| groups.iter().find(|group| group.day == day).cloned());
    let ask = move |day| asked.update(|asked| *asked.entry(day).or_default() += ROWS);
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
                                    let count = words.format().number(group.count);
                                    format!("{count} · {}", words.duration(group.total))
                                })
                        }}
                    </span>
                </div>
                <Show when=move || of(day).is_some_and(|group| group.ids.len() < group.count)>
                    <div>
                        <button
                            class="chip"
                            type="button"
                            aria-describedby=heading_id(day)
                            on:click=move |_| ask(day)
                        >
                            {t!(i18n, diary.more_of_day)}
                        </button>
                    </div>
                </Show>
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

/// By the reader's calendar; newest day first, and within it in order of time. Of many, the newest are drawn, and of a
/// day as many more as were `asked` for; one that `stays` is drawn in any case.
fn group<'a>(
    encounters: impl Iterator<Item = &'a Encounter>,
    shows: Callback<(Day, Option<String>), bool>,
    asked: &BTreeMap<Day, usize>,
    stays: Option<EncounterId>,
) -> Vec<Group> {
    let mut days: BTreeMap<Reverse<Day>, Vec<&Encounter>> = BTreeMap::new();
    for met in encounters {
        let day = format::calendar_day(met.first_seen);
        if shows.run((day, met.label().map(ToOwned::to_owned))) {
            days.entry(Reverse(day)).or_default().push(met);
        }
    }
    let mut left = ROWS;
    let mut draw = |(Reverse(day), mut met): (_, Vec<&Encounter>)| {
        met.sort_by_key(|met| met.first_seen);
        let minutes = met.iter().map(|met| met.duration().get());
        let total = Minutes::new(minutes.fold(0, u16::saturating_add));
        let first = met.len().min(left);
        left -= first;
        let wanted = first.saturating_add(asked.get(&day).copied().unwrap_or_default());
        let skipped = met.len().saturating_sub(wanted);
        let typed = met.iter().position(|met| Some(met.id) == stays);
        let skipped = typed.map_or(skipped, |at| skipped.min(at));
        let ids = met.iter().skip(skipped).map(|met| met.id).collect();
        Group { day, ids, count: met.len(), total }
    };
    days.into_iter().map(&mut draw).collect()
}
