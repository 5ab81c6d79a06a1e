//! What was asked: one query for each day set, and no more.
//!
//! The order of the answers' points is lost for one query. Two queries with different choices of one's encounters would
//! bring back by subtraction what the shuffle takes away; and whoever asks twice can be recognised by how often. So a
//! client asks once for each day set, when its day is over, and repeats the very same bytes until it has an answer.
//!
//! An answer that is refused tells the server that what it altered was a probe, or that it was none: one bit of how many are
//! real. So after three refused answers the day set is given up.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use rand_core::CryptoRng;

use super::{Answer, DayPublicKey, DaySet, Error, Question, Response, Waiting};
use crate::codec;
use crate::units::Day;
use sha2::{Digest, Sha256};

const VERSION: u8 = 1;
/// Answers of one day set that may be refused.
const MAX_REFUSED: u8 = 3;

/// How far one day set has come.
#[derive(Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
enum State {
    /// SHA-256 of the query, the only one that may be sent; and how many answers to it were refused.
    #[n(0)]
    Asked(#[cbor(n(0), with = "minicbor::bytes")] [u8; 32], #[n(1)] u8),
    /// Answered, or given up.
    #[n(1)]
    Done,
}

/// The day sets that were asked about, on this device.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DaySets(BTreeMap<DaySet, State>);

impl DaySets {
    /// Whether this one may still be asked about: its day is over by `today`, and no query of it was made.
    ///
    /// # Errors
    /// [`Error::NotClosed`], [`Error::Asked`].
    pub fn may_ask(&self, day_set: DaySet, today: Day) -> Result<(), Error> {
        if day_set.day >= today {
            return Err(Error::NotClosed(day_set.day));
        }
        if self.0.contains_key(&day_set) { Err(Error::Asked) } else { Ok(()) }
    }

    /// Makes the one query of a day set. To be stored, with what it returns, before that is sent.
    ///
    /// # Errors
    /// [`Error::NotClosed`], [`Error::Asked`], [`Error::Point`].
    pub fn ask(
        &mut self,
        question: Question,
        today: Day,
        rng: &mut impl CryptoRng,
    ) -> Result<Waiting, Error> {
        let day_set = question.day_set();
        self.may_ask(day_set, today)?;
        let waiting = question.blind(rng)?;
        self.0.insert(day_set, State::Asked(digest(&waiting), 0));
        Ok(waiting)
    }

    /// Takes up a query that was stored, to send it again.
    ///
    /// # Errors
    /// [`Error::NotAsked`] when it is not the one that was recorded, or has its answer; and as [`Waiting::from_bytes`].
    pub fn resume(&self, bytes: &[u8]) -> Result<Waiting, Error> {
        let waiting = Waiting::from_bytes(bytes)?;
        self.check(&waiting)?;
        Ok(waiting)
    }

    /// Takes the answer out. After an error the stored query may be sent again, until three answers were refused: then the day
    /// set is given up. To be stored either way.
    ///
    /// # Errors
    /// [`Error::NotAsked`], and as [`Waiting::finalize`].
    pub fn finalize(
        &mut self,
        waiting: Waiting,
        response: &Response,
        key: &DayPublicKey,
    ) -> Result<Answer, Error> {
        let refused = self.check(&waiting)? + 1;
        let (day_set, query) = (waiting.day_set(), digest(&waiting));
        let answer = waiting.finalize(response, key);
        let is_over = answer.is_ok() || refused >= MAX_REFUSED;
        self.0.insert(day_set, if is_over { State::Done } else { State::Asked(query, refused) });
        answer
    }

    /// Gives a day set up: it has no batches, or the server no key of it any more.
    pub fn give_up(&mut self, day_set: DaySet) {
        self.0.insert(day_set, State::Done);
    }

    /// Takes in what another device of the same person has asked, and gives which of it was not known here. What was asked here
    /// stays as it is: nothing is asked twice.
    pub fn join(&mut self, other: &Self) -> Vec<DaySet> {
        let mut new = Vec::new();
        for (day_set, state) in &other.0 {
            self.0.entry(*day_set).or_insert_with(|| {
                new.push(*day_set);
                *state
            });
        }
        new
    }

    /// Whether its question is over: answered, or given up.
    #[must_use]
    pub fn is_done(&self, day_set: DaySet) -> bool {
        self.0.get(&day_set) == Some(&State::Done)
    }

    /// Those with a query that has no answer yet.
    pub fn waiting(&self) -> impl Iterator<Item = DaySet> {
        self.0.iter().filter(|(_, state)| **state != State::Done).map(|(day_set, _)| *day_set)
    }

    /// Forgets those of days before `oldest`, whose batches are gone.
    pub fn sweep(&mut self, oldest: Day) {
        self.0.retain(|day_set, _| day_set.day >= oldest);
    }

    /// How many answers to it were refused, if it is the one that was asked and still waits.
    fn check(&self, waiting: &Waiting) -> Result<u8, Error> {
        match self.0.get(&waiting.day_set()) {
            Some(State::Asked(query, refused)) if *query == digest(waiting) && *refused < MAX_REFUSED => {
                Ok(*refused)
            }
            _ => Err(Error::NotAsked),
        }
    }

    /// For storage: a version byte and deterministic CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let rows: Vec<_> = self.0.iter().map(|(day_set, state)| (*day_set, *state)).collect();
        core::mem::take(&mut *codec::to_secret_record(VERSION, &rows))
    }

    /// From storage.
    ///
    /// # Errors
    /// [`Error::Version`], [`Error::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.split_first() {
            Some((&VERSION, cbor)) => {
                let rows: Vec<(DaySet, State)> = codec::from_canonical_cbor(cbor)?;
                let is_over =
                    |state: &State| matches!(state, State::Asked(_, refused) if *refused >= MAX_REFUSED);
                let is_sorted = rows.is_sorted_by(|(one, _), (next, _)| one < next);
                if !is_sorted || rows.iter().any(|(_, state)| is_over(state)) {
                    return Err(codec::Error::Cbor.into());
                }
                let mut all = BTreeMap::new();
                all.extend(rows);
                Ok(Self(all))
            }
            Some((&version, _)) => Err(Error::Version(version.into())),
            None => Err(codec::Error::Cbor.into()),
        }
    }
}

fn digest(waiting: &Waiting) -> [u8; 32] {
    Sha256::digest(waiting.query()).into()
}

/// How many only.
impl core::fmt::Debug for DaySets {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "DaySets({})", self.0.len())
    }
}
