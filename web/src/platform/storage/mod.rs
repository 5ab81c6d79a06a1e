//! The device's database: bytes under names, in a few stores of IndexedDB.
//!
//! What the bytes mean is the business of `state::records`. A change of several records is one
//! transaction: after a crash either all of it is there or nothing.

mod problem;
mod schema;

pub use problem::StorageProblem;
pub use schema::Store;

use idb::{Database, Factory, Query, TransactionMode};
use js_sys::Uint8Array;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The app's database.
pub const DATABASE: &str = "twoken";

/// An open database. Clones share the connection.
#[derive(Clone)]
pub struct Storage {
    database: Rc<Database>,
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
}

impl Change {
    fn store(&self) -> Store {
        match self {
            Self::Put(store, ..) | Self::Delete(store, _) | Self::Clear(store) => *store,
        }
    }
}

impl Storage {
    /// Opens the database, making or upgrading it where needed.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says.
    pub async fn open(name: &str) -> Result<Self, StorageProblem> {
        let database = schema::open(name, schema::STEPS).await?;
        Ok(Self { database: Rc::new(database) })
    }

    /// The record under `key`.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says.
    pub async fn get(&self, store: Store, key: &str) -> Result<Option<Vec<u8>>, StorageProblem> {
        let transaction = self.database.transaction(&[store.name()], TransactionMode::ReadOnly)?;
        let value = transaction.object_store(store.name())?.get(Query::Key(key.into()))?.await?;
        value.map(bytes).transpose()
    }

    /// Every record of a store, in the order of the keys.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says.
    pub async fn all(&self, store: Store) -> Result<Vec<(String, Vec<u8>)>, StorageProblem> {
        let transaction = self.database.transaction(&[store.name()], TransactionMode::ReadOnly)?;
        let objects = transaction.object_store(store.name())?;
        // Both requests belong to one transaction and see the same records.
        let keys = objects.get_all_keys(None, None)?;
        let values = objects.get_all(None, None)?;
        let keys = keys.await?;
        let values = values.await?;
        keys.into_iter()
            .zip(values)
            .map(|(key, value)| {
                let key = key.as_string().ok_or(StorageProblem::Damaged)?;
                Ok((key, bytes(value)?))
            })
            .collect()
    }

    /// Makes all of `changes`, or none.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says. Nothing was changed then.
    pub async fn write(&self, changes: Vec<Change>) -> Result<(), StorageProblem> {
        let mut names: Vec<&str> = changes.iter().map(|change| change.store().name()).collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return Ok(());
        }
        let transaction = self.database.transaction(&names, TransactionMode::ReadWrite)?;
        for change in changes {
            let objects = transaction.object_store(change.store().name())?;
            match change {
                Change::Put(_, key, value) => {
                    objects.put(&Uint8Array::from(value.as_slice()).into(), Some(&key.into()))?;
                }
                Change::Delete(_, key) => {
                    objects.delete(Query::Key(key.into()))?;
                }
                Change::Clear(_) => {
                    objects.clear()?;
                }
            }
        }
        // The reason of an abort is only on the transaction itself.
        let raw = web_sys::IdbTransaction::from(transaction);
        match idb::Transaction::from(raw.clone()).await {
            Ok(result) if result.is_committed() => Ok(()),
            Ok(_) => Err(StorageProblem::of_exception(raw.error().as_ref())),
            Err(error) => Err(match raw.error() {
                Some(exception) => StorageProblem::of_exception(Some(&exception)),
                None => error.into(),
            }),
        }
    }

    /// Closes the connection and deletes the whole database.
    ///
    /// # Errors
    /// Each [`StorageProblem`], as it says.
    pub async fn delete(self, name: &str) -> Result<(), StorageProblem> {
        self.database.close();
        drop(self);
        Factory::new()?.delete(name)?.await?;
        Ok(())
    }
}

/// Asks the browser not to clear the database when space is short. Its answer is only a wish.
pub async fn ask_to_keep() {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else {
        return;
    };
    let present =
        js_sys::Reflect::get(&navigator, &"storage".into()).is_ok_and(|value| !value.is_undefined());
    if present && let Ok(promise) = navigator.storage().persist() {
        let _ = JsFuture::from(promise).await;
    }
}

fn bytes(value: JsValue) -> Result<Vec<u8>, StorageProblem> {
    value.dyn_into::<Uint8Array>().map(|array| array.to_vec()).map_err(|_| StorageProblem::Damaged)
}
