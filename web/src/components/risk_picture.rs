//! Why an exposure is as grave as it is: three bands of closeness, time to the right, and the encounter
//! as a line with the token at its end. What the day's others count for comes first, as a thinner
//! line; while the time is only seen, a dashed one goes on: it may have been longer.

use super::risk_level::{grade_word, level_word};
use super::risk_zones::{Scale, WIDTH, Zone, steps, zones};
use super::words::{Words, use_words};
use crate::i18n::{I18n, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;
use twoken_core::diary::EncounterId;
use twoken_core::risk::{Closeness, Config, DayRisk, Distance, Level, Reason};
use twoken_core::units::Minutes;

/// From one band to the next, and where a band, its line and a zone's name lie in it.
const PITCH: u32 = 82;
const TOP: u32 = 22;
const LINE: u32 = 18;
const NAME: u32 = 43;
/// The token's radius.
const TOKEN: u32 = 9;
/// How near two figures below the picture may stand.
const APART: u32 = 24;

/// The picture, what would have changed it, and whose thresholds they are.
#[component]
pub fn RiskPicture(
    /// Of which reported encounter.
    id: EncounterId,
) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let found = Memo::new(move |_| {
        app.risk.with(|risk| risk.of(&id).map(|(day, reason)| (day.clone(), reason.clone())))
    });
    move || {
        found.get().map(|(day, reason)| {
            let config = app.thresholds_of(&id);
            let label = described(i18n, words, &config, &day, &reason);
            view! {
                <figure class="panel stack mid">
                    <svg class="chart large risks" viewBox="0 0 302 266" role="img" aria-label=label>
                        {drawn(i18n, words, &config, &reason)}
                    </svg>
                    <figcaption class="stack tight">
                        <p class="small">{said(i18n, words, &day, &reason)}</p>
                        <p class="caption">{source(i18n, words, app.server.with(|server| {
                            server.config.as_ref().map(|config| config.config().name.clone())
                        }), &config)}</p>
                    </figcaption>
                </figure>
            }
            .into_any()
        })
    }
}

/// "low below 5 minutes, medium below 15 minutes, then high"
#[must_use]
pub fn zones_in_words(i18n: I18n, words: Words, config: &Config, reason: &Reason) -> String {
    let begins = |level| config.begins(level, reason.distance, reason.degree);
    let mut said: Vec<String> = Vec::new();
    let mut here = Level::Low;
    for next in [Level::Medium, Level::High] {
        // Where medium and high begin together, there is no medium.
        let skipped = next == Level::Medium && begins(next) == begins(Level::High);
        if let Some(from) = begins(next).filter(|_| !skipped) {
            let (level, minutes) = (level_word(i18n, here), words.duration_long(from));
            said.push(t_string!(i18n, risk.below, level = level, minutes = minutes));
            here = next;
        }
    }
    let level = level_word(i18n, here);
    said.push(if said.is_empty() {
        t_string!(i18n, risk.always, level = level)
    } else {
        t_string!(i18n, risk.then, level = level)
    });
    said.join(i18n.comma())
}

/// The picture in a sentence.
fn described(i18n: I18n, words: Words, config: &Config, day: &DayRisk, reason: &Reason) -> String {
    let band = band_name(i18n, reason.distance);
    let zones = zones_in_words(i18n, words, config, reason);
    let mut minutes = words.duration_long(reason.minutes);
    if reason.open {
        minutes = t_string!(i18n, risk.least, minutes = minutes);
    }
    if reason.others > Minutes::new(0) {
        let others = words.duration_long(reason.others);
        minutes = t_string!(i18n, risk.with_others, minutes = minutes, others = others);
    }
    let level = grade_word(i18n, day.grade);
    t_string!(i18n, risk.picture, band = band, zones = zones, minutes = minutes, level = level)
}

/// What stands below it: the rule, the day's sum, what would have changed it, what is not known yet.
fn said(i18n: I18n, words: Words, day: &DayRisk, reason: &Reason) -> String {
    let mut said = vec![t_string!(i18n, risk.rule).to_owned()];
    if reason.closeness == Closeness::Unknown {
        said.push(t_string!(i18n, bluetooth.counts_close).to_owned());
    }
    said.extend(together(i18n, words, day));
    said.push(changed(i18n, words, day, reason));
    if day.grade.at_least && !reason.open {
        said.push(t_string!(i18n, risk.other_open).to_owned());
    }
    said.join(" ")
}

/// That a day's exposures are added up, where it has several.
#[must_use]
pub fn together(i18n: I18n, words: Words, day: &DayRisk) -> Option<String> {
    (day.reasons.len() > 1).then(|| {
        let encounters = words.encounters(day.reasons.len());
        let minutes = words.duration_long(day.minutes);
        t_string!(i18n, risk.together, encounters = encounters, minutes = minutes)
    })
}

/// One sentence that says what would have changed the day's level.
fn changed(i18n: I18n, words: Words, day: &DayRisk, reason: &Reason) -> String {
    let long = |minutes| words.duration_long(minutes);
    let word = |level| level_word(i18n, level);
    match (reason.more, reason.fewer) {
        (Some(more), _) if reason.open => {
            let minutes = long(Minutes::new(reason.minutes.get().saturating_add(more.minutes.get())));
            t_string!(i18n, risk.from, minutes = minutes, level = word(more.level))
        }
        (Some(more), Some(fewer)) => t_string!(
            i18n,
            risk.either,
            more = long(more.minutes),
            graver = word(more.level),
            fewer = long(fewer.minutes),
            lighter = word(fewer.level)
        ),
        (Some(more), None) => {
            t_string!(i18n, risk.more, minutes = long(more.minutes), level = word(more.level))
        }
        (None, Some(fewer)) => {
            t_string!(i18n, risk.fewer, minutes = long(fewer.minutes), level = word(fewer.level))
        }
        (None, None) if day.grade.level == Level::High => t_string!(i18n, risk.without).to_owned(),
        (None, None) => t_string!(i18n, risk.weightless).to_owned(),
    }
}

/// Whose thresholds they are.
fn source(i18n: I18n, words: Words, name: Option<String>, config: &Config) -> String {
    let Some(name) = name else {
        return t_string!(i18n, risk.source_none).to_owned();
    };
    let minutes = words.duration_long(config.high_minutes);
    // Whoever signs none gets the defaults, and whoever signs the defaults has changed none.
    let said = if *config == Config::default() {
        t_string!(i18n, risk.source_default, name = name, minutes = minutes)
    } else {
        t_string!(i18n, risk.source, name = name, minutes = minutes)
    };
    if config.high_minutes == Config::default().high_minutes {
        format!("{said} {}", t_string!(i18n, risk.source_rki))
    } else {
        said
    }
}

fn band_name(i18n: I18n, distance: Distance) -> &'static str {
    match distance {
        Distance::Close => t_string!(i18n, risk.band_close),
        Distance::Near => t_string!(i18n, risk.band_near),
        Distance::Far => t_string!(i18n, risk.band_far),
    }
}

fn drawn(i18n: I18n, words: Words, config: &Config, reason: &Reason) -> AnyView {
    let scale = Scale::of(config);
    let mut top = TOP;
    let bands = [Distance::Close, Distance::Near, Distance::Far].map(|distance| {
        let mine = distance == reason.distance;
        let band = band(i18n, config, reason, distance, top, mine);
        let line = mine.then(|| line(scale, reason, top + LINE));
        top += PITCH;
        view! { {band} {line} }.into_any()
    });
    view! {
        {bands.into_iter().collect_view()}
        {figures(i18n, words, config, scale, reason)}
    }
    .into_any()
}

fn band(i18n: I18n, config: &Config, reason: &Reason, distance: Distance, top: u32, mine: bool) -> AnyView {
    let zone = |zone: Zone| {
        let class = match zone.level {
            Level::Low => "zone low",
            Level::Medium => "zone medium",
            Level::High => "zone high",
        };
        let word = level_word(i18n, zone.level);
        let named = zone.names(word).then(|| {
            view! {
                <text class="end named" x=zone.name_end() y=top + NAME>
                    {word}
                </text>
            }
        });
        view! {
            <path class=class d=zone.outline(top) />
            {named}
        }
        .into_any()
    };
    view! {
        <text class=if mine { "start b" } else { "start" } x="0" y=top - 8>
            {band_name(i18n, distance)}
        </text>
        {zones(config, distance, reason.degree).into_iter().map(zone).collect_view()}
    }
    .into_any()
}

/// What the day's others count for, the encounter, the token at its end, and what is not known.
fn line(scale: Scale, reason: &Reason, y: u32) -> AnyView {
    let (minutes, others) = (u32::from(reason.minutes.get()), u32::from(reason.others.get()));
    let last = WIDTH - TOKEN;
    let (begin, end) = (scale.x(others).min(last), scale.x(others + minutes).min(last));
    let before = (begin > 0).then(|| view! { <path class="others" d=format!("M0 {y}H{begin}") /> });
    let beyond =
        (reason.open && end < last).then(|| view! { <path class="beyond" d=format!("M{end} {y}H{last}") /> });
    view! {
        {before}
        {beyond}
        <path class="reach" d=format!("M{begin} {y}H{end}") />
        <circle class="reached" cx=end cy=y r=TOKEN />
    }
    .into_any()
}

/// The minutes below it: where time begins, where the encounter's zones do, and where the picture ends.
fn figures(i18n: I18n, words: Words, config: &Config, scale: Scale, reason: &Reason) -> AnyView {
    let number = |minutes: u32| words.format().number(minutes as usize);
    let mut before = 0;
    let between: Vec<_> = steps(config, reason.distance, reason.degree)
        .into_iter()
        .map(|from| (scale.x(from.get().into()), u32::from(from.get())))
        .filter(|(x, _)| {
            // A figure that would stand on another is left out; the last one needs twice the room.
            let fits = *x >= before + APART && x + 2 * APART <= WIDTH;
            before = if fits { *x } else { before };
            fits
        })
        .map(|(x, from)| {
            view! {
                <text x=x y="262">
                    {number(from)}
                </text>
            }
        })
        .collect();
    let last = t_string!(i18n, amount.minutes, minutes = number(scale.span()));
    view! {
        <text class="start" x="0" y="262">
            {number(0)}
        </text>
        {between}
        <text class="end" x=WIDTH y="262">
            {last}
        </text>
    }
    .into_any()
}
