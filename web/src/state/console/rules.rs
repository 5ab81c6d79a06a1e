//! The server's signed configuration, and its keys, which this browser keeps from the first time on.
//!
//! A server that gave one clinic a permit key of its own could tell that clinic's uploads apart: the key is pinned, as in
//! the app. What is kept is public.

use super::{Console, Patient};
use crate::api::{Api, ApiProblem};
use crate::platform::{history, local};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use twoken_core::permit::PermitPublicKey;
use twoken_core::units::Timestamp;
use twoken_core::wire::{PinnedServer, SignedConfig};

/// Under which the pinned keys are kept, as JSON.
const PINNED: &str = "twoken-staff-server";

impl Console {
    /// Fetches the configuration. What hinders it is in `trouble`.
    pub fn load_rules(self) {
        spawn_local(async move {
            // What hindered it before is told no longer, whatever comes.
            let trouble = self.rules().await.err();
            self.cells.trouble.set(trouble);
        });
    }

    /// Forgets the keys that were pinned, and pins those there are: only by a person's decision, after they were told.
    pub fn trust_server_again(self) {
        local::remove(PINNED);
        self.cells.trouble.set(None);
        self.cells.patient.update(|patient| {
            if let Patient::Ready(_, problem) = patient {
                *problem = None;
            }
        });
        self.load_rules();
    }

    /// The configuration, fetched and verified now.
    pub(super) async fn rules(self) -> Result<Arc<SignedConfig>, ApiProblem> {
        let answer = Api::new(history::origin()).config().await?;
        let pinned = local::get(PINNED).and_then(|text| serde_json::from_str::<PinnedServer>(&text).ok());
        let config = SignedConfig::verify(&answer.body, &answer.signature, pinned.as_ref())?;
        if pinned.is_none()
            && let Ok(text) = serde_json::to_string(&config.pin())
        {
            local::set(PINNED, &text);
        }
        let config = Arc::new(config);
        self.cells.config.set(Some(Arc::clone(&config)));
        Ok(config)
    }

    /// What verifies permits.
    pub(super) async fn permit_key(self) -> Result<PermitPublicKey, ApiProblem> {
        let config = match self.config.get_untracked() {
            Some(config) => config,
            None => self.rules().await?,
        };
        Ok(config.config().permit_key()?)
    }
}

/// When what is uploaded at `at` is sealed at the earliest: ticks stand at multiples of their period (protocol, 16).
pub(super) fn next_tick(at: Timestamp, every_seconds: u32) -> Timestamp {
    let every = u64::from(every_seconds.max(1));
    Timestamp::new((at.get() / every).saturating_add(1).saturating_mul(every))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn ticks_stand_at_multiples_of_their_period() {
        assert_eq!(next_tick(Timestamp::new(7201), 3600), Timestamp::new(10_800));
        assert_eq!(next_tick(Timestamp::new(7200), 3600), Timestamp::new(10_800));
        assert_eq!(next_tick(Timestamp::new(5), 0), Timestamp::new(6));
    }
}
