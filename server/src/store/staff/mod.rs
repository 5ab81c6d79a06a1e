//! Health staff: accounts, invitations, sessions, what they did. Each file is one noun.

mod accounts;
mod events;
mod figures;
mod invitations;
mod sessions;

pub use accounts::{AccountChange, Changed, Failure, NewAccount, PasswordChange, StaffAccount};
pub use events::{Event, NewEvent, What};
pub use figures::{Figure, FigureOf};
pub use invitations::{Confirmed, Enrolment, NewInvitation, OpenInvitation};
pub use sessions::{NewSession, SessionState, StaffSession};

pub(super) use events::{done_since, note, note_failure};
pub(super) use figures::count;

/// Names an account; random.
pub type AccountId = [u8; 16];
/// Hash of a session's or invitation's token.
pub type TokenHash = [u8; 32];
/// A password's salted hash with the number of its parameters; opaque here.
pub type PasswordBytes = [u8; 49];
