//! The database's versions. Each is one step from the one before; none is ever changed again.
//!
//! IndexedDB runs the steps in the transaction that opens the database: either all of them
//! happen, or the old database stays as it is.

use super::StorageProblem;
use idb::event::VersionChangeEvent;
use idb::{Database, DatabaseEvent, Event, Factory, ObjectStoreParams, Request};
use std::cell::RefCell;
use std::rc::Rc;

/// Where a record belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Store {
    /// What the person chose.
    Settings,
    /// My own keys and the beacons heard: gone when their grace ends.
    Keys,
    /// Day keys and what was emitted with them: gone with the retention.
    Emissions,
    /// One record an encounter.
    Diary,
    /// The server's pinned keys and configuration; how far was checked.
    Server,
    /// The report being sent.
    Outgoing,
    /// The report being filled in.
    Draft,
}

impl Store {
    /// Every store of the newest version.
    pub const ALL: [Self; 7] =
        [Self::Settings, Self::Keys, Self::Emissions, Self::Diary, Self::Server, Self::Outgoing, Self::Draft];

    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Keys => "keys",
            Self::Emissions => "emissions",
            Self::Diary => "diary",
            Self::Server => "server",
            Self::Outgoing => "outgoing",
            Self::Draft => "draft",
        }
    }
}

/// Where the key lies that the records of all others are sealed under.
pub(super) const VAULT: &str = "vault";

/// What one version adds to the one before.
pub(super) type Step = fn(&Database) -> Result<(), idb::Error>;

/// Version n is what the first n steps make.
pub(super) const STEPS: &[Step] = &[first, second, third];

fn first(database: &Database) -> Result<(), idb::Error> {
    for name in ["settings", "keys", "diary", "server", "outgoing", "draft"] {
        database.create_object_store(name, ObjectStoreParams::new())?;
    }
    Ok(())
}

/// One-way sensing.
fn second(database: &Database) -> Result<(), idb::Error> {
    database.create_object_store("emissions", ObjectStoreParams::new()).map(drop)
}

/// Sealed records. What earlier versions wrote is sealed after the upgrade: no upgrade waits for a cipher.
fn third(database: &Database) -> Result<(), idb::Error> {
    database.create_object_store(VAULT, ObjectStoreParams::new()).map(drop)
}

/// Opens `name` at the version that `steps` make, running those it lacks.
///
/// # Errors
/// `Newer` where the device has a version beyond the last step; else as the browser says.
pub(super) async fn open(name: &str, steps: &'static [Step]) -> Result<Database, StorageProblem> {
    let version =
        u32::try_from(steps.len()).map_err(|_| StorageProblem::Unknown("too many versions".to_owned()))?;
    let mut request = Factory::new()?.open(name, Some(version))?;
    let failed = Rc::new(RefCell::new(None));
    let seen = Rc::clone(&failed);
    request.on_upgrade_needed(move |event| {
        if let Err(error) = upgrade(&event, steps) {
            *seen.borrow_mut() = Some(error);
            // Half an upgrade must not stay: the old version remains as it was.
            if let Some(transaction) = event.target().ok().and_then(|open| open.transaction()) {
                let _ = transaction.abort();
            }
        }
    });
    let opened = request.await;
    if let Some(error) = failed.borrow_mut().take() {
        return Err(error.into());
    }
    let mut database = opened.map_err(|error| StorageProblem::at_opening(error.into()))?;
    let connection = web_sys::IdbDatabase::from(database);
    let closing = connection.clone();
    database = connection.into();
    // A newer app in another tab waits for this connection to end before it can upgrade.
    database.on_version_change(move |_| closing.close());
    Ok(database)
}

fn upgrade(event: &VersionChangeEvent, steps: &[Step]) -> Result<(), idb::Error> {
    let database = event.database()?;
    let done = usize::try_from(event.old_version()?).unwrap_or(usize::MAX);
    for step in steps.iter().skip(done) {
        step(&database)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Change, Storage};
    use super::*;
    use idb::{Query, TransactionMode};
    use js_sys::Uint8Array;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn one_more(database: &Database) -> Result<(), idb::Error> {
        database.create_object_store("later", ObjectStoreParams::new()).map(drop)
    }

    const LATER: &[Step] = &[first, second, third, one_more];

    async fn fresh(name: &str) {
        Factory::new().unwrap().delete(name).unwrap().await.unwrap();
    }

    /// The steps up to version `n`.
    fn until(n: usize) -> &'static [Step] {
        &STEPS[..n]
    }

    /// As a version without a key wrote.
    async fn write_plainly(database: &Database, store: &str, key: &str, record: &[u8]) {
        let transaction = database.transaction(&[store], TransactionMode::ReadWrite).unwrap();
        let objects = transaction.object_store(store).unwrap();
        objects.put(&Uint8Array::from(record).into(), Some(&key.into())).unwrap();
        transaction.await.unwrap();
    }

    async fn as_it_lies(database: &Database, store: &str, key: &str) -> Vec<u8> {
        let transaction = database.transaction(&[store], TransactionMode::ReadOnly).unwrap();
        let objects = transaction.object_store(store).unwrap();
        let record = objects.get(Query::Key(key.into())).unwrap().await.unwrap().unwrap();
        Uint8Array::new(&record).to_vec()
    }

    #[wasm_bindgen_test]
    async fn a_database_of_each_earlier_version_opens_sealed_and_keeps_its_records() {
        for version in 1..=STEPS.len() {
            let name = format!("migration-from-{version}");
            fresh(&name).await;
            let old = open(&name, until(version)).await.unwrap();
            write_plainly(&old, "diary", "a", &[1, 2, 3]).await;
            write_plainly(&old, "settings", "turn", &[0, 0, 0, 0, 0, 0, 0, 9]).await;
            write_plainly(&old, "settings", "settings", b"{}").await;
            old.close();

            let new = Storage::open(&name).await.unwrap();
            let mut names = new.database.store_names();
            names.sort_unstable();
            let mut wanted = Store::ALL.map(Store::name).to_vec();
            wanted.push(VAULT);
            wanted.sort_unstable();
            assert_eq!(names, wanted);
            assert_eq!(new.all(Store::Diary).await.unwrap(), [("a".to_owned(), vec![1, 2, 3])]);
            assert_eq!(as_it_lies(&new.database, "diary", "a").await.len(), 32);
            assert_eq!(as_it_lies(&new.database, "settings", "turn").await.last(), Some(&9));
            new.close();

            // The same key opens them again, and what is written from now on.
            let again = Storage::open(&name).await.unwrap();
            again.write(vec![Change::Put(Store::Draft, "b".to_owned(), vec![4; 40])]).await.unwrap();
            assert_eq!(again.get(Store::Draft, "b").await.unwrap(), Some(vec![4; 40]));
            assert_eq!(again.get(Store::Settings, "settings").await.unwrap(), Some(b"{}".to_vec()));
            let lies = as_it_lies(&again.database, "draft", "b").await;
            assert!(lies.len() == 69 && !lies.windows(4).any(|bytes| bytes == [4; 4]));
            again.delete(&name).await.unwrap();
        }
    }

    #[wasm_bindgen_test]
    async fn what_is_written_last_stays() {
        let name = "migration-line";
        fresh(name).await;
        let storage = Storage::open(name).await.unwrap();
        let put = |bytes: usize, value: u8| {
            let mut changes: Vec<_> =
                (0..bytes).map(|i| Change::Put(Store::Server, format!("{i}"), vec![value; 64])).collect();
            changes.push(Change::Put(Store::Diary, "a".to_owned(), vec![value]));
            changes
        };
        // The first has much more to seal.
        let writes = [put(400, 1), put(0, 2)].map(|changes| {
            let storage = storage.clone();
            promised(async move { storage.write(changes).await })
        });
        let [first, second] = writes;
        let both = js_sys::Promise::all(&js_sys::Array::of2(&first, &second));
        wasm_bindgen_futures::JsFuture::from(both).await.unwrap();
        assert_eq!(storage.get(Store::Diary, "a").await.unwrap(), Some(vec![2]));
        storage.delete(name).await.unwrap();
    }

    fn promised(write: impl Future<Output = Result<(), StorageProblem>> + 'static) -> js_sys::Promise {
        wasm_bindgen_futures::future_to_promise(async move {
            write.await.unwrap();
            Ok(wasm_bindgen::JsValue::UNDEFINED)
        })
    }

    #[wasm_bindgen_test]
    async fn only_the_missing_steps_run() {
        let name = "migration-steps";
        fresh(name).await;
        open(name, until(1)).await.unwrap().close();
        let database = open(name, LATER).await.unwrap();
        assert_eq!(database.version().unwrap(), 4);
        assert!(database.store_names().contains(&"later".to_owned()));
        database.close();
        fresh(name).await;
    }

    fn fails(database: &Database) -> Result<(), idb::Error> {
        one_more(database)?;
        // The same name twice.
        one_more(database)
    }

    #[wasm_bindgen_test]
    async fn half_an_upgrade_does_not_stay() {
        let name = "migration-half";
        fresh(name).await;
        open(name, until(1)).await.unwrap().close();
        assert!(open(name, &[first, fails]).await.is_err());
        let database = open(name, until(1)).await.unwrap();
        assert!(!database.store_names().contains(&"later".to_owned()));
        database.close();
        fresh(name).await;
    }

    #[wasm_bindgen_test]
    async fn a_newer_database_is_refused_and_left_alone() {
        let name = "migration-newer";
        fresh(name).await;
        open(name, LATER).await.unwrap().close();
        let refused = open(name, until(1)).await.err();
        assert_eq!(refused, Some(StorageProblem::Newer));
        let database = open(name, LATER).await.unwrap();
        assert!(database.store_names().contains(&"later".to_owned()));
        database.close();
        fresh(name).await;
    }

    #[wasm_bindgen_test]
    async fn an_open_database_makes_way_for_a_newer_app() {
        let name = "migration-way";
        fresh(name).await;
        let old = Storage::open(name).await.unwrap();
        // Would wait for ever if the old connection stayed.
        open(name, LATER).await.unwrap().close();
        let late = old.write(vec![Change::Clear(Store::Diary)]).await;
        assert_eq!(late, Err(StorageProblem::Closed));
        fresh(name).await;
    }

    #[wasm_bindgen_test]
    async fn a_transaction_is_all_or_nothing() {
        let name = "migration-atomic";
        fresh(name).await;
        let storage = Storage::open(name).await.unwrap();
        let put = |store, key: &str| Change::Put(store, key.to_owned(), vec![7]);
        storage.write(vec![put(Store::Diary, "a"), put(Store::Server, "heads")]).await.unwrap();
        let changes = vec![
            Change::Clear(Store::Diary),
            put(Store::Server, "until"),
            Change::Delete(Store::Server, "heads".to_owned()),
        ];
        storage.write(changes).await.unwrap();
        assert_eq!(storage.all(Store::Diary).await.unwrap(), []);
        assert_eq!(storage.get(Store::Server, "heads").await.unwrap(), None);
        assert_eq!(storage.get(Store::Server, "until").await.unwrap(), Some(vec![7]));
        storage.delete(name).await.unwrap();
    }

    #[wasm_bindgen_test]
    async fn what_the_browser_refuses_in_the_middle_undoes_what_came_before() {
        let name = "migration-refused";
        fresh(name).await;
        let storage = Storage::open(name).await.unwrap();
        let refuse = "const put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (value, key) {
                if (key === 'refused') throw new DOMException('no', 'DataError');
                return put.call(this, value, key);
            };";
        js_sys::eval(refuse).unwrap();
        let put = |key: &str| Change::Put(Store::Diary, key.to_owned(), vec![7]);
        assert!(storage.write(vec![put("before"), put("refused"), put("after")]).await.is_err());
        assert_eq!(storage.all(Store::Diary).await.unwrap(), []);
        storage.write(vec![put("before")]).await.unwrap();
        storage.delete(name).await.unwrap();
    }

    #[wasm_bindgen_test]
    async fn a_window_whose_turn_is_over_changes_nothing() {
        let name = "turns";
        fresh(name).await;
        let put = |value| vec![Change::Put(Store::Diary, "a".to_owned(), vec![value])];
        let first = Storage::open(name).await.unwrap();
        first.write(put(1)).await.unwrap();
        let second = Storage::open(name).await.unwrap();
        second.claim().await.unwrap();

        assert_eq!(first.write(put(2)).await, Err(StorageProblem::Taken));
        assert_eq!(first.write(vec![Change::Clear(Store::Diary)]).await, Err(StorageProblem::Taken));
        assert_eq!(first.clone().delete(name).await, Err(StorageProblem::Taken));
        assert_eq!(second.get(Store::Diary, "a").await.unwrap(), Some(vec![1]));

        second.write(put(3)).await.unwrap();
        // It may take over again, and is then the one.
        first.claim().await.unwrap();
        first.write(put(4)).await.unwrap();
        assert_eq!(second.write(put(5)).await, Err(StorageProblem::Taken));
        assert_eq!(first.get(Store::Diary, "a").await.unwrap(), Some(vec![4]));
        second.close();
        first.delete(name).await.unwrap();
    }
}
