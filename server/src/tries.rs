//! Tries that are costly to judge, such as membership proofs: each is reserved before anybody computes, and what it cost
//! is told afterwards.
//!
//! [`Backoff`](crate::backoff::Backoff) counts a wrong try when it is known to be wrong. Where that takes a core's time, all that
//! came at once would have had it by then. Here an address has room for so many tries (a leaky bucket, in seconds: `full`
//! runs out with the clock); a try under way takes the room of a wrong one, and gives back what it did not cost.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::backoff::Asker;
use crate::clock::Clock;

/// What a wrong try costs, in seconds until it is earned again: as a wrong TAN.
const WRONG_SECONDS: u64 = 30;
/// What a try costs that came to nothing though nothing was wrong with it: somebody's app that lost an answer, or a page that
/// many have used. A tenth.
const VAIN_SECONDS: u64 = 3;
/// Room of an address: ten wrong tries, a hundred vain ones.
const ROOM_SECONDS: u64 = 10 * WRONG_SECONDS;
/// Addresses remembered before the recovered ones are dropped.
const SWEEP_ABOVE: usize = 4096;

/// Why a try has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Too many were wrong or in vain.
    Seconds(u64),
    /// Too many of this address are under way.
    UnderWay,
}

/// Counts tries per [`Asker`].
pub struct Tries {
    clock: Clock,
    askers: Mutex<HashMap<Asker, Account>>,
}

/// How somebody stands.
#[derive(Clone, Copy, Default)]
struct Account {
    /// When all that it cost is earned again, in unix seconds.
    full_until: u64,
    under_way: u64,
}

/// A try that is under way. Dropped, it was a wrong one: whoever goes away does not get it back.
#[must_use]
pub struct Try<'a> {
    tries: &'a Tries,
    asker: Asker,
    cost: u64,
}

impl Tries {
    /// Nobody has tried yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, askers: Mutex::new(HashMap::new()) }
    }

    /// Whether this asker may try now.
    ///
    /// # Errors
    /// [`Wait`].
    pub fn may_try(&self, asker: Asker) -> Result<(), Wait> {
        let now = self.clock.now().seconds();
        self.accounts().get(&asker).map_or(Ok(()), |account| account.has_room(now))
    }

    /// Begins a try, which takes the room of a wrong one until it is told what it cost.
    ///
    /// # Errors
    /// [`Wait`]; then nothing has begun.
    pub fn begin(&self, asker: Asker) -> Result<Try<'_>, Wait> {
        let now = self.clock.now().seconds();
        let mut accounts = self.accounts();
        let account = account_of(&mut accounts, asker, now);
        account.has_room(now)?;
        account.under_way += 1;
        Ok(Try { tries: self, asker, cost: WRONG_SECONDS })
    }

    /// Counts a try that needed no computation and came to nothing.
    pub fn count_vain(&self, asker: Asker) {
        let now = self.clock.now().seconds();
        account_of(&mut self.accounts(), asker, now).spend(VAIN_SECONDS, now);
    }

    /// Forgets askers who have recovered.
    pub fn forget(&self) {
        let now = self.clock.now().seconds();
        self.accounts().retain(|_, account| !account.is_clear(now));
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<Asker, Account>> {
        self.askers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn account_of(accounts: &mut HashMap<Asker, Account>, asker: Asker, now: u64) -> &mut Account {
    if accounts.len() >= SWEEP_ABOVE {
        accounts.retain(|_, account| !account.is_clear(now));
    }
    accounts.entry(asker).or_default()
}

impl Account {
    /// Seconds of room that are taken. A clock that was set back takes no more than there is.
    fn taken(self, now: u64) -> u64 {
        self.full_until.saturating_sub(now).min(ROOM_SECONDS)
    }

    fn has_room(self, now: u64) -> Result<(), Wait> {
        let taken = self.taken(now) + WRONG_SECONDS;
        if taken > ROOM_SECONDS {
            Err(Wait::Seconds(taken - ROOM_SECONDS))
        } else if taken + self.under_way * WRONG_SECONDS > ROOM_SECONDS {
            Err(Wait::UnderWay)
        } else {
            Ok(())
        }
    }

    fn spend(&mut self, seconds: u64, now: u64) {
        self.full_until = now + (self.taken(now) + seconds).min(ROOM_SECONDS);
    }

    fn is_clear(self, now: u64) -> bool {
        self.under_way == 0 && self.taken(now) == 0
    }
}

impl Try<'_> {
    /// It was good, or nobody could judge it: it costs nothing.
    pub fn was_good(mut self) {
        self.cost = 0;
    }

    /// Nothing was wrong with it, and it came to nothing.
    pub fn was_vain(mut self) {
        self.cost = VAIN_SECONDS;
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        let now = self.tries.clock.now().seconds();
        if let Some(account) = self.tries.accounts().get_mut(&self.asker) {
            account.under_way = account.under_way.saturating_sub(1);
            account.spend(self.cost, now);
        }
    }
}

impl fmt::Debug for Tries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tries")
    }
}

impl fmt::Debug for Try<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Try")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use twoken_core::units::Timestamp;

    use super::*;
    use crate::backoff::Askers;

    fn tries() -> (Tries, [Asker; 2], Arc<AtomicU64>) {
        let seconds = Arc::new(AtomicU64::new(1_795_257_000));
        let read = Arc::clone(&seconds);
        let askers = Askers::new();
        let two = ["203.0.113.7", "203.0.113.8"].map(|address| askers.of(address.parse().unwrap()));
        (Tries::new(Clock::new(move || Timestamp::new(read.load(Ordering::SeqCst)))), two, seconds)
    }

    #[test]
    fn ten_are_under_way_and_no_more_whatever_becomes_of_them() {
        let (tries, [asker, other], _) = tries();
        let mut begun: Vec<_> = (0..10).map(|_| tries.begin(asker).unwrap()).collect();
        assert_eq!(tries.begin(asker).unwrap_err(), Wait::UnderWay);
        assert_eq!(tries.may_try(asker), Err(Wait::UnderWay));
        assert_eq!(tries.may_try(other), Ok(()));
        begun.pop().unwrap().was_good();
        tries.begin(asker).unwrap().was_good();
        // Nine that are wrong, of which nobody waits for the answer.
        drop(begun);
        let last = tries.begin(asker).unwrap();
        assert_eq!(tries.may_try(asker), Err(Wait::UnderWay));
        drop(last);
        assert_eq!(tries.may_try(asker), Err(Wait::Seconds(30)));
    }

    #[test]
    fn a_good_try_costs_nothing_a_vain_one_a_tenth_of_a_wrong_one() {
        let (tries, [asker, _], seconds) = tries();
        for _ in 0..1000 {
            tries.begin(asker).unwrap().was_good();
        }
        for _ in 0..45 {
            tries.begin(asker).unwrap().was_vain();
            tries.count_vain(asker);
        }
        tries.begin(asker).unwrap().was_vain();
        assert_eq!(tries.may_try(asker), Err(Wait::Seconds(3)), "273 of 300 s are taken");
        seconds.fetch_add(3, Ordering::SeqCst);
        drop(tries.begin(asker).unwrap());
        assert_eq!(tries.may_try(asker), Err(Wait::Seconds(30)));
        seconds.fetch_add(29, Ordering::SeqCst);
        assert_eq!(tries.may_try(asker), Err(Wait::Seconds(1)));
        seconds.fetch_add(1, Ordering::SeqCst);
        assert_eq!(tries.may_try(asker), Ok(()));
    }

    #[test]
    fn nobody_waits_longer_than_a_try_and_who_recovered_is_forgotten() {
        let (tries, [asker, other], seconds) = tries();
        for _ in 0..1000 {
            tries.count_vain(asker);
        }
        assert_eq!(tries.may_try(asker), Err(Wait::Seconds(30)));
        seconds.fetch_sub(86_400, Ordering::SeqCst);
        assert_eq!(tries.may_try(asker), Err(Wait::Seconds(30)), "nor when the clock is set back");
        tries.count_vain(asker);
        let under_way = tries.begin(other).unwrap();
        seconds.fetch_add(3600, Ordering::SeqCst);
        tries.forget();
        assert_eq!(tries.accounts().len(), 1, "the one whose try is under way");
        under_way.was_good();
        tries.forget();
        assert!(tries.accounts().is_empty());
    }
}
