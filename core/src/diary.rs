//! What a phone keeps of its encounters, for fourteen days, and never shares as such.
//!
//! A row holds when, how long and how two people met, what the person noted about it, and for each pair of keys the
//! tag they would report and the claim they would recognise. Note, label, times and ids never leave the phone; what
//! can leave is made in [`redaction`](crate::redaction) and [`wire`](crate::wire).

mod joined;
mod radio;

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

pub use crate::encounter::{EncounterDraft, EncounterId, How, Pairing};
pub use joined::Joined;

use crate::batch_id::BatchId;
use crate::codec;
use crate::status::Degree;
use crate::tag::{Claim, TAG_LENGTH, Tag};
use crate::tcn::{Doubt, MetadataKey, Seen, Sighting};
use crate::units::{Attenuation, Day, Minutes, RETENTION_DAYS, Timestamp};
use radio::Losses;

/// The longest note, in characters.
pub const MAX_NOTE: usize = 280;
/// The longest label, in characters.
pub const MAX_LABEL: usize = 32;
/// Version of a stored row.
const VERSION: u8 = 1;

/// Why the diary refused something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A note that is too long; nothing was changed.
    #[error("a note has at most {max} characters, this has {got}")]
    NoteTooLong {
        /// Characters at most.
        max: usize,
        /// Characters given.
        got: usize,
    },
    /// A label that is too long; nothing was changed.
    #[error("a label has at most {max} characters, this has {got}")]
    LabelTooLong {
        /// Characters at most.
        max: usize,
        /// Characters given.
        got: usize,
    },
    /// A stored row of another version.
    #[error("a diary row of version {0} is not known")]
    Version(u8),
    /// Stored bytes that are no diary row.
    #[error("a diary row cannot be read: {0}")]
    Decode(#[from] codec::Error),
}

/// That an encounter was reported.
#[derive(Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Exposure {
    /// How far from a test.
    #[n(0)]
    pub degree: Degree,
    /// The UTC day of the positive test; in the second degree that of the report.
    #[n(1)]
    pub test_day: Day,
    /// Days from the test to the first symptoms, where told.
    #[n(2)]
    pub onset: Option<i8>,
    /// When this phone found it.
    #[n(3)]
    pub found_at: Timestamp,
    /// The batch it stood in.
    #[n(4)]
    pub batch: BatchId,
    /// Why they may not have been there, though a code of theirs was heard. Only of one-way sightings.
    #[n(5)]
    pub doubt: Option<Doubt>,
    /// Of a one-way sighting without doubt: the first and last hearing as it was sent. What was shown again later, by
    /// whomever, prolongs nothing.
    #[n(6)]
    pub seen: Option<Seen>,
}

impl Exposure {
    /// The less, the plainer: without doubt before with, and a lower degree before a higher.
    pub(crate) const fn rank(&self) -> (bool, Degree) {
        (self.doubt.is_some(), self.degree)
    }
}

/// Its name only: how somebody's health is, belongs in no log.
impl core::fmt::Debug for Exposure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Exposure")
    }
}

/// One encounter.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Encounter {
    /// Its private name.
    #[n(0)]
    pub id: EncounterId,
    /// When their beacon was first heard.
    #[n(1)]
    pub first_seen: Timestamp,
    /// When it was last heard.
    #[n(2)]
    pub last_seen: Timestamp,
    /// How it was heard.
    #[n(3)]
    pub how: How,
    /// Whether they have heard me too.
    #[n(4)]
    pub both: bool,
    #[n(5)]
    minutes: Option<Minutes>,
    #[n(6)]
    note: String,
    #[n(7)]
    label: Option<String>,
    #[n(8)]
    pub(crate) pairings: Vec<Pairing>,
    /// Set once it was found in a batch.
    #[n(9)]
    pub exposure: Option<Exposure>,
    /// What was heard one-way; left out when there is nothing, as in rows of before.
    #[n(10)]
    sightings: Option<Vec<Sighting>>,
    /// What the radio signal lost on the way, each time that it was told; left out where it never was.
    #[n(11)]
    losses: Option<Losses>,
}

impl Encounter {
    /// From a first hearing.
    #[must_use]
    pub fn new(draft: EncounterDraft) -> Self {
        let EncounterDraft { id, heard_at, how, both, pairings, sighting } = draft;
        Self {
            id,
            first_seen: heard_at,
            last_seen: heard_at,
            how,
            both,
            minutes: None,
            note: String::new(),
            label: None,
            pairings,
            exposure: None,
            sightings: sighting.map(|sighting| alloc::vec![sighting]),
            losses: None,
        }
    }

    /// Takes in another hearing of the same beacon.
    fn merge(&mut self, draft: EncounterDraft) {
        let heard = self.heard_for();
        self.last_seen = self.last_seen.max(draft.heard_at);
        // A statement that is outgrown by what was heard since is over. One below what was heard already is a
        // correction, and stays.
        self.minutes = self.minutes.filter(|stated| *stated < heard || *stated >= self.heard_for());
        self.both |= draft.both;
        // Whoever scans a device's code as well is known to have been close.
        if self.how == How::Bluetooth {
            self.how = draft.how;
        }
        if let Some(sighting) = draft.sighting {
            self.hear(sighting);
        }
        for pairing in draft.pairings {
            if !self.pairings.iter().any(|known| known.reported_tag() == pairing.reported_tag()) {
                self.pairings.push(pairing);
            }
        }
    }

    /// Takes in a TCN: a new one, or one that is known heard again.
    fn hear(&mut self, sighting: Sighting) {
        let sightings = self.sightings.get_or_insert_default();
        match sightings.iter_mut().find(|known| known.tag() == sighting.tag()) {
            Some(known) => known.merge(&sighting),
            None => sightings.push(sighting),
        }
    }

    /// Takes in what a radio signal of theirs has lost on the way, once for each hearing.
    pub fn lose(&mut self, attenuation: Attenuation) {
        self.losses.get_or_insert_default().add(attenuation);
    }

    /// What the radio signal has lost at half of the hearings, or less; none where nothing was told of it.
    #[must_use]
    pub fn attenuation(&self) -> Option<Attenuation> {
        self.losses.as_ref().and_then(Losses::median)
    }

    /// What was heard one-way: one for each interval, at most two near a boundary.
    #[must_use]
    pub fn sightings(&self) -> &[Sighting] {
        self.sightings.as_deref().unwrap_or_default()
    }

    /// Whether a report of a TCN tells of this encounter as it was: the key from its status opens what was heard, and
    /// says when that counts.
    ///
    /// # Errors
    /// [`Doubt`].
    pub(crate) fn judge(&self, tag: &Tag, key: &MetadataKey) -> Result<Seen, Doubt> {
        let heard = self.sightings().iter().find(|sighting| sighting.tag() == tag);
        heard.ok_or(Doubt::Altered)?.judge(key)
    }

    /// My claim to one of these tags, where a page has one of this encounter: what a membership proof is made with.
    #[must_use]
    pub fn claim_among(&self, tags: &[[u8; TAG_LENGTH]]) -> Option<&Claim> {
        let met = self.pairings.iter().map(|pairing| (&pairing.receive.tag, &pairing.receive.claim));
        let heard = self.sightings().iter().map(|sighting| (sighting.tag(), sighting.claim()));
        met.chain(heard).find(|(tag, _)| tags.contains(tag.as_bytes())).map(|(_, claim)| claim)
    }

    /// The UTC day on which it began.
    #[must_use]
    pub fn day(&self) -> Day {
        self.first_seen.day()
    }

    /// How long it was: as the person said, else from first to last hearing, one minute at least. Of one that was
    /// reported one-way, the hearings are those that its report bears out.
    #[must_use]
    pub fn duration(&self) -> Minutes {
        self.minutes.unwrap_or_else(|| self.heard_for())
    }

    /// From first to last hearing, in begun minutes, one at least.
    fn heard_for(&self) -> Minutes {
        let seen = self.exposure.and_then(|exposure| exposure.seen);
        let Seen { first, last } = seen.unwrap_or(Seen { first: self.first_seen, last: self.last_seen });
        Minutes::from_seconds_up(last.since(first)).max(Minutes::new(1))
    }

    /// The person's own statement of how long it was.
    #[must_use]
    pub const fn minutes(&self) -> Option<Minutes> {
        self.minutes
    }

    /// The private note; empty when there is none.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The private label.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// One to three pairs of keys for each beacon that was heard.
    #[must_use]
    pub fn pairings(&self) -> &[Pairing] {
        &self.pairings
    }

    /// States how long it was, or takes the statement back.
    pub const fn set_minutes(&mut self, minutes: Option<Minutes>) {
        self.minutes = minutes;
    }

    /// Writes the private note, without leading and trailing white space.
    ///
    /// # Errors
    /// [`Error::NoteTooLong`].
    pub fn set_note(&mut self, note: &str) -> Result<(), Error> {
        kept_note(note).map(|note| self.note = note.to_owned())
    }

    /// Sets the private label; an empty one is none.
    ///
    /// # Errors
    /// [`Error::LabelTooLong`].
    pub fn set_label(&mut self, label: Option<&str>) -> Result<(), Error> {
        kept_label(label).map(|label| self.label = label.map(ToOwned::to_owned))
    }

    /// For storage: a version byte and deterministic CBOR. Contains claims and status keys.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        core::mem::take(&mut *codec::to_secret_record(VERSION, self))
    }

    /// From storage.
    ///
    /// # Errors
    /// [`Error::Version`], [`Error::Decode`].
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.split_first() {
            Some((&VERSION, cbor)) => {
                let row: Self = codec::from_canonical_cbor(cbor)?;
                // A row that is longer than the setters would have made it is not ours.
                kept_note(&row.note)?;
                kept_label(row.label.as_deref())?;
                Ok(row)
            }
            Some((&version, _)) => Err(Error::Version(version)),
            None => Err(Error::Decode(codec::Error::Cbor)),
        }
    }
}

/// What is kept of a note.
fn kept_note(note: &str) -> Result<&str, Error> {
    let note = note.trim();
    let got = note.chars().count();
    if got > MAX_NOTE { Err(Error::NoteTooLong { max: MAX_NOTE, got }) } else { Ok(note) }
}

/// What is kept of a label: an empty one is none.
fn kept_label(label: Option<&str>) -> Result<Option<&str>, Error> {
    let label = label.map(str::trim).filter(|label| !label.is_empty());
    let got = label.map_or(0, |label| label.chars().count());
    if got > MAX_LABEL { Err(Error::LabelTooLong { max: MAX_LABEL, got }) } else { Ok(label) }
}

/// Its name only: what people note about whom they met belongs in no log.
impl core::fmt::Debug for Encounter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Encounter({})", self.id)
    }
}

/// All encounters of the last fourteen days.
#[derive(Clone, Debug, Default)]
pub struct Diary {
    encounters: BTreeMap<EncounterId, Encounter>,
}

impl Diary {
    /// Takes in a stored row, replacing one of the same id.
    pub fn insert(&mut self, encounter: Encounter) {
        self.encounters.insert(encounter.id, encounter);
    }

    /// Records a hearing: a new row, or the same one seen again.
    pub fn record(&mut self, draft: EncounterDraft) -> &Encounter {
        use alloc::collections::btree_map::Entry::{Occupied, Vacant};
        match self.encounters.entry(draft.id) {
            Vacant(slot) => slot.insert(Encounter::new(draft)),
            Occupied(slot) => {
                let known = slot.into_mut();
                known.merge(draft);
                known
            }
        }
    }

    /// One row.
    #[must_use]
    pub fn get(&self, id: &EncounterId) -> Option<&Encounter> {
        self.encounters.get(id)
    }

    /// One row, to change.
    pub fn get_mut(&mut self, id: &EncounterId) -> Option<&mut Encounter> {
        self.encounters.get_mut(id)
    }

    /// Takes a row out.
    pub fn remove(&mut self, id: &EncounterId) -> Option<Encounter> {
        self.encounters.remove(id)
    }

    /// All rows, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Encounter> {
        let mut rows = BTreeMap::new();
        rows.extend(self.encounters.values().map(|row| ((row.first_seen, row.id), row)));
        rows.into_values().rev()
    }

    /// All rows by UTC day, newest first.
    #[must_use]
    pub fn days(&self) -> Vec<(Day, Vec<&Encounter>)> {
        self.days_by(Encounter::day)
    }

    /// All rows by the day that `day_of` says, each day once, in the order of its newest row.
    #[must_use]
    pub fn days_by(&self, day_of: impl Fn(&Encounter) -> Day) -> Vec<(Day, Vec<&Encounter>)> {
        let mut days: Vec<(Day, Vec<&Encounter>)> = Vec::new();
        for row in self.iter() {
            let day = day_of(row);
            match days.iter_mut().find(|(known, _)| *known == day) {
                Some((_, rows)) => rows.push(row),
                None => days.push((day, alloc::vec![row])),
            }
        }
        days
    }

    /// Labels in use, and how many rows have each; `None` for rows without.
    #[must_use]
    pub fn labels(&self) -> BTreeMap<Option<String>, usize> {
        let mut labels = BTreeMap::new();
        for row in self.encounters.values() {
            *labels.entry(row.label.clone()).or_default() += 1;
        }
        labels
    }

    /// Removes what is older than the retention; returns the ids removed.
    pub fn sweep(&mut self, now: Timestamp) -> Vec<EncounterId> {
        let oldest = now.day().minus(RETENTION_DAYS);
        let gone: Vec<_> =
            self.encounters.values().filter(|row| row.last_seen.day() < oldest).map(|row| row.id).collect();
        for id in &gone {
            self.encounters.remove(id);
        }
        gone
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.encounters.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.encounters.is_empty()
    }
}
