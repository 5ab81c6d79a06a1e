//! The secrets of a patient's keys, and which codes were sent.

use super::{KeysProblem, Uploaded};
use twoken_core::permit::{Authorised, StaffPending};
use twoken_core::tcn;
use twoken_core::units::Timestamp;
use twoken_core::wire::{Collector, Handover, SIZE_CLASSES};

/// The hash that each code bears: by it a whole is known again.
pub(super) type Transfer = [u8; 8];

/// What became of a whole that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It went off then, and may have arrived.
    Perhaps(Timestamp),
    /// It was uploaded.
    Surely(Uploaded),
}

/// The secrets.
#[derive(Default)]
pub(in crate::state::console) struct Held {
    pub(super) collector: Collector,
    pub(super) handover: Option<Handover>,
    /// Asked for, perhaps given: the same request gets the same permit.
    pub(super) pending: Option<StaffPending>,
    pub(super) authorised: Option<Authorised>,
    /// The whole that was refused last, and why: its codes go on being shown.
    pub(super) refused: Option<(Transfer, KeysProblem)>,
    /// When they are wiped, where there is no session.
    pub(super) forget_at: Option<Timestamp>,
    sent: Vec<(Transfer, Sent)>,
    /// Grows with every scan that ends: what an older one still waits for is nobody's.
    pub(super) turn: u32,
}

impl Held {
    /// Wipes every secret. Which codes were sent stays known, and when the rest is due.
    pub(super) fn wipe(&mut self) {
        let (sent, forget_at) = (core::mem::take(&mut self.sent), self.forget_at);
        *self = Self { sent, forget_at, turn: self.turn.wrapping_add(1), ..Self::default() };
    }

    /// Forgets which codes were sent.
    pub(super) fn forget_sent(&mut self) {
        self.sent.clear();
    }

    /// What became of a whole, where it was sent from this page.
    pub(super) fn sent(&self, transfer: &Transfer) -> Option<Sent> {
        self.sent.iter().find(|(sent, _)| sent == transfer).map(|(_, sent)| *sent)
    }

    /// Notes what became of the whole that is held; none where it has surely not arrived.
    pub(super) fn note(&mut self, sent: Option<Sent>) {
        if let Some(transfer) = self.handover.as_ref().map(|handover| *handover.transfer()) {
            self.sent.retain(|(other, _)| *other != transfer);
            self.sent.extend(sent.map(|sent| (transfer, sent)));
        }
    }

    /// Why a whole was refused, where it is the one that was refused last.
    pub(super) fn refused(&self, transfer: &Transfer) -> Option<KeysProblem> {
        self.refused.filter(|(refused, _)| refused == transfer).map(|(_, problem)| problem)
    }
}

/// What the server would refuse is refused before anything is made of it.
pub(super) fn check(handover: &Handover, now: Timestamp) -> Result<(), KeysProblem> {
    let most = SIZE_CLASSES.last().copied().unwrap_or_default();
    if handover.cover().intervals().count() > most {
        return Err(KeysProblem::TooMany);
    }
    handover.cover().check_time(now).map_err(|error| match error {
        tcn::Error::Past { day } => KeysProblem::Past(day),
        _ => KeysProblem::Future,
    })
}
