//! TANs at the desk. The clinic's browser draws them; the server checks their form and keeps their keyed hashes, so that
//! sending the same ones again changes nothing, and nobody but the browser ever holds a list of them.

use twoken_core::permit::Class;
use twoken_core::tan::Tan;
use twoken_core::units::Timestamp;
use zeroize::Zeroizing;

use super::sessions::Session;
use super::{Error, Office, Result};
use crate::domain::tans::{HOUR_SECONDS, MAX_HOURS, expiry_hour, hour};
use crate::store::{Issue, IssuedTan, NewEvent, NewTan, TanState, What};

/// Most TANs of one request.
pub const MAX_TANS: usize = 100;

/// Most TANs that one account makes valid on a day (UTC), far more than a busy clinic tests: a stolen session makes so many
/// and no more.
pub const MOST_OF_DAY: u32 = 2000;

/// TANs of the desk end at 00:00, 06:00, 12:00 or 18:00 UTC, in hours. When one ends is kept beside its hash; to the hour, it
/// would say in which it was issued, and the audit says who issued TANs in that one.
const ENDS_EVERY_HOURS: u32 = 6;

/// What became of one TAN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    /// It was not known before.
    pub new: bool,
    /// How it stands.
    pub state: State,
    /// When it ends, or would have ended.
    pub valid_until: Timestamp,
}

/// How a TAN stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody delivered it.
    Unknown,
    /// It can be redeemed, until then.
    Valid(Timestamp),
    /// It became a permit.
    Redeemed,
    /// It was made invalid.
    Revoked,
    /// Its time is over.
    Expired,
}

impl Office<'_> {
    /// Makes TANs of the patients' class valid, for so many hours from now, rounded up to the next quarter of a day. One that is known stays
    /// as it is, and is told as it stands.
    ///
    /// # Errors
    /// [`Error::Count`], [`Error::Tan`], [`Error::Hours`]; [`Error::Quota`] when the account would have made more than
    /// [`MOST_OF_DAY`]; [`Error::Store`].
    pub async fn issue_tans(
        &self,
        by: &Session,
        texts: &[Zeroizing<String>],
        hours: u16,
    ) -> Result<Vec<Issued>> {
        if texts.is_empty() || texts.len() > MAX_TANS {
            return Err(Error::Count { got: texts.len() });
        }
        if hours == 0 || hours > MAX_HOURS {
            return Err(Error::Hours { got: hours });
        }
        let expires_hour = expiry_hour(self.now, hours).next_multiple_of(ENDS_EVERY_HOURS);
        let read = |(at, text): (usize, &Zeroizing<String>)| {
            let tan = Tan::parse(text).map_err(|source| Error::Tan { position: at + 1, source })?;
            let hash = *self.keys.tan.hash(&tan).as_bytes();
            Ok(NewTan { hash, class: Class::Patient as u8, expires_hour })
        };
        let tans = texts.iter().enumerate().map(read).collect::<Result<Vec<_>>>()?;
        let issue = Issue { tans: &tans, by: by.account().id, now: self.now, most_of_day: MOST_OF_DAY };
        let outcomes = self.store.issue_tans(issue).await?;
        let outcomes = outcomes.ok_or_else(|| Error::Quota { seconds: self.until_tomorrow() })?;
        let told = |one: IssuedTan| Issued {
            new: one.new,
            state: state_of(Some(one.state), self.now),
            valid_until: start_of(one.state.expires_hour),
        };
        Ok(outcomes.into_iter().map(told).collect())
    }

    /// How a TAN stands.
    ///
    /// # Errors
    /// [`Error::Tan`], [`Error::Wait`] after too many unknown ones, [`Error::Store`].
    pub async fn look_up_tan(&self, by: &Session, text: &str) -> Result<State> {
        self.about_tan(by, text, What::TanLookedUp).await
    }

    /// Makes a TAN invalid, if it is valid. Returns how it stands then.
    ///
    /// # Errors
    /// As [`Office::look_up_tan`].
    pub async fn revoke_tan(&self, by: &Session, text: &str) -> Result<State> {
        self.about_tan(by, text, What::TanRevoked).await
    }

    async fn about_tan(&self, by: &Session, text: &str, what: What) -> Result<State> {
        let asker = self.staff.look_ups.of_account(&by.account().id);
        self.staff.look_ups.may_try(asker).map_err(|seconds| Error::Wait { seconds })?;
        let tan = Tan::parse(text).map_err(|source| Error::Tan { position: 1, source })?;
        let hash = *self.keys.tan.hash(&tan).as_bytes();
        let event = NewEvent::new(self.now, Some(by.account().id), what);
        let found = match what {
            What::TanRevoked => self.store.revoke_tan(&hash, hour(self.now), &event).await?,
            _ => self.store.look_up_tan(&hash, &event).await?,
        };
        if found.is_none() {
            self.staff.look_ups.count_wrong(asker).map_err(|seconds| Error::Wait { seconds })?;
        }
        Ok(state_of(found, self.now))
    }
}

fn state_of(found: Option<TanState>, now: Timestamp) -> State {
    match found {
        None => State::Unknown,
        Some(TanState { redeemed: true, .. }) => State::Redeemed,
        Some(TanState { revoked: true, .. }) => State::Revoked,
        Some(TanState { expires_hour, .. }) if hour(now) >= expires_hour => State::Expired,
        Some(TanState { expires_hour, .. }) => State::Valid(start_of(expires_hour)),
    }
}

fn start_of(hour: u32) -> Timestamp {
    Timestamp::new(u64::from(hour) * HOUR_SECONDS)
}
