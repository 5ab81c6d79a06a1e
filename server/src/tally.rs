//! How many reports there were, without when.
//!
//! The time of a redeemed TAN beside that of an upload half an hour later would join the two where few people report,
//! although no computation does. So neither request gets a line of its own in the log: they are counted here, and
//! each sealing tick, whose time is public anyway, says the sums. Decoys are in them as reports are: whoever reads the log
//! cannot tell how many were which.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{Method, StatusCode};

/// The routes that are counted instead of told.
const PERMITS: &str = "/v1/permits";
const UPLOADS: &str = "/v1/uploads";
const QUERIES: &str = "/v1/psi";
const REPORTS: &str = "/v1/studies/{id}/reports";
const WITHDRAWALS: &str = "/v1/studies/{id}/withdrawals";

/// Answers to people who report, since the last tick.
#[derive(Debug, Default)]
pub struct Tally {
    redeemed: AtomicU64,
    uploaded: AtomicU64,
    told: AtomicU64,
    withdrawn: AtomicU64,
    asked: AtomicU64,
    refused: AtomicU64,
}

/// What a tick says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Permits given, repeated answers and decoys included.
    pub redeemed: u64,
    /// Uploads taken, repeated ones and decoys included.
    pub uploaded: u64,
    /// Contacts told to studies, repeated ones included.
    pub told: u64,
    /// Contacts taken back from studies.
    pub withdrawn: u64,
    /// Private mode's queries, repeated ones included.
    pub asked: u64,
    /// Requests for any of these that were refused as they stood.
    pub refused: u64,
}

impl Tally {
    /// Takes an answer in, if it is one of those that get no line. What fails inside the server is not: an operator
    /// must see that at once. A browser's question in advance (`OPTIONS`) gets no line either, and is not counted.
    #[must_use]
    pub fn takes(&self, method: &Method, route: &str, status: StatusCode) -> bool {
        let counter = match route {
            PERMITS | UPLOADS | REPORTS | WITHDRAWALS | QUERIES if status.is_server_error() => return false,
            PERMITS if status.is_success() => &self.redeemed,
            UPLOADS if status.is_success() => &self.uploaded,
            REPORTS if status.is_success() => &self.told,
            WITHDRAWALS if status.is_success() => &self.withdrawn,
            QUERIES if status.is_success() => &self.asked,
            PERMITS | UPLOADS | REPORTS | WITHDRAWALS | QUERIES => &self.refused,
            _ => return false,
        };
        if *method == Method::POST {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        true
    }

    /// The sums since the last call.
    pub fn take(&self) -> Sums {
        let taken = |counter: &AtomicU64| counter.swap(0, Ordering::Relaxed);
        Sums {
            redeemed: taken(&self.redeemed),
            uploaded: taken(&self.uploaded),
            told: taken(&self.told),
            withdrawn: taken(&self.withdrawn),
            asked: taken(&self.asked),
            refused: taken(&self.refused),
        }
    }
}

impl Sums {
    /// Says them, unless there is nothing to say.
    pub fn tell(self) {
        let Self { redeemed, uploaded, told, withdrawn, asked, refused } = self;
        if self != Self::default() {
            tracing::info!(
                redeemed,
                uploaded,
                told,
                withdrawn,
                asked,
                refused,
                "reports since the last tick"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_counted_and_everything_else_is_told() {
        let tally = Tally::default();
        assert!(tally.takes(&Method::POST, PERMITS, StatusCode::OK));
        assert!(tally.takes(&Method::POST, PERMITS, StatusCode::NOT_FOUND));
        assert!(tally.takes(&Method::POST, UPLOADS, StatusCode::ACCEPTED));
        assert!(tally.takes(&Method::POST, UPLOADS, StatusCode::CONFLICT));
        assert!(!tally.takes(&Method::POST, UPLOADS, StatusCode::INTERNAL_SERVER_ERROR));
        assert!(tally.takes(&Method::OPTIONS, UPLOADS, StatusCode::OK));
        assert!(tally.takes(&Method::POST, REPORTS, StatusCode::OK));
        assert!(tally.takes(&Method::POST, REPORTS, StatusCode::FORBIDDEN));
        assert!(tally.takes(&Method::POST, QUERIES, StatusCode::OK));
        assert!(tally.takes(&Method::POST, WITHDRAWALS, StatusCode::OK));
        assert!(!tally.takes(&Method::POST, WITHDRAWALS, StatusCode::SERVICE_UNAVAILABLE));
        assert!(!tally.takes(&Method::GET, "/v1/config", StatusCode::OK));
        assert!(!tally.takes(&Method::GET, "/v1/studies", StatusCode::OK));
        let sums = Sums { redeemed: 1, uploaded: 1, told: 1, withdrawn: 1, asked: 1, refused: 3 };
        assert_eq!(tally.take(), sums);
        assert_eq!(tally.take(), Sums::default());
    }
}
