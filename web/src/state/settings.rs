//! What the person chose: consent, region, language, theme.

use super::{App, records};
use crate::platform::locale::Locale;
use crate::platform::storage::Store;
use crate::platform::{clock, document};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use twoken_core::units::Timestamp;
use twoken_core::wire::RegionId;

/// How many labels are offered again.
const RECENT_LABELS: usize = 6;

/// That the person agreed, when, and to what beyond keeping a diary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// When.
    pub given_at: Timestamp,
    /// Whether to look for reports by itself, on opening and every hour while open.
    pub check_hourly: bool,
}

/// Since when each choice beyond that holds. None where it does not, or where an earlier version did not note it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Since {
    /// Looking for reports by itself.
    pub check_hourly: Option<Timestamp>,
    /// Letting others hear me one-way.
    pub one_way: Option<Timestamp>,
    /// Asking for other lists than the widest.
    pub region: Option<Timestamp>,
}

/// The app's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Language {
    /// The browser's.
    #[default]
    System,
    /// One that was chosen.
    Of(Locale),
}

impl From<String> for Language {
    /// One that this version does not speak is the browser's.
    fn from(tag: String) -> Self {
        Locale::of_tag(&tag).map_or(Self::System, Self::Of)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        match language {
            Language::System => "system",
            Language::Of(locale) => locale.tag(),
        }
        .to_owned()
    }
}

/// The app's colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// The system's.
    #[default]
    System,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

/// What the person chose. Unknown fields of other versions are left aside; missing ones are
/// the default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// None: nothing is recorded or fetched yet.
    pub consent: Option<Consent>,
    /// The region whose reports are compared; none is the server's widest.
    pub region: Option<RegionId>,
    /// Further regions whose reports are compared: where the person has been.
    pub also: Vec<RegionId>,
    /// The app's language.
    pub language: Language,
    /// The app's colours.
    pub theme: Theme,
    /// Whether a scan may buzz.
    pub feedback: bool,
    /// Whether a scan may be heard.
    pub sound: bool,
    /// Whether my code lets others hear me one-way.
    pub one_way: bool,
    /// Whether cover messages are sent, where the server asks for them.
    pub decoys: bool,
    /// After how many minutes without being looked at the app locks itself; 0 is never.
    pub lock_after: u32,
    /// Whether to tell of something new outside the app.
    pub notify: bool,
    /// Whether a closed app checks, where the browser lets it.
    pub background: bool,
    /// The private labels used last, newest first.
    pub recent_labels: Vec<String>,
    /// Since when each of them holds.
    pub since: Since,
    /// When the person was last reminded of a copy, or took one.
    pub reminded_at: Option<Timestamp>,
    /// When a backup was made last.
    pub backed_up_at: Option<Timestamp>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            consent: None,
            region: None,
            also: Vec::new(),
            language: Language::default(),
            theme: Theme::default(),
            feedback: true,
            sound: true,
            one_way: false,
            decoys: true,
            lock_after: 5,
            notify: false,
            background: false,
            recent_labels: Vec::new(),
            since: Since::default(),
            reminded_at: None,
            backed_up_at: None,
        }
    }
}

impl Settings {
    /// Puts `label` in front of the labels offered again.
    pub(super) fn remember_label(&mut self, label: &str) {
        self.recent_labels.retain(|known| known != label);
        self.recent_labels.insert(0, label.to_owned());
        self.recent_labels.truncate(RECENT_LABELS);
    }

    /// Takes over what was chosen on another device: where nothing was chosen here yet, all of it but what this browser has to
    /// allow; else nothing but labels. What was agreed to there counts as it was given there.
    pub(super) fn adopt(&mut self, other: &Self, fresh: bool) {
        let labels = core::mem::take(&mut self.recent_labels);
        let brought = other.recent_labels.iter().filter(|label| !labels.contains(label)).cloned();
        let labels = labels.iter().cloned().chain(brought).take(RECENT_LABELS).collect();
        if fresh {
            let here = core::mem::take(self);
            *self = other.clone();
            (self.notify, self.background) = (false, false);
            self.consent = self.consent.take().or(here.consent);
            if here.region.is_some() {
                (self.region, self.since.region) = (here.region, here.since.region);
            }
            if here.language != Language::System {
                self.language = here.language;
            }
            if here.theme != Theme::System {
                self.theme = here.theme;
            }
        }
        self.recent_labels = labels;
    }

    /// Notes since when other lists than the widest are asked for.
    pub(super) fn date_region(&mut self) {
        let chosen = self.region.is_some() || !self.also.is_empty();
        self.since.region = chosen.then(|| self.since.region.unwrap_or_else(clock::now));
    }
}

impl App {
    /// Consent: from here on the app records, and Welcome gives way to it.
    pub fn start(self, consent: Consent, region: Option<RegionId>) {
        self.change_settings(|settings| {
            settings.since.check_hourly = consent.check_hourly.then_some(consent.given_at);
            settings.consent = Some(consent);
            settings.region = region;
            settings.date_region();
        });
        self.store_server();
        self.become_ready();
    }

    /// Chooses the language.
    pub fn set_language(self, language: Language) {
        self.change_settings(|settings| settings.language = language);
    }

    /// Chooses the colours.
    pub fn set_theme(self, theme: Theme) {
        self.change_settings(|settings| settings.theme = theme);
        show_theme(theme);
    }

    /// Chooses the region: what is said to be compared is what was compared there.
    pub fn set_region(self, region: Option<RegionId>) {
        self.abandon_check();
        self.choose_regions(|mine, _| *mine = region);
        self.speak_for_regions();
        self.forget_plan();
    }

    /// Compares the reports of a further region too, or no longer.
    pub fn set_also(self, region: RegionId, wanted: bool) {
        self.abandon_check();
        if !wanted {
            // Should it have left the server's list, it is not asked for on.
            self.cells.checked.update_value(|checked| {
                checked.counted.remove(&region);
            });
        }
        self.choose_regions(|_, also| {
            also.retain(|known| *known != region);
            if wanted {
                also.push(region);
            }
        });
        self.speak_for_regions();
        self.forget_plan();
    }

    /// Asks for the widest lists alone, as whoever has chosen nothing.
    pub fn withdraw_regions(self) {
        for region in untrack(|| self.also()) {
            self.set_also(region, false);
        }
        self.set_region(None);
    }

    /// Whether to look for reports by itself.
    pub fn set_check_hourly(self, hourly: bool) {
        self.change_settings(|settings| {
            settings.since.check_hourly = hourly.then(clock::now);
            if let Some(consent) = &mut settings.consent {
                consent.check_hourly = hourly;
            }
        });
        self.forget_plan();
        spawn_local(self.look_at_background());
    }

    /// Whether a scan may buzz.
    pub fn set_feedback(self, feedback: bool) {
        self.change_settings(|settings| settings.feedback = feedback);
    }

    /// Whether a scan may be heard.
    pub fn set_sound(self, sound: bool) {
        self.change_settings(|settings| settings.sound = sound);
    }

    pub(super) fn change_settings(self, change: impl FnOnce(&mut Settings)) {
        self.cells.settings.update(change);
        let change = self
            .cells
            .settings
            .with_untracked(|settings| records::put_json(Store::Settings, records::SETTINGS, settings));
        self.store(vec![change]);
    }
}

/// Shows the page in the colours chosen.
pub(super) fn show_theme(theme: Theme) {
    document::set_theme(match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn an_older_record_opens_with_the_defaults_of_what_it_lacks() {
        let settings: Settings = serde_json::from_str(r#"{"language":"de","gone":1}"#).unwrap();
        assert_eq!(settings.language, Language::Of(Locale::De));
        assert!(settings.feedback && settings.decoys);
        assert_eq!(settings.consent, None);
    }

    #[wasm_bindgen_test]
    fn a_region_is_dated_when_it_is_first_chosen_and_no_longer_when_none_is() {
        let mut settings = Settings { region: "north".parse().ok(), ..Settings::default() };
        settings.date_region();
        let since = settings.since.region;
        assert!(since.is_some());
        settings.also = settings.region.take().into_iter().collect();
        settings.date_region();
        assert_eq!(settings.since.region, since);
        settings.also.clear();
        settings.date_region();
        assert_eq!(settings.since.region, None);
    }

    #[wasm_bindgen_test]
    fn labels_are_offered_newest_first_and_once() {
        let mut settings = Settings::default();
        for label in ["a", "b", "c", "d", "e", "f", "g", "c"] {
            settings.remember_label(label);
        }
        assert_eq!(settings.recent_labels, ["c", "g", "f", "e", "d", "b"]);
    }
}
