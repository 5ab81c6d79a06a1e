//! What JavaScript passes in, read strictly: another type, a fraction, a detached buffer or a misspelt member is refused with
//! the argument's name, before anything else is done.

use core::str::FromStr;

#[cfg(feature = "full")]
use js_sys::Object;
use js_sys::{Array, Reflect, Uint8Array};
#[cfg(feature = "full")]
use twoken_core::units::Week;
use twoken_core::units::{Day, Interval, Minutes, Timestamp};
use twoken_core::wire::RegionId;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::refusal::{Given, Refusal};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** A moment: a `Date`, or whole seconds since 1 January 1970 UTC. What this package gives is always seconds. */
export type Time = Date | number;
/** A UTC day, `YYYY-MM-DD`. */
export type Day = string;
/** Ten minutes, counted from 1 January 1970 UTC: `Math.floor(seconds / 600)`. */
export type Interval = number;
/** How two people sensed each other: both ways, or one-way. */
export type Scheme = 'encounter' | 'tcn';
/** What a server publishes: entries, or nothing that tests a secret offline. */
export type Mode = 'open' | 'private';
/** How far a report is from a test: 1, the reporter tested positive; 2, the reporter met somebody who did. */
export type Degree = 1 | 2;
";

#[wasm_bindgen]
extern "C" {
    /// Bytes.
    #[wasm_bindgen(typescript_type = "Uint8Array")]
    pub type Bytes;
    /// A text.
    #[wasm_bindgen(typescript_type = "string")]
    pub type Text;
    /// A number.
    #[wasm_bindgen(typescript_type = "number")]
    pub type Number;
    /// A moment.
    #[wasm_bindgen(typescript_type = "Time")]
    pub type Time;
    /// A UTC day.
    #[wasm_bindgen(typescript_type = "Day")]
    pub type DayText;
    /// Texts.
    #[wasm_bindgen(typescript_type = "string[]")]
    pub type Texts;
    /// Byte strings.
    #[wasm_bindgen(typescript_type = "Uint8Array[]")]
    pub type BytesList;
    /// Numbers.
    #[wasm_bindgen(typescript_type = "number[]")]
    pub type Numbers;
    /// Intervals.
    #[wasm_bindgen(typescript_type = "Iterable<Interval>")]
    pub type Intervals;
    /// How two people sensed each other.
    #[wasm_bindgen(typescript_type = "Scheme")]
    pub type SchemeText;
    /// What a server publishes.
    #[wasm_bindgen(typescript_type = "Mode")]
    pub type ModeText;
    /// How far from a test.
    #[wasm_bindgen(typescript_type = "Degree")]
    pub type DegreeNumber;
}

#[wasm_bindgen(raw_module = "../boundary.js")]
extern "C" {
    /// The bytes of any realm's `Uint8Array`; `false` for what is none, `null` for one whose buffer was taken away.
    #[wasm_bindgen(js_name = bytesOf)]
    fn bytes_of(value: &JsValue) -> JsValue;
    /// Milliseconds of any realm's `Date`, if it is one.
    #[wasm_bindgen(js_name = dateOf)]
    fn date_of(value: &JsValue) -> Option<f64>;
    /// A member, wherever a getter of it throws: then `undefined`.
    #[wasm_bindgen(js_name = memberOf)]
    fn member_of(value: &JsValue, name: &str) -> JsValue;
    /// All that an iterable gives, up to so many; `undefined` for what is none, or whose iterator throws.
    #[wasm_bindgen(js_name = listOf)]
    fn list_of(value: &JsValue, max: u32) -> Option<Array>;
}

/// From here on a number of seconds is taken for milliseconds: the year 5138.
const NOT_SECONDS: f64 = 1e11;

/// The most that a list may hold.
const MAX_LIST: u32 = 1 << 20;

/// Bytes, `max` at most. A copy that is wiped.
pub(crate) fn bytes(value: &JsValue, name: &str, max: usize) -> Given<Zeroizing<Vec<u8>>> {
    let view = bytes_of(value);
    if view.is_null() {
        return Err(Refusal::new(
            "argument.detached",
            &format!("the buffer of `{name}` is detached: it was transferred or resized away"),
        ));
    }
    let view: Uint8Array = view.dyn_into().map_err(|_| Refusal::kind(name, "a Uint8Array"))?;
    let got = view.length() as usize;
    if got > max {
        return Err(Refusal::new("argument.length", &format!("`{name}` has {got} bytes, {max} at most")));
    }
    Ok(Zeroizing::new(view.to_vec()))
}

/// Exactly `N` bytes.
pub(crate) fn array<const N: usize>(value: &JsValue, name: &str) -> Given<[u8; N]> {
    let bytes = bytes(value, name, usize::MAX >> 8)?;
    let got = bytes.len();
    <[u8; N]>::try_from(bytes.as_slice())
        .map_err(|_| Refusal::new("argument.length", &format!("`{name}` must have {N} bytes, it has {got}")))
}

/// A text, `max` UTF-16 units at most.
pub(crate) fn text(value: &JsValue, name: &str, max: u32) -> Given<Zeroizing<String>> {
    let text = value.dyn_ref::<js_sys::JsString>().ok_or_else(|| Refusal::kind(name, "a string"))?;
    if text.length() > max {
        return Err(Refusal::new(
            "argument.length",
            &format!("`{name}` has {} characters, {max} at most", text.length()),
        ));
    }
    Ok(Zeroizing::new(String::from(text)))
}

/// A whole number from `min` to `max`.
pub(crate) fn integer(value: &JsValue, name: &str, min: i64, max: i64) -> Given<i64> {
    let number = value.as_f64().ok_or_else(|| Refusal::kind(name, "a number"))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "compared before")]
    if number.fract() == 0.0 && number >= min as f64 && number <= max as f64 {
        Ok(number as i64)
    } else {
        Err(Refusal::value(name, &format!("a whole number from {min} to {max}")))
    }
}

/// A whole number of a type of ours.
pub(crate) fn whole<T: TryFrom<i64> + Into<i64> + Bounds>(value: &JsValue, name: &str) -> Given<T> {
    integer(value, name, T::LEAST, T::MOST)?.try_into().map_err(|_| Refusal::kind(name, "a number"))
}

/// What a type can hold.
pub(crate) trait Bounds {
    /// From.
    const LEAST: i64;
    /// To.
    const MOST: i64;
}

macro_rules! bounds {
    ($($kind:ty),+) => {$(
        impl Bounds for $kind {
            const LEAST: i64 = <$kind>::MIN as i64;
            const MOST: i64 = <$kind>::MAX as i64;
        }
    )+};
}
bounds!(u8, i8, u16, u32);

/// A moment.
pub(crate) fn time(value: &JsValue, name: &str) -> Given<Timestamp> {
    let seconds = match date_of(value) {
        Some(milliseconds) => (milliseconds / 1000.0).floor(),
        None => value.as_f64().ok_or_else(|| Refusal::kind(name, "a Date or a number of seconds"))?,
    };
    if seconds >= NOT_SECONDS {
        return Err(Refusal::value(name, "a Date or seconds since 1970; these look like milliseconds"));
    }
    if seconds < 0.0 || seconds.fract() != 0.0 || seconds.is_nan() {
        return Err(Refusal::value(name, "a valid Date, or whole seconds since 1970"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared before")]
    Ok(Timestamp::new(seconds as u64))
}

/// A UTC day.
pub(crate) fn day(value: &JsValue, name: &str) -> Given<Day> {
    text(value, name, 10)?.parse().map_err(|_| Refusal::value(name, "a UTC day, `YYYY-MM-DD`"))
}

/// An interval's number.
pub(crate) fn interval(value: &JsValue, name: &str) -> Given<Interval> {
    whole(value, name).map(Interval::new)
}

/// A week's number.
#[cfg(feature = "full")]
pub(crate) fn week(value: &JsValue, name: &str) -> Given<Week> {
    whole(value, name).map(Week::new)
}

/// Minutes.
pub(crate) fn minutes(value: &JsValue, name: &str) -> Given<Minutes> {
    whole(value, name).map(Minutes::new)
}

/// A region's id.
pub(crate) fn region(value: &JsValue, name: &str) -> Given<RegionId> {
    parsed(value, name, "1 to 16 of a to z, 0 to 9 and -")
}

/// A text that a type of the core reads.
pub(crate) fn parsed<T: FromStr>(value: &JsValue, name: &str, wanted: &str) -> Given<T> {
    text(value, name, 128)?.parse().map_err(|_| Refusal::value(name, wanted))
}

/// What may be left out: `undefined` and `null` are none.
pub(crate) fn optional<T>(value: &JsValue, read: impl FnOnce(&JsValue) -> Given<T>) -> Given<Option<T>> {
    if value.is_undefined() || value.is_null() { Ok(None) } else { read(value).map(Some) }
}

/// Anything that can be gone through, each of it read.
pub(crate) fn list<T>(value: &JsValue, name: &str, read: impl Fn(&JsValue) -> Given<T>) -> Given<Vec<T>> {
    let found = list_of(value, MAX_LIST + 1).ok_or_else(|| Refusal::kind(name, "an array"))?;
    if found.length() > MAX_LIST {
        return Err(Refusal::new("argument.length", &format!("`{name}` has more than {MAX_LIST} members")));
    }
    found.iter().map(|each| read(&each)).collect()
}

/// One of several texts.
pub(crate) fn one_of<T: Copy>(value: &JsValue, name: &str, choices: &[(&str, T)]) -> Given<T> {
    let said = text(value, name, 32)?;
    choices.iter().find(|(word, _)| *word == said.as_str()).map(|(_, choice)| *choice).ok_or_else(|| {
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("'{word}'")).collect();
        Refusal::value(name, &words.join(" or "))
    })
}

/// An object of which all members are known.
pub(crate) struct Members<'a> {
    object: &'a JsValue,
    name: &'static str,
}

impl<'a> Members<'a> {
    /// An object with none but these members.
    pub(crate) fn of(object: &'a JsValue, name: &'static str, known: &[&str]) -> Given<Self> {
        let is_object = object.is_object() && !Array::is_array(object);
        let keys = is_object.then(|| Reflect::own_keys(object).ok()).flatten();
        let Some(keys) = keys else { return Err(Refusal::kind(name, "an object")) };
        for key in keys {
            let key = key.as_string().unwrap_or_default();
            if !known.contains(&key.as_str()) {
                let known = known.join("`, `");
                return Err(Refusal::value(name, &format!("an object of `{known}`, and nothing else")));
            }
        }
        Ok(Self { object, name })
    }

    /// A member; `undefined` where there is none.
    pub(crate) fn get(&self, member: &str) -> JsValue {
        member_of(self.object, member)
    }

    /// A member that must be there, read.
    pub(crate) fn need<T>(&self, member: &str, read: impl FnOnce(&JsValue, &str) -> Given<T>) -> Given<T> {
        read(&self.get(member), &format!("{}.{member}", self.name))
    }

    /// A member that may be left out, read.
    pub(crate) fn may<T>(
        &self,
        member: &str,
        read: impl FnOnce(&JsValue, &str) -> Given<T>,
    ) -> Given<Option<T>> {
        optional(&self.get(member), |value| read(value, &format!("{}.{member}", self.name)))
    }
}

#[cfg(feature = "full")]
/// JSON of an object as the server has it, for a type that reads JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(value: &JsValue, name: &str) -> Given<T> {
    if !value.is_object() || Array::is_array(value) {
        return Err(Refusal::kind(name, "an object"));
    }
    let text = js_sys::JSON::stringify(value.unchecked_ref::<Object>())
        .ok()
        .and_then(|text| text.as_string())
        .ok_or_else(|| Refusal::kind(name, "an object that JSON can hold"))?;
    let text = Zeroizing::new(text);
    serde_json::from_str(&text)
        .map_err(|_| Refusal::value(name, "of the form that docs/protocol.md describes"))
}
