//! # The Twoken server
//!
//! TANs in, permits out, reports pooled, batches sealed and published. What it learns: that a TAN was redeemed, that
//! somebody with a permit sent entries. What it cannot learn: which belong together, and whom an entry is for.
//!
//! | module | what is there |
//! | --- | --- |
//! | [`config`] | what an operator decides, from a profile, a file and the environment |
//! | [`keys`] | the server's keys, in a file of their own |
//! | [`store`] | one SQLite file; the only place that knows SQL |
//! | [`domain`] | what is decided: TANs, permits, uploads, sealing, the index, proofs, studies, staff, what is deleted |
//! | [`routes`] | HTTP, one file a resource |
//! | [`web`] | the built app, its pages and its policy |
//! | [`texts`] | what is sent compressed |
//! | [`problem`] | the one place where a refusal gets its code |
//! | [`backoff`], [`tries`], [`limits`], [`headers`] | what a stranger may cost, and what a browser may do |
//! | [`work`] | long computation, in turns |
//! | [`jobs`] | sealing on schedule, deleting what is over |
//! | [`logging`], [`tally`] | one line a request, without address, body or identifier; of reports only sums |
//! | [`app`], [`listen`], [`clock`], [`cli`] | it all together; connections; time as an argument; the command line |
//!
//! Calls run one way: routes → domain → store.

#![forbid(unsafe_code)]

pub mod app;
pub mod backoff;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod headers;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod listen;
pub mod logging;
pub mod problem;
pub mod routes;
pub mod store;
pub mod tally;
pub mod texts;
pub mod tries;
pub mod web;
pub mod work;

mod random;
