//! Slows down whoever guesses: after a few wrong TANs or passwords, an address has to wait. So has whoever guesses at one
//! name, and staff that ask for more than anybody needs; each kind has its own [`Backoff`].
//!
//! An address is never kept. It becomes `HMAC-SHA256(key, address)` under a key that is random in each process and
//! never leaves memory; of an IPv6 address only the network (/64) counts, since one household has all the rest.
//! Right TANs cost nothing, so that people behind one address do not block each other by reporting.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use twoken_core::units::Timestamp;
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::random;

/// Wrong tries in a row before anybody has to wait: a person mistypes, a household shares an address.
const BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// One more try is earned in this time. At this pace, guessing one of a million valid TANs of 65 bits from one
/// address takes longer than the universe has stood.
const REGAIN: Duration = Duration::from_secs(30);
/// Addresses remembered before the recovered ones are dropped.
const SWEEP_ABOVE: usize = 4096;

/// Who asked, as far as anybody needs to know.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asker([u8; 16]);

/// Makes askers of addresses, under a key of its own that never leaves memory.
pub struct Askers {
    /// As long as the hash's block: used as it is.
    key: Zeroizing<[u8; 64]>,
}

impl Askers {
    /// Under a fresh key: nobody here is anybody there.
    #[must_use]
    pub fn new() -> Self {
        Self { key: Zeroizing::new(random::bytes()) }
    }

    /// The keyed hash of an address; of an IPv6 address, of its network.
    #[must_use]
    pub fn of(&self, address: IpAddr) -> Asker {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits() >> 64 << 64,
        };
        self.keyed(&network.to_be_bytes())
    }

    /// The keyed hash of whatever somebody is known by.
    #[must_use]
    pub fn keyed(&self, what: &[u8]) -> Asker {
        let mut mac = Hmac::<Sha256>::new((&*self.key).into());
        mac.update(what);
        let hash: [u8; 32] = mac.finalize().into_bytes().into();
        let mut asker = [0; 16];
        asker.copy_from_slice(hash.split_at(16).0);
        Asker(asker)
    }
}

impl Default for Askers {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Askers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Askers")
    }
}

/// Counts wrong tries per [`Asker`].
pub struct Backoff {
    askers: Askers,
    clock: Clock,
    wrong: RateLimiter<Asker, HashMapStateStore<Asker>, Seconds, NoOpMiddleware<Duration>>,
    waiting: Mutex<HashMap<Asker, Timestamp>>,
}

/// The server's clock in the limiter's form.
#[derive(Clone)]
struct Seconds(Clock);

impl governor::clock::Clock for Seconds {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_secs(self.0.now().seconds())
    }
}

impl Backoff {
    /// Nobody has guessed wrong yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self::with(clock, BURST, REGAIN)
    }

    /// With `burst` tries at once, and another earned in each `regain`.
    #[must_use]
    pub fn with(clock: Clock, burst: NonZeroU32, regain: Duration) -> Self {
        let quota = Quota::with_period(regain).unwrap_or(Quota::per_minute(burst)).allow_burst(burst);
        Self {
            askers: Askers::new(),
            clock: clock.clone(),
            wrong: RateLimiter::hashmap_with_clock(quota, Seconds(clock)),
            waiting: Mutex::new(HashMap::new()),
        }
    }

    /// The keyed hash of an address.
    #[must_use]
    pub fn asker(&self, address: IpAddr) -> Asker {
        self.askers.of(address)
    }

    /// The keyed hash of a name, for a [`Backoff`] of names: whether there is somebody of that name, it does not know.
    #[must_use]
    pub fn named(&self, name: &str) -> Asker {
        self.askers.keyed(name.as_bytes())
    }

    /// The keyed hash of an account, for a [`Backoff`] of accounts.
    #[must_use]
    pub fn of_account(&self, account: &[u8; 16]) -> Asker {
        self.askers.keyed(account)
    }

    /// Whether this asker may try now.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn may_try(&self, asker: Asker) -> Result<(), u64> {
        let now = self.clock.now();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.get(&asker) {
            Some(until) if *until > now => Err(until.since(now)),
            Some(_) => {
                waiting.remove(&asker);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Counts a wrong try of this asker.
    ///
    /// # Errors
    /// The seconds to wait from now on, when it was one too many.
    pub fn count_wrong(&self, asker: Asker) -> Result<(), u64> {
        let Err(too_early) = self.wrong.check_key(&asker) else { return Ok(()) };
        let wait = too_early.wait_time_from(Seconds(self.clock.clone()).now()).as_secs().max(1);
        let now = self.clock.now();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= SWEEP_ABOVE {
            waiting.retain(|_, until| *until > now);
        }
        waiting.insert(asker, now.plus(wait));
        drop(waiting);
        if self.wrong.len() >= SWEEP_ABOVE {
            self.wrong.retain_recent();
        }
        Err(wait)
    }

    /// Forgets askers who have recovered.
    pub fn forget(&self) {
        let now = self.clock.now();
        self.wrong.retain_recent();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, until| *until > now);
    }
}

impl fmt::Debug for Backoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Backoff")
    }
}

impl fmt::Debug for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asker")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn backoff() -> (Backoff, Arc<AtomicU64>) {
        let seconds = Arc::new(AtomicU64::new(1_795_257_000));
        let read = Arc::clone(&seconds);
        (Backoff::new(Clock::new(move || Timestamp::new(read.load(Ordering::SeqCst)))), seconds)
    }

    #[test]
    fn one_too_many_has_to_wait_and_nobody_else_does() {
        let (backoff, seconds) = backoff();
        let guesser = backoff.asker("203.0.113.7".parse().unwrap());
        let other = backoff.asker("203.0.113.8".parse().unwrap());
        for _ in 0..BURST.get() {
            assert_eq!(backoff.may_try(guesser), Ok(()));
            assert_eq!(backoff.count_wrong(guesser), Ok(()));
        }
        assert_eq!(backoff.count_wrong(guesser), Err(30));
        assert_eq!(backoff.may_try(guesser), Err(30));
        assert_eq!(backoff.may_try(other), Ok(()));
        seconds.fetch_add(29, Ordering::SeqCst);
        assert_eq!(backoff.may_try(guesser), Err(1));
        seconds.fetch_add(1, Ordering::SeqCst);
        assert_eq!(backoff.may_try(guesser), Ok(()));
        assert_eq!(backoff.count_wrong(guesser), Ok(()));
        assert_eq!(backoff.count_wrong(guesser), Err(30));
    }

    #[test]
    fn an_ipv6_network_is_one_asker_and_no_two_processes_agree() {
        let (backoff, _) = backoff();
        let asker = |text: &str| backoff.asker(text.parse().unwrap());
        assert_eq!(asker("2001:db8:0:1::1"), asker("2001:db8:0:1:ffff::2"));
        assert_ne!(asker("2001:db8:0:1::1"), asker("2001:db8:0:2::1"));
        assert_eq!(asker("::ffff:203.0.113.7"), asker("203.0.113.7"));
        let (restarted, _) = super::tests::backoff();
        assert_ne!(asker("203.0.113.7"), restarted.asker("203.0.113.7".parse().unwrap()));
    }

    #[test]
    fn who_recovered_is_forgotten() {
        let (backoff, seconds) = backoff();
        let asker = backoff.asker("203.0.113.7".parse().unwrap());
        for _ in 0..=BURST.get() {
            let _ = backoff.count_wrong(asker);
        }
        seconds.fetch_add(3600, Ordering::SeqCst);
        backoff.forget();
        assert!(backoff.wrong.is_empty());
        assert!(backoff.waiting.lock().unwrap().is_empty());
    }
}
