//! The payload: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over chunks of 64 KiB. The last one is marked, so that
//! nothing can be cut off; only the very first may be empty.

use alloc::vec::Vec;

use chacha20poly1305::aead::AeadInOut;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Error, FileKey, SALT, TAG, cipher, nonce};

/// Bytes of a full chunk before it is sealed.
const CHUNK: usize = 64 * 1024;

/// Appends the nonce and the sealed chunks of `plain`.
pub(super) fn seal(key: &FileKey, plain: &[u8], rng: &mut impl CryptoRng, sealed: &mut Vec<u8>) {
    let mut salt = [0; SALT];
    rng.fill_bytes(&mut salt);
    let cipher = cipher(&key.derive(&salt, b"payload"));
    sealed.reserve(SALT + plain.len() + (plain.len() / CHUNK + 1) * TAG);
    sealed.extend(salt);
    let (mut rest, mut counter) = (plain, 0);
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK));
        let begin = sealed.len();
        sealed.extend(chunk);
        let text = sealed.get_mut(begin..).unwrap_or_default();
        // A chunk is far from what the cipher can take; were it to fail, what is there opens for nobody.
        if let Ok(tag) = cipher.encrypt_inout_detached(&nonce(counter, after.is_empty()), b"", text.into()) {
            sealed.extend(tag);
        }
        if after.is_empty() {
            return;
        }
        (rest, counter) = (after, counter + 1);
    }
}

/// Opens all chunks.
pub(super) fn open(key: &FileKey, payload: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let Some((salt, mut rest)) = payload.split_at_checked(SALT) else {
        return Err(Error::Truncated { chunks: 0 });
    };
    let cipher = cipher(&key.derive(salt, b"payload"));
    // All at once: what outgrows its place is moved, and leaves a copy that is not wiped.
    let mut plain = Zeroizing::new(Vec::with_capacity(rest.len()));
    let mut chunk = 0;
    loop {
        let (sealed, after) = rest.split_at(rest.len().min(CHUNK + TAG));
        let Some((text, tag)) = sealed.split_last_chunk::<TAG>() else {
            return Err(Error::Truncated { chunks: chunk });
        };
        let begin = plain.len();
        let mut opens = |last: bool| {
            plain.truncate(begin);
            plain.extend(text);
            let text = plain.get_mut(begin..).unwrap_or_default();
            cipher.decrypt_inout_detached(&nonce(chunk, last), b"", text.into(), &(*tag).into()).is_ok()
        };
        let is_last = after.is_empty();
        if !opens(is_last) {
            // One that would go on, and does not.
            let is_cut = is_last && text.len() == CHUNK && opens(false);
            return Err(if is_cut { Error::Truncated { chunks: chunk + 1 } } else { Error::Chunk { chunk } });
        }
        if is_last {
            return if text.is_empty() && chunk > 0 { Err(Error::Chunk { chunk }) } else { Ok(plain) };
        }
        (rest, chunk) = (after, chunk + 1);
    }
}
