//! What holds for any input: agreement, coding, redaction, sealing and matching; and another implementation of
//! RFC 9497 on the other side of the wire.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

#[path = "properties/coding.rs"]
mod coding;
#[path = "properties/cover.rs"]
mod cover;
#[path = "properties/filter.rs"]
mod filter;
#[path = "properties/finding.rs"]
mod finding;
#[path = "properties/meeting.rs"]
mod meeting;
#[path = "properties/membership.rs"]
mod membership;
#[path = "properties/peer.rs"]
mod peer;
#[path = "properties/report.rs"]
mod report;
#[path = "properties/secrets.rs"]
mod secrets;
