//! The authority's API keys. Two may hold at once, so that one takes over from the other without a gap; of each the database
//! keeps the hash alone. Until the first is made, the one of the settings (`api_key_hash`) holds, or that of an older
//! version's `keys.toml`.

use twoken_core::codec;
use twoken_core::units::Timestamp;
use zeroize::Zeroizing;

use crate::config::Settings;
use crate::keys::{ApiKey, Keys};
use crate::random;
use crate::store::{self, AddedKey, AuthorityKey, Store};

/// What the key of the settings is called once another was added beside it.
pub const CONFIGURED: &str = "configured";
/// Most characters of a key's name.
const MAX_NAME: usize = 32;

/// Why API keys were not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not a name.
    #[error("a key's name has 1 to {MAX_NAME} characters of a-z, 0-9, - and .")]
    Name,
    /// A key has such a name.
    #[error("there is a key of that name")]
    NameTaken,
    /// Two hold already.
    #[error("two keys hold already; revoke the one that is not used any more")]
    TooMany,
    /// No such key, or it is the only one.
    #[error("there is no key of that name, or it is the only one; then add another first")]
    NotRevoked,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A key that holds, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Since when, where the database knows it.
    pub added: Option<twoken_core::units::Day>,
}

/// The key of the settings, or of `keys.toml`.
#[must_use]
pub fn configured(settings: &Settings, keys: &Keys) -> Option<ApiKey> {
    let hash = settings.api_key_hash.as_deref().and_then(|hash| codec::array_from_hex(hash).ok());
    hash.map(ApiKey::from_hash).or_else(|| keys.api.clone())
}

/// Whether a key holds. Each is compared in a time that does not tell how near it is.
///
/// # Errors
/// [`store::Error`].
pub async fn accepts(store: &Store, configured: Option<&ApiKey>, presented: &str) -> store::Result<bool> {
    let kept = store.authority_keys().await?;
    if kept.is_empty() {
        return Ok(configured.is_some_and(|key| key.accepts(presented)));
    }
    let mut accepted = false;
    for key in kept {
        accepted |= ApiKey::from_hash(key.hash).accepts(presented);
    }
    Ok(accepted)
}

/// Makes a key and returns it, the only time. The configured one, where it was the only one, holds on beside it until it is
/// revoked.
///
/// # Errors
/// [`Error::Name`], [`Error::NameTaken`], [`Error::TooMany`], [`Error::Store`].
pub async fn add(
    store: &Store,
    configured: Option<&ApiKey>,
    name: &str,
    now: Timestamp,
) -> Result<Zeroizing<String>, Error> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(fits) {
        return Err(Error::Name);
    }
    let bits: Zeroizing<[u8; 32]> = Zeroizing::new(random::bytes());
    let text = Zeroizing::new(codec::to_base64url(&*bits));
    let key = |name: &str, key: &ApiKey| AuthorityKey {
        name: name.to_owned(),
        hash: *key.as_hash(),
        added_day: now.day().get(),
    };
    let mut added = vec![key(name, &ApiKey::of(&text))];
    if let Some(before) = configured
        && store.authority_keys().await?.is_empty()
    {
        added.push(key(CONFIGURED, before));
    }
    match store.add_authority_keys(&added, now).await? {
        AddedKey::Added => Ok(text),
        AddedKey::NameTaken => Err(Error::NameTaken),
        AddedKey::TooMany => Err(Error::TooMany),
    }
}

/// The keys that hold.
///
/// # Errors
/// [`Error::Store`].
pub async fn list(store: &Store, configured: Option<&ApiKey>) -> Result<Vec<Listed>, Error> {
    let kept = store.authority_keys().await?;
    if kept.is_empty() {
        return Ok(configured
            .map(|_| Listed { name: CONFIGURED.to_owned(), added: None })
            .into_iter()
            .collect());
    }
    let listed = |key: AuthorityKey| Listed {
        name: key.name,
        added: Some(twoken_core::units::Day::new(key.added_day)),
    };
    Ok(kept.into_iter().map(listed).collect())
}

/// Revokes a key, at once. The last one stays: without any, the configured one would hold again.
///
/// # Errors
/// [`Error::NotRevoked`], [`Error::Store`].
pub async fn revoke(store: &Store, name: &str, now: Timestamp) -> Result<(), Error> {
    if store.remove_authority_key(name, now).await? { Ok(()) } else { Err(Error::NotRevoked) }
}
