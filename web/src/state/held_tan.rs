//! A TAN that may have been redeemed, and its blind: kept when its report is over, so that the same TAN can still carry
//! another body, redeemed with the same blinded element.

use super::App;
use super::records::{self, Authority, PendingRecord, WaitingRecord};
use crate::platform::storage::{Change, Store};
use crate::platform::{clock, crypto};
use leptos::prelude::*;
use twoken_core::permit::{Class, Pending};
use twoken_core::tan::Tan;

impl App {
    /// Keeps the TAN of a report that is over, if it has one: it can still carry another body.
    pub(super) fn hold_tan(self, record: &WaitingRecord) -> Option<Change> {
        let Authority::Tan(pending) = &record.authority else { return None };
        self.cells.held_since.set_value(Some(pending.made_at));
        Some(records::put_json(Store::Outgoing, records::HELD, pending))
    }

    /// A blind for this TAN: the one it may have been redeemed with before, or a fresh one.
    pub(super) async fn pending_for(self, tan: &Tan) -> PendingRecord {
        let now = clock::now();
        let shown = tan.display().to_string();
        let server = untrack(|| self.further_origin());
        let held = match self.cells.storage.get_value() {
            Some(storage) => {
                records::read_json::<PendingRecord>(&storage, Store::Outgoing, records::HELD).await
            }
            None => Ok(None),
        };
        if let Ok(Some(held)) = held
            && held.tan == shown
            && held.server == server
            && held.made_at.week().is_accepted_at(now)
        {
            return held;
        }
        let pending = Pending::new(tan, Class::Patient, now.week(), &mut crypto::rng());
        PendingRecord { tan: shown, pending: pending.to_bytes().to_vec(), made_at: now, server }
    }
}
