//! What the server decides, apart from how it is asked (routes) and how it is kept (store).

pub mod authority;
pub mod batches;
mod brought;
pub mod decoys;
pub mod index;
pub mod permits;
pub mod pressing;
pub mod proofs;
pub mod published;
pub mod queries;
pub mod readiness;
pub mod regions;
pub mod retention;
pub mod sealing;
pub mod second_degree;
pub mod staff;
pub mod studies;
pub mod tans;
pub mod uploads;
