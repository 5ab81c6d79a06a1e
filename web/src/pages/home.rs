//! One question, one sentence: was any of my encounters reported? Then what to do, then the picture.

mod checking;
mod counted;
pub mod notes;

use crate::components::advice::Advice;
use crate::components::day_chart::DayChart;
use crate::components::icon::{Glyph, Icon};
use crate::components::later::{Later, Piece};
use crate::components::link::Link;
use crate::components::mark::PanelCoin;
use crate::components::note::Note;
use crate::components::outgoing_view::OutgoingView;
use crate::components::reminder::Reminder;
use crate::components::risk_level::RiskLevel;
use crate::components::show::Show;
use crate::components::words::{plural, use_words};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::{App, Closed, Place, use_app};
use checking::Checking;
use counted::{Counted, CountedPanel};
use leptos::prelude::*;
use twoken_core::diary::EncounterId;
use twoken_core::risk::{Assessment, Grade};
use twoken_core::status::Degree;
use twoken_core::units::{Minutes, Timestamp};

/// A reported encounter, as Home tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hit {
    id: EncounterId,
    at: Timestamp,
    duration: Minutes,
    stated: bool,
    found_at: Timestamp,
    /// Whether it may not have been a meeting.
    doubtful: bool,
    /// Whether it was not they who tested positive, but somebody they had met.
    second: bool,
    /// Its day's, with all that was reported of it.
    grade: Option<Grade>,
}

/// The page one opens the app for.
#[component]
pub fn Home() -> impl IntoView {
    let app = use_app();
    let hits = Memo::new(move |_| {
        let mut hits: Vec<Hit> = app.diary.with(|diary| {
            diary
                .iter()
                .filter_map(|met| {
                    met.exposure.as_ref().map(|exposure| Hit {
                        id: met.id,
                        at: met.first_seen,
                        duration: met.duration(),
                        stated: met.minutes().is_some(),
                        found_at: exposure.found_at,
                        doubtful: exposure.doubt.is_some(),
                        second: exposure.degree == Degree::Second,
                        grade: app.risk.with(|risk| Some(risk.of(&met.id)?.0.grade)),
                    })
                })
                .collect()
        });
        hits.sort_by_key(|hit| std::cmp::Reverse(hit.at));
        hits
    });
    let reported = Memo::new(move |_| hits.with(|hits| !hits.is_empty()));
    let counted = Memo::new(move |_| !app.counting().is_empty());
    // Both only where the server has changed its mode within 14 days.
    let unnamed = move || {
        view! {
            <Show when=move || counted.get() fallback=Clear>
                <Counted />
            </Show>
        }
    };
    view! {
        <Show when=move || app.outgoing.with(Option::is_some)>
            <OutgoingView short=true />
        </Show>
        <Show when=move || reported.get() fallback=unnamed>
            <Show when=move || counted.get()>
                <CountedPanel />
            </Show>
            <Reported hits />
        </Show>
        <Reminder />
    }
}

/// Nothing known.
#[component]
fn Clear() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let met = Memo::new(move |_| app.diary.with(twoken_core::diary::Diary::len));
    let checked = Memo::new(move |_| app.check.with(|check| check.checked_until));
    let statement = move || match (met.get(), checked.get()) {
        (0, _) => t_string!(i18n, home.empty),
        (_, None) => t_string!(i18n, home.unchecked),
        (_, Some(_)) => t_string!(i18n, home.clear),
    };
    let region = use_region_name();
    let explained = move || {
        let encounters = words.encounters(met.get());
        match (met.get(), checked.get()) {
            (0, None) => t_string!(i18n, home.empty_text).to_owned(),
            (0, Some(until)) => {
                let when = words.moment(until, app.now.get());
                let none = t_string!(i18n, home.compared_none, when = when);
                format!("{} {none}", t_string!(i18n, home.empty_text))
            }
            (_, None) if !checks_by_itself(app) => t_string!(i18n, home.unchecked_by_hand).to_owned(),
            (_, None) => t_string!(i18n, home.unchecked_text).to_owned(),
            (_, Some(until)) => {
                let when = words.moment(until, app.now.get());
                match region() {
                    None => t_string!(i18n, home.compared, encounters = encounters, when = when),
                    Some(region) => t_string!(
                        i18n,
                        home.compared_region,
                        encounters = encounters,
                        region = region,
                        when = when
                    ),
                }
            }
        }
    };
    view! {
        <div class="two">
            <div class="stack">
                <section class="panel calm roomy">
                    <PanelCoin />
                    <p class="over">
                        {move || words.format().day_long(format::calendar_day(app.now.get()))}
                    </p>
                    <div aria-live="polite">
                        <h1 class="statement says">{statement}</h1>
                        <p class="small narrow">{explained}</p>
                    </div>
                    <Checking />
                </section>
                <Later piece=Piece::Notes />
                <MeetLink phone=true />
                <Note
                    glyph=Glyph::Info
                    title=Signal::derive(move || t_string!(i18n, home.cannot).to_owned())
                    text=Signal::derive(move || t_string!(i18n, home.cannot_text).to_owned())
                />
            </div>
            <div class="stack">
                <MeetLink />
                <Days />
                <Standing />
            </div>
        </div>
    }
}

/// One or more encounters were reported.
#[component]
fn Reported(hits: Memo<Vec<Hit>>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    // What may never have been a meeting makes no headline beside what was one.
    let count = move || hits.with(|hits| hits.iter().filter(|hit| !hit.doubtful).count());
    let certain = Memo::new(move |_| count() > 0);
    // Those who tested positive come first; what is one step away makes the headline alone.
    let first =
        Memo::new(move |_| hits.with(|hits| hits.iter().filter(|hit| !hit.doubtful && !hit.second).count()));
    let second = move || certain.get() && first.get() == 0;
    let statement = move || {
        if second() {
            t_string!(i18n, home.second, count = plural(count()))
        } else if certain.get() {
            t_string!(i18n, home.reported, count = plural(first.get()))
        } else {
            t_string!(i18n, home.doubtful, count = plural(hits.with(Vec::len)))
        }
    };
    let found = move || {
        let newest = hits.with(|hits| hits.iter().map(|hit| hit.found_at).max());
        newest.map(|at| {
            let when = words.moment(at, app.now.get());
            t_string!(i18n, home.found, when = when)
        })
    };
    let line = move |hit: &Hit| {
        let day = words.format().day_long(format::calendar_day(hit.at));
        let mut duration = words.duration_long(hit.duration);
        if !hit.stated {
            duration = t_string!(i18n, risk.least, minutes = duration);
        }
        let line = t_string!(i18n, home.see_day, day = day, duration = duration);
        let mark = match (hit.doubtful, hit.second) {
            (true, _) => t_string!(i18n, home.doubtful_mark),
            (false, true) => t_string!(i18n, home.second_mark),
            (false, false) => return line,
        };
        format!("{line} · {mark}")
    };
    let list = move || {
        let hits = hits.get();
        let several = hits.len() > 1;
        hits.into_iter()
            .map(|hit| {
                // One alone has it above.
                let grade = hit.grade.filter(|_| several);
                view! {
                    <li class="hit row wrap">
                        <div class="grow">
                            <p>{line(&hit)}</p>
                            {grade.map(|grade| view! { <RiskLevel grade small=true /> })}
                        </div>
                        <Link to=Place::Exposure(hit.id) class="btn">
                            {t!(i18n, home.see)}
                        </Link>
                    </li>
                }
            })
            .collect_view()
    };
    let overall = Memo::new(move |_| app.risk.with(Assessment::overall));
    let explained = move || {
        let several = (count() > 1).then(|| t_string!(i18n, home.gravest));
        let open = overall.get().is_some_and(|grade| grade.at_least);
        let open = open.then(|| t_string!(i18n, home.time_open));
        several.into_iter().chain(open).collect::<Vec<_>>().join(" ")
    };
    let others = move || {
        let until = app.check.with(|check| check.checked_until)?;
        let rest = app.diary.with(twoken_core::diary::Diary::len) > hits.with(Vec::len);
        rest.then(|| {
            let when = words.moment(until, app.now.get());
            t_string!(i18n, home.others, when = when)
        })
    };
    view! {
        <div class="two abc">
            <section class="panel news roomy">
                <PanelCoin />
                <p class="over">{found}</p>
                <div aria-live="polite">
                    <h1 class="statement says">{statement}</h1>
                    <p class="small">
                        {move || {
                            if second() {
                                t_string!(i18n, home.second_text)
                            } else if certain.get() {
                                t_string!(i18n, home.not_infected)
                            } else {
                                t_string!(i18n, home.doubtful_text)
                            }
                        }}
                    </p>
                    <div class="gap-above">
                        {move || overall.get().map(|grade| view! { <RiskLevel grade /> })}
                        <p class="small">{explained}</p>
                    </div>
                </div>
                <ul class="stack tight does">{list}</ul>
            </section>
            <div class="stack wide">
                <Show when=move || certain.get()>
                    <section class="sec" aria-labelledby="todo">
                        <h2 class="head" id="todo">
                            {t!(i18n, exposure.todo)}
                        </h2>
                        <Advice />
                    </section>
                </Show>
                <Note
                    glyph=Glyph::Lock
                    title=Signal::derive(move || t_string!(i18n, home.secret).to_owned())
                    text=Signal::derive(move || t_string!(i18n, home.secret_text).to_owned())
                />
                <section class="sec">
                    <Checking />
                    <Later piece=Piece::Notes />
                </section>
                <MeetLink plain=true />
            </div>
            <div class="stack">
                <Days large=true />
                <p class="caption">{others}</p>
                <MeetLink phone=true plain=true />
            </div>
        </div>
    }
}

/// The way to Meet: below the statement on a phone, beside it on a desk.
#[component]
fn MeetLink(#[prop(optional)] phone: bool, #[prop(optional)] plain: bool) -> impl IntoView {
    let i18n = use_i18n();
    let class = match (phone, plain) {
        (true, false) => "btn wide only-phone",
        (false, false) => "btn wide only-desk",
        (true, true) => "btn plain wide only-phone",
        (false, true) => "btn plain wide only-desk",
    };
    view! {
        <Link to=Place::Meet class>
            <Icon glyph=Glyph::Meet />
            {t!(i18n, home.meet)}
        </Link>
    }
}

#[component]
fn Days(#[prop(optional)] large: bool) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="sec" aria-labelledby="days">
            <div class="row">
                <h2 class="head" id="days">
                    {t!(i18n, home.days)}
                </h2>
                <Link to=Place::Diary class="small push">
                    {t!(i18n, home.open_diary)}
                </Link>
            </div>
            <DayChart large />
        </section>
    }
}

/// Whether the person wants it to check without being asked.
fn checks_by_itself(app: App) -> bool {
    app.settings.with(|settings| settings.consent.as_ref().is_some_and(|consent| consent.check_hourly))
}

/// What always holds: when it checks, as far as this browser lets it, and where things are.
#[component]
fn Standing() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let by_itself = move || checks_by_itself(app);
    let closed = move |closed| match closed {
        Closed::Never => t_string!(i18n, background.home_never),
        Closed::Unwanted => t_string!(i18n, background.home_unwanted),
        Closed::NotAllowed => t_string!(i18n, background.home_refused),
        Closed::Locked => t_string!(i18n, background.home_locked),
        Closed::NowAndThen => t_string!(i18n, background.home_granted),
    };
    view! {
        <ul class="list open">
            <li class="note">
                <Icon glyph=Glyph::Refresh />
                <div>
                    <p class="strong">{t!(i18n, home.checks)}</p>
                    <p class="small">
                        {move || {
                            if by_itself() {
                                closed(app.closed())
                            } else {
                                t_string!(i18n, home.checks_manual_text)
                            }
                        }}
                    </p>
                    <Show when=move || app.is_muted()>
                        <p class="small">{t!(i18n, background.home_muted)}</p>
                    </Show>
                </div>
            </li>
            <li class="note">
                <Icon glyph=Glyph::Phone />
                <div>
                    <p class="strong">{t!(i18n, home.kept)}</p>
                    <p class="small">{t!(i18n, home.kept_text)}</p>
                </div>
            </li>
        </ul>
    }
}

/// The region's name, where the server has several.
fn use_region_name() -> impl Fn() -> Option<String> + Copy {
    let app = use_app();
    move || {
        let id = app.region()?;
        app.server.with(|server| {
            let config = server.config.as_ref()?.config();
            (config.regions.len() > 1).then(|| config.region(&id).map(|region| region.name.clone())).flatten()
        })
    }
}
