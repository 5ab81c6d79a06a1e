//! Five rows of bars, one a day, on one scale. Each row bears its name: colour says nothing by itself.

use super::{count, name};
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::console::{CHART_DAYS, Figure, use_console};
use leptos::prelude::*;
use twoken_core::units::Day;

/// The drawing's units: a day, of which a bar takes most, and the height of a row.
const DAY: usize = 10;
const BAR: usize = 7;
const HEIGHT: u64 = 40;

type Row = Vec<(Day, u64)>;

/// The chart, and the same figures as a table.
#[component]
pub(super) fn Chart() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let today = Memo::new(move |_| console.now.get().day());
    let row = move |figure: Figure| -> Row {
        console.figures.with(|figures| figures.each(figure, today.get(), CHART_DAYS))
    };
    let most = Memo::new(move |_| {
        let most = Figure::CHART.into_iter().flat_map(row).map(|(_, count)| count).max();
        most.unwrap_or_default().max(1)
    });
    let sum = move |figure: Figure| {
        let sum = console.figures.with(|figures| figures.sum(figure, today.get(), CHART_DAYS));
        words.format().number(count(sum))
    };
    let sentence = move || {
        t_string!(
            i18n,
            staff_overview.sentence,
            issued = sum(Figure::Issued),
            redeemed = sum(Figure::Redeemed),
            revoked = sum(Figure::Revoked),
            patients = sum(Figure::PatientPermits),
            staff = sum(Figure::StaffPermits)
        )
    };
    let drawn = move |figure: Figure| {
        view! {
            <span class="small">{move || name(i18n, figure)}</span>
            <svg
                class=class(figure)
                viewBox=format!("0 0 {} {HEIGHT}", usize::from(CHART_DAYS) * DAY)
                preserveAspectRatio="none"
            >
                <path d=move || bars(&row(figure), most.get()) />
            </svg>
        }
    };
    let day = move |back: u16| words.format().day_short(today.get().minus(back));
    view! {
        <section class="stack mid" aria-labelledby="chart">
            <h2 class="head" id="chart">
                {t!(i18n, staff_overview.chart)}
            </h2>
            <div class="day-rows" role="img" aria-label=sentence>
                {Figure::CHART.into_iter().map(drawn).collect_view()}
                <span></span>
                <span class="row caption num">
                    <span>{move || day(CHART_DAYS - 1)}</span>
                    <span class="push">{move || day(0)}</span>
                </span>
            </div>
            <p class="caption">
                {move || {
                    t_string!(i18n, staff_overview.scale, most = words.format().number(count(most.get())))
                }}
            </p>
            <details>
                <summary class="small">{t!(i18n, staff_overview.each)}</summary>
                <Table />
            </details>
        </section>
    }
}

/// Each day on which there was something.
#[component]
fn Table() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let rows = move || {
        let today = console.now.get().day();
        let format = words.format();
        let day = move |back: u16| {
            let day = today.minus(back);
            let counts =
                console.figures.with(|figures| Figure::ALL.map(|figure| figures.sum(figure, day, 1)));
            counts.iter().any(|count| *count > 0).then_some((day, counts))
        };
        (0..CHART_DAYS)
            .filter_map(day)
            .map(|(day, counts)| {
                let cells =
                    counts.into_iter().map(|sum| view! { <td class="num">{format.number(count(sum))}</td> });
                view! {
                    <tr>
                        <th scope="row">{format.day_short(day)}</th>
                        {cells.collect_view()}
                    </tr>
                }
            })
            .collect_view()
    };
    let head = move |figure: Figure| view! { <th scope="col">{move || name(i18n, figure)}</th> };
    view! {
        <div class="scrolls" tabindex="0" role="region" aria-label=move || t_string!(i18n, staff_overview.each)>
            <table class="rows sums">
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, staff_overview.day)}</th>
                        {Figure::ALL.into_iter().map(head).collect_view()}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Every bar of a row as one path, from the ground up. What is counted at all is seen.
fn bars(row: &[(Day, u64)], most: u64) -> String {
    let bar = |(at, (_, count)): (usize, &(Day, u64))| match count.saturating_mul(HEIGHT).div_ceil(most) {
        0 => String::new(),
        height => format!("M{} {HEIGHT}v-{height}h{BAR}v{height}z", at * DAY),
    };
    row.iter().enumerate().map(bar).collect()
}

fn class(figure: Figure) -> &'static str {
    match figure {
        Figure::Issued => "bars of-issued",
        Figure::Redeemed => "bars of-redeemed",
        Figure::Revoked => "bars of-revoked",
        Figure::PatientPermits => "bars of-patients",
        Figure::StaffPermits => "bars of-staff",
        Figure::UnknownNames => "bars of-unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn the_highest_bar_fills_its_row_and_a_single_one_can_be_seen() {
        let row = [(Day::new(1), 0), (Day::new(2), 1), (Day::new(3), 1000)];
        assert_eq!(bars(&row, 1000), "M10 40v-1h7v1zM20 40v-40h7v40z");
        assert_eq!(bars(&[], 1), "");
    }
}
