//! The server as its clients meet it: a real database, real keys, real routes, and a clock that the test turns.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests"
)]

mod support;

mod authority;
mod batches;
mod command_line;
mod configuration;
#[cfg(unix)]
mod crash;
mod decoys;
mod description;
mod limits;
mod logs;
mod network;
mod one_way;
#[cfg(unix)]
mod operators;
mod permits;
mod pool_pages;
mod privacy;
mod private_mode;
mod proofs;
mod readiness;
mod regions;
mod retention;
mod schema;
mod sealing;
mod second_degree;
mod staff_accounts;
mod staff_guessing;
mod staff_session;
mod staff_tans;
mod story;
mod studies;
mod uploads;
mod web;
