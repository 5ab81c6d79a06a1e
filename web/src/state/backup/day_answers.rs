//! Private mode's day sets of two devices. A day set that was asked about on one of them is not asked about again: not with the
//! other's encounters either, or the two queries would tell what the shuffle hides (docs/protocol.md, 19.5). What both were
//! answered is put together, and compared.

use super::contents::OfServer;
use crate::platform::storage::{Change, Store};
use crate::state::App;
use crate::state::day_sets::{Kept, answer_key, hits_key, waiting_key};
use crate::state::records::{self, SetRecord};
use crate::worker::messages;
use leptos::prelude::*;
use twoken_core::matching::Hits;
use twoken_core::psi::{Answer, DaySet};

impl App {
    /// What is known of the day sets with what the backup knows, and the changes that store it; none where that is nothing new.
    pub(super) async fn join_day_sets(self, theirs: &OfServer) -> (Kept, Vec<Change>) {
        let mut kept = self.cells.private.get_value();
        let mut changes = Vec::new();
        let new = kept.sets.join(&theirs.sets);
        for set in &theirs.private.sets {
            let day_set = DaySet::from(*set);
            let is_new = new.contains(&day_set);
            let brought = |key: &String| theirs.days.get(key);
            if is_new {
                kept.note(day_set);
                for key in [waiting_key(day_set), answer_key(day_set)] {
                    changes.extend(brought(&key).map(|record| put(&key, record)));
                }
                if theirs.private.given_up.contains(set) {
                    kept.record.given_up.push(SetRecord::of(day_set));
                }
            } else if kept.sets.is_done(day_set)
                && let Some(answer) =
                    brought(&answer_key(day_set)).and_then(|bytes| messages::decode::<Answer>(bytes))
                && let Some(record) = self.stored(&answer_key(day_set)).await
                && let Some(mut mine) = messages::decode::<Answer>(&record)
            {
                mine.join(&answer);
                let joined = messages::encode(&mine);
                if joined != record {
                    changes.push(put(&answer_key(day_set), &joined));
                }
            }
            let Some(hits) = brought(&hits_key(day_set)).and_then(|bytes| Hits::from_bytes(bytes).ok())
            else {
                continue;
            };
            let known = kept.hits.entry(day_set).or_default();
            let before = known.to_bytes();
            known.extend(hits.iter().cloned());
            let after = known.to_bytes();
            if *after != *before {
                kept.record.found_at = kept.record.found_at.max(theirs.private.found_at);
                changes.push(put(&hits_key(day_set), &after));
            }
        }
        let told = self.cells.told_hits.get_untracked();
        if theirs.told.keys().any(|hit| !told.contains_key(hit)) {
            let all: crate::state::hits::ToldHits = theirs.told.clone().into_iter().chain(told).collect();
            changes.push(records::put_json(Store::Server, records::TOLD_HITS, &all));
        }
        if !changes.is_empty() || !new.is_empty() {
            changes.extend(kept.put());
        }
        (kept, changes)
    }
}

fn put(key: &str, record: &[u8]) -> Change {
    Change::Put(Store::Server, key.to_owned(), record.to_vec())
}
