//! Invitations: an administrator hands a link to somebody, who chooses name and password and sets up the second factor.
//! There is an account once a code has shown that it was set up.
//!
//! An invitation is worth what its inviter's right is worth: it is void with it, and any administrator, or the operator, may
//! withdraw it ([ADR 32](../../../../docs/adr/0032-an-invitation-goes-with-its-inviter.md)).

use twoken_core::labels;
use twoken_core::units::Timestamp;
use zeroize::Zeroizing;

use super::accounts::Name;
use super::codes::SecondFactor;
use super::passwords::Password;
use super::sessions::Session;
use super::{Error, Office, Result, Role, Token, new_id};
use crate::random;
use crate::store::{
    AccountId, Confirmed, Enrolment, NewAccount, NewEvent, NewInvitation, OpenInvitation, What,
};

/// How long an invitation is good for, in seconds: three days.
const SECONDS: u64 = 72 * 3600;

/// An invitation that nobody has used yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// What it is withdrawn by, and what the account will be called in addresses. Its link does not follow from it.
    pub id: AccountId,
    /// What the account will be.
    pub role: Role,
    /// When it is void.
    pub expires: Timestamp,
    /// Who invited.
    pub by: String,
}

impl Office<'_> {
    /// Invites somebody, as an administrator. Returns the token of the link, which is shown once, and when it is void.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn invite(&self, by: &Session, role: Role) -> Result<(Token, Timestamp)> {
        let (token, expires) = (Token::random(), self.now.plus(SECONDS));
        let invitation = NewInvitation {
            token: token.hash(labels::STAFF_INVITATION),
            inviter: by.account().id,
            account: new_id(),
            role: role as u8,
            expires,
        };
        let event = NewEvent {
            role: Some(role as u8),
            ..NewEvent::new(self.now, Some(by.account().id), What::Invited)
        };
        self.store.add_invitation(&invitation, &event).await?;
        Ok((token, expires))
    }

    /// Open invitations, the first to be void first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn open_invitations(&self) -> Result<Vec<Invited>> {
        let invited = |open: OpenInvitation| Invited {
            id: open.account,
            role: Role::from_number(open.role),
            expires: Timestamp::new(open.expires),
            by: open.inviter_name,
        };
        Ok(self.store.invitations(self.now).await?.into_iter().map(invited).collect())
    }

    /// Makes an open invitation void: as an administrator, or without a session as the operator.
    ///
    /// # Errors
    /// [`Error::Invitation`], [`Error::Store`].
    pub async fn withdraw_invitation(&self, by: Option<&Session>, id: AccountId) -> Result<()> {
        let by = by.map(|by| by.account().id);
        if self.store.withdraw_invitation(id, self.now, by).await? { Ok(()) } else { Err(Error::Invitation) }
    }

    /// The role that an invitation is for, to be shown before anything is entered.
    ///
    /// # Errors
    /// [`Error::Invitation`], [`Error::Store`].
    pub async fn invited_as(&self, token: &Token) -> Result<Role> {
        let found = self.store.invitation(&token.hash(labels::STAFF_INVITATION), self.now).await?;
        Ok(Role::from_number(found.ok_or(Error::Invitation)?.role))
    }

    /// Takes name and password, and returns what an authenticator app scans. What was entered before is replaced.
    ///
    /// # Errors
    /// [`Error::Invitation`], [`Error::Name`], [`Error::NameTaken`], [`Error::Weak`], [`Error::Busy`],
    /// [`Error::Store`].
    pub async fn accept(&self, token: &Token, name: &str, password: &Password) -> Result<Zeroizing<String>> {
        let hash = token.hash(labels::STAFF_INVITATION);
        let invitation = self.store.invitation(&hash, self.now).await?.ok_or(Error::Invitation)?;
        let name = Name::parse(name)?;
        password.check_new(name.as_str())?;
        if self.store.staff_account_named(&Name::key_of(name.as_str())).await?.is_some() {
            return Err(Error::NameTaken);
        }
        let totp_salt = random::bytes();
        let factor = SecondFactor::derive(self.keys, &invitation.account, &totp_salt);
        let uri = factor.uri(&self.staff.issuer, name.as_str());
        let password = self.staff.hasher.hash(password).await?;
        let (name, name_key) = name.into_parts();
        if self.store.enrol(&hash, &Enrolment { name, name_key, password, totp_salt }).await? {
            Ok(uri)
        } else {
            Err(Error::Invitation)
        }
    }

    /// Makes the account, once a code has shown that the second factor was set up. Returns its name.
    ///
    /// # Errors
    /// [`Error::Invitation`], [`Error::Code`], [`Error::Unfinished`], [`Error::NameTaken`], [`Error::Store`].
    pub async fn confirm(&self, token: &Token, code: &str) -> Result<String> {
        let hash = token.hash(labels::STAFF_INVITATION);
        let invitation = self.store.invitation(&hash, self.now).await?.ok_or(Error::Invitation)?;
        let Some(entered) = invitation.enrolment else {
            return Err(Error::Unfinished("name and password are awaited"));
        };
        let factor = SecondFactor::derive(self.keys, &invitation.account, &entered.totp_salt);
        let step = factor.step_of(code, self.now, 0).ok_or(Error::Code)?;
        let account = NewAccount {
            id: invitation.account,
            name: entered.name,
            name_key: entered.name_key,
            role: invitation.role,
            password: entered.password,
            must_change: false,
            totp_salt: entered.totp_salt,
            totp_step: step,
        };
        let event = NewEvent {
            subject: Some(invitation.inviter),
            role: Some(invitation.role),
            ..NewEvent::new(self.now, Some(invitation.account), What::Joined)
        };
        match self.store.confirm_invitation(&hash, &account, &event).await? {
            Confirmed::Done => Ok(account.name),
            Confirmed::Gone => Err(Error::Invitation),
            Confirmed::NameTaken => Err(Error::NameTaken),
        }
    }
}
