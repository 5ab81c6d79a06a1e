//! What the person agreed to, since when, and a control for each: what withdrawing it does, and what it can't undo.

use crate::components::link::Link;
use crate::components::show::Show;
use crate::components::switch::Switch;
use crate::components::words::{plural, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::{Closed, Permission, Place, use_app};
use leptos::prelude::*;
use twoken_core::units::Timestamp;

/// Each on its own.
#[component]
pub(super) fn Agreed(
    /// Whether deleting everything was asked for: without a diary there is nothing to agree to.
    sure: RwSignal<bool>,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let dated = move |given: bool, at: Option<Timestamp>| match (given, at) {
        (false, _) => t_string!(i18n, rights.not_agreed).to_owned(),
        (true, None) => t_string!(i18n, rights.undated).to_owned(),
        (true, Some(at)) => {
            let day = words.format().day_plain(format::calendar_day(at));
            t_string!(i18n, rights.since, day = day)
        }
    };
    let settings = app.settings;
    let kept = move || dated(true, settings.with(|known| known.consent.as_ref().map(|given| given.given_at)));
    let hourly =
        move || settings.with(|known| known.consent.as_ref().is_some_and(|consent| consent.check_hourly));
    let one_way = move || settings.with(|known| known.one_way);
    let regions = move || settings.with(|known| known.region.is_some() || !known.also.is_empty());
    let told = move || app.study_reports.with(Vec::len);
    let told_words = move || {
        let count = plural(told());
        t_string!(i18n, rights.studies_told, count = count)
    };
    view! {
        <section class="sec" aria-labelledby="agreed">
            <h2 class="head" id="agreed">
                {t!(i18n, rights.agreed)}
            </h2>
            <p class="small">{t!(i18n, rights.agreed_text)}</p>
            <ul class="list">
                <li>
                    <p class="medium-weight">{t!(i18n, welcome.keep)}</p>
                    <p class="caption">{kept}</p>
                    <p class="small">{t!(i18n, rights.keep_text)}</p>
                    <button class="linkish danger" type="button" on:click=move |_| sure.set(true)>
                        {t!(i18n, rights.keep_withdraw)}
                    </button>
                </li>
                <li>
                    <Switch
                        title=Signal::derive(move || t_string!(i18n, settings.hourly))
                        text=Signal::derive(move || t_string!(i18n, rights.hourly_text))
                        on=Signal::derive(hourly)
                        change=move |on| app.set_check_hourly(on)
                    />
                    <p class="caption">
                        {move || dated(hourly(), settings.with(|known| known.since.check_hourly))}
                    </p>
                </li>
                <li>
                    <Switch
                        title=Signal::derive(move || t_string!(i18n, meet.one_way))
                        text=Signal::derive(move || t_string!(i18n, rights.one_way_text))
                        on=Signal::derive(one_way)
                        change=move |on| app.set_one_way(on)
                    />
                    <p class="caption">
                        {move || dated(one_way(), settings.with(|known| known.since.one_way))}
                    </p>
                </li>
                <Show when=move || app.closed() != Closed::Never>
                    <li>
                        <Switch
                            title=Signal::derive(move || t_string!(i18n, background.checks))
                            text=Signal::derive(move || t_string!(i18n, background.checks_text))
                            on=Signal::derive(move || settings.with(|known| known.background))
                            change=move |on| app.set_background(on)
                        />
                    </li>
                </Show>
                <Show when=move || app.background.get().notifications != Permission::Absent>
                    <li>
                        <Switch
                            title=Signal::derive(move || t_string!(i18n, background.notify))
                            text=Signal::derive(move || t_string!(i18n, background.notify_text))
                            on=Signal::derive(move || settings.with(|known| known.notify))
                            change=move |on| app.set_notify(on)
                        />
                    </li>
                </Show>
                <Show when=move || app.decoys_per_week().is_some_and(|count| 0 < count)>
                    <li>
                        <Switch
                            title=Signal::derive(move || t_string!(i18n, decoys.send))
                            text=Signal::derive(move || t_string!(i18n, decoys.send_text))
                            on=Signal::derive(move || settings.with(|known| known.decoys))
                            change=move |on| app.set_decoys(on)
                        />
                    </li>
                </Show>
                <li>
                    <p class="medium-weight">{t!(i18n, rights.region)}</p>
                    <p class="caption">
                        {move || dated(regions(), settings.with(|known| known.since.region))}
                    </p>
                    <p class="small">{t!(i18n, rights.region_text)}</p>
                    <Show when=regions>
                        <button class="linkish" type="button" on:click=move |_| app.withdraw_regions()>
                            {t!(i18n, rights.region_withdraw)}
                        </button>
                    </Show>
                </li>
                {move || {
                    app.further()
                        .into_iter()
                        .map(|of| {
                            view! {
                                <li>
                                    <p class="medium-weight address">{of.server_name()}</p>
                                    <p class="caption">{move || dated(true, of.joined_since())}</p>
                                    <p class="small">{t!(i18n, servers.agreed_text)}</p>
                                    <Link to=Place::Servers class="linkish">
                                        {t!(i18n, servers.to_page)}
                                    </Link>
                                </li>
                            }
                        })
                        .collect_view()
                }}
                <li>
                    <p class="medium-weight">{t!(i18n, rights.studies)}</p>
                    <p class="caption">
                        {move || if told() == 0 { dated(false, None) } else { told_words() }}
                    </p>
                    <p class="small">{t!(i18n, rights.studies_text)}</p>
                    <Show when=move || 0 < told()>
                        <Link to=Place::Studies class="linkish">
                            {t!(i18n, rights.studies_go)}
                        </Link>
                    </Show>
                </li>
                <li>
                    <p class="medium-weight">{t!(i18n, rights.reports)}</p>
                    <p class="small">{t!(i18n, rights.reports_text)}</p>
                </li>
            </ul>
        </section>
    }
}
