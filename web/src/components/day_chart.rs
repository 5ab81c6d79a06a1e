//! Fourteen days of encounters: a coin each. Half a coin is one way, a ringed token is reported,
//! a dot is nobody that day; today stands bold at the end.

mod sentence;

use super::words::use_words;
use crate::components::show::Show;
use crate::i18n::{I18n, t_string, use_i18n};
use crate::platform::format;
use crate::state::use_app;
use leptos::prelude::*;
use sentence::{day_words, use_sentence};
use std::collections::BTreeMap;
use twoken_core::diary::Encounter;
use twoken_core::risk::Grade;
use twoken_core::units::{Day, RETENTION_DAYS};

/// Coins in a stack before it closes with "+4".
const STACK: usize = 7;
/// A column's width, and a coin's share of the height, in the drawing's units.
const COLUMN: f64 = 25.0;
const COIN: f64 = 20.0;
/// Where the first coin's centre lies, and the line under it.
const FIRST: f64 = 101.5;
const BASE: f64 = 112.5;
const BOTTOM: f64 = 158.0;

/// One encounter in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coin {
    /// Both have scanned.
    Both,
    /// Only this phone is known to have scanned.
    One,
    /// It was reported.
    Hit,
}

impl Coin {
    /// What an encounter looks like.
    #[must_use]
    pub fn of(encounter: &Encounter) -> Self {
        if encounter.exposure.is_some() {
            Self::Hit
        } else if encounter.both {
            Self::Both
        } else {
            Self::One
        }
    }
}

/// One day of the picture, its coins in order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    day: Day,
    coins: Vec<Coin>,
    /// How grave its exposures were, if it has any.
    grade: Option<Grade>,
}

/// The picture of the diary's days.
#[component]
pub fn DayChart(
    /// The day picked, where days can be picked.
    #[prop(optional)]
    picked: Option<RwSignal<Option<Day>>>,
    /// Fills a wide column, so its words are set smaller.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let app = use_app();
    let words = use_words();
    let i18n = use_i18n();
    let today = Memo::new(move |_| format::calendar_day(app.now.get()));
    let columns = Memo::new(move |_| {
        let last = today.get();
        app.diary.with(|diary| {
            let mut days = BTreeMap::<Day, Vec<&Encounter>>::new();
            for met in diary.iter() {
                days.entry(format::calendar_day(met.first_seen)).or_default().push(met);
            }
            // What lies fourteen days back is still kept: it has a column as long as there is something.
            let is_there = days.contains_key(&last.minus(RETENTION_DAYS));
            (0..RETENTION_DAYS + u16::from(is_there))
                .rev()
                .map(|back| {
                    let day = last.minus(back);
                    let mut met = days.remove(&day).unwrap_or_default();
                    met.sort_by_key(|met| met.first_seen);
                    let grade = app.risk.with(|risk| risk.day(day).map(|risk| risk.grade));
                    let coins = met.into_iter().map(Coin::of).collect();
                    Column { day, coins, grade }
                })
                .collect::<Vec<_>>()
        })
    });
    let top = move || columns.with(|columns| top_of(columns));
    let width = move || columns.with(|columns| width_of(columns));
    let view_box =
        move || format!("0 {top} {width} {height}", top = top(), width = width(), height = BOTTOM - top());
    let class = if large { "chart large" } else { "chart" };
    let sentence = use_sentence(columns, picked);
    let is_picked = move |day: Day| picked.is_some_and(|picked| picked.get() == Some(day));
    let draw = move || {
        let (top, today) = (top(), today.get());
        columns
            .get()
            .into_iter()
            .enumerate()
            .map(|(place, column)| {
                let bold = is_picked(column.day) || column.day == today;
                draw_column(place, &column, top, is_picked(column.day), bold, &words.format())
            })
            .collect_view()
    };
    let buttons = move || {
        picked.map(|picked| {
            let cells = columns
                .get()
                .into_iter()
                .map(|column| day_button(&column, picked, words, i18n))
                .collect_view();
            view! { <div class="day-buttons">{cells}</div> }
        })
    };
    view! {
        <div class="chart-box">
            <svg class=class viewBox=view_box role="img" aria-label=sentence>
                {draw}
                <line class="base" x1="0" x2=width y1=BASE y2=BASE />
            </svg>
            {buttons}
        </div>
        <Key hits=Signal::derive(move || {
            columns.with(|columns| columns.iter().any(|column| column.coins.contains(&Coin::Hit)))
        }) />
    }
}

/// What the coins mean.
#[component]
fn Key(hits: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <ul class="key">
            <li>
                <svg viewBox="0 0 16 16" aria-hidden="true">
                    <circle class="m-you" cx="8" cy="8" r="7" />
                </svg>
                {move || t_string!(i18n, chart.both)}
            </li>
            <li>
                <svg viewBox="0 0 16 16" aria-hidden="true">
                    <path class="m-you" d="M11 1a7 7 0 0 0 0 14z" />
                </svg>
                {move || t_string!(i18n, chart.one)}
            </li>
            <Show when=move || hits.get()>
                <li>
                    <svg viewBox="0 0 22 22" aria-hidden="true">
                        <circle class="t-ring" cx="11" cy="11" r="10" />
                        <circle class="t-hit" cx="11" cy="11" r="6.5" />
                    </svg>
                    {move || t_string!(i18n, chart.hit)}
                </li>
            </Show>
        </ul>
    }
}

/// The coins that are drawn, and how many more there are. A reported one is always drawn.
fn shown(coins: &[Coin]) -> (Vec<Coin>, usize) {
    let over = coins.len().saturating_sub(STACK);
    let mut skip = over;
    let mut drawn: Vec<Coin> = Vec::with_capacity(STACK);
    for coin in coins.iter().rev() {
        if skip > 0 && *coin != Coin::Hit {
            skip -= 1;
        } else if drawn.len() < STACK {
            drawn.push(*coin);
        }
    }
    drawn.reverse();
    (drawn, over)
}

#[allow(clippy::cast_precision_loss, reason = "a stack has at most eight places")]
fn top_of(columns: &[Column]) -> f64 {
    let tallest =
        columns.iter().map(|column| column.coins.len().min(STACK + 1)).max().unwrap_or_default().max(2);
    BASE - COIN * tallest as f64 - 8.0
}

#[allow(clippy::cast_precision_loss, reason = "fifteen columns at most")]
fn width_of(columns: &[Column]) -> f64 {
    columns.len() as f64 * COLUMN
}

#[allow(clippy::cast_precision_loss, reason = "fifteen columns of at most eight places")]
fn draw_column(
    place: usize,
    column: &Column,
    top: f64,
    picked: bool,
    bold: bool,
    format: &format::Format,
) -> impl IntoView + use<> {
    let left = place as f64 * COLUMN;
    let middle = left + COLUMN / 2.0;
    let (coins, over) = shown(&column.coins);
    let height = |level: usize| FIRST - level as f64 * COIN;
    let more = (over > 0).then(|| {
        let y = height(coins.len()) + 4.0;
        let said = format!("+{}", format.number(over));
        // What is wider than its column is drawn narrower: the numbers of two days do not touch.
        let squeezed = (said.chars().count() > 2).then_some(COLUMN - 4.0);
        view! {
            <text class="b" x=middle y=y textLength=squeezed lengthAdjust="spacingAndGlyphs">
                {said}
            </text>
        }
    });
    let empty = coins.is_empty().then(|| view! { <circle class="none" cx=middle cy=FIRST + 1.5 r="2" /> });
    let stack = coins
        .into_iter()
        .enumerate()
        .map(|(level, coin)| draw_coin(coin, middle, height(level)))
        .collect_view();
    let word = if bold { "b" } else { "" };
    view! {
        {picked
            .then(|| {
                view! {
                    <rect
                        class="col picked"
                        x=left
                        y=top
                        width=COLUMN
                        height=BOTTOM - top
                        rx=COLUMN / 2.0
                    />
                }
            })}
        {stack}
        {empty}
        {more}
        <text class=word x=middle y="132">
            {format.weekday_letter(column.day)}
        </text>
        <text class=word x=middle y="150">
            {format.day_number(column.day)}
        </text>
    }
}

fn draw_coin(coin: Coin, x: f64, y: f64) -> AnyView {
    match coin {
        Coin::Both => view! { <circle class="both" cx=x cy=y r="8" /> }.into_any(),
        Coin::One => {
            let path = format!("M{x} {}a8 8 0 0 0 0 16z", y - 8.0);
            view! { <path class="one" d=path /> }.into_any()
        }
        Coin::Hit => view! {
            <circle class="ring" cx=x cy=y r="10.5" />
            <circle class="hit" cx=x cy=y r="7" />
        }
        .into_any(),
    }
}

/// A day to pick: the whole column. Days without anybody are no targets.
fn day_button(
    column: &Column,
    picked: RwSignal<Option<Day>>,
    words: super::words::Words,
    i18n: I18n,
) -> AnyView {
    let (day, count, grade) = (column.day, column.coins.len(), column.grade);
    if count == 0 {
        return view! { <span></span> }.into_any();
    }
    let label = move || {
        let day = day_words(i18n, words, day, grade);
        let encounters = words.encounters(count);
        t_string!(i18n, chart.pick, day = day, encounters = encounters)
    };
    let pressed = move || if picked.get() == Some(day) { "true" } else { "false" };
    let pick = move |_| picked.update(|now| *now = (*now != Some(day)).then_some(day));
    view! {
        <button type="button" aria-label=label aria-pressed=pressed on:click=pick></button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_tall_stack_closes_and_keeps_what_was_reported() {
        let mut coins = vec![Coin::Both; 10];
        coins.push(Coin::Hit);
        let (drawn, over) = shown(&coins);
        assert_eq!((drawn.len(), over), (STACK, 4));
        assert!(drawn.contains(&Coin::Hit));
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_short_stack_is_drawn_whole() {
        let coins = vec![Coin::One, Coin::Both];
        assert_eq!(shown(&coins), (coins, 0));
    }
}
