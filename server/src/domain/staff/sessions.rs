//! Signing in and being signed in.
//!
//! ```text
//! name, password ──► state `code`        token A, five minutes, five wrong codes
//! code           ──► state `open`        token B; A is worth nothing any more      (`password` where one must be chosen)
//! lock           ──► state `locked`      the same token; nothing but unlocking and signing out
//! password       ──► state `open`
//! ```
//!
//! A session ends when it was idle for long, when it is old, when it is signed out, and with any change of its account's
//! password, second factor, role or state. Whoever cannot sign in is told the same, whatever the reason, after the same work:
//! one hash, one write. Wrong ones cost the address and the name a wait, known or not; of a known account they are counted
//! beyond a restart, until it is locked out.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use twoken_core::units::Timestamp;
use twoken_core::{codec, labels};
use zeroize::Zeroizing;

use super::accounts::Name;
use super::codes::SecondFactor;
use super::passwords::{Password, Weak};
use super::{Error, Office, Result, Role, Token};
use crate::backoff::Asker;
use crate::store::{
    AccountId, Failure, NewEvent, NewSession, PasswordChange, SessionState, StaffAccount, StaffSession,
    TokenHash, What,
};

/// Wrong passwords and codes in a row after which an account is locked out.
pub const LOCK_AFTER: u32 = 20;
/// How long a session waits for its code, in seconds.
const CODE_SECONDS: u64 = 300;
/// Wrong codes, or passwords while locked, after which a session ends.
const MOST_WRONG: u32 = 5;
/// The time of what was last done is written at most so often, in seconds.
const TOUCH_SECONDS: u64 = 15;

/// How far a session has come, as the page needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The code is awaited.
    Code,
    /// Another password must be chosen.
    Password,
    /// Signed in.
    Open,
    /// The password is awaited.
    Locked,
}

/// A session that has not ended.
#[derive(Clone)]
pub struct Session {
    hash: TokenHash,
    token: Token,
    inner: StaffSession,
}

/// What a page is told about its session.
#[derive(Clone)]
pub struct View {
    /// How far it has come.
    pub stage: Stage,
    /// Whose it is.
    pub name: String,
    /// What that one may do.
    pub role: Role,
    /// What a request that changes something has to repeat in a header.
    pub csrf: String,
    /// When it ends if nothing is done with it.
    pub idle_ends: Timestamp,
    /// When it ends whatever is done with it.
    pub absolute_ends: Timestamp,
}

impl Session {
    /// Whose it is.
    #[must_use]
    pub const fn account(&self) -> &StaffAccount {
        &self.inner.account
    }

    /// What its owner may do.
    #[must_use]
    pub const fn role(&self) -> Role {
        Role::from_number(self.inner.account.role)
    }

    /// How far it has come.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        match self.inner.state {
            SessionState::Code => Stage::Code,
            SessionState::Locked => Stage::Locked,
            SessionState::Open if self.inner.account.must_change => Stage::Password,
            SessionState::Open => Stage::Open,
        }
    }

    /// Whether `presented` is what this session's page was given: `HMAC-SHA256(token, label)`.
    #[must_use]
    pub fn is_csrf(&self, presented: &str) -> bool {
        csrf(&self.token).as_bytes().ct_eq(presented.as_bytes()).into()
    }

    /// Passes where the session is open and its owner's role is at least this.
    ///
    /// # Errors
    /// [`Error::Unfinished`], [`Error::Locked`], [`Error::Role`].
    pub fn require(&self, role: Role) -> Result<()> {
        match self.stage() {
            Stage::Code => Err(Error::Unfinished("the code is awaited")),
            Stage::Password => Err(Error::Unfinished("another password must be chosen first")),
            Stage::Locked => Err(Error::Locked),
            Stage::Open if self.role() < role => Err(Error::Role(role)),
            Stage::Open => Ok(()),
        }
    }

    fn event(&self, now: Timestamp, what: What) -> NewEvent {
        NewEvent::new(now, Some(self.inner.account.id), what)
    }
}

impl Office<'_> {
    /// The first step: a name and a password. Returns the token of a session that waits for its code.
    ///
    /// # Errors
    /// [`Error::SignIn`], whatever is wrong; [`Error::Wait`], [`Error::Busy`], [`Error::Store`].
    pub async fn sign_in(&self, asker: Asker, name: &str, password: &Password) -> Result<Token> {
        let key = Name::key_of(name);
        let named = self.staff.names.named(&key);
        self.staff.addresses.may_try(asker).map_err(wait)?;
        self.staff.names.may_try(named).map_err(wait)?;
        let account = self.store.staff_account_named(&key).await?;
        let kept = account.as_ref().map(|account| &account.password);
        let right = self.staff.hasher.verify(password, kept).await?;
        if let Some(account) = account.as_ref().filter(|account| right && may_sign_in(account)) {
            let token = Token::random();
            let new = self.new_session(&token, account, SessionState::Code);
            if self.store.begin_session(&new, &account.password, LOCK_AFTER).await? {
                return Ok(token);
            }
        }
        let counts = account.as_ref().is_some_and(|account| !right && may_sign_in(account));
        let failure = self.failure(account.as_ref().map(|account| account.id), counts);
        tell_lock(self.store.count_wrong_password(&failure).await?);
        tracing::warn!("a sign-in of staff was refused");
        let waits = [self.staff.addresses.count_wrong(asker), self.staff.names.count_wrong(named)];
        waits
            .into_iter()
            .find_map(std::result::Result::err)
            .map_or(Err(Error::SignIn), |seconds| Err(wait(seconds)))
    }

    /// The second step: a code. Returns the token of the open session; the one before is worth nothing any more.
    ///
    /// # Errors
    /// [`Error::Code`], [`Error::Ended`] after too many wrong ones, [`Error::Unfinished`], [`Error::Store`].
    pub async fn enter_code(&self, session: &Session, code: &str) -> Result<Token> {
        if session.stage() != Stage::Code {
            return Err(Error::Unfinished("no code is awaited"));
        }
        let account = session.account();
        // Spent before it is looked at: however many sessions a right password has opened, and however many guesses come
        // at once, an account has no more tries than these.
        let spent = self.store.spend_try(&session.hash, MOST_WRONG, LOCK_AFTER).await?;
        let failures = spent.ok_or(Error::Ended)?;
        let factor = SecondFactor::derive(self.keys, &account.id, &account.totp_salt);
        let token = Token::random();
        let new = self.new_session(&token, account, SessionState::Open);
        if let Some(step) = factor.step_of(code, self.now, account.totp_step)
            && self
                .store
                .finish_sign_in(&session.hash, &new, step, &session.event(self.now, What::SignedIn))
                .await?
        {
            return Ok(token);
        }
        tracing::warn!("a code of staff was refused");
        let locks = failures == LOCK_AFTER;
        let goes_on =
            self.store.note_wrong_code(&session.hash, MOST_WRONG, account.id, self.now, locks).await?;
        tell_lock(failures);
        Err(if goes_on { Error::Code } else { Error::Ended })
    }

    /// The session of a token, unless it has ended.
    ///
    /// # Errors
    /// [`Error::Ended`], [`Error::Store`].
    pub async fn session(&self, token: Token) -> Result<Session> {
        let hash = token.hash(labels::STAFF_SESSION);
        let inner = self.store.session(&hash).await?.ok_or(Error::Ended)?;
        let session = Session { hash, token, inner };
        let (idle, absolute) = self.ends(&session);
        if session.account().disabled || self.now >= idle || self.now >= absolute {
            self.store.end_session(&session.hash, None).await?;
            return Err(Error::Ended);
        }
        Ok(session)
    }

    /// Something is done with a session: its idle time begins anew.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn touch(&self, session: &mut Session) -> Result<()> {
        if self.now.since(session.inner.seen) >= TOUCH_SECONDS {
            self.store.touch_session(&session.hash, self.now).await?;
            session.inner.seen = self.now;
        }
        Ok(())
    }

    /// What a page is told about its session.
    #[must_use]
    pub fn view(&self, session: &Session) -> View {
        let (idle_ends, absolute_ends) = self.ends(session);
        View {
            stage: session.stage(),
            name: session.account().name.clone(),
            role: session.role(),
            csrf: csrf(&session.token),
            idle_ends: idle_ends.min(absolute_ends),
            absolute_ends,
        }
    }

    /// Locks a session. Locking twice changes nothing.
    ///
    /// # Errors
    /// [`Error::Unfinished`], [`Error::Store`].
    pub async fn lock(&self, session: &Session) -> Result<()> {
        match session.stage() {
            Stage::Locked => Ok(()),
            Stage::Open => {
                let event = session.event(self.now, What::Locked);
                Ok(self.store.set_session_locked(&session.hash, true, self.now, &event).await?)
            }
            Stage::Code | Stage::Password => Err(Error::Unfinished("nothing is open yet")),
        }
    }

    /// Unlocks a session by its owner's password.
    ///
    /// # Errors
    /// [`Error::Password`], [`Error::Ended`] after too many wrong ones, [`Error::Unfinished`], [`Error::Busy`],
    /// [`Error::Store`].
    pub async fn unlock(&self, session: &Session, password: &Password) -> Result<()> {
        match session.stage() {
            Stage::Open => return Ok(()),
            Stage::Code | Stage::Password => return Err(Error::Unfinished("nothing is locked")),
            Stage::Locked => self.check_password(session, password).await?,
        }
        let event = session.event(self.now, What::Unlocked);
        Ok(self.store.set_session_locked(&session.hash, false, self.now, &event).await?)
    }

    /// Changes the password of a session's owner. All other sessions of the account end.
    ///
    /// # Errors
    /// [`Error::Password`], [`Error::Ended`] after too many wrong ones, [`Error::Weak`], [`Error::Unfinished`],
    /// [`Error::Locked`], [`Error::Busy`], [`Error::Store`].
    pub async fn change_password(&self, session: &Session, current: &Password, new: &Password) -> Result<()> {
        if session.stage() != Stage::Password {
            session.require(Role::Clinician)?;
        }
        new.check_new(&session.account().name)?;
        self.check_password(session, current).await?;
        // Whoever has handed the password over knows it still.
        if self.staff.hasher.verify(new, Some(&session.account().password)).await? {
            return Err(Error::Weak(Weak));
        }
        let change = PasswordChange {
            id: session.account().id,
            password: self.staff.hasher.hash(new).await?,
            must_change: false,
            keep: Some(session.hash),
        };
        Ok(self.store.set_staff_password(&change, &session.event(self.now, What::PasswordChanged)).await?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn sign_out(&self, session: &Session) -> Result<()> {
        let event = session.event(self.now, What::SignedOut);
        Ok(self.store.end_session(&session.hash, Some(&event)).await?)
    }

    async fn check_password(&self, session: &Session, password: &Password) -> Result<()> {
        if self.staff.hasher.verify(password, Some(&session.account().password)).await? {
            return Ok(());
        }
        Err(if self.count_wrong(session).await? { Error::Password } else { Error::Ended })
    }

    /// Counts a wrong password of a session. Returns whether the session goes on.
    async fn count_wrong(&self, session: &Session) -> Result<bool> {
        tracing::warn!("a password of staff was refused");
        let failure = self.failure(Some(session.account().id), true);
        let (failures, goes_on) =
            self.store.count_wrong_in_session(&session.hash, MOST_WRONG, &failure).await?;
        tell_lock(failures);
        Ok(goes_on)
    }

    fn failure(&self, of: Option<AccountId>, counts: bool) -> Failure {
        Failure { at: self.now, of, counts, lock_after: LOCK_AFTER }
    }

    fn ends(&self, session: &Session) -> (Timestamp, Timestamp) {
        let StaffSession { state, started, seen, .. } = &session.inner;
        match state {
            SessionState::Code => (started.plus(CODE_SECONDS), started.plus(CODE_SECONDS)),
            SessionState::Open | SessionState::Locked => {
                (seen.plus(self.staff.idle_seconds), started.plus(self.staff.absolute_seconds))
            }
        }
    }

    fn new_session(&self, token: &Token, account: &StaffAccount, state: SessionState) -> NewSession {
        NewSession { token: token.hash(labels::STAFF_SESSION), account: account.id, state, started: self.now }
    }
}

fn may_sign_in(account: &StaffAccount) -> bool {
    !account.disabled && account.failures < LOCK_AFTER
}

fn tell_lock(failures: u32) {
    if failures == LOCK_AFTER {
        tracing::warn!("an account of staff is locked out until an administrator or `staff unlock` lifts it");
    }
}

fn csrf(token: &Token) -> String {
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(token.0.iter()).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(labels::STAFF_CSRF);
    codec::to_base64url(&mac.finalize().into_bytes())
}

fn wait(seconds: u64) -> Error {
    Error::Wait { seconds }
}
