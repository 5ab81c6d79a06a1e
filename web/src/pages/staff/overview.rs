//! How many, for supervisors: sums, a chart of the last days, and what does not fit.

mod chart;
mod misfits;

use super::asking::{Again, Refused};
use crate::components::mark::EmptyCoin;
use crate::components::words::use_words;
use crate::i18n::{I18n, t, t_string, use_i18n};
use crate::state::console::{Asked, CHART_DAYS, Figure, use_console};
use chart::Chart;
use leptos::prelude::*;
use misfits::Misfits;

/// The page.
#[component]
pub(super) fn OverviewDesk() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let asked = Signal::derive(move || console.figures.with(|figures| figures.asked.clone()));
    console.load_figures();
    let today = Memo::new(move |_| console.now.get().day());
    let none = Memo::new(move |_| {
        console
            .figures
            .with(|figures| figures.asked == Asked::Answered && figures.is_empty(today.get(), CHART_DAYS))
    });
    let shown = move || match none.get() {
        true => view! {
            <div class="empty">
                <EmptyCoin />
                <p class="small">{t!(i18n, staff_overview.empty)}</p>
            </div>
        }
        .into_any(),
        false => view! {
            <div class="two even">
                <div class="stack mid">
                    <Sums />
                    <Misfits />
                </div>
                <Chart />
            </div>
        }
        .into_any(),
    };
    view! {
        <div class="row base wrap heads">
            <h1 class="title">{t!(i18n, staff_overview.title)}</h1>
            <Again asked on_again=Callback::new(move |()| console.load_figures()) />
        </div>
        <p class="small">{t!(i18n, staff_overview.text)}</p>
        <Refused asked />
        {shown}
    }
}

/// Today, seven days, thirty days.
#[component]
fn Sums() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let sum = move |figure: Figure, days: u16| {
        let today = console.now.get().day();
        words.format().number(count(console.figures.with(|figures| figures.sum(figure, today, days))))
    };
    let row = move |figure: Figure| {
        view! {
            <tr>
                <th scope="row">{move || name(i18n, figure)}</th>
                <td class="num">{move || sum(figure, 1)}</td>
                <td class="num">{move || sum(figure, 7)}</td>
                <td class="num">{move || sum(figure, CHART_DAYS)}</td>
            </tr>
        }
    };
    view! {
        <div class="scrolls" tabindex="0" role="region" aria-label=move || t_string!(i18n, staff_overview.sums)>
            <table class="rows sums">
                <caption class="sr">{t!(i18n, staff_overview.sums)}</caption>
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">{t!(i18n, staff_overview.today)}</th>
                        <th scope="col">{t!(i18n, staff_overview.week)}</th>
                        <th scope="col">{t!(i18n, staff_overview.month)}</th>
                    </tr>
                </thead>
                <tbody>{Figure::ALL.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p class="caption">{t!(i18n, staff_overview.utc)}</p>
    }
}

/// What is counted.
fn name(i18n: I18n, figure: Figure) -> &'static str {
    match figure {
        Figure::Issued => t_string!(i18n, staff_overview.issued),
        Figure::Redeemed => t_string!(i18n, staff_overview.redeemed),
        Figure::Revoked => t_string!(i18n, staff_overview.revoked),
        Figure::PatientPermits => t_string!(i18n, staff_overview.patients),
        Figure::StaffPermits => t_string!(i18n, staff_overview.staff),
        Figure::UnknownNames => t_string!(i18n, staff_overview.unknown),
    }
}

/// As the formats take it.
fn count(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
