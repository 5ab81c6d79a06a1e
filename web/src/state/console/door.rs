//! Who is at the desk: signing in, the code, another password, locking, joining, signing out.
//!
//! A lock and a sign-out hold on the page at once, and are told to the server until it has heard them. An answer that comes
//! when the page has gone on opens nothing.

use super::sitting::is;
use super::{Console, Role, Session};
use crate::api::ApiProblem;
use crate::api::staff::Csrf;
use crate::platform::{channel, clock};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::wire::ProblemCode;
use zeroize::Zeroizing;

/// What an invitation's fragment begins with.
const INVITATION: &str = "i=";
/// A token is 43 symbols of base64url; nothing much longer is looked at.
const MAX_TOKEN: usize = 64;
/// Between two tries to tell the server something.
const RETRY_MS: u32 = 5_000;

/// How far somebody has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// The server is asked whether there is a session.
    Asking,
    /// It could not be asked.
    Unknown(ApiProblem),
    /// Nobody has signed in.
    Closed(Why),
    /// The password was right; the code comes next.
    Code,
    /// Another password must be chosen first.
    Password,
    /// Somebody has signed in.
    Open,
    /// Somebody has, and has locked the page.
    Locked,
    /// Somebody was invited.
    Joining(Joining),
}

/// Why nobody has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody has yet.
    Fresh,
    /// The session has ended.
    Ended,
    /// They have signed out.
    SignedOut,
    /// They have signed out here, and the server could not be told yet.
    Untold,
    /// Somebody has joined under this name, and signs in for the first time.
    Joined(String),
}

/// How far an invited person has come.
#[derive(Clone, PartialEq, Eq)]
pub enum Joining {
    /// What the invitation is for is asked.
    Asking,
    /// It is void, or could not be asked for.
    Refused(ApiProblem),
    /// A name and a password are chosen.
    Choosing(Role),
    /// The second factor is set up: its URI, which holds its secret.
    Factor(Zeroizing<String>),
}

impl core::fmt::Debug for Joining {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Asking => "Asking",
            Self::Refused(_) => "Refused",
            Self::Choosing(_) => "Choosing",
            Self::Factor(_) => "Factor",
        })
    }
}

impl Console {
    /// Takes an invitation that the address brought; whether it did. While somebody has signed in it waits.
    pub(super) fn take_invitation(self, fragment: &str) -> bool {
        let token = fragment
            .strip_prefix(INVITATION)
            .filter(|token| !token.is_empty() && token.len() <= MAX_TOKEN)
            .map(|token| Zeroizing::new(token.to_owned()));
        let came = token.is_some();
        if came {
            self.cells.signed.update_value(|signed| signed.token = token);
            let waits = self.session.with_untracked(Option::is_some);
            self.cells.invited.set(waits);
            if !waits {
                self.ask_invitation();
            }
        }
        came
    }

    /// Asks whether there is a session, as after a reload.
    pub fn ask_session(self) {
        self.cells.door.set(Door::Asking);
        spawn_local(async move {
            match Self::api().session().await {
                Ok(session) => self.take(session),
                Err(ApiProblem::Refused { code: ProblemCode::SessionEnded, .. }) => self.close(Why::Fresh),
                Err(problem) => self.cells.door.set(Door::Unknown(problem)),
            }
        });
    }

    /// Signs in: the code comes next.
    pub fn sign_in(self, name: String, password: Zeroizing<String>) {
        self.at_the_door(async move { Self::api().sign_in(&name, &password).await });
    }

    /// The second factor.
    pub fn enter_code(self, code: String) {
        self.at_the_door(async move {
            let session = self.acting(async |api, csrf| api.enter_code(csrf, &code).await).await?;
            channel::post(channel::CHANGED);
            Ok(session)
        });
    }

    /// Chooses another password.
    pub fn change_password(self, current: Zeroizing<String>, new: Zeroizing<String>) {
        self.at_the_door(async move {
            self.acting(async |api, csrf| api.change_password(csrf, &current, &new).await).await
        });
    }

    /// Locks the page, and the console's other windows: what is on them is hidden until the password is given again, and
    /// stays.
    pub fn lock(self) {
        if self.lock_here() {
            channel::post(channel::LOCK);
        }
    }

    /// Locks this page; whether it was open.
    pub(super) fn lock_here(self) -> bool {
        let open = self.door.with_untracked(|door| *door == Door::Open);
        if open {
            self.cells.signed.update_value(|signed| {
                signed.epoch = signed.epoch.wrapping_add(1);
                signed.lock_told = false;
            });
            self.cells.problem.set(None);
            self.cells.door.set(Door::Locked);
            spawn_local(self.tell_lock());
        }
        open
    }

    /// Unlocks it. Where the server has not heard of the lock, it does so first.
    pub fn unlock(self, password: Zeroizing<String>) {
        self.at_the_door(async move {
            if !self.lock_is_told() {
                self.lock_there().await?;
            }
            let session = self.acting(async |api, csrf| api.unlock(csrf, &password).await).await?;
            channel::post(channel::CHANGED);
            Ok(session)
        });
    }

    /// Begins the idle time anew.
    pub fn stay(self) {
        self.cells.trouble.set(None);
        spawn_local(async move {
            match self.acting(async |api, csrf| api.stay(csrf).await).await {
                // A lock or a sign-out may have come in between.
                Ok(session) if self.door.with_untracked(|door| *door == Door::Open) => {
                    self.take_done(session)
                }
                Ok(_) => {}
                Err(problem) => self.cells.trouble.set(Some(problem)),
            }
        });
    }

    /// Signs out. A patient's keys that were not sent are wiped, and all else that was on the pages.
    pub fn sign_out(self) {
        self.forget_all();
        let session = self.session.get_untracked();
        self.cells.signed.update_value(|signed| signed.last_name = None);
        self.close(Why::SignedOut);
        if let Some(session) = session {
            spawn_local(async move { self.tell_sign_out(&session.csrf).await });
        }
        if self.invited.get_untracked() {
            self.cells.invited.set(false);
            self.ask_invitation();
        }
    }

    /// Gives up joining.
    pub fn leave_invitation(self) {
        self.cells.signed.update_value(|signed| signed.token = None);
        self.ask_session();
    }

    /// Asks what the invitation is for.
    pub fn ask_invitation(self) {
        self.cells.door.set(Door::Joining(Joining::Asking));
        let Some(token) = self.token() else { return self.ask_session() };
        spawn_local(async move {
            let next = match Self::api().invitation(&token).await {
                Ok(role) => Joining::Choosing(role),
                Err(problem) => Joining::Refused(problem),
            };
            self.cells.door.set(Door::Joining(next));
        });
    }

    /// Takes a name and a password; the second factor comes next.
    pub fn accept_invitation(self, name: String, password: Zeroizing<String>) {
        let Some(token) = self.token() else { return };
        self.joining(async move {
            let uri = Self::api().accept(&token, &name, &password).await?;
            Ok(Door::Joining(Joining::Factor(uri)))
        });
    }

    /// Shows that the second factor works. Then they sign in, with the next code.
    pub fn confirm_invitation(self, code: String) {
        let Some(token) = self.token() else { return };
        self.joining(async move {
            let name = Self::api().confirm(&token, &code).await?;
            self.cells.signed.update_value(|signed| signed.token = None);
            Ok(Door::Closed(Why::Joined(name)))
        });
    }

    fn token(self) -> Option<Zeroizing<String>> {
        self.cells.signed.with_value(|signed| signed.token.clone())
    }

    fn lock_is_told(self) -> bool {
        self.cells.signed.with_value(|signed| signed.lock_told)
    }

    /// Locks the session itself.
    async fn lock_there(self) -> Result<(), ApiProblem> {
        match self.acting(async |api, csrf| api.lock(csrf).await).await {
            Err(problem) if !is(&problem, ProblemCode::SessionLocked) => Err(problem),
            _ => {
                self.cells.signed.update_value(|signed| signed.lock_told = true);
                Ok(())
            }
        }
    }

    /// Tells the server of the lock, until it has heard or it is over.
    async fn tell_lock(self) {
        while self.door.with_untracked(|door| *door == Door::Locked) && !self.lock_is_told() {
            match self.lock_there().await {
                Err(problem) if problem.passes() => clock::sleep_ms(RETRY_MS).await,
                _ => return,
            }
        }
    }

    /// Tells the server that a session is over, until it has heard or somebody signs in: their cookie takes its place.
    async fn tell_sign_out(self, csrf: &Csrf) {
        let epoch = self.epoch();
        while let Err(problem) = Self::api().sign_out(csrf).await
            && problem.passes()
            && self.epoch() == epoch
        {
            if self.door.with_untracked(|door| *door == Door::Closed(Why::SignedOut)) {
                self.cells.door.set(Door::Closed(Why::Untold));
            }
            clock::sleep_ms(RETRY_MS).await;
        }
        if self.door.with_untracked(|door| *door == Door::Closed(Why::Untold)) {
            self.cells.door.set(Door::Closed(Why::SignedOut));
        }
        channel::post(channel::CHANGED);
    }

    fn joining(self, act: impl Future<Output = Result<Door, ApiProblem>> + 'static) {
        self.busily(async move {
            match act.await {
                Ok(door) => self.cells.door.set(door),
                Err(problem) => self.cells.problem.set(Some(problem)),
            }
        });
    }

    fn at_the_door(self, act: impl Future<Output = Result<Session, ApiProblem>> + 'static) {
        let epoch = self.epoch();
        self.busily(async move {
            let answer = act.await;
            if self.epoch() == epoch {
                match answer {
                    Ok(session) => self.take_done(session),
                    Err(problem) => self.cells.problem.set(Some(problem)),
                }
            } else if let Ok(session) = answer
                && self.door.with_untracked(|door| matches!(door, Door::Closed(_)))
            {
                // Signed out while it was on its way: it ends as it begins.
                self.tell_sign_out(&session.csrf).await;
            }
        });
    }

    /// One thing at a time.
    fn busily(self, act: impl Future<Output = ()> + 'static) {
        if self.cells.busy.get_untracked() {
            return;
        }
        self.cells.busy.set(true);
        self.cells.problem.set(None);
        spawn_local(async move {
            act.await;
            self.cells.busy.set(false);
        });
    }
}
