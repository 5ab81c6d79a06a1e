//! One-way, reported: the keys of what a phone has shown.

use std::collections::BTreeSet;

use twoken_core::tcn::{Cover as CoreCover, MAX_COVER_NODES};
use twoken_core::units::Interval;
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Intervals, Time};
use crate::out::{self, Out};
use crate::refusal::Given;
use crate::tcn::{Emissions, IntervalList};

#[wasm_bindgen]
extern "C" {
    /// Days and how many intervals of each.
    #[wasm_bindgen(typescript_type = "{ day: Day; intervals: number }[]")]
    pub type CoveredDays;
    /// A leaf.
    #[wasm_bindgen(typescript_type = "{ interval: Interval; tcn: Uint8Array; metadataKey: Uint8Array }[]")]
    pub type Leaves;
}

/// The most bytes of a cover, and one more to be refused as such.
const MAX_COVER: usize = (MAX_COVER_NODES + 1) * 20;

#[wasm_bindgen]
impl Emissions {
    /// Keys for those of the chosen intervals in which something was shown, and for no others.
    pub fn cover(&self, chosen: &Intervals) -> Given<Cover> {
        Ok(Cover(self.0.cover(&intervals(chosen, "chosen")?)))
    }

    /// Withdraws intervals, as if nothing had been shown in them. Gives those in which something was.
    pub fn withdraw(&mut self, withdrawn: &Intervals) -> Given<IntervalList> {
        let gone = self.0.withdraw(intervals(withdrawn, "withdrawn")?);
        Ok(out::list(gone.into_iter().map(Interval::get)))
    }

    /// Takes withdrawn intervals back in, as far as their days' keys are still there.
    pub fn restore(&mut self, withdrawn: &Intervals) -> Given<()> {
        let withdrawn: Vec<Interval> = intervals(withdrawn, "withdrawn")?.into_iter().collect();
        self.0.restore(&withdrawn);
        Ok(())
    }
}

/// Keys for the intervals that a person shares, and for no other. Whoever has them can make the TCNs of those intervals.
#[wasm_bindgen]
pub struct Cover(pub(crate) CoreCover);

#[wasm_bindgen]
impl Cover {
    /// How many keys: 1,008 at most.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// The intervals covered, ascending.
    pub fn intervals(&self) -> IntervalList {
        out::list(self.0.intervals().map(Interval::get))
    }

    /// The days covered, ascending, and how many intervals of each.
    pub fn days(&self) -> CoveredDays {
        out::list(self.0.days().into_iter().map(|(day, count)| {
            Out::new().with("day", day.to_string()).with("intervals", count).done::<JsValue>()
        }))
    }

    /// TCN and metadata key of every interval covered, 16 bytes each, ascending.
    pub fn leaves(&self) -> Leaves {
        out::list(self.0.leaves().map(|leaf| {
            Out::new()
                .with("interval", leaf.interval.get())
                .with("tcn", out::bytes(leaf.tcn.as_bytes()))
                .with("metadataKey", out::bytes(leaf.metadata_key.as_bytes()))
                .done::<JsValue>()
        }))
    }

    /// That no interval has yet to begin, and no day is past the retention.
    ///
    /// @throws `TwokenError` `tcn.future`, `tcn.past`
    #[wasm_bindgen(js_name = checkTime)]
    pub fn check_time(&self, now: &Time) -> Given<()> {
        Ok(self.0.check_time(args::time(now, "now")?)?)
    }

    /// The keys one after another, 20 bytes each. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// The one strict decoder: of each set of intervals only its one cover is accepted.
    ///
    /// @throws `TwokenError` `tcn.position`, `tcn.order`, `tcn.siblings`, `tcn.too_many_nodes`, `tcn.too_many_days`,
    /// `encoding.length`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<Cover> {
        Ok(Self(CoreCover::from_bytes(&args::bytes(bytes, "bytes", MAX_COVER)?)?))
    }
}

/// A set of intervals.
pub(crate) fn intervals(value: &JsValue, name: &str) -> Given<BTreeSet<Interval>> {
    let mut set = BTreeSet::new();
    set.extend(args::list(value, name, |each| args::interval(each, name))?);
    Ok(set)
}
