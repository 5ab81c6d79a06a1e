//! The server: its signed configuration, and the keys pinned when it was first met.

use super::work::Work;
use super::{App, records};
use crate::api::ApiProblem;
use crate::platform::clock;
use crate::platform::storage::{Change, Store};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use twoken_core::status::Mode;
use twoken_core::units::Timestamp;
use twoken_core::wire::{Digest, PinnedServer, RegionId, SignedConfig};

/// A clock this far off the server's is told.
const CLOCK_TOLERANCE_SECONDS: i64 = 300;

/// The server's configuration, and whether it could be fetched last.
#[derive(Clone, Debug, Default)]
pub struct ServerState {
    /// The newest configuration that its pinned key has signed; kept over reloads.
    pub config: Option<Arc<SignedConfig>>,
    /// Whether it is being fetched.
    pub loading: bool,
    /// Why it could not be fetched last.
    pub problem: Option<ApiProblem>,
    /// When it was first seen to work in another mode than before.
    pub mode_since: Option<Timestamp>,
}

impl App {
    /// Fetches the configuration.
    pub fn load_server(self) {
        self.cells.server.update(|server| server.loading = true);
        self.have_done(Work::Server);
    }

    /// What fetches it did not come.
    pub(super) fn server_unreached(self) {
        self.cells.server.update(|server| {
            (server.loading, server.problem) = (false, Some(ApiProblem::Unreachable));
        });
    }

    /// The pinned keys, for comparing by eye: eight groups of four hex digits.
    #[must_use]
    pub fn fingerprint(self) -> Option<String> {
        let config = self.server.with(|server| server.config.clone())?;
        let pinned = config.pin();
        let keys = [pinned.signing_key.as_bytes().as_slice(), pinned.permit_key.as_bytes()].concat();
        let digits = Digest::of(&keys).to_string();
        let groups: Vec<&str> = digits
            .as_bytes()
            .chunks(4)
            .take(8)
            .filter_map(|group| core::str::from_utf8(group).ok())
            .collect();
        Some(groups.join(" "))
    }

    /// Forgets the pinned keys and meets the server as if for the first time: only ever by the
    /// person's own decision, after they were told that the keys have changed.
    pub fn trust_server_again(self) {
        // Nothing of the server as it was may be stored after this.
        self.abandon_check();
        spawn_local(async move {
            self.cells.pinned.set_value(None);
            self.cells.met.set_value(None);
            self.cells.server.update(|server| (server.config, server.mode_since) = (None, None));
            let own = match self.own_records().await {
                Ok(own) => own,
                Err(problem) => return self.cells.unstored.set(Some(problem)),
            };
            let gone = own.into_iter().map(|(key, _)| Change::Delete(Store::Server, key)).collect();
            if self.write(gone).await.is_ok() {
                self.forget_server();
                let _ = self.fetch_config().await;
            }
        });
    }

    /// The region whose reports count here: the person's, or the server's widest where they chose
    /// none. None where the server has the chosen one no longer: then they choose another.
    #[must_use]
    pub fn region(self) -> Option<RegionId> {
        let chosen = self.chosen_region();
        self.server.with(|server| {
            let config = server.config.as_ref()?.config();
            match chosen {
                Some(chosen) => config.region(&chosen).is_some().then_some(chosen),
                None => config.root().map(|root| root.id.clone()),
            }
        })
    }

    /// The mode that the server has signed; open as long as it has not been reached.
    #[must_use]
    pub fn mode(self) -> Mode {
        self.server.with(|server| server.config.as_ref().map_or(Mode::Open, |config| config.config().mode))
    }

    /// Whether the chosen region is gone from the server's configuration.
    #[must_use]
    pub fn region_is_gone(self) -> bool {
        self.server.with(|server| server.config.is_some()) && self.region().is_none()
    }

    /// The further regions that are gone from it, in the order in which they were added.
    #[must_use]
    pub fn also_gone(self) -> Vec<RegionId> {
        let also = self.also();
        self.server.with(|server| match &server.config {
            Some(config) => also.into_iter().filter(|id| config.config().region(id).is_none()).collect(),
            None => Vec::new(),
        })
    }

    /// The region that a report goes to: mine, or the widest, which reaches everybody.
    #[must_use]
    pub fn reporting_region(self) -> Option<RegionId> {
        self.region()
            .or_else(|| self.server.with(|server| Some(server.config.as_ref()?.config().root()?.id.clone())))
    }

    /// Fetches, verifies and stores the configuration.
    pub(super) async fn fetch_config(self) -> Result<Arc<SignedConfig>, ApiProblem> {
        self.cells.server.update(|server| server.loading = true);
        let outcome = self.fetch_config_now().await;
        self.cells.server.update(|server| {
            server.loading = false;
            match &outcome {
                Ok(config) => {
                    server.config = Some(Arc::clone(config));
                    server.problem = None;
                }
                Err(problem) => server.problem = Some(problem.clone()),
            }
        });
        outcome
    }

    async fn fetch_config_now(self) -> Result<Arc<SignedConfig>, ApiProblem> {
        let api = self.api();
        let answer = api.config().await?;
        if let Some(server_time) = answer.server_time {
            self.compare_clocks(clock::now(), server_time);
        }
        let pinned = self.cells.pinned.get_value();
        let config = SignedConfig::verify(&answer.body, &answer.signature, pinned.as_ref())?;
        if pinned.is_none() {
            self.cells.pinned.set_value(Some(config.pin()));
        }
        let known_since = self.cells.met.with_value(|met| {
            met.as_ref().filter(|met| met.body == answer.body).and_then(|met| met.first_seen)
        });
        let mode_before = self.server.with_untracked(|server| Some(server.config.as_ref()?.config().mode));
        let mode_since = match mode_before {
            Some(before) if before != config.config().mode => Some(clock::now()),
            _ => self.server.with_untracked(|server| server.mode_since),
        };
        self.cells.server.update(|server| server.mode_since = mode_since);
        self.cells.met.set_value(Some(records::ServerRecord {
            mode_since,
            pinned: config.pin(),
            body: answer.body,
            signature: answer.signature,
            first_seen: Some(known_since.unwrap_or_else(clock::now)),
        }));
        self.store_server();
        Ok(Arc::new(config))
    }

    /// Stores the server as it was met; before consent it is known in memory only.
    pub(super) fn store_server(self) {
        if self.settings.with_untracked(|settings| settings.consent.is_none()) || self.is_only_named() {
            return;
        }
        let change = self.cells.met.with_value(|met| {
            met.as_ref().map(|record| records::put_json(Store::Server, records::SERVER, record))
        });
        self.store(change.into_iter().collect());
    }

    /// When the configuration in force was first seen here.
    pub(super) fn config_first_seen(self) -> Option<Timestamp> {
        self.cells.met.with_value(|met| met.as_ref().and_then(|met| met.first_seen))
    }

    /// Takes over what was stored: the keys, and the configuration they sign.
    pub(super) fn restore_server(self, record: &records::ServerRecord) -> bool {
        self.cells.pinned.set_value(Some(record.pinned.clone()));
        self.cells.met.set_value(Some(record.clone()));
        // It was verified when it came, and is sealed here.
        match SignedConfig::kept(&record.body, Some(&record.pinned)) {
            Ok(config) => {
                let config = Arc::new(config);
                self.cells.server.update(|server| {
                    server.config = Some(config);
                    server.mode_since = record.mode_since;
                });
                true
            }
            // The pinned keys still hold; the next fetch brings what they sign.
            Err(_) => false,
        }
    }

    pub(super) fn pinned(self) -> Option<PinnedServer> {
        self.cells.pinned.get_value()
    }

    fn compare_clocks(self, device: Timestamp, server: Timestamp) {
        let off = seconds_ahead(device, server);
        let told = (off.abs() > CLOCK_TOLERANCE_SECONDS).then_some(off);
        self.cells.clock_off.set(told);
    }
}

/// How far `device` is ahead of `server`; negative where it is behind.
fn seconds_ahead(device: Timestamp, server: Timestamp) -> i64 {
    let ahead = device.since(server);
    let behind = server.since(device);
    i64::try_from(ahead).unwrap_or(i64::MAX) - i64::try_from(behind).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn clocks_are_compared_both_ways() {
        let at = Timestamp::new;
        assert_eq!(seconds_ahead(at(1_000), at(400)), 600);
        assert_eq!(seconds_ahead(at(400), at(1_000)), -600);
        assert_eq!(seconds_ahead(at(7), at(7)), 0);
    }
}
