//! # `twoken` for JavaScript
//!
//! A thin face of the protocol core: each class holds one value of it and translates. What JavaScript passes is read strictly
//! ([`args`]), what it gets are byte strings of its own and plain objects ([`out`]), and every refusal is a `TwokenError` with
//! a code that stays ([`refusal`], [`codes`]). Randomness is the platform's; time is an argument, as in the core.
//!
//! | module | what it shows |
//! | --- | --- |
//! | [`units`], [`beacon`], [`encounter`], [`tcn`] | meeting |
//! | [`diary`], [`redaction`] | what is kept, and what of it is told |
//! | [`tan`], [`cover`], [`permit`], [`upload`] | reporting |
//! | [`config`], [`batch`], [`matching`], [`between`], [`risk`] | checking |
//! | `tag`, `filter`, `seal`, `handover` | entries, a server's side, health staff |
//! | `psi`, `membership`, `study`, `decoy`, `backup` | private mode, proofs, and the rest |
//!
//! The last two rows are of the feature `full`: `twoken/slim` is without them.
//!
//! What is JavaScript's own stands in `ts/`: how the program is loaded, the guard around it, the client that fetches.

#![allow(missing_docs, reason = "what `wasm_bindgen` writes beside each item")]
#![allow(clippy::new_without_default, reason = "`new` is JavaScript's constructor")]
#![allow(clippy::needless_pass_by_value, reason = "optional arguments come by value")]
#![allow(unreachable_pub, reason = "what JavaScript gets is public, wherever it stands")]

mod args;
mod codes;
mod out;
mod refusal;
mod words;

mod beacon;
mod encounter;
mod tcn;
mod units;

mod diary;
mod tan;

mod batch;
mod matching;

#[cfg(feature = "full")]
mod between;
#[cfg(feature = "full")]
mod config;
#[cfg(feature = "full")]
mod cover;
#[cfg(feature = "full")]
mod permit;
#[cfg(feature = "full")]
mod redaction;
#[cfg(feature = "full")]
mod risk;
#[cfg(feature = "full")]
mod upload;

#[cfg(feature = "full")]
mod backup;
#[cfg(feature = "full")]
mod decoy;
#[cfg(feature = "full")]
mod handover;
#[cfg(feature = "full")]
mod membership;
#[cfg(feature = "full")]
mod psi;
#[cfg(feature = "full")]
mod seal;
#[cfg(feature = "full")]
mod study;
#[cfg(feature = "full")]
mod tag;
