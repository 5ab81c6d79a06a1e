//! What the medical console's routes answer (docs/protocol.md, 20.5).

use serde::{Deserialize, Serialize};
use twoken_core::units::{Day, Timestamp};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What an account may do. Each role may do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// TANs, and uploads for patients.
    Clinician,
    /// Audit and figures.
    Supervisor,
    /// Accounts and invitations.
    Administrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Clinician, Self::Supervisor, Self::Administrator];
}

/// How far somebody has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionState {
    /// The password was right; the code comes next.
    Code,
    /// Another password must be chosen first.
    Password,
    /// Everything the role may.
    Open,
    /// Nothing but unlocking and signing out.
    Locked,
}

/// A session, as the server tells it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Session {
    /// How far.
    pub state: SessionState,
    /// Whose.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What every request that changes something repeats.
    pub csrf: Csrf,
    /// The server's clock.
    pub now: Timestamp,
    /// When it ends if nothing is done.
    pub idle_ends: Timestamp,
    /// When it ends in any case.
    pub absolute_ends: Timestamp,
}

/// A session's token against requests that its page did not make.
#[derive(Clone, PartialEq, Eq, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Csrf(pub(super) String);

impl core::fmt::Debug for Csrf {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Csrf")
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Whether it may not sign in.
    pub disabled: bool,
    /// Whether too many wrong passwords have locked it.
    pub locked_out: bool,
    /// Whether it is the one that asks.
    pub own: bool,
}

/// An invitation that nobody has used yet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Invitation {
    /// By which it can be withdrawn, 32 hexadecimal digits; not its token.
    pub id: String,
    /// Who invited.
    pub by: String,
    /// What the account will be able to do.
    pub role: Role,
    /// When it becomes void.
    pub expires: Timestamp,
}

/// All accounts, and the invitations that are open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Accounts {
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Invitations.
    pub invitations: Vec<Invitation>,
}

/// What changes of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccountChange {
    /// Another role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether it may not sign in any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Lifts a lock-out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlock: Option<bool>,
}

/// A fresh invitation.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Invited {
    /// `/staff#i=TOKEN`, good once.
    pub link: String,
    /// When it becomes void.
    pub expires: Timestamp,
}

impl core::fmt::Debug for Invited {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Invited({:?})", self.expires)
    }
}

/// How a TAN stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TanState {
    /// Made valid just now.
    New,
    /// Was valid before, and is.
    #[serde(alias = "known")]
    Valid,
    /// Nobody made it valid, or it was so long ago that it was forgotten.
    Unknown,
    /// Exchanged for a permit.
    Redeemed,
    /// Made invalid.
    Revoked,
    /// Its time is over.
    Expired,
}

/// What the server says of a TAN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct TanAnswer {
    /// How it stands.
    pub state: TanState,
    /// When its time is over; none where it is unknown.
    #[serde(default)]
    pub valid_until: Option<Timestamp>,
}

/// Something that staff did.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Event {
    /// Later ones have higher numbers.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// By whom; none for the operator, and for a name that nobody has.
    pub by: Option<String>,
    /// What, such as `signed-in`.
    pub what: String,
    /// To whose account.
    #[serde(default)]
    pub about: Option<String>,
    /// Which role was given.
    #[serde(default)]
    pub role: Option<Role>,
    /// How many.
    #[serde(default)]
    pub count: Option<u32>,
}

/// A page of the audit, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct AuditPage {
    /// Events.
    pub events: Vec<Event>,
    /// Whether there are earlier ones.
    pub more: bool,
}

/// The sums of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct DayFigures {
    /// Which (UTC).
    #[serde(deserialize_with = "day_of_text")]
    pub day: Day,
    /// TANs made valid, by whomever.
    pub issued: u64,
    /// TANs exchanged for a permit.
    pub redeemed: u64,
    /// TANs made invalid.
    pub revoked: u64,
    /// Permits given to patients.
    pub patient_permits: u64,
    /// Permits given to staff.
    pub staff_permits: u64,
    /// Tries to sign in under names that nobody has.
    #[serde(default)]
    pub unknown_names: u64,
}

fn day_of_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}
