//! What the server decides, apart from how it is asked (routes) and how it is kept (store).

pub mod authority;
pub mod batches;
pub mod index;
pub mod permits;
pub mod pressing;
pub mod published;
pub mod readiness;
pub mod regions;
pub mod retention;
pub mod sealing;
pub mod staff;
pub mod tans;
pub mod uploads;
