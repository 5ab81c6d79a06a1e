//! # Twoken's protocols
//!
//! Two people meet, their devices agree on a secret that only they know; if one of them later tests positive,
//! the other learns it, and nobody else learns anything. This crate is that protocol and nothing else: no I/O, no
//! clock, no storage. Randomness and time are arguments.
//!
//! The modules in the order in which a meeting becomes a warning:
//!
//! | module | what happens there |
//! | --- | --- |
//! | [`units`] | ten-minute intervals, days, weeks: the only clock there is |
//! | [`labels`] | every domain separation string, in one place |
//! | [`codec`] | strict base64url, hex and byte readers for strangers' input |
//! | [`beacon`] | what a phone shows: a fresh key and claim key per interval |
//! | [`encounter`] | two beacons become one secret per direction |
//! | [`gatt`] | how a browser meets a device by Bluetooth |
//! | [`tcn`] | one-way: what a phone shows to those who only hear it, and the keys of a report of it |
//! | [`tag`] | a secret becomes a tag that only its receiver can claim |
//! | [`status`] | what a tag says, sealed for that one person |
//! | [`diary`] | what a phone keeps of its encounters, for fourteen days |
//! | [`redaction`] | what stays out of a report; the rest is all that can be sent |
//! | [`tan`] | thirteen symbols and a check: the authority's word that a test was positive |
//! | [`oprf`] | RFC 9497 OPRF, VOPRF and POPRF over ristretto255 |
//! | [`psi`] | private mode: how many of one's encounters were reported, and not which |
//! | [`permit`] | a TAN becomes a one-time permit that nothing links to it |
//! | [`membership`] | that one of a page's 256 tags is mine, and not which |
//! | [`decoy`] | what looks like a report to whoever watches the line, and is none |
//! | [`wire`] | the bodies that travel: configuration, permits, uploads, problems |
//! | [`filter`] | a batch's tags in 41.5 bits each, in the order of its pages |
//! | [`batch`] | sealed pages of sorted entries, signed and chained |
//! | [`matching`] | a batch against the diary: exposures |
//! | [`risk`] | how grave the exposures of each day were, and why |
//! | [`backup`], `age` | what a phone takes along to another, and the file that it is sealed in |
//!
//! The normative description of every byte is `docs/protocol.md`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod codec;
pub mod labels;
pub mod units;

pub mod beacon;
pub mod encounter;
pub mod gatt;
pub mod status;
pub mod tag;
pub mod tcn;

pub mod membership;

pub mod diary;
pub mod redaction;

pub mod decoy;
pub mod oprf;
pub mod permit;
pub mod psi;
pub mod tan;
pub mod wire;

pub mod batch;
pub mod filter;
pub mod matching;
pub mod risk;

#[cfg(feature = "backup")]
pub mod age;
pub mod backup;

mod batch_id;
mod draw;
mod group;
mod mac;
mod order;
mod study_id;
