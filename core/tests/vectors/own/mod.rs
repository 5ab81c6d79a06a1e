//! Our own vectors: what each byte form is, and each way in which it can be wrong.

pub mod batch;
pub mod beacon;
pub mod config;
pub mod decoy;
pub mod encounter;
pub mod filter;
pub mod gatt;
pub mod handover;
pub mod index;
pub mod membership;
pub mod one_way;
pub mod permit;
pub mod private;
pub mod psi;
pub mod scanned;
pub mod status;
pub mod study;
pub mod tag;
pub mod tan;
pub mod tcn;
pub mod upload;

use twoken_core::units::{Interval, Timestamp};
use twoken_core::wire::Digest;

use crate::file::File;

/// 21 November 2026, 12:10:00 to 12:19:59 UTC.
pub const INTERVAL: Interval = Interval::new(2_992_105);

/// 21 November 2026, 12:00 UTC and so much later.
pub const fn at(minutes: u64, seconds: u64) -> Timestamp {
    Timestamp::new(1_795_262_400 + minutes * 60 + seconds)
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    *Digest::of(bytes).as_bytes()
}

/// All of them.
pub fn files() -> Vec<File> {
    [
        beacon::files(),
        scanned::files(),
        encounter::files(),
        gatt::files(),
        tag::files(),
        tcn::files(),
        handover::files(),
        status::files(),
        tan::files(),
        permit::files(),
        upload::files(),
        one_way::files(),
        batch::files(),
        private::files(),
        psi::files(),
        filter::files(),
        index::files(),
        config::files(),
        decoy::files(),
        study::files(),
        membership::files(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
