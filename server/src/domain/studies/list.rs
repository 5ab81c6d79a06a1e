//! The list of open studies, signed with its time, as apps get it: the same bytes for everybody, for up to a minute.

use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use twoken_core::units::Timestamp;
use twoken_core::wire::{Studies, Study};

use super::{Error, State, read, state};
use crate::domain::published::Published;
use crate::keys::Keys;
use crate::store::{self, Store};

/// How long one signature is given again, in seconds.
const FRESH_SECONDS: u64 = 60;

/// The list signed last.
#[derive(Debug, Default)]
pub struct Lists(Mutex<Option<Signed>>);

#[derive(Debug)]
struct Signed {
    at: Timestamp,
    studies: Vec<Study>,
    bytes: Bytes,
}

impl Lists {
    /// The open studies of the server's mode, signed at most a minute ago and since the last change.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn get(
        &self,
        store: &Store,
        keys: &Keys,
        published: &Published,
        now: Timestamp,
    ) -> Result<Bytes, Error> {
        let stored = store.studies().await?;
        let open = stored.iter().filter(|one| matches!(state(one, now), State::Open { .. })).map(read);
        let mut studies = open.collect::<store::Result<Vec<_>>>()?;
        studies.retain(|study| study.mode == published.config().mode);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signed) = &*kept
            && signed.studies == studies
            && now >= signed.at
            && now.since(signed.at) < FRESH_SECONDS
        {
            return Ok(signed.bytes.clone());
        }
        let bytes: Bytes = Studies::sign(&studies, now, &keys.signing).map_err(Error::Malformed)?.into();
        *kept = Some(Signed { at: now, studies, bytes: bytes.clone() });
        Ok(bytes)
    }
}
