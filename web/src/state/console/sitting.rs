//! The session that this page works under: whose it is, when it ends, what an answer says about it.
//!
//! The cookie is the browser's alone; what this page holds is the token that its requests repeat. Other windows of the
//! console share the cookie: where one signs in anew, the others learn the new token before they are refused for the old.

use super::{Console, Desk, Door, Session, SessionState, Why};
use crate::api::ApiProblem;
use crate::api::staff::{Csrf, StaffApi};
use crate::platform::clock;
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::units::Timestamp;
use twoken_core::wire::ProblemCode;
use zeroize::Zeroizing;

/// Seconds before its end in which a session's end is warned of.
const WARNS_SECONDS: u64 = 120;

/// What is known of the session besides what the server says.
#[derive(Default)]
pub(super) struct Signed {
    /// The server's clock minus the device's, in seconds.
    ahead: i64,
    /// The server's clock when the page was so many milliseconds old.
    heard: Option<(Timestamp, u64)>,
    /// How long a session lasts in which nothing is done, in seconds; none until something was done.
    idle: Option<u64>,
    /// Whether the server is asked if the session really is over.
    asking: bool,
    /// Whether the server knows of the lock.
    pub(super) lock_told: bool,
    /// Grows with each lock and each end: what was asked for before it opens nothing.
    pub(super) epoch: u32,
    /// Whose session it was last.
    pub(super) last_name: Option<String>,
    /// An invitation's token.
    pub(super) token: Option<Zeroizing<String>>,
}

impl Signed {
    /// The server's clock. A device's clock that is set back while the page is open delays nothing.
    fn server_time(&self, device: Timestamp, page_ms: u64) -> Timestamp {
        let by_clock = Timestamp::new(device.get().saturating_add_signed(self.ahead));
        let by_page = self.heard.map(|(at, ms)| at.plus(page_ms.saturating_sub(ms) / 1000));
        by_page.map_or(by_clock, |by_page| by_page.max(by_clock))
    }
}

/// Whether a refusal has a code.
pub(super) fn is(problem: &ApiProblem, wanted: ProblemCode) -> bool {
    matches!(problem, ApiProblem::Refused { code, .. } if *code == wanted)
}

impl Console {
    /// Asks something of the server under the session, and follows what its answer says about that.
    ///
    /// # Errors
    /// As the request; `session-ended` where there is no session.
    pub(super) async fn acting<T>(
        self,
        act: impl AsyncFn(&StaffApi, &Csrf) -> Result<T, ApiProblem>,
    ) -> Result<T, ApiProblem> {
        let Some(mut csrf) = self.csrf() else {
            return Err(ApiProblem::Refused { code: ProblemCode::SessionEnded, retry_after: None });
        };
        let mut answer = act(&Self::api(), &csrf).await;
        // Another window may have signed in anew.
        if answer.as_ref().is_err_and(|problem| is(problem, ProblemCode::OriginRefused))
            && self.refresh().await
            && let Some(fresh) = self.csrf()
            && fresh != csrf
        {
            answer = act(&Self::api(), &fresh).await;
            csrf = fresh;
        }
        // What belongs to a session that is over says nothing about this one.
        if self.csrf().as_ref() == Some(&csrf) {
            match &answer {
                Ok(_) => self.renew(),
                Err(problem) => self.heed(problem),
            }
        }
        answer
    }

    /// The server's clock, as far as it is known.
    pub(super) fn server_now(self) -> Timestamp {
        self.cells.signed.with_value(|signed| signed.server_time(clock::now(), clock::page_ms()))
    }

    /// Seconds until the session ends, when that is soon, and whether staying helps. Follows the clock.
    #[must_use]
    pub fn ends_soon(self) -> Option<(u64, bool)> {
        let now = self.now.get();
        self.session.with(|session| {
            let session = session.as_ref()?;
            let left = session.idle_ends.min(session.absolute_ends).since(now);
            (left <= WARNS_SECONDS).then_some((left, session.idle_ends < session.absolute_ends))
        })
    }

    pub(super) fn epoch(self) -> u32 {
        self.cells.signed.with_value(|signed| signed.epoch)
    }

    fn csrf(self) -> Option<Csrf> {
        self.session.with_untracked(|session| session.as_ref().map(|session| session.csrf.clone()))
    }

    /// Looks at the session as it is, as when another window has changed it; whether it is the same person's.
    pub(super) async fn refresh(self) -> bool {
        let name =
            self.session.with_untracked(|session| session.as_ref().map(|session| session.name.clone()));
        match Self::api().session().await {
            Ok(session) => {
                let same = name.as_ref() == Some(&session.name);
                self.take(session);
                same
            }
            Err(problem) => {
                if is(&problem, ProblemCode::SessionEnded) && name.is_some() {
                    self.close(Why::Ended);
                }
                false
            }
        }
    }

    /// Another window has signed in, out, or unlocked. An invitation is gone on with.
    pub(super) fn look_again(self) {
        if !self.door.with_untracked(|door| matches!(door, Door::Joining(_))) {
            spawn_local(async move {
                let _ = self.refresh().await;
            });
        }
    }

    /// The session as the answer to something done has it: now its idle time begins.
    pub(super) fn take_done(self, session: Session) {
        self.cells.signed.update_value(|signed| signed.idle = Some(session.idle_ends.since(session.now)));
        self.take(session);
    }

    /// The session as the server has told it just now.
    pub(super) fn take(self, session: Session) {
        let device = clock::now();
        self.cells.signed.update_value(|signed| {
            signed.ahead = difference(session.now, device);
            signed.heard = Some((session.now, clock::page_ms()));
            signed.lock_told |= session.state == SessionState::Locked;
        });
        self.cells.now.set(session.now);
        let door = match session.state {
            SessionState::Code => Door::Code,
            SessionState::Password => Door::Password,
            SessionState::Open => Door::Open,
            SessionState::Locked => Door::Locked,
        };
        if door == Door::Open {
            self.welcome(&session);
        }
        self.cells.session.set(Some(session));
        if self.cells.door.get_untracked() != door {
            self.cells.door.set(door);
        }
    }

    /// Somebody is in: the scan of somebody else's is not theirs.
    fn welcome(self, session: &Session) {
        let before = self
            .cells
            .signed
            .try_update_value(|signed| signed.last_name.replace(session.name.clone()))
            .flatten();
        let another = before.as_ref() != Some(&session.name);
        if another && before.is_some() {
            self.forget_all();
        }
        if another || self.cells.desk.get_untracked().role() > session.role {
            self.cells.desk.set(Desk::default());
        }
        self.keys_with_session();
        self.load_rules();
    }

    /// Something was done under the session: its idle time begins anew.
    fn renew(self) {
        let now = self.server_now();
        match self.cells.signed.with_value(|signed| signed.idle) {
            Some(idle) => self.cells.session.update(|session| {
                if let Some(session) = session {
                    session.idle_ends = now.plus(idle).min(session.absolute_ends);
                }
            }),
            // Since a reload nothing was done: the server is asked how long it lasts now.
            None => spawn_local(async move {
                if let Ok(session) = Self::api().session().await
                    && self.csrf().as_ref() == Some(&session.csrf)
                    && session.state == SessionState::Open
                    && self.door.with_untracked(|door| *door == Door::Open)
                {
                    self.take_done(session);
                }
            }),
        }
    }

    /// What a refusal says about the session itself.
    fn heed(self, problem: &ApiProblem) {
        if is(problem, ProblemCode::SessionEnded) {
            self.close(Why::Ended);
        } else if is(problem, ProblemCode::SessionLocked) {
            self.cells.signed.update_value(|signed| signed.lock_told = true);
            self.cells.door.set(Door::Locked);
        }
    }

    /// By this page's reckoning it is over. Another window may have gone on with it: the server knows.
    pub(super) fn end_when_due(self, now: Timestamp) {
        let over = self.cells.session.with_untracked(|session| {
            session.as_ref().is_some_and(|session| session.idle_ends.min(session.absolute_ends) <= now)
        });
        if !over || self.cells.signed.with_value(|signed| signed.asking) {
            return;
        }
        self.cells.signed.update_value(|signed| signed.asking = true);
        self.cells.door.set(Door::Asking);
        spawn_local(async move {
            let answer = Self::api().session().await;
            self.cells.signed.update_value(|signed| signed.asking = false);
            // Signed out meanwhile.
            if self.session.with_untracked(Option::is_none) {
                return;
            }
            match answer {
                Ok(session) => self.take(session),
                Err(_) => self.close(Why::Ended),
            }
        });
    }

    pub(super) fn close(self, why: Why) {
        self.cells.signed.update_value(|signed| {
            signed.epoch = signed.epoch.wrapping_add(1);
            signed.idle = None;
            signed.lock_told = false;
        });
        self.cells.problem.set(None);
        self.cells.session.set(None);
        self.cells.door.set(Door::Closed(why));
        self.keys_without_session();
    }
}

fn difference(server: Timestamp, device: Timestamp) -> i64 {
    let of = |at: Timestamp| i64::try_from(at.get()).unwrap_or(i64::MAX);
    of(server).saturating_sub(of(device))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn session(name: &str, idle_ends: u64) -> Session {
        serde_json::from_str(&format!(
            r#"{{"state":"open","name":"{name}","role":"clinician","csrf":"c","now":1000,"idle_ends":{idle_ends},"absolute_ends":9000}}"#
        ))
        .unwrap()
    }

    fn console() -> Console {
        // Whoever comes in is shown the server's rules: they are fetched beside.
        let _ = any_spawner::Executor::init_wasm_bindgen();
        Console::new()
    }

    #[wasm_bindgen_test]
    fn a_session_is_timed_by_the_servers_clock() {
        let console = console();
        console.take(session("dr", 1900));
        assert_eq!(console.door.get_untracked(), Door::Open);
        assert_eq!(console.ends_soon(), None);
        console.cells.now.set(Timestamp::new(1790));
        assert_eq!(console.ends_soon(), Some((110, true)));
        // The page shows nothing more until the server has said whether it is over.
        console.end_when_due(Timestamp::new(1900));
        assert_eq!(console.door.get_untracked(), Door::Asking);
    }

    #[wasm_bindgen_test]
    fn a_clock_that_is_set_back_delays_nothing() {
        let heard = Some((Timestamp::new(5_000), 1_000));
        let signed = Signed { ahead: 0, heard, ..Signed::default() };
        assert_eq!(signed.server_time(Timestamp::new(100), 61_000), Timestamp::new(5_060));
        assert_eq!(signed.server_time(Timestamp::new(6_000), 61_000), Timestamp::new(6_000));
    }

    #[wasm_bindgen_test]
    fn how_long_a_session_lasts_is_learnt_from_what_was_done() {
        let console = console();
        // A reload: a minute is left.
        console.take(session("dr", 1060));
        assert_eq!(console.cells.signed.with_value(|signed| signed.idle), None);
        console.take_done(session("dr", 1900));
        assert_eq!(console.cells.signed.with_value(|signed| signed.idle), Some(900));
    }

    #[wasm_bindgen_test]
    fn a_lock_holds_at_once_and_an_end_is_a_new_beginning() {
        let console = console();
        console.take(session("dr", 1900));
        let before = console.epoch();
        assert!(console.lock_here());
        assert_eq!(console.door.get_untracked(), Door::Locked);
        assert!(!console.lock_here());
        console.close(Why::Ended);
        assert_eq!(console.epoch(), before + 2);
    }

    #[wasm_bindgen_test]
    fn a_role_that_shrinks_leaves_the_page_it_has_lost() {
        let console = console();
        console.cells.desk.set(Desk::Accounts);
        console.cells.signed.update_value(|signed| signed.last_name = Some("dr".to_owned()));
        console.take(session("dr", 1900));
        assert_eq!(console.desk.get_untracked(), Desk::Patient);
        console.show(Desk::Audit);
        assert_eq!(console.desk.get_untracked(), Desk::Patient);
    }
}
