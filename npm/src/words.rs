//! The texts that stand for the core's choices.

use twoken_core::encounter::How;
#[cfg(feature = "full")]
use twoken_core::permit::Class;
#[cfg(feature = "full")]
use twoken_core::risk::{Distance, Level};
use twoken_core::status::{Degree, Mode, Scheme};
use twoken_core::tcn::Doubt;
use wasm_bindgen::JsValue;

use crate::args;
use crate::refusal::{Given, Refusal};

const SCHEMES: [(&str, Scheme); 2] = [("encounter", Scheme::Encounter), ("tcn", Scheme::Tcn)];
const MODES: [(&str, Mode); 2] = [("open", Mode::Open), ("private", Mode::Private)];
#[cfg(feature = "full")]
const CLASSES: [(&str, Class); 2] = [("patient", Class::Patient), ("staff", Class::Staff)];
const HOWS: [(&str, How); 5] = [
    ("camera", How::Camera),
    ("picture", How::Picture),
    ("typed", How::Typed),
    ("link", How::Link),
    ("bluetooth", How::Bluetooth),
];
#[cfg(feature = "full")]
const LEVELS: [(&str, Level); 3] = [("low", Level::Low), ("medium", Level::Medium), ("high", Level::High)];
#[cfg(feature = "full")]
const DISTANCES: [(&str, Distance); 3] =
    [("close", Distance::Close), ("near", Distance::Near), ("far", Distance::Far)];

macro_rules! read {
    ($name:ident: $kind:ty = $table:ident) => {
        #[doc = concat!("Reads one of `", stringify!($table), "`.")]
        pub(crate) fn $name(value: &JsValue, name: &str) -> Given<$kind> {
            args::one_of(value, name, &$table)
        }
    };
}

macro_rules! word {
    ($name:ident: $kind:ty = $table:ident) => {
        #[doc = concat!("The text of one of `", stringify!($table), "`.")]
        pub(crate) fn $name(of: $kind) -> &'static str {
            $table.iter().find(|(_, known)| *known == of).map_or("", |(word, _)| word)
        }
    };
}

word!(scheme_word: Scheme = SCHEMES);
word!(mode_word: Mode = MODES);
read!(how: How = HOWS);
word!(how_word: How = HOWS);

/// What only all of it reads and writes.
#[cfg(feature = "full")]
mod full {
    use super::{CLASSES, DISTANCES, Given, JsValue, LEVELS, MODES, SCHEMES, args};
    use twoken_core::permit::Class;
    use twoken_core::risk::{Distance, Level};
    use twoken_core::status::{Mode, Scheme};

    read!(scheme: Scheme = SCHEMES);
    read!(mode: Mode = MODES);
    read!(class: Class = CLASSES);
    word!(class_word: Class = CLASSES);
    read!(level: Level = LEVELS);
    word!(level_word: Level = LEVELS);
    read!(distance: Distance = DISTANCES);
    word!(distance_word: Distance = DISTANCES);
}
#[cfg(feature = "full")]
pub(crate) use full::*;

/// 1 or 2.
pub(crate) fn degree(value: &JsValue, name: &str) -> Given<Degree> {
    match value.as_f64() {
        Some(1.0) => Ok(Degree::First),
        Some(2.0) => Ok(Degree::Second),
        Some(_) => Err(Refusal::value(name, "1 or 2")),
        None => Err(Refusal::kind(name, "1 or 2")),
    }
}

/// The number of a degree.
pub(crate) const fn degree_number(of: Degree) -> u8 {
    match of {
        Degree::First => 1,
        Degree::Second => 2,
    }
}

/// Why a sighting may not have been one.
pub(crate) const fn doubt_word(of: Doubt) -> &'static str {
    match of {
        Doubt::Altered => "altered",
        Doubt::Retimed => "retimed",
    }
}
