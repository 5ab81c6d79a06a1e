//! The app lock: the key of the records lies wrapped in `vault`, under a key that Argon2id derives of a passphrase (ADR 55).
//!
//! ```text
//! lock = 1 ‖ memory u32 (KiB) ‖ passes u32 ‖ salt 16 ‖ sealed(derived key, "vault" ‖ 0 ‖ "lock", record key 32)   (86 bytes)
//! ```
//!
//! Beside it lies, as 8 bytes, until when the keys of the current meetings may be kept: they go at that time whether or not
//! anybody opens the lock.

use super::schema::{self, Store, VAULT};
use super::seal::{DataKey, Name};
use super::{Storage, StorageProblem, all_in, committed, sealed, turn_in};
use crate::platform::crypto;
use idb::{Database, ObjectStore, Query, Transaction, TransactionMode};
use js_sys::Uint8Array;
use rand_core::Rng;
use std::rc::Rc;
use zeroize::Zeroizing;

/// The record, in [`VAULT`], that is the lock.
const LOCK: &str = "lock";
/// The record, in [`VAULT`], of when the keys are to be gone.
const KEYS_UNTIL: &str = "keys-until";
const VERSION: u8 = 1;
const SALT_BYTES: usize = 16;
const KEY_BYTES: usize = 32;
/// Version, memory, passes, salt; then the sealed key, which is 29 bytes longer than the key.
const HEAD_BYTES: usize = 1 + 4 + 4 + SALT_BYTES;
const LOCK_BYTES: usize = HEAD_BYTES + 29 + KEY_BYTES;
/// More than this is asked of no device: the record is damaged, or somebody else's.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 10;
const NAME: Name<'static> = Name { store: VAULT, key: LOCK };

/// How a passphrase becomes a key: Argon2id, version 1.3, one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Derivation {
    /// In KiB.
    pub memory: u32,
    /// How often all of it is gone through.
    pub passes: u32,
    /// Drawn for each passphrase.
    pub salt: [u8; SALT_BYTES],
}

impl Derivation {
    /// 64 MiB, three times: the second of the two settings that RFC 9106 (§ 4) recommends, with one lane.
    #[must_use]
    pub fn draw() -> Self {
        let mut salt = [0; SALT_BYTES];
        crypto::rng().fill_bytes(&mut salt);
        Self { memory: 64 * 1024, passes: 3, salt }
    }
}

/// What was derived of a passphrase.
pub struct DerivedKey(Zeroizing<[u8; KEY_BYTES]>);

impl DerivedKey {
    /// None where it is not 32 bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    async fn key(&self) -> Result<DataKey, StorageProblem> {
        DataKey::import(&self.0).await
    }
}

impl core::fmt::Debug for DerivedKey {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("DerivedKey")
    }
}

/// A lock as it lies in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// How the passphrase becomes the key that opens it.
    pub derivation: Derivation,
    wrapped: Vec<u8>,
}

impl Lock {
    async fn wrap(
        derivation: Derivation,
        derived: &DerivedKey,
        key: &[u8; KEY_BYTES],
    ) -> Result<Self, StorageProblem> {
        let wrapped = derived.key().await?.seal(&[(NAME, key)]).await?;
        let wrapped = wrapped.first().map(Uint8Array::to_vec).ok_or(StorageProblem::Damaged)?;
        Ok(Self { derivation, wrapped })
    }

    async fn unwrap(&self, derived: &DerivedKey) -> Result<Zeroizing<[u8; KEY_BYTES]>, StorageProblem> {
        let wrapped = Uint8Array::from(self.wrapped.as_slice());
        let opened =
            derived.key().await?.open(&[(NAME, wrapped)]).await.map_err(|problem| match problem {
                StorageProblem::Damaged => StorageProblem::WrongPassphrase,
                problem => problem,
            })?;
        let key = Zeroizing::new(opened.into_iter().next().unwrap_or_default());
        key.as_slice().try_into().map(Zeroizing::new).map_err(|_| StorageProblem::Damaged)
    }

    /// The key of the records.
    pub(super) async fn open(&self, derived: &DerivedKey) -> Result<DataKey, StorageProblem> {
        DataKey::import(&*self.unwrap(derived).await?).await
    }

    fn to_bytes(&self) -> Vec<u8> {
        let Derivation { memory, passes, salt } = self.derivation;
        let mut bytes = vec![VERSION];
        bytes.extend(memory.to_be_bytes());
        bytes.extend(passes.to_be_bytes());
        bytes.extend(salt);
        bytes.extend(&self.wrapped);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, StorageProblem> {
        match bytes.first() {
            Some(&VERSION) if bytes.len() == LOCK_BYTES => {}
            Some(&version) if version > VERSION => return Err(StorageProblem::Newer),
            _ => return Err(StorageProblem::Damaged),
        }
        let word = |at: usize| {
            let bytes = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            bytes.map(u32::from_be_bytes).ok_or(StorageProblem::Damaged)
        };
        let (memory, passes) = (word(1)?, word(5)?);
        if memory > MOST_MEMORY || passes > MOST_PASSES {
            return Err(StorageProblem::Damaged);
        }
        let salt = bytes.get(9..HEAD_BYTES).and_then(|salt| salt.try_into().ok());
        let wrapped = bytes.get(HEAD_BYTES..).unwrap_or_default().to_vec();
        let salt = salt.ok_or(StorageProblem::Damaged)?;
        Ok(Self { derivation: Derivation { memory, passes, salt }, wrapped })
    }
}

impl Storage {
    /// Opens a database whose lock is on.
    ///
    /// # Errors
    /// `WrongPassphrase`; else each [`StorageProblem`], as it says.
    pub async fn unlock(name: &str, derived: &DerivedKey) -> Result<Self, StorageProblem> {
        Self::of(schema::open(name, schema::STEPS).await?, Some(derived)).await
    }

    /// Opens a database that is not there yet, with a lock that another had: its passphrase still opens it.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says.
    pub async fn begin_with(name: &str, lock: Option<(Lock, DataKey)>) -> Result<Self, StorageProblem> {
        let fresh = Self::open(name).await?;
        if let Some((lock, key)) = lock {
            fresh.reseal(key, Some(lock)).await?;
        }
        Ok(fresh)
    }

    /// The lock with the key that it holds, for [`Storage::begin_with`].
    #[must_use]
    pub fn lock_and_key(&self) -> Option<(Lock, DataKey)> {
        self.lock.borrow().clone().map(|lock| (lock, self.key()))
    }

    /// Whether the lock is on.
    #[must_use]
    pub fn has_lock(&self) -> bool {
        self.lock.borrow().is_some()
    }

    /// Turns the lock on: seals every record anew, under a key that only the passphrase gives. All of it or nothing.
    ///
    /// # Errors
    /// `Taken` where another window has taken over; else each [`StorageProblem`], as it says. Nothing was changed then.
    pub async fn lock(&self, derivation: Derivation, derived: &DerivedKey) -> Result<(), StorageProblem> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        crypto::rng().fill_bytes(&mut *key);
        let lock = Lock::wrap(derivation, derived, &key).await?;
        self.reseal(DataKey::import(&key).await?, Some(lock)).await
    }

    /// Has another passphrase open the lock.
    ///
    /// # Errors
    /// `WrongPassphrase` where `derived` does not open it; else as [`Storage::lock`].
    pub async fn relock(
        &self,
        derived: &DerivedKey,
        derivation: Derivation,
        next: &DerivedKey,
    ) -> Result<(), StorageProblem> {
        let lock = self.lock.borrow().clone().ok_or(StorageProblem::Damaged)?;
        let lock = Lock::wrap(derivation, next, &*lock.unwrap(derived).await?).await?;
        let _turn = self.line.wait().await;
        let names = [VAULT, Store::Settings.name()];
        let transaction = self.database.transaction(&names, TransactionMode::ReadWrite)?;
        if turn_in(&transaction).await? != self.turn.get() {
            return Err(StorageProblem::Taken);
        }
        put(&transaction.object_store(VAULT)?, LOCK, &lock.to_bytes())?;
        committed(transaction, Ok(())).await?;
        self.lock.replace(Some(lock));
        Ok(())
    }

    /// Turns the lock off: seals every record anew, under a key that this browser holds.
    ///
    /// # Errors
    /// As [`Storage::relock`].
    pub async fn take_lock_off(&self, derived: &DerivedKey) -> Result<(), StorageProblem> {
        let lock = self.lock.borrow().clone().ok_or(StorageProblem::Damaged)?;
        lock.unwrap(derived).await?;
        self.reseal(DataKey::generate().await?, None).await
    }

    /// Seals every record under `key`, and keeps that by `lock`, or itself where there is none.
    async fn reseal(&self, key: DataKey, lock: Option<Lock>) -> Result<(), StorageProblem> {
        // Nobody writes meanwhile: this window's writes wait, another's fail by the turn or make this fail.
        let _turn = self.line.wait().await;
        let stores = Store::ALL.map(Store::name);
        let transaction = self.database.transaction(&stores, TransactionMode::ReadOnly)?;
        let mut old = Vec::new();
        for store in stores {
            for (name, record) in all_in(&transaction, store).await? {
                old.push((store, name, record));
            }
        }
        let named: Vec<_> =
            old.iter().map(|(store, key, record)| (Name { store, key }, record.clone())).collect();
        let plain: Vec<_> = self.key().open(&named).await?.into_iter().map(Zeroizing::new).collect();
        let named: Vec<_> =
            named.iter().zip(&plain).map(|((name, _), record)| (*name, record.as_slice())).collect();
        let fresh = key.seal(&named).await?;

        let mut names = stores.to_vec();
        names.push(VAULT);
        let transaction = self.database.transaction(&names, TransactionMode::ReadWrite)?;
        if turn_in(&transaction).await? != self.turn.get() {
            return Err(StorageProblem::Taken);
        }
        let make = || {
            for ((store, name, _), record) in old.iter().zip(fresh) {
                transaction.object_store(store)?.put(&record.into(), Some(&name.as_str().into()))?;
            }
            let vault = transaction.object_store(VAULT)?;
            vault.clear()?;
            match &lock {
                Some(lock) => put(&vault, LOCK, &lock.to_bytes())?,
                None => {
                    vault.put(key.kept(), Some(&super::KEY.into()))?;
                }
            }
            Ok(())
        };
        let made = make();
        committed(transaction, made).await?;
        self.key.replace(key);
        self.lock.replace(lock);
        Ok(())
    }
}

/// The lock of a database, where it is on; nothing of it is opened.
///
/// # Errors
/// Each [`StorageProblem`], as it says.
pub async fn lock(name: &str) -> Result<Option<Lock>, StorageProblem> {
    let database = schema::open(name, schema::STEPS).await?;
    let lock = async {
        let transaction = database.transaction(&[VAULT], TransactionMode::ReadOnly)?;
        lock_in(&transaction).await
    };
    let lock = lock.await;
    database.close();
    lock
}

/// Removes the keys of meetings whose time is over at `now`, in seconds since 1970, from a database whose lock is on.
///
/// # Errors
/// Each [`StorageProblem`], as it says.
pub async fn drop_expired_keys(name: &str, now: u64) -> Result<(), StorageProblem> {
    let database = Rc::new(schema::open(name, schema::STEPS).await?);
    let dropped = drop_in(&database, now).await;
    database.close();
    dropped
}

async fn drop_in(database: &Database, now: u64) -> Result<(), StorageProblem> {
    let names = [VAULT, Store::Keys.name()];
    let transaction = database.transaction(&names, TransactionMode::ReadWrite)?;
    let vault = transaction.object_store(VAULT)?;
    let until = vault.get(Query::Key(KEYS_UNTIL.into()))?.await?;
    let until = until.and_then(|until| sealed(until).ok()?.to_vec().try_into().ok());
    // What cannot be read says nothing for keeping them.
    if until.is_some_and(|until| u64::from_be_bytes(until) > now) {
        return Ok(());
    }
    transaction.object_store(Store::Keys.name())?.clear()?;
    vault.delete(Query::Key(KEYS_UNTIL.into()))?;
    committed(transaction, Ok(())).await
}

pub(super) async fn lock_in(transaction: &Transaction) -> Result<Option<Lock>, StorageProblem> {
    let record = transaction.object_store(VAULT)?.get(Query::Key(LOCK.into()))?.await?;
    record.map(|record| Lock::from_bytes(&sealed(record)?.to_vec())).transpose()
}

pub(super) fn put_keys_until(vault: &ObjectStore, until: Option<u64>) -> Result<(), StorageProblem> {
    match until {
        Some(until) => put(vault, KEYS_UNTIL, &until.to_be_bytes()),
        None => {
            vault.delete(Query::Key(KEYS_UNTIL.into()))?;
            Ok(())
        }
    }
}

fn put(objects: &ObjectStore, key: &str, bytes: &[u8]) -> Result<(), StorageProblem> {
    objects.put(&Uint8Array::from(bytes).into(), Some(&key.into()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Change, erase};
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    const DERIVATION: Derivation = Derivation { memory: 8, passes: 1, salt: [7; SALT_BYTES] };

    fn derived(byte: u8) -> DerivedKey {
        DerivedKey::new(&[byte; KEY_BYTES]).unwrap()
    }

    async fn kept(name: &str) -> Storage {
        let _ = erase(name).await;
        let storage = Storage::open(name).await.unwrap();
        let records = (0..40).map(|i| Change::Put(Store::Diary, format!("{i:02}"), vec![i; 50]));
        storage.write(records.collect()).await.unwrap();
        storage
    }

    async fn holds(storage: &Storage) {
        let all = storage.all(Store::Diary).await.unwrap();
        assert_eq!(all.len(), 40);
        for (i, (key, record)) in all.into_iter().enumerate() {
            assert_eq!((key, record), (format!("{i:02}"), vec![i as u8; 50]));
        }
    }

    async fn in_vault(storage: &Storage) -> Vec<String> {
        let transaction = storage.database.transaction(&[VAULT], TransactionMode::ReadOnly).unwrap();
        let keys = transaction.object_store(VAULT).unwrap().get_all_keys(None, None).unwrap().await.unwrap();
        keys.iter().filter_map(wasm_bindgen::JsValue::as_string).collect()
    }

    #[wasm_bindgen_test]
    async fn a_passphrase_alone_opens_what_is_locked() {
        let name = "lock-on";
        let storage = kept(name).await;
        storage.lock(DERIVATION, &derived(1)).await.unwrap();
        // Open, it goes on as before.
        holds(&storage).await;
        storage.write(vec![Change::Put(Store::Draft, "a".to_owned(), vec![9])]).await.unwrap();
        assert_eq!(in_vault(&storage).await, [LOCK]);
        storage.close();

        assert_eq!(Storage::open(name).await.err(), Some(StorageProblem::Locked));
        assert_eq!(Storage::unlock(name, &derived(2)).await.err(), Some(StorageProblem::WrongPassphrase));
        assert_eq!(lock(name).await.unwrap().map(|lock| lock.derivation), Some(DERIVATION));
        let again = Storage::unlock(name, &derived(1)).await.unwrap();
        holds(&again).await;
        assert_eq!(again.get(Store::Draft, "a").await.unwrap(), Some(vec![9]));

        // Another passphrase.
        let wrong = again.relock(&derived(2), DERIVATION, &derived(3)).await;
        assert_eq!(wrong, Err(StorageProblem::WrongPassphrase));
        again.relock(&derived(1), DERIVATION, &derived(3)).await.unwrap();
        again.close();
        assert_eq!(Storage::unlock(name, &derived(1)).await.err(), Some(StorageProblem::WrongPassphrase));
        let again = Storage::unlock(name, &derived(3)).await.unwrap();
        holds(&again).await;

        // And none.
        assert_eq!(again.take_lock_off(&derived(1)).await, Err(StorageProblem::WrongPassphrase));
        again.take_lock_off(&derived(3)).await.unwrap();
        assert_eq!(in_vault(&again).await, ["key"]);
        again.close();
        let open = Storage::open(name).await.unwrap();
        holds(&open).await;
        open.delete(name).await.unwrap();
    }

    #[wasm_bindgen_test]
    async fn what_cannot_be_sealed_whole_is_not_sealed_in_part() {
        let name = "lock-half";
        let storage = kept(name).await;
        let other = Storage::open(name).await.unwrap();
        other.claim().await.unwrap();
        // Another window has taken over: every record had been sealed anew by then.
        assert_eq!(storage.lock(DERIVATION, &derived(1)).await, Err(StorageProblem::Taken));
        assert_eq!(in_vault(&other).await, ["key"]);
        holds(&other).await;
        holds(&storage).await;
        storage.close();
        other.delete(name).await.unwrap();
    }

    #[wasm_bindgen_test]
    async fn keys_of_meetings_go_while_nobody_opens_the_lock() {
        let name = "lock-keys";
        let storage = kept(name).await;
        let ring =
            || vec![Change::Put(Store::Keys, "ring".to_owned(), vec![1; 32]), Change::KeysUntil(Some(700))];
        storage.write(ring()).await.unwrap();
        assert_eq!(in_vault(&storage).await, ["key"], "without a lock nothing says until when");
        storage.lock(DERIVATION, &derived(1)).await.unwrap();
        storage.write(ring()).await.unwrap();
        assert_eq!(in_vault(&storage).await, ["keys-until", LOCK]);
        storage.close();
        drop_expired_keys(name, 699).await.unwrap();
        let again = Storage::unlock(name, &derived(1)).await.unwrap();
        assert_eq!(again.all(Store::Keys).await.unwrap().len(), 1);
        again.close();
        drop_expired_keys(name, 700).await.unwrap();
        let again = Storage::unlock(name, &derived(1)).await.unwrap();
        assert_eq!(again.all(Store::Keys).await.unwrap(), []);
        assert_eq!(in_vault(&again).await, [LOCK]);
        holds(&again).await;
        again.delete(name).await.unwrap();
    }

    #[wasm_bindgen_test]
    async fn a_lock_is_kept_over_a_deletion_that_is_undone() {
        let name = "lock-undone";
        let storage = kept(name).await;
        storage.lock(DERIVATION, &derived(1)).await.unwrap();
        let lock = storage.lock_and_key();
        storage.delete(name).await.unwrap();
        Storage::begin_with(name, lock).await.unwrap().close();
        assert_eq!(Storage::open(name).await.err(), Some(StorageProblem::Locked));
        Storage::unlock(name, &derived(1)).await.unwrap().delete(name).await.unwrap();
    }

    #[wasm_bindgen_test]
    async fn a_record_that_asks_for_too_much_is_damaged() {
        let wrapped = vec![0; 29 + KEY_BYTES];
        let lock = |memory, passes| Lock {
            derivation: Derivation { memory, passes, salt: [7; SALT_BYTES] },
            wrapped: wrapped.clone(),
        };
        let read = |lock: &Lock| Lock::from_bytes(&lock.to_bytes());
        assert_eq!(lock(64 * 1024, 3).to_bytes().len(), LOCK_BYTES);
        assert_eq!(read(&lock(64 * 1024, 3)), Ok(lock(64 * 1024, 3)));
        for (memory, passes) in [(MOST_MEMORY + 1, 3), (4 << 20, 3), (64 * 1024, MOST_PASSES + 1)] {
            assert_eq!(read(&lock(memory, passes)), Err(StorageProblem::Damaged));
        }
        let bytes = lock(64 * 1024, 3).to_bytes();
        for changed in [&[][..], &bytes[1..], &bytes[..LOCK_BYTES - 1], &[&[0], &bytes[1..]].concat()] {
            assert_eq!(Lock::from_bytes(changed), Err(StorageProblem::Damaged));
        }
        assert_eq!(Lock::from_bytes(&[&[2], &bytes[1..]].concat()), Err(StorageProblem::Newer));
        assert_eq!(format!("{:?}", derived(1)), "DerivedKey");
    }
}
