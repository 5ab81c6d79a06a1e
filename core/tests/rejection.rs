//! Strangers' bytes: whatever is turned, cut, inserted, left out or swapped, no decoder panics; what is signed or
//! sealed is always refused; what is canonical is refused or means exactly the altered bytes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

#[path = "rejection/authenticated.rs"]
mod authenticated;
#[path = "rejection/canonical.rs"]
mod canonical;
#[path = "rejection/membership.rs"]
mod membership;
#[path = "rejection/spoil.rs"]
mod spoil;
#[path = "rejection/text.rs"]
mod text;
