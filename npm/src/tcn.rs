//! One-way: what a phone shows to those who only hear it.

use twoken_core::tcn::{EMISSION_LENGTH, Emission, Emissions as Shown, TxPower};
use twoken_core::units::Interval;
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Number, Time};
use crate::encounter::rng;
use crate::out;
use crate::refusal::Given;

#[wasm_bindgen]
extern "C" {
    /// Intervals.
    #[wasm_bindgen(typescript_type = "Interval[]")]
    pub type IntervalList;
}

/// The most bytes of a record of emissions.
const MAX_RECORD: usize = 1 << 20;

/// Day keys of the last fourteen days, with the intervals in which something was shown.
///
/// It holds day keys: what leaves the device is a {@link Cover}.
#[wasm_bindgen]
pub struct Emissions(pub(crate) Shown);

#[wasm_bindgen]
impl Emissions {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self(Shown::new())
    }

    /// What to show now, 24 bytes. The interval counts as shown from here on: store the record before you show it.
    ///
    /// @param txPower - how loud a radio sends, in dBm; of a screen nothing
    /// @throws `TwokenError` `argument.type`, `argument.value`
    pub fn emit(
        &mut self,
        now: &Time,
        #[wasm_bindgen(js_name = txPower)] tx_power: Option<Number>,
    ) -> Given<js_sys::Uint8Array> {
        let power = tx_power.map(|power| args::whole(&power, "txPower")).transpose()?;
        let power = power.map_or(TxPower::SCREEN, TxPower);
        Ok(out::bytes(&self.0.emit(args::time(now, "now")?, power, &mut rng()).to_bytes()))
    }

    /// Whether something of this interval was shown.
    #[wasm_bindgen(js_name = isShown)]
    pub fn is_shown(&self, interval: &Number) -> Given<bool> {
        Ok(self.0.is_shown(args::interval(interval, "interval")?))
    }

    /// All intervals in which something was shown, ascending.
    pub fn shown(&self) -> IntervalList {
        out::list(self.0.shown().map(Interval::get))
    }

    /// Erases the keys of all days but the last fourteen. True when there were any.
    pub fn sweep(&mut self, now: &Time) -> Given<bool> {
        Ok(self.0.sweep(args::time(now, "now")?))
    }

    /// For storage. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// From storage.
    ///
    /// @throws `TwokenError` `encoding.cbor`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<Emissions> {
        Ok(Self(Shown::from_bytes(&args::bytes(bytes, "bytes", MAX_RECORD)?)?))
    }
}

/// An emission, decoded: each of its 24 bytes may have any value.
pub(crate) fn emission(value: &JsValue, name: &str) -> Given<Emission> {
    Ok(Emission::from_bytes(&args::array::<EMISSION_LENGTH>(value, name)?))
}
