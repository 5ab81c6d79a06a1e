//! The app lock: a passphrase, of which the worker derives the key that opens the records (ADR 55).
//!
//! Locked, the app knows nothing: it stands at its door, asks the server for nothing, and writes nothing. It locks by letting
//! go of everything in memory and starting anew.

use super::work::Work;
use super::{App, Ready, Settings, StorageProblem};
use crate::platform::storage::{self, Derivation, DerivedKey, Storage};
use crate::platform::{clock, history, network, passphrase, service_worker, worker};
use crate::worker::messages::{self, Outcome, Task};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::units::Timestamp;
use zeroize::{Zeroize, Zeroizing};

/// A passphrase has at least so many letters, signs and spaces.
pub const SHORTEST: usize = 8;
/// After how many minutes without being looked at the app may lock itself.
pub const WAITS: [u32; 3] = [1, 5, 15];
/// What is still being stored is looked at so often.
const STORING_MS: u32 = 20;
/// How often a locked app looks for keys whose time is over, in seconds.
const LOOK_SECONDS: u64 = 10;

/// What opens the lock.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// None where it is too short.
    #[must_use]
    pub fn new(typed: &str) -> Option<Self> {
        let composed = passphrase::composed(typed);
        (composed.chars().count() >= SHORTEST).then_some(Self(composed))
    }
}

/// Why the lock was not opened, or not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockProblem {
    /// It is another passphrase.
    Wrong,
    /// What tries it has not been loaded.
    Missing,
    /// The key could not be derived: the browser gave no worker, or no room for it.
    Worker,
    /// Something could not be stored before, and would be lost.
    Unsaved,
    /// The device does not store.
    Storage(StorageProblem),
}

impl From<StorageProblem> for LockProblem {
    fn from(problem: StorageProblem) -> Self {
        match problem {
            StorageProblem::WrongPassphrase => Self::Wrong,
            problem => Self::Storage(problem),
        }
    }
}

/// What is being done with the lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locking {
    /// It takes about a second.
    pub working: bool,
    /// Why it did not work last.
    pub problem: Option<LockProblem>,
}

/// What is to become of the lock.
pub enum LockChange {
    /// It is turned on.
    On(Passphrase),
    /// Another passphrase is to open it than this.
    Another(Passphrase, Passphrase),
    /// It is turned off by who knows its passphrase.
    Off(Passphrase),
}

impl App {
    /// Opens the lock, and goes on as at any start: as soon as there is what does it.
    pub fn unlock(self, passphrase: Passphrase) {
        if self.cells.hands_missing.get_value() {
            return self.unlock_fails_unreached();
        }
        self.cells.passphrase.set_value(Some(passphrase));
        self.cells.locking.set(Locking { working: true, problem: None });
        self.have_done(Work::Unlock);
    }

    /// What opens it did not come.
    pub(super) fn unlock_fails_unreached(self) {
        self.cells.passphrase.set_value(None);
        self.cells.locking.set(Locking { working: false, problem: Some(LockProblem::Missing) });
    }

    /// Tries the passphrase.
    pub(super) async fn try_passphrase(self) {
        let passphrase = self.cells.passphrase.try_update_value(Option::take).flatten();
        let Some(passphrase) = passphrase else {
            return;
        };
        let tried = async {
            let Some(lock) = storage::lock(storage::DATABASE).await? else {
                // Another window has turned it off.
                self.retry_boot();
                return Ok(());
            };
            let derived = derive(lock.derivation, &passphrase).await?;
            let opened = Storage::unlock(storage::DATABASE, &derived).await?;
            self.enter(Ok(opened), true).await;
            Ok(())
        };
        let tried: Result<(), LockProblem> = tried.await;
        self.cells.locking.set(Locking { working: false, problem: tried.err() });
    }

    /// Turns the lock on or off, or has another passphrase open it. `done` is called when that is so.
    pub fn change_lock(self, change: LockChange, done: impl FnOnce() + 'static) {
        self.lock_works(async move {
            if self.cells.unsaved.get_value() {
                return Err(LockProblem::Unsaved);
            }
            let storage = self.cells.storage.get_value().ok_or(StorageProblem::Closed)?;
            match change {
                LockChange::On(passphrase) => {
                    let derivation = Derivation::draw();
                    storage.lock(derivation, &derive(derivation, &passphrase).await?).await?;
                }
                LockChange::Another(old, new) => {
                    let (old, derivation) = (own(&storage, &old).await?, Derivation::draw());
                    storage.relock(&old, derivation, &derive(derivation, &new).await?).await?;
                }
                LockChange::Off(passphrase) => {
                    let derived = own(&storage, &passphrase).await?;
                    storage.take_lock_off(&derived).await?;
                }
            }
            self.cells.lock.set(storage.has_lock());
            // Until when they may be kept stands beside the lock.
            self.store_ring(clock::now());
            self.look_at_background().await;
            done();
            Ok(())
        });
    }

    /// It cannot be the passphrase.
    pub fn refuse_passphrase(self) {
        self.cells.locking.update(|locking| locking.problem = Some(LockProblem::Wrong));
    }

    /// What did not work was read.
    pub fn dismiss_lock_problem(self) {
        self.cells.locking.update(|locking| locking.problem = None);
    }

    /// Locks at once, when what is being stored is stored.
    pub fn lock_now(self) {
        if !self.lock.get_untracked() || self.ready.with_untracked(|ready| *ready != Ready::Ready) {
            return;
        }
        spawn_local(async move {
            while self.cells.storing.get_value() > 0 {
                clock::sleep_ms(STORING_MS).await;
            }
            if self.cells.unsaved.get_value() {
                // It would be lost: the page says already that it is not stored.
                return self.cells.locking.update(|locking| locking.problem = Some(LockProblem::Unsaved));
            }
            self.cells.ticking.set_value(None);
            self.cells.ready.set(Ready::Locked);
            self.forget_all();
            if network::online() || service_worker::is_at_work() {
                // What memory held is the browser's again.
                history::reload();
            } else {
                self.retry_boot();
            }
        });
    }

    /// After how many minutes without being looked at the app locks itself; none is never.
    pub fn set_lock_after(self, minutes: Option<u32>) {
        self.change_settings(|settings| settings.lock_after = minutes.unwrap_or_default());
    }

    /// The page came to the front, or left it.
    pub(super) fn look_or_lock(self, visible: bool) {
        self.lock_when_due(clock::now());
        self.cells.hidden_at.set_value((!visible).then(clock::now));
    }

    /// Locks when nobody has looked for long enough.
    pub(super) fn lock_when_due(self, now: Timestamp) {
        let hidden_at = self.cells.hidden_at.get_value();
        let due = self.settings.with_untracked(|settings| is_due(settings, hidden_at, now));
        if due && self.lock.get_untracked() {
            self.cells.hidden_at.set_value(None);
            self.lock_now();
        }
    }

    /// Keys whose time is over go, though nobody opens the lock.
    pub(super) fn expire_locked_keys(self, now: Timestamp) {
        if now.since(self.cells.locked_looked_at.get_value()) < LOOK_SECONDS {
            return;
        }
        self.cells.locked_looked_at.set_value(now);
        spawn_local(async move {
            // What cannot be deleted now is at the next look.
            let _ = storage::drop_expired_keys(storage::DATABASE, now.seconds()).await;
        });
    }

    fn lock_works(self, work: impl Future<Output = Result<(), LockProblem>> + 'static) {
        if self.cells.locking.with_untracked(|locking| locking.working) {
            return;
        }
        self.cells.locking.set(Locking { working: true, problem: None });
        spawn_local(async move {
            let problem = work.await.err();
            self.cells.locking.set(Locking { working: false, problem });
        });
    }
}

fn is_due(settings: &Settings, hidden_at: Option<Timestamp>, now: Timestamp) -> bool {
    let seconds = u64::from(settings.lock_after) * 60;
    seconds > 0 && hidden_at.is_some_and(|hidden_at| now.since(hidden_at) >= seconds)
}

/// What the passphrase of an open lock gives.
async fn own(storage: &Storage, passphrase: &Passphrase) -> Result<DerivedKey, LockProblem> {
    let (lock, _) = storage.lock_and_key().ok_or(StorageProblem::Damaged)?;
    derive(lock.derivation, passphrase).await
}

async fn derive(derivation: Derivation, passphrase: &Passphrase) -> Result<DerivedKey, LockProblem> {
    let Derivation { memory, passes, salt } = derivation;
    let task = Task::Derive { salt: salt.to_vec().into(), memory, passes };
    let answer = worker::ask_with_bytes(messages::encode(&task), passphrase.0.as_bytes()).await;
    let answer = Zeroizing::new(answer.map_err(|worker::Gone| LockProblem::Worker)?);
    match messages::decode(&answer) {
        Some(Outcome::Derived(key)) => {
            let mut key = Vec::from(key);
            let derived = DerivedKey::new(&key).ok_or(LockProblem::Worker);
            key.zeroize();
            derived
        }
        _ => Err(LockProblem::Worker),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_passphrase_has_eight_letters_or_more() {
        for (typed, enough) in [("", false), ("seven77", false), ("eight888", true), ("ääääääää", true)]
        {
            assert_eq!(Passphrase::new(typed).is_some(), enough, "{typed}");
        }
    }

    #[wasm_bindgen_test]
    fn it_locks_when_nobody_has_looked_for_as_long_as_was_chosen() {
        let at = |seconds| Timestamp::new(seconds);
        let after = |lock_after| Settings { lock_after, ..Settings::default() };
        assert!(is_due(&after(5), Some(at(100)), at(400)));
        assert!(!is_due(&after(5), Some(at(100)), at(399)));
        assert!(!is_due(&after(5), None, at(400)));
        assert!(!is_due(&after(0), Some(at(100)), at(9_999)));
    }
}
