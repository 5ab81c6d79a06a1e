//! How grave the diary's exposures are, by the thresholds that the server has signed.

use super::{App, ServerState};
use crate::platform::format;
use leptos::prelude::*;
use twoken_core::diary::Diary;
use twoken_core::risk::{self, Assessment, Config};

/// Follows the diary and the thresholds: what a person states changes the level at once.
pub(super) fn assessed(diary: RwSignal<Diary>, server: RwSignal<ServerState>) -> Memo<Assessment> {
    Memo::new(move |_| {
        let config = server.with(thresholds);
        diary.with(|diary| risk::assess(diary, &config, |met| format::calendar_day(met.first_seen)))
    })
}

impl App {
    /// The health authority's thresholds; the defaults as long as its server has not been reached.
    #[must_use]
    pub fn thresholds(self) -> Config {
        self.server.with(thresholds)
    }
}

fn thresholds(server: &ServerState) -> Config {
    server.config.as_ref().map(|config| config.config().risk).unwrap_or_default()
}
