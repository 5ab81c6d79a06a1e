//! How grave the exposures of each day were, and why.

use std::collections::BTreeMap;

use twoken_core::diary::EncounterId;
use twoken_core::risk::{self, Assessment, Closeness, Config, DayRisk, Duration, Grade, Reason, Step};
use twoken_core::units::{Attenuation, Day};
use wasm_bindgen::prelude::*;

use crate::args::{self, Members};
use crate::config::RiskObject;
use crate::diary::Diary;
use crate::out::{self, Out};
use crate::refusal::{Given, Refusal};
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** How grave. */
export type Level = 'low' | 'medium' | 'high';
/** A level, and whether it may be more: a duration that weighs is only seen. */
export interface Grade { level: Level; atLeast: boolean }
/** What would have made a day another level's. */
export interface Step { level: Level; minutes: number }
/** What one exposure counts, and why. */
export interface Reason {
  encounter: string;
  minutes: number;
  /** From first to last sighting, so at least so long; or the person's own statement. */
  duration: 'seen' | 'stated';
  closeness: 'face-to-face' | 'radio' | 'unknown';
  /** In dB, by radio. */
  attenuation?: number;
  distance: 'close' | 'near' | 'far';
  degree: Degree;
  /** What it counts, in minutes rounded down. */
  weighted: number;
  /** Whether it may count for more. */
  open: boolean;
  /** What the day's other exposures count, in minutes of this one. */
  others: number;
  /** So much longer, and the day would have been graver. */
  more?: Step;
  /** So much shorter, and it would have been less grave. */
  fewer?: Step;
}
/** One day with exposures. */
export interface DayRisk { day: Day; grade: Grade; minutes: number; reasons: Reason[] }
/** All days with exposures, the newest first. */
export interface Assessment { overall?: Grade; days: DayRisk[] }
";

#[wasm_bindgen]
extern "C" {
    /// An assessment.
    #[wasm_bindgen(typescript_type = "Assessment")]
    pub type AssessmentObject;
    /// Whose day it is.
    #[wasm_bindgen(typescript_type = "(firstSeen: number) => Day")]
    pub type DayFunction;
}

/// Assesses a diary's exposures by an authority's thresholds. Doubtful ones are not among them.
///
/// @param dayOf - the reader's own day of a moment in seconds; by default UTC's
/// @throws `TwokenError` `wire.member` for thresholds that contradict each other; `argument.type` where `dayOf` gives no day
#[wasm_bindgen]
pub fn assess(
    diary: &Diary,
    config: &RiskObject,
    #[wasm_bindgen(js_name = dayOf)] day_of: Option<DayFunction>,
) -> Given<AssessmentObject> {
    let config = thresholds(config)?;
    let mut days = BTreeMap::<EncounterId, Day>::new();
    if let Some(day_of) = day_of {
        let day_of =
            day_of.dyn_ref::<js_sys::Function>().ok_or_else(|| Refusal::kind("dayOf", "a function"))?;
        for row in diary.0.iter() {
            let day = day_of.call1(&JsValue::UNDEFINED, &out::seconds(row.first_seen).into());
            let day = day.map_err(|_| Refusal::value("dayOf", "a function that does not throw"))?;
            days.insert(row.id, args::day(&day, "dayOf()")?);
        }
    }
    let assessment =
        risk::assess(&diary.0, &config, |row| days.get(&row.id).copied().unwrap_or_else(|| row.day()));
    Ok(object(&assessment))
}

/// An authority's thresholds, checked.
pub(crate) fn thresholds(config: &JsValue) -> Given<Config> {
    let known = [
        "high_minutes",
        "medium_minutes",
        "close_attenuation_db",
        "near_attenuation_db",
        "near_percent",
        "second_degree_percent",
    ];
    let members = Members::of(config, "config", &known)?;
    let config = Config {
        high_minutes: members.need("high_minutes", args::minutes)?,
        medium_minutes: members.need("medium_minutes", args::minutes)?,
        close_attenuation_db: members.need("close_attenuation_db", decibels)?,
        near_attenuation_db: members.need("near_attenuation_db", decibels)?,
        near_percent: members.need("near_percent", args::whole)?,
        second_degree_percent: members.need("second_degree_percent", args::whole)?,
    };
    config.check()?;
    Ok(config)
}

fn decibels(value: &JsValue, name: &str) -> Given<Attenuation> {
    args::whole(value, name).map(Attenuation::new)
}

fn object(of: &Assessment) -> AssessmentObject {
    let days: js_sys::Array = out::list(of.days.iter().map(day));
    Out::new().may("overall", of.overall().map(grade)).with("days", days).done()
}

fn grade(of: Grade) -> JsValue {
    Out::new().with("level", words::level_word(of.level)).with("atLeast", of.at_least).done()
}

fn step(of: Step) -> JsValue {
    Out::new().with("level", words::level_word(of.level)).with("minutes", of.minutes.get()).done()
}

fn day(of: &DayRisk) -> JsValue {
    let reasons: js_sys::Array = out::list(of.reasons.iter().map(reason));
    Out::new()
        .with("day", of.day.to_string())
        .with("grade", grade(of.grade))
        .with("minutes", of.minutes.get())
        .with("reasons", reasons)
        .done()
}

fn reason(of: &Reason) -> JsValue {
    let (closeness, attenuation) = match of.closeness {
        Closeness::FaceToFace => ("face-to-face", None),
        Closeness::Radio(lost) => ("radio", Some(lost.get())),
        Closeness::Unknown => ("unknown", None),
    };
    let duration = match of.duration {
        Duration::Seen => "seen",
        Duration::Stated => "stated",
    };
    Out::new()
        .with("encounter", of.encounter.to_string())
        .with("minutes", of.minutes.get())
        .with("duration", duration)
        .with("closeness", closeness)
        .may("attenuation", attenuation)
        .with("distance", words::distance_word(of.distance))
        .with("degree", words::degree_number(of.degree))
        .with("weighted", of.weighted.get())
        .with("open", of.open)
        .with("others", of.others.get())
        .may("more", of.more.map(step))
        .may("fewer", of.fewer.map(step))
        .done()
}
