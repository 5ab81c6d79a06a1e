//! Batches too large to come whole: which pages of each were chosen, and which wait.
//!
//! A choice is made once, stored before its first page is asked for, and repeated until all four pages have come and the
//! check that they belong to has counted: other random pages beside the same hits would show which are hits. Which batch
//! is asked again at a later check is drawn by lot among all that were compared (docs/protocol.md, 19.1; ADR 22).

use super::records;
use crate::platform::storage::{Change, Store};
use crate::worker::messages::Choice;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use twoken_core::batch::SignedHeader;
use twoken_core::units::{Day, RETENTION_DAYS};
use twoken_core::wire::Digest;

/// All of them, by the batch's id.
pub(super) type LargeBatches = BTreeMap<String, LargeBatch>;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LargeBatch {
    /// The UTC day of its sealing.
    pub(super) day: Day,
    /// Chosen, and not yet counted.
    pub(super) asked: Option<Vec<u32>>,
    /// With hits that were not chosen.
    pub(super) waiting: Vec<u32>,
    /// Whether a check has counted pages of it.
    pub(super) counted: bool,
    /// What the filter said of the pages chosen, in their order; empty where none was read.
    #[serde(default)]
    pub(super) said: Vec<Digest>,
}

impl LargeBatch {
    /// One whose pages were compared.
    pub(super) fn counted(day: Day, waiting: Vec<u32>) -> Self {
        Self { day, asked: None, waiting, counted: true, said: Vec::new() }
    }

    /// The choice that did not come to its end, if there is one.
    pub(super) fn begun(&self) -> Option<Choice> {
        Some(Choice { pages: self.asked.clone()?, waiting: self.waiting.clone(), said: self.said.clone() })
    }

    /// One whose pages were chosen, and are about to be asked for.
    pub(super) fn chosen(day: Day, choice: &Choice, counted: bool) -> Self {
        let Choice { pages, waiting, said } = choice.clone();
        Self { day, asked: Some(pages), waiting, counted, said }
    }
}

/// The name of a batch's stored header.
pub(super) fn header_key(id: &str) -> String {
    format!("header/{id}")
}

/// Those whose pages the server still has.
pub(super) fn kept(all: &LargeBatches, today: Day) -> impl Iterator<Item = (&String, &LargeBatch)> {
    let oldest = today.minus(RETENTION_DAYS);
    all.iter().filter(move |(_, batch)| batch.day > oldest)
}

/// Which one is asked again: the one that was chosen for it and did not come to its end, or else one drawn by `draw`,
/// which gets how many there are. What waits where plays no part in it.
pub(super) fn again(all: &LargeBatches, today: Day, draw: impl FnOnce(usize) -> usize) -> Option<String> {
    let counted: Vec<_> = kept(all, today).filter(|(_, batch)| batch.counted).collect();
    let begun = counted.iter().find(|(_, batch)| batch.asked.is_some());
    let chosen = match begun {
        Some(begun) => Some(begun),
        None if counted.is_empty() => None,
        None => counted.get(draw(counted.len())),
    };
    chosen.map(|(id, _)| (*id).clone())
}

/// What is stored of them.
pub(super) fn put(all: &LargeBatches) -> Change {
    records::put_json(Store::Server, records::LARGE, all)
}

/// The header of a batch that was counted, for asking again.
pub(super) fn put_header(header: &SignedHeader) -> Change {
    let key = header_key(&header.header().id.to_string());
    Change::Put(Store::Server, key, header.to_bytes().to_vec())
}

/// Takes out what is over, and gives the changes that take their headers out of the storage.
pub(super) fn expire(all: &mut LargeBatches, today: Day) -> Vec<Change> {
    let over: Vec<_> = {
        let kept: std::collections::BTreeSet<_> = kept(all, today).map(|(id, _)| id.clone()).collect();
        all.keys().filter(|id| !kept.contains(*id)).cloned().collect()
    };
    all.retain(|id, _| !over.contains(id));
    over.iter().map(|id| Change::Delete(Store::Server, header_key(id))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn batch(day: u16, asked: Option<Vec<u32>>, waiting: Vec<u32>, counted: bool) -> LargeBatch {
        LargeBatch { day: Day::new(day), asked, waiting, counted, said: Vec::new() }
    }

    fn all(batches: [(&str, LargeBatch); 3]) -> LargeBatches {
        batches.into_iter().map(|(id, batch)| (id.to_owned(), batch)).collect()
    }

    #[wasm_bindgen_test]
    fn which_one_is_asked_again_does_not_depend_on_what_waits() {
        let of = |waiting: Vec<u32>| {
            all([
                ("a", batch(100, None, waiting, true)),
                ("b", batch(101, None, Vec::new(), true)),
                ("c", batch(102, Some(vec![1, 2, 3, 4]), Vec::new(), false)),
            ])
        };
        for waiting in [Vec::new(), vec![9]] {
            let all = of(waiting);
            // Only what was counted is asked again.
            assert_eq!(
                again(&all, Day::new(102), |count| {
                    assert_eq!(count, 2);
                    0
                })
                .as_deref(),
                Some("a")
            );
            assert_eq!(again(&all, Day::new(102), |_| 1).as_deref(), Some("b"));
        }
    }

    #[wasm_bindgen_test]
    fn what_was_begun_is_repeated() {
        let all = all([
            ("a", batch(100, None, vec![7], true)),
            ("b", batch(101, Some(vec![1, 2, 3, 4]), Vec::new(), true)),
            ("c", batch(102, None, Vec::new(), true)),
        ]);
        assert_eq!(again(&all, Day::new(102), |_| 0).as_deref(), Some("b"));
    }

    #[wasm_bindgen_test]
    fn what_the_server_has_deleted_is_forgotten() {
        let mut all = all([
            ("a", batch(88, None, vec![7], true)),
            ("b", batch(89, None, Vec::new(), true)),
            ("c", batch(102, None, Vec::new(), true)),
        ]);
        let changes = expire(&mut all, Day::new(102));
        assert_eq!(all.keys().map(String::as_str).collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(changes.len(), 1);
        assert_eq!(again(&LargeBatches::new(), Day::new(102), |_| 0), None);
    }
}
