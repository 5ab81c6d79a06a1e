//! What stays out of a report.
//!
//! The person leaves out by day, time range, single encounter or private label; the rest is a [`Chosen`], and a
//! `Chosen` is all that an upload can be made of: there is no other path to the wire. Days, labels and ranges are
//! only ways to pick encounters, so what counts is one set of ids.
//!
//! Those who heard this phone one-way stand in no row. For them an upload holds a cover of the intervals in which it
//! emitted, without the intervals of days and time ranges left out, and without those around an encounter left out:
//! its own, the one before and the one after, since two people scan each other some minutes apart.
//!
//! Source: TraceCORONA, "Encounter Token Upload"; ContacTUM, "Uploading TCNs to the server".

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use rand_core::CryptoRng;

use crate::diary::{Diary, Encounter, EncounterId};
use crate::encounter::Report;
use crate::order;
use crate::status::{Degree, Mode, Scheme, Status, StatusKey};
use crate::tag::{Element, Entry, Tag};
use crate::tcn::{Cover, Emissions};
use crate::units::{Day, INTERVALS_PER_DAY, Interval, Timestamp};

/// How many encounters go and how many stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Encounters that would be shared.
    pub shared: usize,
    /// Encounters left out.
    pub left_out: usize,
}

/// The encounters and intervals left out. Begins empty: everything would be shared, and nothing is before the person
/// sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redaction {
    left_out: BTreeSet<EncounterId>,
    intervals: BTreeSet<Interval>,
}

impl Redaction {
    /// From the ids left out, as stored with a draft.
    pub fn from_ids(ids: impl IntoIterator<Item = EncounterId>) -> Self {
        Self { left_out: order::set(ids), intervals: BTreeSet::new() }
    }

    /// The same, with intervals left out, as stored with a draft.
    #[must_use]
    pub fn with_intervals(mut self, intervals: impl IntoIterator<Item = Interval>) -> Self {
        self.intervals.extend(intervals);
        self
    }

    /// The ids left out.
    pub fn ids(&self) -> impl Iterator<Item = &EncounterId> {
        self.left_out.iter()
    }

    /// The intervals left out by day or time range, ascending; those of encounters left out come on top.
    pub fn intervals(&self) -> impl Iterator<Item = Interval> {
        self.intervals.iter().copied()
    }

    /// Leaves one encounter out.
    pub fn leave_out(&mut self, id: EncounterId) {
        self.left_out.insert(id);
    }

    /// Shares one encounter again.
    pub fn share(&mut self, id: &EncounterId) {
        self.left_out.remove(id);
    }

    /// Leaves out all for which `which` holds.
    pub fn leave_out_where(&mut self, diary: &Diary, which: impl Fn(&Encounter) -> bool) {
        self.left_out.extend(diary.iter().filter(|row| which(row)).map(|row| row.id));
    }

    /// Shares all for which `which` holds.
    pub fn share_where(&mut self, diary: &Diary, which: impl Fn(&Encounter) -> bool) {
        for row in diary.iter().filter(|row| which(row)) {
            self.left_out.remove(&row.id);
        }
    }

    /// Leaves out a UTC day: what began then, and its intervals.
    pub fn leave_out_day(&mut self, diary: &Diary, day: Day) {
        self.leave_out_where(diary, |row| row.day() == day);
        self.intervals.extend(intervals_of(day));
    }

    /// Shares a UTC day: what began then, and its intervals.
    pub fn share_day(&mut self, diary: &Diary, day: Day) {
        self.share_where(diary, |row| row.day() == day);
        self.intervals.retain(|interval| interval.day() != day);
    }

    /// Leaves out intervals in which this phone emitted, whoever heard it then.
    pub fn leave_out_intervals(&mut self, intervals: impl IntoIterator<Item = Interval>) {
        self.intervals.extend(intervals);
    }

    /// Shares intervals again, but for those around encounters left out.
    pub fn share_intervals(&mut self, intervals: impl IntoIterator<Item = Interval>) {
        for interval in intervals {
            self.intervals.remove(&interval);
        }
    }

    /// Leaves out what bears a label, or none.
    pub fn leave_out_label(&mut self, diary: &Diary, label: Option<&str>) {
        self.leave_out_where(diary, |row| row.label() == label);
    }

    /// Shares what bears a label, or none.
    pub fn share_label(&mut self, diary: &Diary, label: Option<&str>) {
        self.share_where(diary, |row| row.label() == label);
    }

    /// Leaves out what touches a span of time, both ends included, and its intervals.
    pub fn leave_out_range(&mut self, diary: &Diary, from: Timestamp, to: Timestamp) {
        self.leave_out_where(diary, |row| row.first_seen <= to && until(row) >= from);
        if from <= to {
            self.intervals.extend(between(from.interval(), to.interval()));
        }
    }

    /// The intervals in which this phone emitted and which would be shared, ascending.
    #[must_use]
    pub fn shared_intervals(&self, diary: &Diary, emissions: &Emissions) -> BTreeSet<Interval> {
        let rows = diary.iter().filter(|row| self.is_left_out(&row.id));
        let left_out = order::set(rows.flat_map(intervals_around));
        let stays = |shown: &Interval| !self.intervals.contains(shown) && !left_out.contains(shown);
        order::set(emissions.shown().filter(stays))
    }

    /// Whether this encounter stays out.
    #[must_use]
    pub fn is_left_out(&self, id: &EncounterId) -> bool {
        self.left_out.contains(id)
    }

    /// Counts over the whole diary.
    #[must_use]
    pub fn counts(&self, diary: &Diary) -> Counts {
        self.counts_where(diary, |_| true)
    }

    /// Counts over one UTC day.
    #[must_use]
    pub fn day_counts(&self, diary: &Diary, day: Day) -> Counts {
        self.counts_where(diary, |row| row.day() == day)
    }

    /// Counts over one label, or over the rows without.
    #[must_use]
    pub fn label_counts(&self, diary: &Diary, label: Option<&str>) -> Counts {
        self.counts_where(diary, |row| row.label() == label)
    }

    /// Counts over any choice of rows.
    #[must_use]
    pub fn counts_where(&self, diary: &Diary, which: impl Fn(&Encounter) -> bool) -> Counts {
        diary.iter().filter(|row| which(row)).fold(Counts::default(), |mut counts, row| {
            if self.is_left_out(&row.id) {
                counts.left_out += 1
            } else {
                counts.shared += 1
            }
            counts
        })
    }

    /// What remains where nothing was emitted.
    #[must_use]
    pub fn apply(&self, diary: &Diary) -> Chosen {
        self.apply_with(diary, &Emissions::new())
    }

    /// What an exposed person shares of their own, as second degree. In open mode every encounter that was reported is left
    /// out, whatever was chosen, and its intervals with it: whoever reported it would learn whom their report has reached.
    /// In private mode nobody knows which one that is.
    #[must_use]
    pub fn apply_second_degree(&self, diary: &Diary, emissions: &Emissions, mode: Mode) -> SecondDegree {
        let mut redaction = self.clone();
        if mode == Mode::Open {
            redaction.leave_out_where(diary, |row| row.exposure.is_some());
        }
        SecondDegree { chosen: redaction.apply_with(diary, emissions), mode }
    }

    /// What remains of encounters, and of what was emitted.
    #[must_use]
    pub fn apply_with(&self, diary: &Diary, emissions: &Emissions) -> Chosen {
        let rows: Vec<_> = diary.iter().filter(|row| !self.is_left_out(&row.id)).collect();
        Chosen {
            encounters: rows.len(),
            reports: rows
                .iter()
                .flat_map(|row| row.pairings())
                .map(|pairing| pairing.report.clone())
                .collect(),
            cover: emissions.cover(&self.shared_intervals(diary, emissions)),
        }
    }
}

/// The intervals in which somebody met may have heard this phone: the encounter's own, the one before and the one after.
pub fn intervals_around(row: &Encounter) -> impl Iterator<Item = Interval> + use<> {
    between(row.first_seen.interval().previous(), until(row).interval().next())
}

/// When an encounter ended, as it was heard or as the person says, whichever is later.
fn until(row: &Encounter) -> Timestamp {
    row.last_seen.max(row.first_seen.plus(u64::from(row.duration().get()) * 60))
}

/// Both ends included.
fn between(first: Interval, last: Interval) -> impl Iterator<Item = Interval> + use<> {
    (first.get()..=last.get()).map(Interval::new)
}

fn intervals_of(day: Day) -> impl Iterator<Item = Interval> {
    let first = day.start().interval().get();
    (first..first.saturating_add(INTERVALS_PER_DAY)).map(Interval::new)
}

/// What a person chose to share: tags and status keys of the encounters that remain, and nothing of their rows; and
/// keys for the intervals that remain.
#[derive(Clone, Debug)]
pub struct Chosen {
    encounters: usize,
    reports: Vec<Report>,
    cover: Cover,
}

impl Chosen {
    /// Encounters in it.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.encounters
    }

    /// Whether nothing remains.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.encounters == 0 && self.cover.is_empty()
    }

    /// Keys for what was emitted.
    #[must_use]
    pub const fn cover(&self) -> &Cover {
        &self.cover
    }

    /// Entries that these make: one to three an encounter, one for each pair of keys.
    #[must_use]
    pub const fn entries_len(&self) -> usize {
        self.reports.len()
    }

    /// Tag and status key of each.
    pub(crate) fn keys(&self) -> impl ExactSizeIterator<Item = (&Tag, &StatusKey)> {
        self.reports.iter().map(|report| (&report.tag, &report.status_key))
    }

    /// What private mode sends of each: the element, without a status.
    pub fn elements(&self) -> impl ExactSizeIterator<Item = &Element> {
        self.reports.iter().map(|report| &report.element)
    }

    /// The entries themselves, sorted by tag, each status sealed for its one receiver.
    #[must_use]
    pub fn entries(&self, status: &Status, degree: Degree, rng: &mut impl CryptoRng) -> Vec<Entry> {
        let seal = |report: &Report| Entry {
            tag: report.tag,
            sealed: status.seal(&report.status_key, Scheme::Encounter, degree, &report.tag, rng),
        };
        let mut entries: Vec<_> = self.reports.iter().map(seal).collect();
        order::sort(&mut entries);
        entries
    }
}

/// What an exposed person chose to share of their own, for one mode: nothing else goes out as second degree.
#[derive(Clone, Debug)]
pub struct SecondDegree {
    chosen: Chosen,
    mode: Mode,
}

impl SecondDegree {
    /// What is shared.
    #[must_use]
    pub const fn chosen(&self) -> &Chosen {
        &self.chosen
    }

    /// For a server of which mode.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }
}
