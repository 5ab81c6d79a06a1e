//! Where one is in the app. The address never says: it stays `/`, whatever page is shown.
//!
//! A path would be asked of the server at every reload, and be kept by the history that browsers
//! synchronise: `/report` would tell of a test, the page of an exposure of a hit. So the page
//! stands in the state of the history's entry, which stays in this browser: Back, Forward and a
//! reload lead where they should, and no request or address tells where that is (ADR 24).

use super::App;
use crate::platform::history;
use core::fmt;
use core::str::FromStr;
use leptos::prelude::*;
use twoken_core::diary::EncounterId;

/// A page of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Whether anything was reported.
    #[default]
    Home,
    /// Meeting somebody.
    Meet,
    /// All encounters.
    Diary,
    /// Reporting a test.
    Report,
    /// What one has chosen.
    Settings,
    /// What is kept here of the person, and what they may do with it.
    Rights,
    /// Taking it along to another device, and bringing it from there.
    Backup,
    /// The servers that are asked.
    Servers,
    /// Studies, and what was told to them.
    Studies,
    /// One encounter that was reported.
    Exposure(EncounterId),
    /// What private mode has found.
    Counts,
}

impl fmt::Display for Place {
    /// As it stands in the history's state.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => f.write_str("home"),
            Self::Meet => f.write_str("meet"),
            Self::Diary => f.write_str("diary"),
            Self::Report => f.write_str("report"),
            Self::Settings => f.write_str("settings"),
            Self::Counts => f.write_str("counts"),
            Self::Rights => f.write_str("rights"),
            Self::Backup => f.write_str("backup"),
            Self::Servers => f.write_str("servers"),
            Self::Studies => f.write_str("studies"),
            Self::Exposure(id) => write!(f, "exposure {id}"),
        }
    }
}

/// A state that no version of this app has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

impl FromStr for Place {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "home" => Self::Home,
            "meet" => Self::Meet,
            "diary" => Self::Diary,
            "report" => Self::Report,
            "settings" => Self::Settings,
            "counts" => Self::Counts,
            "rights" => Self::Rights,
            "backup" => Self::Backup,
            "servers" => Self::Servers,
            "studies" => Self::Studies,
            other => {
                let id = other.strip_prefix("exposure ").ok_or(Unknown)?;
                Self::Exposure(id.parse().map_err(|_| Unknown)?)
            }
        })
    }
}

impl App {
    /// Goes to a page. Back leads here again.
    pub fn go(self, place: Place) {
        if self.place.get_untracked() != place {
            history::push(&place.to_string());
            self.cells.place.set(place);
            self.mark_seen();
        }
        history::to_top();
    }

    /// Goes to a page instead of this one: Back leads to the one before.
    pub fn go_instead(self, place: Place) {
        history::replace(&place.to_string());
        self.cells.place.set(place);
        history::to_top();
    }

    /// Follows Back and Forward.
    pub(super) fn follow_history(self) {
        history::on_travel(move |state| self.cells.place.set(named(state)));
    }
}

/// The page that the history's state names; Home where it names none.
pub(super) fn named(state: Option<String>) -> Place {
    state.and_then(|state| state.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn every_page_is_found_again_by_its_state() {
        let exposure = Place::Exposure(EncounterId::new([7; 16]));
        let pages = [Place::Home, Place::Meet, Place::Diary, Place::Report, Place::Settings];
        for place in pages.into_iter().chain([
            Place::Counts,
            Place::Rights,
            Place::Backup,
            Place::Servers,
            Place::Studies,
            exposure,
        ]) {
            assert_eq!(place.to_string().parse(), Ok(place));
            assert_eq!(named(Some(place.to_string())), place);
        }
        for unknown in ["", "elsewhere", "exposure", "exposure 7", "/meet"] {
            assert_eq!(unknown.parse::<Place>(), Err(Unknown), "{unknown}");
            assert_eq!(named(Some(unknown.to_owned())), Place::Home);
        }
        assert_eq!(named(None), Place::Home);
    }
}
