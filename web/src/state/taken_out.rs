//! What leaves a report while it waits, with the times around it, as long as nothing of it was sent: an encounter that is
//! deleted, until it is brought back; and from what tells those met of an exposure ([`telling`](super::telling)) each
//! encounter that turns out to be reported itself. From the first sending on the bytes stay as they are.

use super::lines::{LineId, ids_of};
use super::records::{self, WaitingRecord};
use super::telling::is_reported;
use super::{App, OutgoingState, outdated};
use crate::platform::crypto;
use crate::platform::storage::{Change, Store};
use leptos::prelude::*;
use std::collections::BTreeSet;
use twoken_core::diary::Encounter;
use twoken_core::redaction::intervals_around;
use twoken_core::status::Mode;
use twoken_core::tag::{Element, Tag};
use twoken_core::tcn::{Cover, Emissions};
use twoken_core::units::Interval;
use twoken_core::wire::{self, PrivateUpload, Upload, UploadBody};

/// What became of a deleted encounter in a report on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InReport {
    /// It was in none.
    #[default]
    Not,
    /// It was taken out, and nothing of it is sent.
    TakenOut,
    /// It stays in it: sending was begun.
    Stays,
}

/// A report as it was before something left it, and the body that it has without.
#[derive(Clone)]
pub(super) struct Before {
    record: WaitingRecord,
    /// None where nothing was left of it.
    without: Option<Vec<u8>>,
}

/// Its name only: it holds keys.
impl core::fmt::Debug for Before {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Before")
    }
}

/// A report without some encounters.
enum Without {
    /// None of them was in it.
    Same,
    /// So it goes on, without so many.
    Rest(WaitingRecord, usize),
    /// Nothing else was in it.
    Nothing,
}

impl App {
    /// Takes what was deleted out of the report that waits: encounters, and `more` intervals beside those around them.
    /// What was emitted in them is withdrawn already.
    pub(super) fn take_out_of_report(
        self,
        encounters: &[&Encounter],
        more: &BTreeSet<Interval>,
    ) -> (InReport, Option<Before>) {
        let Some(record) = self.current() else { return (InReport::Not, None) };
        let without = self.with_emissions(|emissions| without(&record, encounters, more, emissions));
        let body = match without {
            // What cannot be read is not sent either.
            Err(_) | Ok(Without::Same) => return (InReport::Not, None),
            _ if record.begun => return (InReport::Stays, None),
            Ok(Without::Rest(rest, gone)) => {
                let body = rest.body.clone();
                // Of one whose entries had stayed out, the time around it has left.
                let gone = gone.max(usize::from(!encounters.is_empty()));
                self.make_anew(WaitingRecord { taken_out: rest.taken_out + gone, ..rest });
                Some(body)
            }
            Ok(Without::Nothing) => {
                self.give_back(&record, OutgoingState::Emptied);
                None
            }
        };
        (InReport::TakenOut, Some(Before { record, without: body }))
    }

    /// Takes out of what waits to tell those met every encounter that is known by now to be reported: whoever reported it
    /// would learn whom their report has reached. True where the report that waited is not the same any more.
    pub(super) fn take_reported_out(self) -> bool {
        let Some(record) = self.current().filter(|record| record.is_second() && !record.begun) else {
            return false;
        };
        let without = self.diary.with_untracked(|diary| {
            let reported: Vec<_> = diary.iter().filter(|row| is_reported(row)).collect();
            self.with_emissions(|emissions| without(&record, &reported, &BTreeSet::new(), emissions))
        });
        match without {
            // What cannot be read is not sent either.
            Err(_) | Ok(Without::Same) => return false,
            Ok(Without::Rest(rest, gone)) => {
                self.make_anew(WaitingRecord { reported: rest.reported + gone, ..rest });
            }
            Ok(Without::Nothing) => {
                let reported = record.reported + record.encounters.max(1);
                self.give_back(&WaitingRecord { reported, ..record }, OutgoingState::Emptied);
            }
        }
        true
    }

    /// Puts an encounter that was brought back into the report again, if that still waits.
    pub(super) fn put_into_report_again(self, before: Before) {
        let current = self.current();
        let same = match &before.without {
            Some(body) => current.is_some_and(|current| !current.begun && current.body == *body),
            None => {
                current.is_none()
                    && self.outgoing.with_untracked(|outgoing| {
                        outgoing.as_ref().is_some_and(|outgoing| outgoing.state == OutgoingState::Emptied)
                    })
            }
        };
        if same {
            self.cells.held_since.set_value(None);
            self.store(vec![Change::Delete(Store::Outgoing, records::HELD.to_owned())]);
            self.make_anew(before.record);
        }
    }

    /// Ends a report of which nothing was sent: its TAN can carry another.
    fn give_back(self, record: &WaitingRecord, state: OutgoingState) {
        self.cells.sending.set_value(None);
        self.show(&WaitingRecord { begun: true, ..record.clone() }, state);
        let mut changes = vec![Change::Delete(Store::Outgoing, records::REPORT.to_owned())];
        changes.extend(self.hold_tan(record));
        self.store(changes);
    }
}

fn without(
    record: &WaitingRecord,
    encounters: &[&Encounter],
    more: &BTreeSet<Interval>,
    emissions: &Emissions,
) -> Result<Without, wire::Error> {
    let body = UploadBody::from_bytes(record.body.clone())?;
    let mode = body.mode();
    let held: BTreeSet<LineId> = match mode {
        Mode::Open => {
            Upload::decode(body.as_bytes())?.entries.iter().map(|entry| *entry.tag.as_bytes()).collect()
        }
        Mode::Private => {
            let upload = PrivateUpload::decode(body.as_bytes())?;
            upload.elements.iter().map(|element| *element.as_bytes()).collect()
        }
    };
    let held_of = |row: &Encounter| ids_of(row, mode).filter(|id| held.contains(id)).collect::<Vec<_>>();
    let ids: Vec<_> = encounters.iter().flat_map(|row| held_of(row)).collect();
    let gone = encounters.iter().filter(|row| !held_of(row).is_empty()).count();
    let around = encounters.iter().flat_map(|row| intervals_around(row)).chain(more.iter().copied());
    let around: BTreeSet<Interval> = around.collect();
    let entries = ids.len();
    let reported: BTreeSet<_> = body.cover()?.iter().flat_map(Cover::intervals).collect();
    let kept: BTreeSet<_> = reported.difference(&around).copied().collect();
    if entries == 0 && kept.len() == reported.len() {
        return Ok(Without::Same);
    }
    let left = record.entries.saturating_sub(entries);
    if left == 0 && kept.is_empty() {
        return Ok(Without::Nothing);
    }
    let cover: Cover = emissions.cover(&kept);
    let body = match mode {
        Mode::Open => {
            let tags: Vec<_> = ids.into_iter().map(Tag::new).collect();
            body.without(&tags, &cover, &mut crypto::rng())?
        }
        Mode::Private => {
            let elements: Result<Vec<_>, _> = ids.into_iter().map(Element::checked).collect();
            body.without_elements(&elements?, &cover, &mut crypto::rng())?
        }
    };
    let rest = WaitingRecord {
        body: body.as_bytes().to_vec(),
        oldest_key: outdated::oldest_key(&cover),
        encounters: record.encounters.saturating_sub(gone),
        entries: left,
        ..record.clone()
    };
    Ok(Without::Rest(rest, gone))
}
