//! Time as the protocol counts it.

use wasm_bindgen::prelude::*;

use crate::args::{self, Number, Time};
use crate::out;
use crate::refusal::Given;

/// The interval in which a moment lies.
///
/// @throws `TwokenError` `argument.type`, `argument.value`
#[wasm_bindgen(js_name = intervalOf, unchecked_return_type = "Interval")]
pub fn interval_of(time: &Time) -> Given<u32> {
    Ok(args::time(time, "time")?.interval().get())
}

/// The first second of an interval.
#[wasm_bindgen(js_name = startOf)]
pub fn start_of(interval: &Number) -> Given<f64> {
    Ok(out::seconds(args::interval(interval, "interval")?.start()))
}

/// The UTC day in which a moment lies.
#[wasm_bindgen(js_name = dayOf, unchecked_return_type = "Day")]
pub fn day_of(time: &Time) -> Given<String> {
    Ok(args::time(time, "time")?.day().to_string())
}

/// The week in which a moment lies, counted from Thursday, 1 January 1970: what a permit is made for.
#[wasm_bindgen(js_name = weekOf)]
pub fn week_of(time: &Time) -> Given<u16> {
    Ok(args::time(time, "time")?.week().get())
}
