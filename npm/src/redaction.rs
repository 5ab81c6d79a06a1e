//! What stays out of a report. What remains is all that can be sent: there is no other path to the wire.

use twoken_core::redaction::{Chosen as CoreChosen, Counts, Redaction as Left, SecondDegree as CoreSecond};
use twoken_core::units::Interval;
use wasm_bindgen::prelude::*;

use crate::args::{self, DayText, Intervals, ModeText, Text, Texts, Time};
use crate::cover::{Cover, intervals};
use crate::diary::Diary;
use crate::encounter::encounter_id;
use crate::out::{self, Out};
use crate::refusal::Given;
use crate::tcn::{Emissions, IntervalList};
use crate::words;

#[wasm_bindgen]
extern "C" {
    /// How many go and how many stay.
    #[wasm_bindgen(typescript_type = "{ shared: number; leftOut: number }")]
    pub type CountsObject;
}

/// The encounters and intervals left out. It begins empty: everything would be shared, and nothing is before it is sent.
#[wasm_bindgen]
pub struct Redaction(Left);

#[wasm_bindgen]
impl Redaction {
    /// One that leaves nothing out; or what was stored with a draft.
    ///
    /// @param ids - encounters left out
    /// @param leftOut - intervals left out by day or time
    #[wasm_bindgen(constructor)]
    pub fn new(
        ids: Option<Texts>,
        #[wasm_bindgen(js_name = leftOut)] left_out: Option<Intervals>,
    ) -> Given<Redaction> {
        let ids = ids.map(|ids| args::list(&ids, "ids", |id| encounter_id(id, "ids"))).transpose()?;
        let left_out = left_out.map(|list| intervals(&list, "leftOut")).transpose()?;
        Ok(Self(Left::from_ids(ids.unwrap_or_default()).with_intervals(left_out.unwrap_or_default())))
    }

    /// The encounters left out.
    #[wasm_bindgen(getter)]
    pub fn ids(&self) -> Texts {
        out::list(self.0.ids().map(ToString::to_string))
    }

    /// The intervals left out by day or time, ascending; those of encounters left out come on top.
    #[wasm_bindgen(getter)]
    pub fn intervals(&self) -> IntervalList {
        out::list(self.0.intervals().map(Interval::get))
    }

    /// Leaves one encounter out.
    #[wasm_bindgen(js_name = leaveOut)]
    pub fn leave_out(&mut self, id: &Text) -> Given<()> {
        self.0.leave_out(encounter_id(id, "id")?);
        Ok(())
    }

    /// Shares one encounter again.
    pub fn share(&mut self, id: &Text) -> Given<()> {
        self.0.share(&encounter_id(id, "id")?);
        Ok(())
    }

    /// Whether this encounter stays out.
    #[wasm_bindgen(js_name = isLeftOut)]
    pub fn is_left_out(&self, id: &Text) -> Given<bool> {
        Ok(self.0.is_left_out(&encounter_id(id, "id")?))
    }

    /// Leaves out a UTC day: what began then, and its intervals.
    #[wasm_bindgen(js_name = leaveOutDay)]
    pub fn leave_out_day(&mut self, diary: &Diary, day: &DayText) -> Given<()> {
        self.0.leave_out_day(&diary.0, args::day(day, "day")?);
        Ok(())
    }

    /// Shares a UTC day again.
    #[wasm_bindgen(js_name = shareDay)]
    pub fn share_day(&mut self, diary: &Diary, day: &DayText) -> Given<()> {
        self.0.share_day(&diary.0, args::day(day, "day")?);
        Ok(())
    }

    /// Leaves out what touches a span of time, both ends included, and its intervals.
    #[wasm_bindgen(js_name = leaveOutRange)]
    pub fn leave_out_range(&mut self, diary: &Diary, from: &Time, to: &Time) -> Given<()> {
        self.0.leave_out_range(&diary.0, args::time(from, "from")?, args::time(to, "to")?);
        Ok(())
    }

    /// Leaves out what bears a label; without one, what bears none.
    #[wasm_bindgen(js_name = leaveOutLabel)]
    pub fn leave_out_label(&mut self, diary: &Diary, label: Option<Text>) -> Given<()> {
        let label = label.map(|label| args::text(&label, "label", 512)).transpose()?;
        self.0.leave_out_label(&diary.0, label.as_ref().map(|label| label.as_str()));
        Ok(())
    }

    /// Shares what bears a label again; without one, what bears none.
    #[wasm_bindgen(js_name = shareLabel)]
    pub fn share_label(&mut self, diary: &Diary, label: Option<Text>) -> Given<()> {
        let label = label.map(|label| args::text(&label, "label", 512)).transpose()?;
        self.0.share_label(&diary.0, label.as_ref().map(|label| label.as_str()));
        Ok(())
    }

    /// Leaves out intervals in which this device emitted, whoever heard it then.
    #[wasm_bindgen(js_name = leaveOutIntervals)]
    pub fn leave_out_intervals(&mut self, left: &Intervals) -> Given<()> {
        self.0.leave_out_intervals(intervals(left, "left")?);
        Ok(())
    }

    /// Shares intervals again, but for those around encounters left out.
    #[wasm_bindgen(js_name = shareIntervals)]
    pub fn share_intervals(&mut self, shared: &Intervals) -> Given<()> {
        self.0.share_intervals(intervals(shared, "shared")?);
        Ok(())
    }

    /// How many encounters go and how many stay.
    pub fn counts(&self, diary: &Diary) -> CountsObject {
        counts(self.0.counts(&diary.0))
    }

    /// The same of one UTC day.
    #[wasm_bindgen(js_name = dayCounts)]
    pub fn day_counts(&self, diary: &Diary, day: &DayText) -> Given<CountsObject> {
        Ok(counts(self.0.day_counts(&diary.0, args::day(day, "day")?)))
    }

    /// What remains.
    ///
    /// @param emissions - what was shown to those who only hear; an empty record where nothing was
    pub fn apply(&self, diary: &Diary, emissions: &Emissions) -> Chosen {
        Chosen(self.0.apply_with(&diary.0, &emissions.0))
    }

    /// What an exposed person shares of their own, as second degree. In open mode every encounter that was reported is left
    /// out, whatever was chosen: whoever reported it would learn whom their report has reached.
    #[wasm_bindgen(js_name = applySecondDegree)]
    pub fn apply_second_degree(
        &self,
        diary: &Diary,
        emissions: &Emissions,
        mode: &ModeText,
    ) -> Given<SecondDegree> {
        Ok(SecondDegree(self.0.apply_second_degree(&diary.0, &emissions.0, words::mode(mode, "mode")?)))
    }
}

/// What a person chose to share, and nothing of their diary's rows.
#[wasm_bindgen]
pub struct Chosen(pub(crate) CoreChosen);

#[wasm_bindgen]
impl Chosen {
    /// Encounters in it.
    #[wasm_bindgen(getter)]
    pub fn encounters(&self) -> usize {
        self.0.len()
    }

    /// Entries that these make: one to three an encounter.
    #[wasm_bindgen(getter)]
    pub fn entries(&self) -> usize {
        self.0.entries_len()
    }

    /// Whether nothing remains.
    #[wasm_bindgen(getter, js_name = isEmpty)]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys for what was emitted.
    pub fn cover(&self) -> Cover {
        Cover(self.0.cover().clone())
    }
}

/// What an exposed person chose to share of their own, for a server of one mode.
#[wasm_bindgen]
pub struct SecondDegree(pub(crate) CoreSecond);

#[wasm_bindgen]
impl SecondDegree {
    /// Encounters in it.
    #[wasm_bindgen(getter)]
    pub fn encounters(&self) -> usize {
        self.0.chosen().len()
    }

    /// Whether nothing remains.
    #[wasm_bindgen(getter, js_name = isEmpty)]
    pub fn is_empty(&self) -> bool {
        self.0.chosen().is_empty()
    }
}

fn counts(of: Counts) -> CountsObject {
    Out::new().with("shared", of.shared).with("leftOut", of.left_out).done()
}
