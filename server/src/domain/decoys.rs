//! Decoys, by which apps hide their reports from whoever watches the line. What looks like a report is answered like one, by
//! the same way through the same code, and nothing of it stays ([`super::permits`], [`super::uploads`]).
//!
//! A report's work is bounded by its TAN, a decoy's by nothing: so an address has turns, of which its decoys take one each.
//! Where none is left, whoever comes from there has to wait, with a decoy or a report: were the two told apart by
//! that, whoever shares an address with somebody and watches it could take all turns and see which is which.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::backoff::{Asker, Backoff};
use crate::clock::Clock;

/// Turns at once: a hundred apps behind one address come back from a night without network, two requests each.
const TURNS: NonZeroU32 = NonZeroU32::new(256).unwrap();
/// One more turn in this time: 43,200 a day are the decoys of some twenty thousand apps at one a day, and of the largest
/// decoys three percent of a processor.
const REGAIN: Duration = Duration::from_secs(2);

/// All turns of everybody.
#[must_use]
pub fn turns(clock: &Clock) -> Backoff {
    Backoff::with(clock.clone(), TURNS, REGAIN)
}

/// One address's turns.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    turns: &'a Backoff,
    asker: Asker,
}

impl<'a> Turn<'a> {
    /// Of this address.
    #[must_use]
    pub fn of(turns: &'a Backoff, address: IpAddr) -> Self {
        Self { turns, asker: turns.asker(address) }
    }

    /// Whether there is one, for whatever comes.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn is_there(&self) -> Result<(), u64> {
        self.turns.may_try(self.asker)
    }

    /// A decoy takes one.
    ///
    /// # Errors
    /// The seconds to wait, when there was none.
    pub fn take(&self) -> Result<(), u64> {
        self.turns.count_wrong(self.asker)
    }
}

impl std::fmt::Debug for Turn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Turn")
    }
}
