//! What is held about the person, as far as no page has it already, and when to remind them of a copy.

use super::{App, Keeping};
use crate::platform::clock;
use leptos::prelude::*;
use twoken_core::diary::EncounterId;
use twoken_core::units::Timestamp;

/// How often at most one is reminded of a copy.
const REMIND_SECONDS: u64 = 14 * 86_400;
/// There is nothing to remind of before something is as old as this: a day's encounters are quickly made again.
const WORTH_SECONDS: u64 = 86_400;

impl App {
    /// Whether to remind of a copy: the browser may clear what is here, there is something to lose, and the last time was
    /// long ago.
    #[must_use]
    pub fn reminder_due(self) -> bool {
        let oldest = self.diary.with(|diary| diary.iter().map(|row| row.first_seen).min());
        let reminded = self.settings.with(|settings| settings.reminded_at);
        reminds(self.keeping.get(), oldest, reminded, self.now.get())
    }

    /// The reminder was read, or a copy taken.
    pub fn reminded(self) {
        self.change_settings(|settings| settings.reminded_at = Some(clock::now()));
    }

    /// When those met were told of this exposure, if they were.
    #[must_use]
    pub fn told_at(self, id: &EncounterId) -> Option<Timestamp> {
        self.where_found(id).cells.found.with(|all| all.get(id)?.told)
    }

    /// How many pages of exposures are kept.
    #[must_use]
    pub fn found_pages(self) -> usize {
        let count = |app: Self| app.cells.found.with(std::collections::BTreeMap::len);
        self.servers().into_iter().map(count).sum()
    }
}

fn reminds(keeping: Keeping, oldest: Option<Timestamp>, reminded: Option<Timestamp>, now: Timestamp) -> bool {
    let may_go = keeping.asked && keeping.promised != Some(true);
    let worth = oldest.is_some_and(|oldest| now.since(oldest) >= WORTH_SECONDS);
    may_go && worth && reminded.is_none_or(|last| now.since(last) >= REMIND_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn one_is_reminded_while_the_browser_has_promised_nothing_and_not_again_for_a_fortnight() {
        let asked = Keeping { asked: true, promised: Some(false), ..Keeping::default() };
        let now = Timestamp::new(100 * 86_400);
        let old = Some(now.minus(2 * 86_400));
        assert!(reminds(asked, old, None, now));
        assert!(reminds(Keeping { promised: None, ..asked }, old, None, now));
        assert!(reminds(asked, old, Some(now.minus(15 * 86_400)), now));
        assert!(!reminds(asked, old, Some(now.minus(13 * 86_400)), now));
        assert!(!reminds(Keeping { promised: Some(true), ..asked }, old, None, now));
        assert!(!reminds(Keeping::default(), old, None, now), "nobody has asked the browser yet");
        assert!(!reminds(asked, Some(now.minus(3_600)), None, now), "there is little to lose");
        assert!(!reminds(asked, None, None, now));
    }
}
