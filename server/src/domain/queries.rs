//! Private mode's queries: every point of three sets times the key of a day that is over, each set shuffled.
//!
//! **Which days.** Those that are over and whose batches are kept. Of a day that goes on, a client that asked twice would see
//! what came in between.
//!
//! **How many.** An honest app asks once for a day set; a modified one learns from each query which of its encounters were
//! reported. So the different queries of an address for a day set are bounded, by the day, under a keyed hash that no day shares
//! with the next. The same query again is free, a few times: its answer may have been lost. It is answered anew, from another
//! shuffle: the points are the same, and orders that are all equally likely, each drawn for itself, say no more together
//! than one does. So many addresses are remembered as fit; beyond them those that have not asked for longest are forgotten, and
//! begin anew. To refuse everybody else instead would hand whoever has many addresses the switch.
//!
//! **In which order.** Everybody's pieces take turns on all cores ([`crate::work`]); who comes when all places are taken is told when to
//! come back.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use twoken_core::psi::{self, DayKey, DaySet, Query, Response, Work};
use twoken_core::status::Mode;
use twoken_core::units::{Day, Timestamp};

use super::published::Published;
use super::retention::oldest_day;
use crate::backoff::{Asker, Askers};
use crate::random;
use crate::store::{self, Store};
use crate::work::{Place, Workshop};

/// Queries under way at once, those that wait included: 64 of the largest are 50 MB and, on two cores, fifteen seconds.
const PLACES: usize = 64;
/// When to come back where there is no place, in seconds.
pub const BUSY_SECONDS: u64 = 5;
/// Points that one core multiplies at a time: some 20 milliseconds.
const PIECE: usize = 512;
/// How often the same query is answered again.
const RETRIES: u8 = 8;
/// Addresses remembered in a generation, each for a day set; there are two: 60 MB at most, about.
const GENERATION: usize = 200_000;

/// Why a query was not answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server is of open mode.
    #[error("this server is of open mode: its batches are compared on the device")]
    Mode,
    /// The body does not have its form, or a point is none.
    #[error("the query is not right: {0}")]
    Malformed(psi::Error),
    /// A day that is not over.
    #[error("the day {day} is not over")]
    Open {
        /// Which.
        day: Day,
        /// Seconds until it is.
        seconds: u64,
    },
    /// A day whose batches are deleted.
    #[error("that day's batches are deleted, and its key with them")]
    Over,
    /// A day on which nothing of that scheme was sealed.
    #[error("nothing of that scheme was sealed on that day")]
    Unknown,
    /// Too many different queries for this day set came from this address, or the same one too often.
    #[error("this address has asked for this day set as often as it may today")]
    Limit {
        /// Seconds until it may again.
        seconds: u64,
    },
    /// Too many at once.
    #[error("too many queries are being answered")]
    Busy,
    /// The computation was cut off.
    #[error("the computation was interrupted")]
    Interrupted,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Where queries are answered, and who asked today.
pub struct Queries {
    workshop: Workshop,
    most: u32,
    asked: Mutex<Asked>,
}

/// Who asked what on a day, in memory alone, under a key of that day.
struct Asked {
    day: Day,
    askers: Askers,
    /// Since the last generation was full.
    recent: HashMap<(Asker, DaySet), Vec<Seen>>,
    /// The generation before.
    before: HashMap<(Asker, DaySet), Vec<Seen>>,
    generation: usize,
}

/// A query of an address for a day set, and how often it was answered again.
struct Seen {
    query: Asker,
    again: u8,
}

impl Queries {
    /// On these cores; `most` different queries of an address for a day set.
    #[must_use]
    pub fn new(cores: &Workshop, most: u32) -> Self {
        Self { workshop: cores.beside(PLACES), most, asked: Mutex::new(Asked::on(Day::new(0))) }
    }

    /// Answers a query of this address.
    ///
    /// # Errors
    /// See [`Error`]. A query counts once it has a place, also one with a point that is none: no app makes such a query, and
    /// finding it out costs as much as an answer.
    pub async fn answer(
        &self,
        store: &Store,
        published: &Published,
        now: Timestamp,
        address: IpAddr,
        body: &[u8],
    ) -> Result<Response, Error> {
        if published.config().mode != Mode::Private {
            return Err(Error::Mode);
        }
        let query = Query::decode(body).map_err(Error::Malformed)?;
        let day_set = query.day_set();
        let key = key(store, day_set, now).await?;
        let place = self.workshop.enter().ok_or(Error::Busy)?;
        self.count(now, address, day_set, body)?;
        multiply(&place, query, Arc::new(key)).await
    }

    /// Counts a query, if it may be asked.
    fn count(&self, now: Timestamp, address: IpAddr, day_set: DaySet, body: &[u8]) -> Result<(), Error> {
        let today = now.day();
        let seconds = today.next().start().since(now).max(1);
        let mut asked = self.lock();
        if asked.day != today {
            *asked = Asked::on(today);
        }
        let (asker, query) = (asked.askers.of(address), asked.askers.keyed(body));
        let seen = asked.seen_of((asker, day_set));
        let room = seen.len() < self.most as usize;
        match seen.iter_mut().find(|seen| seen.query == query) {
            Some(known) if known.again < RETRIES => known.again += 1,
            None if room => seen.push(Seen { query, again: 0 }),
            _ => return Err(Error::Limit { seconds }),
        }
        Ok(())
    }

    /// Forgets who asked on a day that is over.
    pub fn forget(&self, now: Timestamp) {
        let mut asked = self.lock();
        if asked.day != now.day() {
            *asked = Asked::on(now.day());
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Queries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queries")
    }
}

impl Asked {
    fn on(day: Day) -> Self {
        Self {
            day,
            askers: Askers::new(),
            recent: HashMap::new(),
            before: HashMap::new(),
            generation: GENERATION,
        }
    }

    /// What an address has asked for a day set. When a generation is full, the one before it is forgotten.
    fn seen_of(&mut self, who: (Asker, DaySet)) -> &mut Vec<Seen> {
        let known = self.before.remove(&who);
        if self.recent.len() >= self.generation && !self.recent.contains_key(&who) {
            self.before = std::mem::take(&mut self.recent);
        }
        self.recent.entry(who).or_insert_with(|| known.unwrap_or_default())
    }
}

/// The key of a day set that can be asked about now.
async fn key(store: &Store, day_set: DaySet, now: Timestamp) -> Result<DayKey, Error> {
    let DaySet { day, scheme } = day_set;
    let today = now.day();
    if day > today {
        return Err(Error::Unknown);
    }
    if day == today {
        return Err(Error::Open { day, seconds: day.next().start().since(now).max(1) });
    }
    if day < oldest_day(now) {
        return Err(Error::Over);
    }
    let key = store.day_key(day.get(), scheme as u8).await?.ok_or(Error::Unknown)?;
    DayKey::from_bytes(&key).map_err(|_| store::Error::Damaged("a day's key").into())
}

async fn multiply(place: &Place, query: Query, key: Arc<DayKey>) -> Result<Response, Error> {
    let pieces = (psi::SETS * query.set_size()).div_ceil(PIECE);
    let (work, pieces) = Work::split(&query, pieces);
    let pieces: Vec<_> = pieces
        .into_iter()
        .map(|piece| {
            let key = Arc::clone(&key);
            move || piece.multiply(&key)
        })
        .collect();
    let done = place.compute_all(pieces).await.map_err(|_| Error::Interrupted)?;
    let done = done.into_iter().collect::<Result<Vec<_>, _>>().map_err(Error::Malformed)?;
    let joined = place.compute(move || work.join(done, &mut random::system())).await;
    joined.map_err(|_| Error::Interrupted)?.map_err(Error::Malformed)
}

#[cfg(test)]
mod tests {
    use twoken_core::status::Scheme;

    use super::*;

    const NOW: Timestamp = Timestamp::new(1_795_271_460);

    const fn day_set(day: u16) -> DaySet {
        DaySet { day: Day::new(day), scheme: Scheme::Encounter }
    }

    fn counted(queries: &Queries, now: Timestamp, address: &str, day: u16, body: &[u8]) -> Result<(), u64> {
        match queries.count(now, address.parse().unwrap(), day_set(day), body) {
            Ok(()) => Ok(()),
            Err(Error::Limit { seconds }) => Err(seconds),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn claim_29_different_queries_are_bounded_by_address_day_set_and_day_and_the_same_one_is_free() {
        let queries = Queries::new(&Workshop::new(1), 2);
        let day = NOW.day().get() - 1;
        let left = NOW.day().next().start().since(NOW);
        for body in [b"a".as_slice(), b"b", b"a", b"b", b"a"] {
            assert_eq!(counted(&queries, NOW, "203.0.113.7", day, body), Ok(()));
        }
        assert_eq!(counted(&queries, NOW, "203.0.113.7", day, b"c"), Err(left));
        assert_eq!(counted(&queries, NOW, "203.0.113.7", day, b"a"), Ok(()), "still free");
        assert_eq!(counted(&queries, NOW, "203.0.113.7", day - 1, b"c"), Ok(()), "another day set");
        assert_eq!(counted(&queries, NOW, "203.0.113.8", day, b"c"), Ok(()), "another address");
        assert_eq!(counted(&queries, NOW.plus(left), "203.0.113.7", day, b"c"), Ok(()), "the next day");
    }

    #[test]
    fn the_same_query_is_free_a_few_times_and_no_more() {
        let queries = Queries::new(&Workshop::new(1), 2);
        let day = NOW.day().get() - 1;
        for _ in 0..=RETRIES {
            assert_eq!(counted(&queries, NOW, "203.0.113.7", day, b"a"), Ok(()));
        }
        assert!(counted(&queries, NOW, "203.0.113.7", day, b"a").is_err());
        assert_eq!(counted(&queries, NOW, "203.0.113.7", day, b"b"), Ok(()));
    }

    #[test]
    fn what_is_remembered_of_an_address_is_another_each_day() {
        let queries = Queries::new(&Workshop::new(1), 2);
        let asker = |now: Timestamp| {
            counted(&queries, now, "203.0.113.7", 1, b"a").unwrap();
            let asked = queries.lock();
            assert_eq!(asked.recent.len(), 1);
            *asked.recent.keys().next().unwrap()
        };
        let today = asker(NOW);
        assert!(today == asker(NOW.plus(1)));
        assert!(today != asker(NOW.plus(86_400)));
        queries.forget(NOW.plus(2 * 86_400));
        assert!(queries.lock().recent.is_empty());
    }

    #[test]
    fn many_addresses_shut_nobody_out_and_whoever_goes_on_asking_is_not_forgotten() {
        let queries = Queries::new(&Workshop::new(1), 1);
        queries.count(NOW, "192.0.2.1".parse().unwrap(), day_set(1), b"a").unwrap();
        queries.lock().generation = 2;
        for at in 0..100_u8 {
            assert_eq!(counted(&queries, NOW, &format!("203.0.113.{at}"), 1, b"a"), Ok(()));
            assert!(counted(&queries, NOW, "192.0.2.1", 1, b"b").is_err(), "{at}");
            let asked = queries.lock();
            assert!(asked.recent.len() + asked.before.len() <= 4);
        }
        assert_eq!(counted(&queries, NOW, "203.0.113.0", 1, b"b"), Ok(()), "forgotten");
    }
}
