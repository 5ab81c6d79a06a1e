//! A patient's fortnight: the keys of 2,016 intervals, as a key code hands them over, made into the upload that staff
//! send: every interval's TCN, tag and sealed status, sorted and filled up.

use std::collections::BTreeSet;

use twoken_core::status::Status;
use twoken_core::tcn::{Emissions, TxPower};
use twoken_core::units::{Interval, Timestamp};
use twoken_core::wire::{Handover, RegionId, UploadBody};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::rng;

/// The first second of a UTC day.
const BEGIN: Timestamp = Timestamp::new(20_765 * 86_400);
const INTERVAL_SECONDS: u64 = 600;

/// The body of a key code.
#[wasm_bindgen]
pub struct Regeneration {
    body: Vec<u8>,
    intervals: usize,
}

#[wasm_bindgen]
impl Regeneration {
    /// Of so many days, each interval of which was shown: all of them, or every other one, which takes a node each.
    /// Nothing when the core refuses what is made up here.
    #[must_use]
    pub fn of(days: u16, every_other: bool) -> Option<Regeneration> {
        let mut emissions = Emissions::default();
        let mut rng = rng(5);
        for interval in 0..u64::from(days) * 144 {
            emissions.emit(BEGIN.plus(interval * INTERVAL_SECONDS), TxPower(0), &mut rng);
        }
        let chosen: BTreeSet<Interval> =
            emissions.shown().filter(|interval| !every_other || interval.get() % 2 == 0).collect();
        let cover = emissions.cover(&chosen);
        let mut body = Vec::new();
        let mut cbor = minicbor::Encoder::new(&mut body);
        cbor.map(3).ok()?.u8(0).ok()?.u8(1).ok()?;
        cbor.u8(1).ok()?.bytes(&cover.to_bytes()).ok()?.u8(2).ok()?.bytes(&[]).ok()?;
        Some(Self { body, intervals: chosen.len() })
    }

    /// Makes the upload; whether it could be made of all of them.
    #[must_use]
    pub fn make(&self) -> bool {
        self.made().is_some()
    }

    fn made(&self) -> Option<UploadBody> {
        let mut rng = rng(6);
        let handover = Handover::from_bytes(&self.body).ok()?;
        let status = Status::of_encounter(BEGIN.day(), None).ok()?;
        let (encounters, one_way) = handover.entries(&status, &mut rng).ok()?;
        let region: RegionId = "root".parse().ok()?;
        let all = one_way.len() == self.intervals;
        UploadBody::build_from_entries(encounters, one_way, &region, &mut rng).ok().filter(|_| all)
    }
}
