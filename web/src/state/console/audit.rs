//! What staff did, page by page, the latest first.

use super::{Asked, AuditPage, Console, Event};
use crate::api::ApiProblem;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The part of the audit that was fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// The latest first.
    pub events: Vec<Event>,
    /// Whether there are earlier ones.
    pub more: bool,
    /// How far the last question is.
    pub asked: Asked,
}

impl Console {
    /// Fetches the latest page. What was fetched before goes when it is there.
    pub fn load_audit(self) {
        self.audit_before(None);
    }

    /// Fetches the page before the earliest event that is known.
    pub fn load_earlier(self) {
        let earliest = self.cells.audit.with_untracked(|audit| audit.events.last().map(|event| event.number));
        self.audit_before(earliest);
    }

    fn audit_before(self, before: Option<i64>) {
        if self.cells.audit.with_untracked(|audit| audit.asked == Asked::Waits) {
            return;
        }
        self.cells.audit.update(|audit| audit.asked = Asked::Waits);
        spawn_local(async move {
            let answer = self.acting(async |api, _| api.audit(before).await).await;
            self.cells.audit.update(|audit| audit.take(before, answer));
        });
    }
}

impl Audit {
    fn take(&mut self, before: Option<i64>, answer: Result<AuditPage, ApiProblem>) {
        // Nobody waits for it any more: it was somebody else's.
        if self.asked != Asked::Waits {
            return;
        }
        match answer {
            Ok(page) => {
                if before.is_none() {
                    self.events.clear();
                }
                self.events.extend(page.events);
                self.more = page.more;
                self.asked = Asked::Answered;
            }
            Err(problem) => self.asked = Asked::Refused(problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(numbers: &[i64], more: bool) -> AuditPage {
        let event = |number: &i64| -> Event {
            serde_json::from_str(&format!(r#"{{"number":{number},"at":1000,"by":"dr","what":"signed-in"}}"#))
                .unwrap()
        };
        AuditPage { events: numbers.iter().map(event).collect(), more }
    }

    fn numbers(audit: &Audit) -> Vec<i64> {
        audit.events.iter().map(|event| event.number).collect()
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn earlier_events_follow_and_a_refresh_begins_anew() {
        let mut audit = Audit { asked: Asked::Waits, ..Audit::default() };
        audit.take(None, Ok(page(&[9, 8], true)));
        audit.asked = Asked::Waits;
        audit.take(Some(8), Ok(page(&[7], false)));
        assert_eq!((numbers(&audit), audit.more), (vec![9, 8, 7], false));
        audit.asked = Asked::Waits;
        audit.take(None, Err(ApiProblem::Unreachable));
        assert_eq!(numbers(&audit), [9, 8, 7]);
        audit.asked = Asked::Waits;
        audit.take(None, Ok(page(&[10, 9], true)));
        assert_eq!((numbers(&audit), audit.more), (vec![10, 9], true));
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn an_answer_that_nobody_waits_for_is_dropped() {
        let mut audit = Audit::default();
        audit.take(None, Ok(page(&[9], false)));
        assert_eq!(audit, Audit::default());
    }
}
