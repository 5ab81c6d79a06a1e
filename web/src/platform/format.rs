//! Dates, times and numbers as the reader's locale writes them, through the browser's `Intl`.
//!
//! A [`Day`] that is shown is a calendar day. Days of the protocol are UTC days; the day an
//! encounter is listed under is the one on the wall calendar of whoever reads it, which
//! [`calendar_day`] gives. Both are written by the same formats, in UTC, so that a day is never
//! moved a second time.

use super::document;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use std::collections::BTreeMap;
use twoken_core::units::{Day, Timestamp};
use wasm_bindgen::JsValue;

const MILLISECONDS: f64 = 1000.0;
const SECONDS_PER_DAY: i64 = 86_400;

/// How things are written in one language, as the reader's region does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    tag: String,
}

/// Every pattern in use: a name and its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pattern {
    DayLong,
    DayShort,
    DayPlain,
    WeekdayLetter,
    DayNumber,
    Time,
    Number,
    Kilobytes,
    Megabytes,
}

impl Pattern {
    fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::DayLong => {
                &[("weekday", "long"), ("day", "numeric"), ("month", "long"), ("timeZone", "UTC")]
            }
            Self::DayShort => {
                &[("weekday", "short"), ("day", "numeric"), ("month", "short"), ("timeZone", "UTC")]
            }
            Self::DayPlain => &[("day", "numeric"), ("month", "long"), ("timeZone", "UTC")],
            Self::WeekdayLetter => &[("weekday", "narrow"), ("timeZone", "UTC")],
            Self::DayNumber | Self::Number => &[],
            Self::Time => &[("hour", "2-digit"), ("minute", "2-digit")],
            Self::Kilobytes => &[("style", "unit"), ("unit", "kilobyte")],
            Self::Megabytes => &[("style", "unit"), ("unit", "megabyte")],
        }
    }

    fn of_dates(self) -> bool {
        !matches!(self, Self::DayNumber | Self::Number | Self::Kilobytes | Self::Megabytes)
    }
}

thread_local! {
    /// Making a formatter is slow, using one is not.
    static MADE: RefCell<BTreeMap<(String, Pattern), Function>> = const { RefCell::new(BTreeMap::new()) };
    static RULES: RefCell<BTreeMap<String, Intl::PluralRules>> = const { RefCell::new(BTreeMap::new()) };
}

/// The forms that a text may take with a number, over all languages.
const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

impl Format {
    /// The formats of a language (`"en"`, `"de"`), in the region the browser names for it, and in any with `extension`.
    #[must_use]
    pub fn new(language: &str, fallback: &str, extension: &str) -> Self {
        let tag = document::languages()
            .into_iter()
            .find(|tag| {
                tag.split('-').next().is_some_and(|part| part.eq_ignore_ascii_case(language))
                    && tag.contains('-')
            })
            .unwrap_or_else(|| fallback.to_owned());
        Self { tag: tag + extension }
    }

    /// "Tuesday 17 November"
    #[must_use]
    pub fn day_long(&self, day: Day) -> String {
        self.write(Pattern::DayLong, &day_date(day))
    }

    /// "Tue 17 Nov"
    #[must_use]
    pub fn day_short(&self, day: Day) -> String {
        self.write(Pattern::DayShort, &day_date(day))
    }

    /// "17 November"
    #[must_use]
    pub fn day_plain(&self, day: Day) -> String {
        self.write(Pattern::DayPlain, &day_date(day))
    }

    /// "T"
    #[must_use]
    pub fn weekday_letter(&self, day: Day) -> String {
        self.write(Pattern::WeekdayLetter, &day_date(day))
    }

    /// "17"
    #[must_use]
    pub fn day_number(&self, day: Day) -> String {
        let number = Date::new(&day_date(day)).get_utc_date();
        self.write(Pattern::DayNumber, &JsValue::from_f64(f64::from(number)))
    }

    /// "14:31", where the reader is.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        self.write(Pattern::Time, &instant(at))
    }

    /// "1,024"
    #[must_use]
    pub fn number(&self, value: usize) -> String {
        #[allow(clippy::cast_precision_loss, reason = "no count here nears 2^53")]
        let value = value as f64;
        self.write(Pattern::Number, &JsValue::from_f64(value))
    }

    /// "1.9 kB", "0.4 MB"
    #[must_use]
    pub fn bytes(&self, value: usize) -> String {
        #[allow(clippy::cast_precision_loss, reason = "no size here nears 2^53")]
        let value = value as f64;
        let (pattern, scaled) = if value < 100_000.0 {
            (Pattern::Kilobytes, value / 1000.0)
        } else {
            (Pattern::Megabytes, value / 1_000_000.0)
        };
        let rounded = (scaled * 10.0).round() / 10.0;
        self.write(pattern, &JsValue::from_f64(rounded))
    }

    /// Which of a text's forms a number takes: its place among zero, one, two, few, many and other (CLDR).
    #[must_use]
    pub fn plural_form(&self, count: usize) -> usize {
        #[allow(clippy::cast_precision_loss, reason = "no count here nears 2^53")]
        let count = count as f64;
        let named = RULES.with_borrow_mut(|rules| {
            let made = || Intl::PluralRules::new(&Array::of1(&JsValue::from_str(&self.tag)), &Object::new());
            rules.entry(self.tag.clone()).or_insert_with(made).select(count)
        });
        FORMS.iter().position(|form| named == *form).unwrap_or(FORMS.len() - 1)
    }

    fn write(&self, pattern: Pattern, value: &JsValue) -> String {
        let function = MADE.with_borrow_mut(|made| {
            made.entry((self.tag.clone(), pattern)).or_insert_with(|| make(&self.tag, pattern)).clone()
        });
        function.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
    }
}

/// The day on the reader's wall calendar.
#[must_use]
pub fn calendar_day(at: Timestamp) -> Day {
    let date = Date::new(&instant(at));
    let shift = date.get_timezone_offset() * 60.0;
    #[allow(clippy::cast_possible_truncation, reason = "an offset is within a day of seconds")]
    let local = i64::try_from(at.seconds()).unwrap_or(i64::MAX).saturating_sub(shift as i64);
    Day::new(u16::try_from(local.div_euclid(SECONDS_PER_DAY)).unwrap_or_default())
}

/// "2026-11-17T14:31:00.000Z": the same everywhere, for programs.
#[must_use]
pub fn iso(at: Timestamp) -> String {
    Date::new(&instant(at)).to_iso_string().into()
}

/// A time of day (minutes after midnight) on a calendar day, where the reader is.
#[must_use]
pub fn local_time(day: Day, minutes: u16) -> Timestamp {
    let utc = Date::new(&day_date(day));
    let local = Date::new_with_year_month_day_hr_min(
        utc.get_utc_full_year(),
        i32::try_from(utc.get_utc_month()).unwrap_or_default(),
        i32::try_from(utc.get_utc_date()).unwrap_or_default(),
        0,
        i32::from(minutes),
    );
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time since 1970, in whole seconds; a negative one saturates to 0"
    )]
    let seconds = (local.get_time() / MILLISECONDS) as u64;
    Timestamp::new(seconds)
}

/// The moment that a field for date and time names, "2026-11-17T14:31", where the reader is.
#[must_use]
pub fn local_moment(text: &str) -> Option<Timestamp> {
    // Without a zone it is read as local time (ECMA-262, § 21.4.1.32).
    let milliseconds = Date::new(&JsValue::from_str(text)).get_time();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time since 1970, in whole seconds"
    )]
    (milliseconds >= 0.0).then(|| Timestamp::new((milliseconds / MILLISECONDS) as u64))
}

fn make(tag: &str, pattern: Pattern) -> Function {
    let locales = Array::of1(&JsValue::from_str(tag));
    let options = Object::new();
    for (name, value) in pattern.options() {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    if pattern.of_dates() {
        Intl::DateTimeFormat::new(&locales, &options).format()
    } else {
        Intl::NumberFormat::new(&locales, &options).format()
    }
}

fn instant(at: Timestamp) -> JsValue {
    #[allow(clippy::cast_precision_loss, reason = "seconds since 1970")]
    let milliseconds = at.seconds() as f64 * MILLISECONDS;
    JsValue::from_f64(milliseconds)
}

fn day_date(day: Day) -> JsValue {
    instant(day.start())
}
