//! One reported encounter: the statement, how grave it is and why, what to do, what is known and what is not.

mod known;

use super::tell::Tell;
use crate::components::advice::Advice;
use crate::components::how_long::HowLong;
use crate::components::icon::Glyph;
use crate::components::link::Link;
use crate::components::mark::EmptyCoin;
use crate::components::note::Note;
use crate::components::risk_level::RiskLevel;
use crate::components::risk_picture::RiskPicture;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::{Ground, Place, use_app};
use known::Known;
use leptos::context::Provider;
use leptos::prelude::*;
use twoken_core::diary::{self, Encounter, EncounterId};
use twoken_core::encounter::How;
use twoken_core::status::Degree;
use twoken_core::units::{Attenuation, Minutes, Timestamp};

/// What the page tells of an encounter.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    id: EncounterId,
    from: Timestamp,
    to: Timestamp,
    duration: Minutes,
    stated: bool,
    how: How,
    lost: Option<Attenuation>,
    both: bool,
    note: String,
    label: Option<String>,
    exposure: Option<diary::Exposure>,
}

impl From<&Encounter> for Told {
    fn from(met: &Encounter) -> Self {
        Self {
            id: met.id,
            from: met.first_seen,
            to: met.last_seen,
            duration: met.duration(),
            stated: met.minutes().is_some(),
            how: met.how,
            lost: met.attenuation(),
            both: met.both,
            note: met.note().to_owned(),
            label: met.label().map(ToOwned::to_owned),
            exposure: met.exposure,
        }
    }
}

/// The page of one encounter.
#[component]
pub fn Exposure(
    /// Which.
    id: EncounterId,
) -> impl IntoView {
    let app = use_app();
    let told = Memo::new(move |_| app.diary.with(|diary| diary.get(&id).map(Told::from)));
    // The page stays while what it tells changes: one may be answering on it.
    let shown = Memo::new(move |_| told.with(|told| told.as_ref().map(|told| told.exposure)));
    move || match shown.get() {
        None => view! { <Absent known=false /> }.into_any(),
        Some(None) => view! { <Absent known=true /> }.into_any(),
        Some(Some(exposure)) => view! {
            // With the advice, and by the rules, of where it was found.
            <Provider value=app.where_found(&id)>
                <Reported id told exposure />
            </Provider>
        }
        .into_any(),
    }
}

/// No such encounter, or none that was reported.
#[component]
fn Absent(known: bool) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || {
        if known { t_string!(i18n, exposure.not_reported) } else { t_string!(i18n, exposure.gone) }
    };
    let text = move || {
        if known { t_string!(i18n, exposure.not_reported_text) } else { t_string!(i18n, exposure.gone_text) }
    };
    view! {
        <div class="empty">
            <EmptyCoin />
            <h1 class="title">{title}</h1>
            <p class="small">{text}</p>
            <Link to=Place::Diary class="btn plain compact">
                {t!(i18n, exposure.to_diary)}
            </Link>
        </div>
    }
}

#[component]
fn Reported(id: EncounterId, told: Memo<Option<Told>>, exposure: diary::Exposure) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let second = exposure.degree == Degree::Second;
    let offer = Memo::new(move |_| (app.telling(&id), Some(Ground::Encounter(id))));
    let over = move || {
        let from = told.with(|told| told.as_ref().map(|told| told.from)).unwrap_or_default();
        let day = words.format().day_long(format::calendar_day(from));
        let when = words.moment(exposure.found_at, app.now.get());
        t_string!(i18n, exposure.over, day = day, when = when)
    };
    let doubtful = exposure.doubt.is_some();
    let statement = move || {
        if doubtful {
            return t_string!(i18n, exposure.statement_doubt).to_owned();
        }
        if second {
            return t_string!(i18n, exposure.statement_second).to_owned();
        }
        let long = told
            .with(|told| told.as_ref().map(|told| (told.duration, told.stated, told.how == How::Bluetooth)));
        let (duration, stated, radio) = long.unwrap_or_default();
        let duration = words.duration_long(duration);
        match (stated, radio) {
            (true, false) => t_string!(i18n, exposure.statement, duration = duration),
            (false, false) => t_string!(i18n, exposure.statement_least, duration = duration),
            (true, true) => t_string!(i18n, bluetooth.statement, duration = duration),
            (false, true) => t_string!(i18n, bluetooth.statement_least, duration = duration),
        }
    };
    let grade = Memo::new(move |_| app.risk.with(|risk| risk.of(&id).map(|(day, _)| day.grade)));
    let lead = move || {
        if doubtful {
            t_string!(i18n, exposure.lead_doubt)
        } else if second {
            t_string!(i18n, exposure.lead_second)
        } else {
            t_string!(i18n, exposure.lead)
        }
    };
    view! {
        <div class="two abc">
            <div class="stack">
                <div class="stack tight">
                    <p class="over">{over}</p>
                    <h1 class="statement">{statement}</h1>
                    <div role="status">
                        {move || grade.get().map(|grade| view! { <RiskLevel grade /> })}
                    </div>
                    <p class="lead">{lead}</p>
                </div>
                {(!doubtful)
                    .then(|| {
                        view! {
                            <HowLong id />
                            <RiskPicture id />
                        }
                    })}
            </div>
            <div class="stack">
                {(!doubtful)
                    .then(|| {
                        view! {
                            <section class="panel news stack mid" aria-labelledby="todo">
                                <h2 class="title" id="todo">
                                    {t!(i18n, exposure.todo)}
                                </h2>
                                <Advice />
                            </section>
                        }
                    })}
                <Tell offer />
                <Note
                    glyph=Glyph::Lock
                    title=Signal::derive(move || t_string!(i18n, exposure.secret).to_owned())
                    text=Signal::derive(move || t_string!(i18n, exposure.secret_text).to_owned())
                />
            </div>
            <div class="stack">
                <section class="sec" aria-labelledby="known">
                    <h2 class="head" id="known">
                        {t!(i18n, exposure.known)}
                    </h2>
                    {move || told.get().map(|told| view! { <Known told exposure /> })}
                </section>
                <section class="sec" aria-labelledby="unknown">
                    <h2 class="head" id="unknown">
                        {t!(i18n, exposure.unknown)}
                    </h2>
                    <p class="small">{t!(i18n, exposure.unknown_text)}</p>
                </section>
            </div>
        </div>
    }
}
