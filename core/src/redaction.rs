//! What stays out of a report.
//!
//! The person leaves out by day, time range, single encounter or private label; the rest is a [`Chosen`], and a
//! `Chosen` is all that an upload can be made of: there is no other path to the wire. Days, labels and ranges are
//! only ways to pick encounters, so what counts is one set of ids. Source: TraceCORONA, "Encounter Token Upload".

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use rand_core::CryptoRng;

use crate::diary::{Diary, Encounter, EncounterId};
use crate::encounter::Report;
use crate::status::{Degree, Scheme, Status};
use crate::tag::Entry;
use crate::units::{Day, Timestamp};

/// How many encounters go and how many stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Encounters that would be shared.
    pub shared: usize,
    /// Encounters left out.
    pub left_out: usize,
}

/// The set of encounters left out. Begins empty: everything would be shared, and nothing is before the person sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redaction {
    left_out: BTreeSet<EncounterId>,
}

impl Redaction {
    /// From the ids left out, as stored with a draft.
    pub fn from_ids(ids: impl IntoIterator<Item = EncounterId>) -> Self {
        Self { left_out: ids.into_iter().collect() }
    }

    /// The ids left out.
    pub fn ids(&self) -> impl Iterator<Item = &EncounterId> {
        self.left_out.iter()
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

    /// Leaves out what began on a UTC day.
    pub fn leave_out_day(&mut self, diary: &Diary, day: Day) {
        self.leave_out_where(diary, |row| row.day() == day);
    }

    /// Shares what began on a UTC day.
    pub fn share_day(&mut self, diary: &Diary, day: Day) {
        self.share_where(diary, |row| row.day() == day);
    }

    /// Leaves out what bears a label, or none.
    pub fn leave_out_label(&mut self, diary: &Diary, label: Option<&str>) {
        self.leave_out_where(diary, |row| row.label() == label);
    }

    /// Shares what bears a label, or none.
    pub fn share_label(&mut self, diary: &Diary, label: Option<&str>) {
        self.share_where(diary, |row| row.label() == label);
    }

    /// Leaves out what touches a span of time, both ends included.
    pub fn leave_out_range(&mut self, diary: &Diary, from: Timestamp, to: Timestamp) {
        self.leave_out_where(diary, |row| {
            let heard_until = row.last_seen.max(row.first_seen.plus(u64::from(row.duration().get()) * 60));
            row.first_seen <= to && heard_until >= from
        });
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

    /// What remains.
    #[must_use]
    pub fn apply(&self, diary: &Diary) -> Chosen {
        let rows: Vec<_> = diary.iter().filter(|row| !self.is_left_out(&row.id)).collect();
        Chosen {
            encounters: rows.len(),
            reports: rows
                .iter()
                .flat_map(|row| row.pairings())
                .map(|pairing| pairing.report.clone())
                .collect(),
        }
    }
}

/// What a person chose to share: tags and status keys of the encounters that remain, and nothing of their rows.
#[derive(Clone, Debug)]
pub struct Chosen {
    encounters: usize,
    reports: Vec<Report>,
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
        self.encounters == 0
    }

    /// Entries that these make: one to three an encounter, one for each pair of keys.
    #[must_use]
    pub const fn entries_len(&self) -> usize {
        self.reports.len()
    }

    /// The entries themselves, sorted by tag, each status sealed for its one receiver.
    #[must_use]
    pub fn entries(&self, status: &Status, degree: Degree, rng: &mut impl CryptoRng) -> Vec<Entry> {
        let seal = |report: &Report| Entry {
            tag: report.tag,
            sealed: status.seal(&report.status_key, Scheme::Encounter, degree, &report.tag, rng),
        };
        let mut entries: Vec<_> = self.reports.iter().map(seal).collect();
        entries.sort_unstable();
        entries
    }
}
