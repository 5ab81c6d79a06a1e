//! The device's database: bytes under names, in a few stores of IndexedDB.
//!
//! What the bytes mean is the business of `state::records`. A change of several records is one
//! transaction: after a crash either all of it is there or nothing.
//!
//! Several windows may have the database open; only one may write. The record `turn` counts how
//! often a window has taken over ([`Storage::claim`]), and every transaction that writes looks at
//! it first: a window whose turn is over changes nothing, whatever it was about to do. (A fencing
//! token; the [lock](super::locks) is what tells people.)
//!
//! Every record but that one is [sealed](seal). The key lies in a store of its own, `vault`, as a handle that no script can
//! read. A database of a version that did not seal is sealed when it is opened, all of it or nothing. With the [app lock](lock)
//! on there is no key in `vault`, but a lock that a passphrase opens.

mod keeping;
mod line;
mod lock;
mod problem;
mod schema;
mod seal;

pub use keeping::{Keeping, ask_to_keep, keeping};
pub use lock::{Derivation, DerivedKey, Lock, drop_expired_keys, lock};
pub use problem::StorageProblem;
pub use schema::Store;
pub use seal::DataKey;

use idb::{Database, Factory, Query, Transaction, TransactionMode};
use js_sys::Uint8Array;
use line::Line;
use schema::VAULT;
use seal::Name;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

/// The app's database.
pub const DATABASE: &str = "twoken";

/// The record, in [`Store::Settings`], that counts the take-overs: 8 bytes, big-endian.
const TURN: &str = "turn";
/// The record, in [`VAULT`], that is the key.
const KEY: &str = "key";

/// An open database. Clones share the connection.
#[derive(Clone)]
pub struct Storage {
    database: Rc<Database>,
    /// The turn in which this window may write.
    turn: Rc<Cell<u64>>,
    key: Rc<RefCell<DataKey>>,
    /// As it lies in the database; none where a key does.
    lock: Rc<RefCell<Option<Lock>>>,
    line: Rc<Line>,
}

/// One change of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Writes or replaces a record.
    Put(Store, String, Vec<u8>),
    /// Removes a record, if there is one.
    Delete(Store, String),
    /// Removes every record of a store.
    Clear(Store),
    /// When [`Store::Keys`] is to be empty, in seconds since 1970; none where it is. Written only while there is a lock: it can be
    /// read without opening that.
    KeysUntil(Option<u64>),
}

impl Change {
    fn store(&self) -> &'static str {
        match self {
            Self::Put(store, ..) | Self::Delete(store, _) | Self::Clear(store) => store.name(),
            Self::KeysUntil(_) => VAULT,
        }
    }

    fn put(&self) -> Option<(Name<'_>, &[u8])> {
        match self {
            Self::Put(store, key, record) => Some((Name { store: store.name(), key }, record)),
            Self::Delete(..) | Self::Clear(_) | Self::KeysUntil(_) => None,
        }
    }
}

impl Storage {
    /// Opens the database, making or upgrading it where needed.
    ///
    /// # Errors
    /// `Locked` where a passphrase is needed; else each [`StorageProblem`], as it says.
    pub async fn open(name: &str) -> Result<Self, StorageProblem> {
        Self::of(schema::open(name, schema::STEPS).await?, None).await
    }

    /// Takes part in the turn that it is, and seals what is not sealed yet.
    async fn of(database: Database, derived: Option<&DerivedKey>) -> Result<Self, StorageProblem> {
        let database = Rc::new(database);
        match Self::begun(&database, derived).await {
            Ok((turn, key, lock)) => Ok(Self {
                database,
                turn: Rc::new(Cell::new(turn)),
                key: Rc::new(RefCell::new(key)),
                lock: Rc::new(RefCell::new(lock)),
                line: Rc::default(),
            }),
            Err(problem) => {
                // Left open, it would stand in the way of deleting it.
                database.close();
                Err(problem)
            }
        }
    }

    async fn begun(
        database: &Database,
        derived: Option<&DerivedKey>,
    ) -> Result<(u64, DataKey, Option<Lock>), StorageProblem> {
        let stores = [VAULT, Store::Settings.name()];
        let transaction = database.transaction(&stores, TransactionMode::ReadOnly)?;
        let turn = turn_in(&transaction).await?;
        let lock = lock::lock_in(&transaction).await?;
        let key = key_in(&transaction).await?;
        let key = match (&lock, key) {
            (Some(lock), None) => lock.open(derived.ok_or(StorageProblem::Locked)?).await?,
            (None, Some(key)) => key,
            (None, None) => seal_all(database).await?,
            // Nothing of ours leaves both.
            (Some(_), Some(_)) => return Err(StorageProblem::Damaged),
        };
        Ok((turn, key, lock))
    }

    /// The key that records are sealed under now.
    fn key(&self) -> DataKey {
        self.key.borrow().clone()
    }

    /// Takes over: from here on no other window that is open now can write.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says.
    pub async fn claim(&self) -> Result<(), StorageProblem> {
        let _turn = self.line.wait().await;
        let store = Store::Settings.name();
        let transaction = self.database.transaction(&[store], TransactionMode::ReadWrite)?;
        let next = turn_in(&transaction).await?.wrapping_add(1);
        let record = Uint8Array::from(next.to_be_bytes().as_slice());
        transaction.object_store(store)?.put(&record.into(), Some(&TURN.into()))?;
        committed(transaction, Ok(())).await?;
        self.turn.set(next);
        Ok(())
    }

    /// Closes the connection. What is being written is still written; nothing else is.
    pub fn close(&self) {
        self.database.close();
    }

    /// The record under `key`.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says.
    pub async fn get(&self, store: Store, key: &str) -> Result<Option<Vec<u8>>, StorageProblem> {
        let _turn = self.line.wait().await;
        let transaction = self.database.transaction(&[store.name()], TransactionMode::ReadOnly)?;
        let Some(value) = transaction.object_store(store.name())?.get(Query::Key(key.into()))?.await? else {
            return Ok(None);
        };
        let opened = self.key().open(&[(Name { store: store.name(), key }, sealed(value)?)]).await?;
        Ok(opened.into_iter().next())
    }

    /// Every record of a store, in the order of the keys.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says.
    pub async fn all(&self, store: Store) -> Result<Vec<(String, Vec<u8>)>, StorageProblem> {
        let _turn = self.line.wait().await;
        let transaction = self.database.transaction(&[store.name()], TransactionMode::ReadOnly)?;
        let records = all_in(&transaction, store.name()).await?;
        let mut named = Vec::with_capacity(records.len());
        for (key, record) in &records {
            named.push((Name { store: store.name(), key }, record.clone()));
        }
        let opened = self.key().open(&named).await?;
        Ok(records.into_iter().map(|(key, _)| key).zip(opened).collect())
    }

    /// Every record of every store, but for the turn.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says.
    pub async fn everything(&self) -> Result<Vec<(Store, String, Vec<u8>)>, StorageProblem> {
        let mut all = Vec::new();
        for store in Store::ALL {
            all.extend(self.all(store).await?.into_iter().map(|(key, bytes)| (store, key, bytes)));
        }
        Ok(all)
    }

    /// Whether it is still this window's turn.
    async fn claimed(&self) -> Result<(), StorageProblem> {
        let transaction = self.database.transaction(&[Store::Settings.name()], TransactionMode::ReadOnly)?;
        let now = turn_in(&transaction).await?;
        if now == self.turn.get() { Ok(()) } else { Err(StorageProblem::Taken) }
    }

    /// Makes all of `changes`, or none.
    ///
    /// # Errors
    /// `Taken` where another window has taken over; else each [`StorageProblem`], as it says.
    /// Nothing was changed then.
    pub async fn write(&self, changes: Vec<Change>) -> Result<(), StorageProblem> {
        if changes.is_empty() {
            return Ok(());
        }
        let _turn = self.line.wait().await;
        // A transaction ends when nothing is asked of it: all is sealed before it begins.
        let puts: Vec<_> = changes.iter().filter_map(Change::put).collect();
        let mut sealed = self.key().seal(&puts).await?.into_iter();
        let mut names: Vec<&str> = changes.iter().map(Change::store).collect();
        names.push(Store::Settings.name());
        names.sort_unstable();
        names.dedup();
        let transaction = self.database.transaction(&names, TransactionMode::ReadWrite)?;
        if turn_in(&transaction).await? != self.turn.get() {
            return Err(StorageProblem::Taken);
        }
        let mut make = |change: Change| {
            let objects = transaction.object_store(change.store())?;
            match change {
                Change::KeysUntil(_) if !self.has_lock() => {}
                Change::KeysUntil(until) => lock::put_keys_until(&objects, until)?,
                Change::Put(_, key, _) => {
                    let record = sealed.next().ok_or(StorageProblem::Damaged)?;
                    objects.put(&record.into(), Some(&key.into()))?;
                }
                Change::Delete(_, key) => {
                    objects.delete(Query::Key(key.into()))?;
                }
                Change::Clear(_) => {
                    objects.clear()?;
                }
            }
            Ok(())
        };
        let made = changes.into_iter().try_for_each(&mut make);
        committed(transaction, made).await
    }

    /// Closes the connection and deletes the whole database.
    ///
    /// # Errors
    /// `Taken` where another window has taken over; else each [`StorageProblem`], as it says.
    pub async fn delete(self, name: &str) -> Result<(), StorageProblem> {
        let turn = self.line.wait().await;
        // As for every change: only the window in use.
        self.claimed().await?;
        drop(turn);
        self.database.close();
        drop(self);
        erase(name).await
    }
}

/// Deletes a database that is not open here: also one that cannot be opened.
///
/// # Errors
/// Each [`StorageProblem`], as it says.
pub async fn erase(name: &str) -> Result<(), StorageProblem> {
    Factory::new()?.delete(name)?.await?;
    Ok(())
}

/// The turn that it is.
async fn turn_in(transaction: &Transaction) -> Result<u64, StorageProblem> {
    let objects = transaction.object_store(Store::Settings.name())?;
    match objects.get(Query::Key(TURN.into()))?.await? {
        None => Ok(0),
        Some(record) => {
            let record = sealed(record)?.to_vec().try_into().map_err(|_| StorageProblem::Damaged)?;
            Ok(u64::from_be_bytes(record))
        }
    }
}

/// The key, where there is one.
async fn key_in(transaction: &Transaction) -> Result<Option<DataKey>, StorageProblem> {
    let value = transaction.object_store(VAULT)?.get(Query::Key(KEY.into()))?.await?;
    value.map(DataKey::of).transpose()
}

/// Makes the key of a database that has none, and seals under it all that there is.
async fn seal_all(database: &Database) -> Result<DataKey, StorageProblem> {
    let stores = Store::ALL.map(Store::name);
    let key = DataKey::generate().await?;
    let transaction = database.transaction(&stores, TransactionMode::ReadOnly)?;
    let mut plain = Vec::new();
    for store in stores {
        for (key, record) in all_in(&transaction, store).await? {
            plain.push((store, key, record.to_vec()));
        }
    }
    let records: Vec<_> =
        plain.iter().map(|(store, key, record)| (Name { store, key }, record.as_slice())).collect();
    let sealed = key.seal(&records).await?;

    let mut names = stores.to_vec();
    names.push(VAULT);
    let transaction = database.transaction(&names, TransactionMode::ReadWrite)?;
    if let Some(other) = key_in(&transaction).await? {
        // Another window was quicker.
        return Ok(other);
    }
    let make = || {
        for ((store, name, _), record) in plain.iter().zip(sealed) {
            transaction.object_store(store)?.put(&record.into(), Some(&name.as_str().into()))?;
        }
        transaction.object_store(VAULT)?.put(key.kept(), Some(&KEY.into()))?;
        Ok(())
    };
    let made = make();
    committed(transaction, made).await?;
    Ok(key)
}

/// Every record of a store as it lies there, in the order of the keys; but for the counter of take-overs.
async fn all_in(transaction: &Transaction, store: &str) -> Result<Vec<(String, Uint8Array)>, StorageProblem> {
    let objects = transaction.object_store(store)?;
    // Both requests belong to one transaction and see the same records.
    let keys = objects.get_all_keys(None, None)?;
    let values = objects.get_all(None, None)?;
    let keys = keys.await?;
    let values = values.await?;
    keys.into_iter()
        .zip(values)
        .map(|(key, value)| Ok((key.as_string().ok_or(StorageProblem::Damaged)?, sealed(value)?)))
        .filter(|record| {
            !record.as_ref().is_ok_and(|(key, _)| store == Store::Settings.name() && key == TURN)
        })
        .collect()
}

/// Waits until everything of a transaction is written, or nothing; nothing where it could not be made whole.
async fn committed(transaction: Transaction, made: Result<(), StorageProblem>) -> Result<(), StorageProblem> {
    // The reason of an abort is only on the transaction itself.
    let raw = web_sys::IdbTransaction::from(transaction);
    if made.is_err() {
        // Left alone, what was asked for before would be done.
        let _ = raw.abort();
        return made;
    }
    match Transaction::from(raw.clone()).await {
        Ok(result) if result.is_committed() => Ok(()),
        Ok(_) => Err(StorageProblem::of_exception(raw.error().as_ref())),
        Err(error) => Err(match raw.error() {
            Some(exception) => StorageProblem::of_exception(Some(&exception)),
            None => error.into(),
        }),
    }
}

fn sealed(value: JsValue) -> Result<Uint8Array, StorageProblem> {
    value.dyn_into().map_err(|_| StorageProblem::Damaged)
}
