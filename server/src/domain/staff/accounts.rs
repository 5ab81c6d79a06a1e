//! Accounts: who may sign in, as what. They are never deleted, so that what somebody did keeps its name; who leaves is
//! disabled.

use zeroize::Zeroizing;

use super::codes::SecondFactor;
use super::passwords::Password;
use super::sessions::{LOCK_AFTER, Session};
use super::{Error, Office, Result, Role, new_id};
use crate::random;
use crate::store::{
    AccountChange, AccountId, Changed, NewAccount, NewEvent, PasswordChange, StaffAccount, What,
};
use twoken_core::codec;

/// Most characters of a name.
const MAX_NAME: usize = 64;

/// A name as people read it: trimmed, 1 to 64 characters, all of which can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Reads one.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn parse(text: &str) -> Result<Self> {
        let name = text.trim();
        let fits = !name.is_empty() && name.chars().count() <= MAX_NAME && !name.chars().any(is_unseen);
        if fits { Ok(Self(name.to_owned())) } else { Err(Error::Name) }
    }

    /// What makes two names the same: all but white space around them, and case.
    #[must_use]
    pub fn key_of(text: &str) -> String {
        text.trim().to_lowercase()
    }

    pub(super) fn into_parts(self) -> (String, String) {
        let key = Self::key_of(&self.0);
        (self.0, key)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Controls, and what turns or hides the text around it.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// What an administrator changes; what is absent stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    /// Another role.
    pub role: Option<Role>,
    /// Whether it may sign in.
    pub disabled: Option<bool>,
    /// Lift a lock-out.
    pub unlock: bool,
}

/// What an operator hands to somebody, once.
pub struct Credentials {
    /// A password.
    pub password: Zeroizing<String>,
    /// What an authenticator app scans.
    pub uri: Zeroizing<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

/// An account as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name in addresses.
    pub id: AccountId,
    /// As its owner wrote it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// May not sign in.
    pub disabled: bool,
    /// Nobody can sign in to it, for wrong passwords and codes.
    pub locked_out: bool,
}

impl Office<'_> {
    /// All accounts, by name.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn accounts(&self) -> Result<Vec<Listed>> {
        let listed = |account: StaffAccount| Listed {
            id: account.id,
            role: Role::from_number(account.role),
            disabled: account.disabled,
            locked_out: account.failures >= LOCK_AFTER,
            name: account.name,
        };
        Ok(self.store.staff_accounts().await?.into_iter().map(listed).collect())
    }

    /// Changes an account, as an administrator.
    ///
    /// # Errors
    /// [`Error::Account`], [`Error::LastAdministrator`], [`Error::Store`].
    pub async fn change_account(&self, by: &Session, id: AccountId, change: Change) -> Result<()> {
        self.change(Some(by.account().id), id, change).await
    }

    async fn change(&self, actor: Option<AccountId>, id: AccountId, change: Change) -> Result<()> {
        let event = |what| NewEvent { subject: Some(id), ..NewEvent::new(self.now, actor, what) };
        let role = change.role.map(|role| NewEvent { role: Some(role as u8), ..event(What::RoleChanged) });
        let state = change.disabled.map(|off| event(if off { What::Disabled } else { What::Enabled }));
        let unlocked = change.unlock.then(|| event(What::LockLifted));
        let events: Vec<_> = [role, state, unlocked].into_iter().flatten().collect();
        let stored = AccountChange {
            role: change.role.map(|role| role as u8),
            disabled: change.disabled,
            unlock: change.unlock,
        };
        match self.store.change_staff_account(id, stored, &events, self.now, actor).await? {
            Changed::Done => Ok(()),
            Changed::Unknown => Err(Error::Account),
            Changed::LastAdministrator => Err(Error::LastAdministrator),
        }
    }

    /// Makes an account, as the operator. Unless `lasting`, its password must be changed at the first sign-in.
    ///
    /// # Errors
    /// [`Error::Name`], [`Error::NameTaken`], [`Error::Busy`], [`Error::Store`].
    pub async fn add_account(&self, name: &str, role: Role, lasting: bool) -> Result<Credentials> {
        let name = Name::parse(name)?;
        let (id, totp_salt) = (new_id(), random::bytes());
        let uri = SecondFactor::derive(self.keys, &id, &totp_salt).uri(&self.staff.issuer, name.as_str());
        let (password, hash) = self.one_time_password().await?;
        let (name, name_key) = name.into_parts();
        let account = NewAccount {
            id,
            name,
            name_key,
            role: role as u8,
            password: hash,
            must_change: !lasting,
            totp_salt,
            totp_step: 0,
        };
        let event = NewEvent {
            subject: Some(id),
            role: Some(role as u8),
            ..NewEvent::new(self.now, None, What::Added)
        };
        if self.store.add_staff_account(&account, &event).await? {
            Ok(Credentials { password, uri })
        } else {
            Err(Error::NameTaken)
        }
    }

    /// Gives an account a password that must be changed at the next sign-in, as the operator.
    ///
    /// # Errors
    /// [`Error::Account`], [`Error::Busy`], [`Error::Store`].
    pub async fn reset_password(&self, name: &str) -> Result<Zeroizing<String>> {
        let id = self.named(name).await?.id;
        let (password, hash) = self.one_time_password().await?;
        let change = PasswordChange { id, password: hash, must_change: true, keep: None };
        let event = NewEvent { subject: Some(id), ..NewEvent::new(self.now, None, What::PasswordReset) };
        self.store.set_staff_password(&change, &event).await?;
        Ok(password)
    }

    /// Gives an account another second factor, as the operator: what an authenticator app scans.
    ///
    /// # Errors
    /// [`Error::Account`], [`Error::Store`].
    pub async fn reset_second_factor(&self, name: &str) -> Result<Zeroizing<String>> {
        let account = self.named(name).await?;
        let salt = random::bytes();
        let event = NewEvent { subject: Some(account.id), ..NewEvent::new(self.now, None, What::CodesReset) };
        self.store.set_staff_second_factor(account.id, salt, &event).await?;
        let factor = SecondFactor::derive(self.keys, &account.id, &salt);
        Ok(factor.uri(&self.staff.issuer, &account.name))
    }

    /// Lifts a lock-out, as the operator.
    ///
    /// # Errors
    /// [`Error::Account`], [`Error::Store`].
    pub async fn lift_lock(&self, name: &str) -> Result<()> {
        let id = self.named(name).await?.id;
        self.change(None, id, Change { unlock: true, ..Change::default() }).await
    }

    async fn named(&self, name: &str) -> Result<StaffAccount> {
        self.store.staff_account_named(&Name::key_of(name)).await?.ok_or(Error::Account)
    }

    /// Eighty random bits in groups that can be read out, and their hash.
    async fn one_time_password(&self) -> Result<(Zeroizing<String>, crate::store::PasswordBytes)> {
        let bits: Zeroizing<[u8; 10]> = Zeroizing::new(random::bytes());
        let symbols = Zeroizing::new(codec::to_base32(&*bits).to_lowercase());
        let mut text = Zeroizing::new(String::with_capacity(19));
        for (at, symbol) in symbols.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.push(symbol);
        }
        let hash = self.staff.hasher.hash(&Password::new(text.clone())).await?;
        Ok((text, hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_bounded_and_seen() {
        assert_eq!(
            Name::parse("  Dr. Ada  ").unwrap().into_parts(),
            ("Dr. Ada".to_owned(), "dr. ada".to_owned())
        );
        assert!(Name::parse(&"ä".repeat(64)).is_ok());
        for bad in ["", "   ", &"a".repeat(65), "a\nb", "a\u{202e}b", "a\u{200b}b"] {
            assert!(matches!(Name::parse(bad), Err(Error::Name)), "{bad:?}");
        }
    }
}
