//! Sums that do not fit together, in words, for a supervisor to look into.

use super::count;
use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::words::{Words, use_words};
use crate::i18n::{I18n, t, t_string, use_i18n};
use crate::state::console::{Asked, Figure, Misfit, use_console};
use leptos::prelude::*;

/// What does not fit; else that nothing stands out, which is no proof either.
#[component]
pub(super) fn Misfits() -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let found = Memo::new(move |_| {
        let today = console.now.get().day();
        console.figures.with(|figures| (figures.asked != Asked::Never).then(|| figures.misfits(today)))
    });
    let shown = move || {
        let found = found.get()?;
        Some(if found.is_empty() {
            view! {
                <p class="small row near top-line">
                    <Icon glyph=Glyph::Check small=true />
                    <span>{t!(i18n, staff_overview.fits)}</span>
                </p>
            }
            .into_any()
        } else {
            found
                .into_iter()
                .map(|misfit| view! { <Message said=said(i18n, words, misfit) /> })
                .collect_view()
                .into_any()
        })
    };
    view! {
        <section class="stack tight" aria-labelledby="misfits">
            <h2 class="head" id="misfits">
                {t!(i18n, staff_overview.look)}
            </h2>
            {shown}
            <p class="caption">{t!(i18n, staff_overview.look_text)}</p>
        </section>
    }
}

fn said(i18n: I18n, words: Words, misfit: Misfit) -> Said {
    let format = words.format();
    let number = |value: u64| format.number(count(value));
    let (title, text) = match misfit {
        Misfit::MoreRedeemed { redeemed, issued } => {
            let (redeemed, issued) = (number(redeemed), number(issued));
            (
                t_string!(i18n, staff_overview.more_redeemed),
                t_string!(i18n, staff_overview.more_redeemed_text, redeemed = redeemed, issued = issued),
            )
        }
        Misfit::FarMore { figure, week, usual } => {
            let (week, usual) = (number(week), number(usual));
            let title = match figure {
                Figure::StaffPermits => t_string!(i18n, staff_overview.far_permits),
                _ => t_string!(i18n, staff_overview.far_issued),
            };
            (title, t_string!(i18n, staff_overview.far_text, week = week, usual = usual))
        }
        Misfit::ManyRevoked { revoked, issued } => {
            let (revoked, issued) = (number(revoked), number(issued));
            (
                t_string!(i18n, staff_overview.many_revoked),
                t_string!(i18n, staff_overview.many_revoked_text, revoked = revoked, issued = issued),
            )
        }
    };
    Said::bad(title, text)
}
