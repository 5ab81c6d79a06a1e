//! How a record lies on the device: AES-256-GCM by WebCrypto (W3C, Web Cryptography Level 2, §§ 28), under a key that no
//! script can read, the name of the record as associated data.
//!
//! ```text
//! sealed = 1 ‖ nonce 12 ‖ AES-GCM(key, nonce, "twoken/v1/storage" ‖ store ‖ 0 ‖ name, record)   (29 bytes more)
//! ```
//!
//! A nonce is drawn for each write: at most some millions in the life of a key, of the 2^32 that NIST SP 800-38D (8.3)
//! allows. The key says nothing of what it sealed; who takes it away has taken all of it away (ADR 53).

use super::StorageProblem;
use crate::platform::crypto;
use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use rand_core::Rng;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

const LABEL: &str = "twoken/v1/storage";
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
/// Version and nonce.
const HEAD_BYTES: usize = 1 + NONCE_BYTES;
const ALGORITHM: &str = "AES-GCM";

/// The key of this device's records. It cannot be read, by us neither.
#[derive(Clone)]
pub struct DataKey(CryptoKey);

impl core::fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("DataKey")
    }
}

/// Which record: it opens under no other name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    pub(super) store: &'a str,
    pub(super) key: &'a str,
}

impl Name<'_> {
    fn bound(self) -> Vec<u8> {
        [LABEL, self.store, "\0", self.key].concat().into_bytes()
    }
}

impl DataKey {
    /// A fresh one.
    pub(super) async fn generate() -> Result<Self, StorageProblem> {
        let algorithm = named(&[("name", ALGORITHM.into()), ("length", JsValue::from_f64(256.0))]);
        let made = subtle()?.generate_key_with_object(&algorithm, false, &uses()).map_err(failed)?;
        Self::of(JsFuture::from(made).await.map_err(failed)?)
    }

    /// One of these bytes, which it does not show again.
    pub(super) async fn import(bytes: &[u8; 32]) -> Result<Self, StorageProblem> {
        let bytes = Uint8Array::from(bytes.as_slice());
        let imported =
            subtle()?.import_key_with_str("raw", &bytes, ALGORITHM, false, &uses()).map_err(failed)?;
        let key = JsFuture::from(imported).await.map_err(failed);
        // The browser has made its own copy.
        bytes.fill(0, 0, bytes.length());
        Self::of(key?)
    }

    /// What was kept in the database.
    pub(super) fn of(value: JsValue) -> Result<Self, StorageProblem> {
        value.dyn_into().map(Self).map_err(|_| StorageProblem::Damaged)
    }

    /// What can be kept in the database: a handle, which the browser writes without showing what it is.
    pub(super) fn kept(&self) -> &JsValue {
        &self.0
    }

    /// Seals records, each under its name.
    pub(super) async fn seal(
        &self,
        records: &[(Name<'_>, &[u8])],
    ) -> Result<Vec<Uint8Array>, StorageProblem> {
        let (subtle, mut rng) = (subtle()?, crypto::rng());
        let mut nonces = Vec::with_capacity(records.len());
        let begun = Array::new();
        for (name, record) in records {
            let mut nonce = [0; NONCE_BYTES];
            rng.fill_bytes(&mut nonce);
            let algorithm = algorithm(&nonce, *name);
            let record = Uint8Array::from(*record);
            let sealing = subtle.encrypt_with_object_and_buffer_source(&algorithm, &self.0, &record);
            begun.push(sealing.map_err(failed)?.as_ref());
            nonces.push(nonce);
        }
        let sealed = JsFuture::from(Promise::all(&begun)).await.map_err(failed)?;
        let sealed: Array = sealed.dyn_into().map_err(failed)?;
        sealed
            .iter()
            .zip(nonces)
            .map(|(sealed, nonce)| {
                let sealed = Uint8Array::new(sealed.dyn_into::<ArrayBuffer>().map_err(failed)?.as_ref());
                let whole = Uint8Array::new_with_length(sealed.length() + HEAD_LENGTH);
                whole.set_index(0, VERSION);
                whole.set(&Uint8Array::from(nonce.as_slice()), 1);
                whole.set(&sealed, HEAD_LENGTH);
                Ok(whole)
            })
            .collect()
    }

    /// Opens records, each under its name.
    ///
    /// # Errors
    /// `Damaged` where one is not what was sealed under this key and name; `Newer` where it is of another version.
    pub(super) async fn open(
        &self,
        records: &[(Name<'_>, Uint8Array)],
    ) -> Result<Vec<Vec<u8>>, StorageProblem> {
        let subtle = subtle()?;
        let begun = Array::new();
        for (name, record) in records {
            match record.length() {
                0..HEAD_LENGTH => return Err(StorageProblem::Damaged),
                _ if record.get_index(0) != VERSION => return Err(StorageProblem::Newer),
                _ => {}
            }
            let mut nonce = [0; NONCE_BYTES];
            record.subarray(1, HEAD_LENGTH).copy_to(&mut nonce);
            let algorithm = algorithm(&nonce, *name);
            let sealed = record.subarray(HEAD_LENGTH, record.length());
            let opening = subtle.decrypt_with_object_and_buffer_source(&algorithm, &self.0, &sealed);
            begun.push(opening.map_err(failed)?.as_ref());
        }
        // The one way in which opening fails.
        let opened = JsFuture::from(Promise::all(&begun)).await.map_err(|_| StorageProblem::Damaged)?;
        let opened: Array = opened.dyn_into().map_err(failed)?;
        opened.iter().map(|record| Ok(Uint8Array::new(&record).to_vec())).collect()
    }
}

/// [`HEAD_BYTES`], as JavaScript counts.
const HEAD_LENGTH: u32 = HEAD_BYTES as u32;

fn algorithm(nonce: &[u8; NONCE_BYTES], name: Name<'_>) -> Object {
    named(&[
        ("name", ALGORITHM.into()),
        ("iv", Uint8Array::from(nonce.as_slice()).into()),
        ("additionalData", Uint8Array::from(name.bound().as_slice()).into()),
    ])
}

fn named(properties: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}

fn uses() -> Array {
    ["encrypt", "decrypt"].into_iter().map(JsValue::from_str).collect()
}

/// There is none where the page did not come over a secure line.
fn subtle() -> Result<SubtleCrypto, StorageProblem> {
    let of = |name: &str, of: &JsValue| Reflect::get(of, &name.into()).ok();
    let subtle = of("crypto", &js_sys::global()).and_then(|crypto| of("subtle", &crypto));
    subtle.filter(JsValue::is_object).map(JsCast::unchecked_into).ok_or(StorageProblem::Insecure)
}

fn failed(problem: JsValue) -> StorageProblem {
    StorageProblem::of_exception(problem.dyn_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    const NAME: Name<'_> = Name { store: "diary", key: "a" };

    #[wasm_bindgen_test]
    async fn what_is_sealed_opens_under_its_key_and_name_alone() {
        let key = DataKey::generate().await.unwrap();
        let sealed = key.seal(&[(NAME, &[1, 2, 3]), (NAME, &[])]).await.unwrap();
        assert_eq!(sealed.iter().map(Uint8Array::length).collect::<Vec<_>>(), [32, 29]);
        let open = async |key: &DataKey, name, bytes: &Uint8Array| key.open(&[(name, bytes.clone())]).await;
        assert_eq!(open(&key, NAME, &sealed[0]).await, Ok(vec![vec![1, 2, 3]]));
        assert_eq!(open(&key, NAME, &sealed[1]).await, Ok(vec![vec![]]));

        let other = DataKey::generate().await.unwrap();
        assert_eq!(open(&other, NAME, &sealed[0]).await, Err(StorageProblem::Damaged));
        for name in [Name { store: "diary", key: "b" }, Name { store: "keys", key: "a" }] {
            assert_eq!(open(&key, name, &sealed[0]).await, Err(StorageProblem::Damaged));
        }
        for (at, problem) in
            [(0, StorageProblem::Newer), (1, StorageProblem::Damaged), (31, StorageProblem::Damaged)]
        {
            let changed = Uint8Array::from(sealed[0].to_vec().as_slice());
            changed.set_index(at, changed.get_index(at) ^ 2);
            assert_eq!(open(&key, NAME, &changed).await, Err(problem));
        }
        assert_eq!(open(&key, NAME, &sealed[0].subarray(0, 12)).await, Err(StorageProblem::Damaged));
        assert_eq!(open(&key, NAME, &sealed[0].subarray(0, 31)).await, Err(StorageProblem::Damaged));
    }

    #[wasm_bindgen_test]
    async fn the_key_cannot_be_read() {
        let key = DataKey::generate().await.unwrap();
        assert!(!key.0.extractable());
        let exported = subtle().unwrap().export_key("raw", &key.0).unwrap();
        assert!(JsFuture::from(exported).await.is_err());
        assert_eq!(format!("{key:?}"), "DataKey");
    }
}
