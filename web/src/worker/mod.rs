//! What runs off the main thread: reading codes, verifying indexes, comparing batches, private mode's questions and
//! answers, proving to have been met, making entries of a patient's keys, a key of a passphrase, and sealing backups. One
//! worker does all, at one [`Desk`]; the
//! page has the [`messages`] alone.

pub mod messages;

#[cfg(feature = "worker")]
pub mod asking;
#[cfg(feature = "worker")]
pub mod deriving;
#[cfg(feature = "worker")]
mod desk;
#[cfg(feature = "worker")]
pub mod index;
#[cfg(feature = "worker")]
pub mod matching;
#[cfg(feature = "worker")]
pub mod proving;
#[cfg(feature = "worker")]
pub mod regeneration;
#[cfg(feature = "worker")]
pub mod scan;
#[cfg(feature = "worker")]
pub mod sealing;

#[cfg(feature = "worker")]
pub use desk::Desk;
