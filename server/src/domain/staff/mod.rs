//! Health staff: who they are, how they sign in, and what they may do.
//!
//! | file | is |
//! | --- | --- |
//! | [`passwords`] | argon2id, a few at a time |
//! | [`codes`] | the second factor: codes of thirty seconds |
//! | [`accounts`], [`invitations`] | who may sign in, and how somebody comes to |
//! | [`sessions`] | signing in, in two steps; locking; the end |
//! | [`tans`], [`permits`] | what staff do for patients |
//! | `retries` | what is asked again because its answer was lost |
//! | [`audit`] | who did what when, and sums of days |
//!
//! Of a patient nothing is written down: what staff did with a TAN is told without it, and an upload comes without any
//! session, under a permit that leads to nobody.

pub mod accounts;
pub mod audit;
pub mod codes;
pub mod invitations;
pub mod passwords;
pub mod permits;
mod retries;
pub mod sessions;
pub mod tans;

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use twoken_core::units::Timestamp;
use twoken_core::{codec, permit, tan};
use zeroize::Zeroizing;

use crate::backoff::Backoff;
use crate::clock::Clock;
use crate::config::Settings;
use crate::keys::Keys;
use crate::random;
use crate::store::{self, AccountId, Store, TokenHash};
use passwords::Hasher;
use retries::Retries;

/// Permits that one account is given at once, and the time in which another is earned: more than anybody can scan.
const PERMITS: (NonZeroU32, Duration) = (NonZeroU32::new(60).unwrap(), Duration::from_secs(30));
/// Unknown TANs that one account may look up at once, and the time in which another is earned.
const LOOK_UPS: (NonZeroU32, Duration) = (NonZeroU32::new(60).unwrap(), Duration::from_secs(10));

/// What somebody may do. Each role may do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Issues and revokes TANs, uploads on a patient's behalf.
    Clinician = 1,
    /// Reads who did what, and the sums.
    Supervisor = 2,
    /// Invites, changes roles, disables, lifts lock-outs.
    Administrator = 3,
}

impl Role {
    /// From its number; the lowest where there is no such number.
    pub(crate) const fn from_number(number: u8) -> Self {
        match number {
            3 => Self::Administrator,
            2 => Self::Supervisor,
            _ => Self::Clinician,
        }
    }

    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clinician => "clinician",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
        }
    }
}

/// Why something was refused to staff.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Name or password is wrong, or the account is disabled or locked out: never told apart.
    #[error("the name or the password is wrong, or the account is disabled or locked")]
    SignIn,
    /// There is no such session, or it has ended.
    #[error("there is no session, or it has ended")]
    Ended,
    /// The code is wrong, or was used before.
    #[error("the code is wrong, or was used before")]
    Code,
    /// The password of a running session is wrong.
    #[error("the password is wrong")]
    Password,
    /// The session waits for its code, or for another password.
    #[error("{0}")]
    Unfinished(&'static str),
    /// The session is locked.
    #[error("the session is locked until the password is given again")]
    Locked,
    /// The account's role may not do this.
    #[error("this takes the role `{}`", .0.name())]
    Role(Role),
    /// Not a password that is taken.
    #[error(transparent)]
    Weak(#[from] passwords::Weak),
    /// Not a name that is taken.
    #[error("a name has 1 to 64 characters, and none that cannot be seen")]
    Name,
    /// Somebody has the name.
    #[error("somebody has this name")]
    NameTaken,
    /// The invitation is unknown, used or void.
    #[error("the invitation is not known, was used, or is void")]
    Invitation,
    /// There is no such account.
    #[error("there is no such account")]
    Account,
    /// Nobody could manage accounts any more.
    #[error("this is the last administrator")]
    LastAdministrator,
    /// Too many TANs at once, or none.
    #[error("1 to {} TANs in one request", tans::MAX_TANS)]
    Count {
        /// How many came.
        got: usize,
    },
    /// A TAN is mistyped.
    #[error("TAN {position} of the request is mistyped: {source}")]
    Tan {
        /// Which, counted from 1.
        position: usize,
        /// What is wrong.
        source: tan::Error,
    },
    /// A validity outside 1 to 336 hours.
    #[error("`hours` must be 1 to {}", super::tans::MAX_HOURS)]
    Hours {
        /// What was asked for.
        got: u16,
    },
    /// The blinded element is none.
    #[error("the blinded element is not right: {0}")]
    Blinded(permit::Error),
    /// The stated week is not this one.
    #[error("another week is stated; here it is {here}")]
    Week {
        /// What the client stated.
        stated: u16,
        /// This week.
        here: u16,
    },
    /// Too many tries.
    #[error("too many tries; the next is in {seconds} s")]
    Wait {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The account has made valid as many TANs as it may on a day.
    #[error("an account issues {} TANs a day at most", tans::MOST_OF_DAY)]
    Quota {
        /// Seconds until the next day (UTC).
        seconds: u64,
    },
    /// The account was given as many permits as it may be on a day.
    #[error("an account is given {} permits a day at most", permits::MOST_OF_DAY)]
    PermitQuota {
        /// Seconds until the next day (UTC).
        seconds: u64,
    },
    /// Too many passwords are being checked.
    #[error("too many passwords are being checked")]
    Busy,
    /// The work was cut off.
    #[error("the work was interrupted")]
    Interrupted,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Result of what staff do.
pub type Result<T> = std::result::Result<T, Error>;

/// What the server holds in memory about staff.
pub struct Staff {
    hasher: Hasher,
    addresses: Backoff,
    invited: Backoff,
    names: Backoff,
    look_ups: Backoff,
    permits: Backoff,
    retries: Retries,
    idle_seconds: u64,
    absolute_seconds: u64,
    issuer: String,
}

impl Staff {
    /// Nobody has done anything yet.
    #[must_use]
    pub fn new(settings: &Settings, clock: &Clock) -> Self {
        Self {
            hasher: Hasher::new(),
            addresses: Backoff::new(clock.clone()),
            invited: Backoff::new(clock.clone()),
            names: Backoff::new(clock.clone()),
            look_ups: Backoff::with(clock.clone(), LOOK_UPS.0, LOOK_UPS.1),
            permits: Backoff::with(clock.clone(), PERMITS.0, PERMITS.1),
            retries: Retries::new(),
            idle_seconds: u64::from(settings.staff_idle_minutes) * 60,
            absolute_seconds: u64::from(settings.staff_session_hours) * 3600,
            issuer: settings.name.trim().to_owned(),
        }
    }

    /// How addresses are told apart at sign-in.
    #[must_use]
    pub const fn addresses(&self) -> &Backoff {
        &self.addresses
    }

    /// How addresses are told apart where invitations are tried: whoever guesses there stops nobody's sign-in.
    #[must_use]
    pub const fn invited(&self) -> &Backoff {
        &self.invited
    }

    /// Forgets whoever has recovered, and what was asked a while ago.
    pub fn forget(&self, now: Timestamp) {
        self.retries.forget(now);
        for backoff in [&self.addresses, &self.invited, &self.names, &self.look_ups, &self.permits] {
            backoff.forget();
        }
    }
}

impl fmt::Debug for Staff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Staff")
    }
}

/// Everything that a request of staff is answered with.
#[derive(Clone, Copy)]
pub struct Office<'a> {
    /// What is held in memory.
    pub staff: &'a Staff,
    /// What is kept.
    pub store: &'a Store,
    /// The server's keys.
    pub keys: &'a Keys,
    /// Now.
    pub now: Timestamp,
}

impl Office<'_> {
    /// Seconds until the next day (UTC).
    fn until_tomorrow(&self) -> u64 {
        self.now.day().plus(1).start().since(self.now)
    }
}

impl fmt::Debug for Office<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Office")
    }
}

/// The bearer of a session or an invitation: 32 random bytes, in base64url. The server keeps the hash.
#[derive(Clone)]
pub struct Token(Zeroizing<[u8; 32]>);

impl Token {
    fn random() -> Self {
        Self(Zeroizing::new(random::bytes()))
    }

    /// Reads one; `None` where the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        codec::array_from_base64url(text).ok().map(Zeroizing::new).map(Self)
    }

    /// As it travels.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(codec::to_base64url(&*self.0))
    }

    fn hash(&self, label: &[u8]) -> TokenHash {
        Sha256::new().chain_update(label).chain_update(self.0.as_slice()).finalize().into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// A fresh account's id.
fn new_id() -> AccountId {
    random::bytes()
}
