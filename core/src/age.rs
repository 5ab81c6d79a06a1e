//! A file under a passphrase, in the format of age, version 1 (<https://c2sp.org/age>).
//!
//! ```text
//! file    = header ‖ nonce 16 ‖ chunk ‖ … ‖ chunk
//! header  = "age-encryption.org/v1" LF "-> scrypt " salt " " log N LF wrapped LF "--- " MAC LF
//! wrap    = scrypt(N, r = 8, p = 1, salt = "age-encryption.org/v1/scrypt" ‖ salt 16, passphrase), RFC 7914
//! wrapped = ChaCha20-Poly1305(wrap, nonce 0, file key 16), RFC 8439
//! MAC     = HMAC-SHA256(HKDF-SHA256(ikm = file key, info = "header"), header up to "---"), RFC 2104, RFC 5869
//! chunk   = ChaCha20-Poly1305(HKDF-SHA256(ikm = file key, salt = nonce, info = "payload"),
//!                             nonce = counter 11 ‖ last 1, up to 64 KiB)
//! ```
//!
//! Salt, wrapped key and MAC are unpadded base64 in its one form. Read are files with one recipient, a passphrase; made are
//! such as every other age reads. Whoever has the file alone learns how long it is, to the byte, and can try passphrases at the
//! price of one scrypt each.

mod header;
mod stream;

use alloc::vec::Vec;

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use crate::backup::Passphrase;
pub use header::{Header, Stanza};

/// Binary logarithm of scrypt's N in the files that are made: 64 MiB and, on a phone, about a second.
pub const WORK: u8 = 16;
/// The largest that is read: 256 MiB. age's own command line asks for 2¹⁸ at most.
pub const MAX_WORK: u8 = 18;
/// Bytes of a file key.
const FILE_KEY: usize = 16;
/// Bytes of the salt, and of the nonce before the payload.
const SALT: usize = 16;
/// Bytes of an authentication tag.
const TAG: usize = 16;

/// Why a file was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It does not begin as a file of age does.
    #[error("no age file")]
    NotAge,
    /// Of a later version of the format.
    #[error("another version of the age format")]
    Version,
    /// Its header is not as the format says, or was cut off.
    #[error("not an age header")]
    Header,
    /// It was not made for a passphrase, or not for one alone.
    #[error("not made for a passphrase alone")]
    Recipients,
    /// It asks for more work than is done here.
    #[error("asks for 2^{got} of work, at most 2^{max} is done")]
    Work {
        /// Binary logarithm of the most.
        max: u8,
        /// What it asks for.
        got: u8,
    },
    /// Another passphrase, or a wrapped key that was altered: nobody can tell these apart.
    #[error("the passphrase does not open it")]
    Passphrase,
    /// The header was altered.
    #[error("the header was altered")]
    Mac,
    /// A chunk was altered, moved or left out, or bytes come after the last.
    #[error("chunk {chunk} does not open")]
    Chunk {
        /// Which, from 0.
        chunk: u64,
    },
    /// All that is there opens, but the end is missing.
    #[error("cut off after {chunks} chunks")]
    Truncated {
        /// Chunks that are there.
        chunks: u64,
    },
}

/// The 16 bytes under which a file is sealed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct FileKey([u8; FILE_KEY]);

impl FileKey {
    /// From its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; FILE_KEY]) -> Self {
        Self(bytes)
    }

    fn derive(&self, salt: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        // 32 bytes are one block of the 255 that there may be.
        let expanded = Hkdf::<Sha256>::new(Some(salt), &self.0).expand(info, key.as_mut_slice());
        debug_assert!(expanded.is_ok());
        key
    }

    /// Opens what comes after a header.
    ///
    /// # Errors
    /// [`Error::Chunk`], [`Error::Truncated`].
    pub fn open(&self, payload: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        stream::open(self, payload)
    }
}

crate::codec::name_only!(FileKey);

/// Seals `plain` under a passphrase.
#[must_use]
pub fn seal(passphrase: &Passphrase, plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    seal_with(passphrase, plain, WORK, rng)
}

/// As [`seal`], with this much work, of 1 to [`MAX_WORK`]: tests do with less.
#[must_use]
pub fn seal_with(passphrase: &Passphrase, plain: &[u8], work: u8, rng: &mut impl CryptoRng) -> Vec<u8> {
    let work = work.clamp(1, MAX_WORK);
    let mut key = FileKey([0; FILE_KEY]);
    let mut salt = [0; SALT];
    rng.fill_bytes(&mut key.0);
    rng.fill_bytes(&mut salt);
    let mut sealed = header::write(&salt, work, &wrap(&wrap_key(passphrase, &salt, work), &key), &key);
    stream::seal(&key, plain, rng, &mut sealed);
    sealed
}

/// Opens a file. Nothing of it is given before all of it has proven true.
///
/// # Errors
/// [`Error`].
pub fn open(passphrase: &Passphrase, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (header, payload) = Header::parse(file)?;
    let scrypt = header.scrypt()?;
    if scrypt.work > MAX_WORK {
        return Err(Error::Work { max: MAX_WORK, got: scrypt.work });
    }
    let key = unwrap(&wrap_key(passphrase, &scrypt.salt, scrypt.work), &scrypt.wrapped)?;
    header.verify(&key)?;
    key.open(payload)
}

/// The key that wraps the file key.
fn wrap_key(passphrase: &Passphrase, salt: &[u8; SALT], work: u8) -> Zeroizing<[u8; 32]> {
    let salt = [b"age-encryption.org/v1/scrypt".as_slice(), salt].concat();
    let mut key = Zeroizing::new([0; 32]);
    // Only a length of none, and an N that no memory has, are refused; N was looked at before.
    if let Ok(params) = scrypt::Params::new(work, 8, 1) {
        let made = scrypt::scrypt(passphrase.as_bytes(), &salt, &params, key.as_mut_slice());
        debug_assert!(made.is_ok());
    }
    key
}

fn cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(*key))
}

fn wrap(wrap_key: &[u8; 32], key: &FileKey) -> [u8; FILE_KEY + TAG] {
    let mut body = key.0;
    let mut wrapped = [0; FILE_KEY + TAG];
    // Sealing 16 bytes cannot fail; were it to, the file would be one that opens for nobody.
    if let Ok(tag) =
        cipher(wrap_key).encrypt_inout_detached(&Nonce::default(), b"", body.as_mut_slice().into())
    {
        let (text, mac) = wrapped.split_at_mut(FILE_KEY);
        text.copy_from_slice(&body);
        mac.copy_from_slice(&tag);
    }
    body.zeroize();
    wrapped
}

fn unwrap(wrap_key: &[u8; 32], wrapped: &[u8; FILE_KEY + TAG]) -> Result<FileKey, Error> {
    let (text, tag) = wrapped.split_at(FILE_KEY);
    let (mut key, mut mac) = (FileKey([0; FILE_KEY]), [0; TAG]);
    key.0.copy_from_slice(text);
    mac.copy_from_slice(tag);
    cipher(wrap_key)
        .decrypt_inout_detached(&Nonce::default(), b"", key.0.as_mut_slice().into(), &mac.into())
        .map_err(|_| Error::Passphrase)?;
    Ok(key)
}

/// The nonce of a chunk.
fn nonce(counter: u64, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    let [_, _, _, count @ .., flag] = &mut nonce;
    count.copy_from_slice(&counter.to_be_bytes());
    *flag = u8::from(last);
    nonce.into()
}
