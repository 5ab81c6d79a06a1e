//! What a device takes along to another, sealed under a passphrase as an age file.

use twoken_core::age;
use twoken_core::backup::{Backup as CoreBackup, MAX_FILE_BYTES, Passphrase};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Text, Texts, Time};
use crate::encounter::rng;
use crate::out;
use crate::refusal::Given;

/// A backup, opened: named records. Secret.
#[wasm_bindgen]
pub struct Backup(CoreBackup);

#[wasm_bindgen]
impl Backup {
    /// One without records.
    ///
    /// @param app - which program makes it, and its version
    /// @param origin - the server that the app came from
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(js_name = madeAt)] made_at: &Time, app: &Text, origin: &Text) -> Given<Backup> {
        let (app, origin) = (args::text(app, "app", 256)?, args::text(origin, "origin", 2048)?);
        Ok(Self(CoreBackup::new(args::time(made_at, "madeAt")?, &app, &origin)))
    }

    /// Takes in a record.
    pub fn put(&mut self, name: &Text, bytes: &Bytes) -> Given<()> {
        let (name, bytes) = (args::text(name, "name", 256)?, args::bytes(bytes, "bytes", MAX_FILE_BYTES)?);
        self.0.put(&name, &bytes);
        Ok(())
    }

    /// The bytes of a record, if there is one.
    ///
    /// @throws `TwokenError` `backup.malformed`
    pub fn get(&self, name: &Text) -> Given<Option<js_sys::Uint8Array>> {
        Ok(self.0.get(&args::text(name, "name", 256)?)?.map(|bytes| out::bytes(&bytes)))
    }

    /// The names of all records.
    pub fn names(&self) -> Texts {
        out::list(self.0.names())
    }

    /// When it was made, by the clock of the device that made it, in seconds.
    #[wasm_bindgen(getter, js_name = madeAt)]
    pub fn made_at(&self) -> f64 {
        out::seconds(self.0.made_at)
    }

    /// By which program.
    #[wasm_bindgen(getter)]
    pub fn app(&self) -> String {
        self.0.app.clone()
    }

    /// The server that the app came from.
    #[wasm_bindgen(getter)]
    pub fn origin(&self) -> String {
        self.0.origin.clone()
    }

    /// An age file under a passphrase. Takes about a second, and 64 MiB.
    ///
    /// @throws `TwokenError` `backup.too_large`
    pub fn seal(&self, passphrase: &Text) -> Given<js_sys::Uint8Array> {
        let plain = self.0.to_bytes()?;
        Ok(out::bytes(&age::seal(&typed(passphrase)?, &plain, &mut rng())))
    }

    /// Opens an age file. Nothing of it is given before all of it has proven true.
    ///
    /// @throws `TwokenError` `backup.not_age`, `backup.version`, `backup.header`, `backup.recipients`, `backup.work`,
    /// `backup.passphrase`, `backup.mac`, `backup.chunk`, `backup.truncated`, `backup.not_ours`, `backup.malformed`
    pub fn open(passphrase: &Text, file: &Bytes) -> Given<Backup> {
        let file = args::bytes(file, "file", MAX_FILE_BYTES)?;
        Ok(Self(CoreBackup::from_bytes(&age::open(&typed(passphrase)?, &file)?)?))
    }
}

fn typed(passphrase: &JsValue) -> Given<Passphrase> {
    let text = args::text(passphrase, "passphrase", 4096)?;
    Ok(Passphrase::new(text.as_bytes().to_vec()))
}
