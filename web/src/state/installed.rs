//! The app on the device: its files for a start without a network, a newer version, and the
//! browser's promise to keep what is stored.
//!
//! Files are kept only after consent: before, nothing at all is stored.

use super::{App, Place};
use crate::platform::install::{self, Offer};
use crate::platform::{service_worker, storage};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::units::Timestamp;

/// How often a newer app is looked for while this one stays open.
const LOOK_SECONDS: u64 = 3_600;

impl App {
    /// Keeps the app's files, and follows whether there are newer ones.
    pub(super) fn keep_app(self) {
        spawn_local(service_worker::keep(move || self.cells.newer.set(true)));
        service_worker::on_show(move || self.go(Place::Home));
    }

    /// Looks for a newer app when it is time.
    pub(super) fn look_for_newer(self, now: Timestamp) {
        if now.since(self.cells.looked_at.get_value()) >= LOOK_SECONDS {
            self.cells.looked_at.set_value(now);
            spawn_local(service_worker::look());
        }
    }

    /// Loads the newer app that waits: only ever by the person's own decision. What was entered is
    /// stored already.
    pub fn take_newer(self) {
        service_worker::take_over();
    }

    /// Asks the browser to keep what is stored, once there is something worth keeping.
    pub(super) async fn ask_to_keep(self) {
        if self.cells.asked_to_keep.get_value() {
            return;
        }
        self.cells.asked_to_keep.set_value(true);
        if storage::keeping().await.promised != Some(true) {
            storage::ask_to_keep().await;
        }
        self.cells.keeping.set(storage::keeping().await);
    }

    /// Asks the browser how it keeps what is stored.
    pub fn look_at_storage(self) {
        spawn_local(async move { self.cells.keeping.set(storage::keeping().await) });
    }

    /// How the app can be installed here.
    #[must_use]
    pub fn install_offer(self) -> Offer {
        install::offer()
    }

    /// Has the browser ask whether to install it.
    pub fn install(self) {
        install::ask();
    }
}
