//! Amounts, times and days in words: what several pages say alike.

use crate::i18n::{I18n, Locale, t_string, td_string, use_i18n};
use crate::platform::format::{self, Format};
use leptos::prelude::*;
use twoken_core::units::{Day, Minutes, Timestamp};

const MINUTES_PER_HOUR: u16 = 60;

/// The reader's language, and how it writes numbers. Every method follows a change of language.
#[derive(Clone, Copy)]
pub struct Words {
    i18n: I18n,
    format: Memo<Format>,
}

/// The [`Words`] of the reader's language.
#[must_use]
pub fn use_words() -> Words {
    let i18n = use_i18n();
    let format = Memo::new(move |_| i18n.get_locale().format());
    Words { i18n, format }
}

/// "14:00 on Tuesday 17 November", in a language that need not be the reader's.
#[must_use]
pub fn moment_in(locale: Locale, at: Timestamp) -> String {
    let format = locale.format();
    let day = format.day_long(format::calendar_day(at));
    td_string!(locale, when.day, time = format.time(at), day = day)
}

impl Words {
    /// How dates, times and numbers are written.
    #[must_use]
    pub fn format(self) -> Format {
        self.format.get()
    }

    /// "25 min", "1 h 5 min"
    #[must_use]
    pub fn duration(self, minutes: Minutes) -> String {
        let format = self.format();
        let number = |value: u16| format.number(value.into());
        let (hours, rest) = (minutes.get() / MINUTES_PER_HOUR, minutes.get() % MINUTES_PER_HOUR);
        let i18n = self.i18n;
        match (hours, rest) {
            (0, rest) => t_string!(i18n, amount.minutes, minutes = number(rest)),
            (hours, 0) => t_string!(i18n, amount.hours, hours = number(hours)),
            (hours, rest) => {
                t_string!(i18n, amount.hours_minutes, hours = number(hours), minutes = number(rest))
            }
        }
    }

    /// "11 minutes", "2 hours", "1 h 5 min"
    #[must_use]
    pub fn duration_long(self, minutes: Minutes) -> String {
        let i18n = self.i18n;
        let (hours, rest) = (minutes.get() / MINUTES_PER_HOUR, minutes.get() % MINUTES_PER_HOUR);
        match (hours, rest) {
            (0, rest) => t_string!(i18n, amount.minutes_long, count = u32::from(rest)),
            (hours, 0) => t_string!(i18n, amount.hours_long, count = u32::from(hours)),
            _ => self.duration(minutes),
        }
    }

    /// The longest random wait, in seconds, as the server has it: "2 seconds", "30 minutes".
    #[must_use]
    pub fn longest_wait(self, seconds: u32) -> String {
        if seconds < 60 {
            t_string!(self.i18n, outgoing.seconds, count = seconds)
        } else {
            self.duration_long(Minutes::from_seconds_up(seconds.into()))
        }
    }

    /// The amount a clock is off, rounded: "12 minutes", "3 hours", "9 days".
    #[must_use]
    pub fn off_by(self, seconds: u64) -> String {
        let i18n = self.i18n;
        match Rough::of(seconds) {
            Rough::Minutes(count) => t_string!(i18n, amount.minutes_long, count = count),
            Rough::Hours(count) => t_string!(i18n, amount.hours_long, count = count),
            Rough::Days(count) => t_string!(i18n, amount.days_long, count = count),
        }
    }

    /// "14:00 today", "14:00 yesterday", "14:00 on Tuesday 17 November"
    #[must_use]
    pub fn moment(self, at: Timestamp, now: Timestamp) -> String {
        let i18n = self.i18n;
        let format = self.format();
        let (day, today) = (format::calendar_day(at), format::calendar_day(now));
        let time = format.time(at);
        if day == today {
            t_string!(i18n, when.today, time = time)
        } else if day.next() == today {
            t_string!(i18n, when.yesterday, time = time)
        } else {
            let day = format.day_long(day);
            t_string!(i18n, when.day, time = time, day = day)
        }
    }

    /// "today", "yesterday", or nothing.
    #[must_use]
    pub fn near_day(self, day: Day, now: Timestamp) -> Option<String> {
        let i18n = self.i18n;
        let today = format::calendar_day(now);
        if day == today {
            Some(t_string!(i18n, when.today_word).to_string())
        } else if day.next() == today {
            Some(t_string!(i18n, when.yesterday_word).to_string())
        } else {
            None
        }
    }

    /// "31 encounters"
    #[must_use]
    pub fn encounters(self, count: usize) -> String {
        let i18n = self.i18n;
        t_string!(i18n, amount.encounters, count = plural(count))
    }

    /// "23 entries"
    #[must_use]
    pub fn entries(self, count: usize) -> String {
        let i18n = self.i18n;
        t_string!(i18n, amount.entries, count = plural(count))
    }

    /// "3 intervals of ten minutes"
    #[must_use]
    pub fn intervals(self, count: usize) -> String {
        let i18n = self.i18n;
        t_string!(i18n, amount.intervals, count = plural(count))
    }

    /// "2 of 4"
    #[must_use]
    pub fn some_of(self, some: usize, all: usize) -> String {
        let i18n = self.i18n;
        let format = self.format();
        t_string!(i18n, amount.of, some = format.number(some), all = format.number(all))
    }
}

/// A span of time in the one unit that says enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rough {
    Minutes(u32),
    Hours(u32),
    Days(u32),
}

impl Rough {
    fn of(seconds: u64) -> Self {
        let rounded = |unit: u64| u32::try_from((seconds + unit / 2) / unit).unwrap_or(u32::MAX);
        match seconds {
            0..5_400 => Self::Minutes(rounded(60).max(1)),
            5_400..172_800 => Self::Hours(rounded(3_600)),
            _ => Self::Days(rounded(86_400)),
        }
    }
}

/// A count as the plural rules take it.
#[must_use]
pub fn plural(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A day some days before or after another.
#[must_use]
pub fn shifted(day: Day, days: i8) -> Day {
    if days < 0 {
        day.minus(u16::from(days.unsigned_abs()))
    } else {
        day.plus(u16::from(days.unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn onset_lies_on_either_side_of_the_test() {
        assert_eq!(shifted(Day::new(100), -3), Day::new(97));
        assert_eq!(shifted(Day::new(100), 2), Day::new(102));
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_clock_is_off_by_one_unit() {
        assert_eq!(Rough::of(20), Rough::Minutes(1));
        assert_eq!(Rough::of(720), Rough::Minutes(12));
        assert_eq!(Rough::of(10_700), Rough::Hours(3));
        assert_eq!(Rough::of(777_600), Rough::Days(9));
    }
}
