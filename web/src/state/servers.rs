//! Further servers: each beside the home server, the one that the app came from, which is always there.
//!
//! [`App::on`] gives the app as one of them has it: what hangs on a server (its configuration and keys, marks, pages found,
//! day sets, counts) is its own, the diary and all else is shared, so checking, comparing, reporting and studies know
//! nothing of there being several. Its records stand under its origin and a mark; the home server's have no such
//! beginning.
//!
//! A server that a link names is named, and asked nothing before the person says so; its keys are pinned, and it is
//! kept, when they agree. Two servers get nothing from here by which they could tell that they are asked by
//! the same device, but the address and the time (ADR 56).

mod joining;
mod keeping;

pub(super) use keeping::{SERVERS, SOURCES, beginning, change_of, list, own_name, put_sources};

use super::records::WaitingRecord;
use super::{ApiProblem, App, CheckPhase, CheckState, Ground, StudyReport};
use crate::api::Api;
use crate::platform::history;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use twoken_core::diary::EncounterId;
use twoken_core::risk::Config;
use twoken_core::units::Timestamp;
use twoken_core::wire::RegionId;

/// With the home server.
pub const MOST_SERVERS: u8 = 8;

/// A further server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Joined {
    pub(super) origin: String,
    /// Since when; none as long as it is only named.
    pub(super) since: Option<Timestamp>,
    /// The region chosen there; its widest, where none is.
    #[serde(default)]
    pub(super) region: Option<RegionId>,
    /// Further ones there.
    #[serde(default)]
    pub(super) also: Vec<RegionId>,
}

impl Joined {
    /// Whether it is one that was agreed to, by an address as it is kept.
    pub(super) fn is_whole(&self) -> bool {
        self.since.is_some() && joining::read(&self.origin).as_ref() == Ok(&self.origin)
    }
}

/// From which further server an exposure is: kept beside it, also after that server was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The exposure's encounter.
    id: EncounterId,
    /// Its address.
    pub origin: String,
    /// Its name, as it said.
    pub name: String,
    /// Its thresholds when this was found.
    pub risk: Config,
}

/// Those of all exposures that are from a further server. There are few: a list says it with the least of program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sources(Vec<Source>);

impl Sources {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }

    pub(super) fn get(&self, id: &EncounterId) -> Option<&Source> {
        self.iter().find(|source| source.id == *id)
    }

    /// Takes it in, in place of what was said of the same exposure.
    pub(super) fn put(&mut self, source: Source) {
        self.retain(|known| known.id != source.id);
        self.0.push(source);
    }

    pub(super) fn retain(&mut self, kept: impl FnMut(&Source) -> bool) {
        self.0.retain(kept);
    }

    /// Whether there is any for which this does not hold.
    pub(super) fn any_not(&self, kept: impl Fn(&Source) -> bool) -> bool {
        !self.iter().all(kept)
    }
}

/// A further server that was just removed: its records are off the device already.
#[derive(Clone)]
pub struct Removed {
    /// Its name.
    pub name: String,
    /// Until when it can be brought back.
    pub until: Timestamp,
    joined: Joined,
    records: Vec<(String, Vec<u8>)>,
    unsent: Unsent,
}

/// What was to be sent to a server that was removed.
#[derive(Clone)]
struct Unsent {
    /// The report that waited.
    report: Option<WaitingRecord>,
    /// What studies there were to be told.
    told: Vec<StudyReport>,
    /// Of a draft that was for it, the exposure chosen.
    draft: Option<Option<Ground>>,
}

/// Why an address cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerProblem {
    /// It is no address of a server: `https`, a host, and nothing more.
    Address,
    /// It is a code for something else.
    Other,
    /// It is the home server's.
    Home,
    /// It is there already.
    There,
    /// No further one fits in.
    Full,
}

/// What is said of checking, over all servers: the steps of all, and compared as far as with the one that lags behind.
pub(super) fn compared(each: Vec<super::cells::Cells>) -> Memo<CheckState> {
    Memo::new(move |_| {
        let mut all = each.iter();
        let mut said = all.next().map(|home| home.check.get()).unwrap_or_default();
        for of in all.filter(|of| of.joined.with(is_joined)) {
            of.check.with(|check| {
                if let (
                    CheckPhase::Running { done, total },
                    CheckPhase::Running { done: more, total: of_all },
                ) = (&mut said.phase, &check.phase)
                {
                    *done += more;
                    *total += of_all;
                }
                said.found += check.found;
                // One with which nothing was compared yet is told on its own.
                said.checked_until = match (said.checked_until, check.checked_until) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, None) => one,
                    (None, _) => None,
                };
            });
        }
        said
    })
}

fn is_joined(joined: &Option<Joined>) -> bool {
    joined.as_ref().is_some_and(|one| one.since.is_some())
}

impl App {
    /// The app as the home server has it.
    #[must_use]
    pub fn home(self) -> Self {
        self.cells.each.with_value(|each| each.first().copied()).unwrap_or(self)
    }

    /// Whether this is the home server's.
    #[must_use]
    pub const fn is_home(self) -> bool {
        self.cells.slot == 0
    }

    /// The app as each further server that was added has it.
    #[must_use]
    pub fn further(self) -> Vec<Self> {
        self.slots(is_joined)
    }

    /// The app as each server has it, the home server's first.
    #[must_use]
    pub fn servers(self) -> Vec<Self> {
        core::iter::once(self.home()).chain(self.further()).collect()
    }

    /// The app as a server that was named and not yet added would have it.
    #[must_use]
    pub fn named_server(self) -> Option<Self> {
        self.slots(|joined| joined.as_ref().is_some_and(|one| one.since.is_none())).first().copied()
    }

    /// The app as each server has it by which something was counted.
    #[must_use]
    pub fn counting(self) -> Vec<Self> {
        self.servers().into_iter().filter(|of| of.counted.with(|counted| !counted.is_empty())).collect()
    }

    pub(super) fn slots(self, which: impl Fn(&Option<Joined>) -> bool) -> Vec<Self> {
        let each = self.cells.each.get_value();
        each.into_iter().skip(1).filter(|app| app.cells.joined.with(&which)).collect()
    }

    /// The app as this server has it; the home server's where `origin` is none, or of none that is here.
    #[must_use]
    pub fn on(self, origin: Option<&str>) -> Self {
        let is_it = |app: &Self| app.joined(|one| Some(one.origin.as_str()) == origin) == Some(true);
        self.further().into_iter().find(is_it).unwrap_or_else(|| self.home())
    }

    /// The same, where that server is still here.
    pub(super) fn still_on(self, origin: Option<&str>) -> Option<Self> {
        untrack(|| Some(self.on(origin)).filter(|of| of.further_origin().as_deref() == origin))
    }

    /// The app as the server has it on which this exposure was found, as far as it is still here.
    #[must_use]
    pub fn where_found(self, id: &EncounterId) -> Self {
        let origin = self.cells.sources.with(|all| all.get(id).map(|source| source.origin.clone()));
        self.on(origin.as_deref())
    }

    /// Where an exposure is from, if it is from a further server.
    #[must_use]
    pub fn source_of(self, id: &EncounterId) -> Option<Source> {
        self.cells.sources.with(|all| all.get(id).cloned())
    }

    fn joined<T>(self, of: impl FnOnce(&Joined) -> T) -> Option<T> {
        self.cells.joined.with(|joined| joined.as_ref().map(of))
    }

    /// This further server's origin; none where it is the home server.
    #[must_use]
    pub fn further_origin(self) -> Option<String> {
        self.joined(|one| one.origin.clone())
    }

    /// The server's origin.
    #[must_use]
    pub fn server_origin(self) -> String {
        self.further_origin().unwrap_or_else(history::origin)
    }

    /// The server's name as it has signed it, or its address.
    #[must_use]
    pub fn server_name(self) -> String {
        let name = self.server.with(|server| Some(server.config.as_ref()?.config().name.clone()));
        name.unwrap_or_else(|| self.server_origin())
    }

    /// Since when it is asked, where it is a further one.
    #[must_use]
    pub fn joined_since(self) -> Option<Timestamp> {
        self.joined(|one| one.since).flatten()
    }

    /// A link that names this server. It opens the app that shows it; another app's camera takes the name alone.
    #[must_use]
    pub fn server_link(self) -> String {
        [&history::origin(), "/#s=", &self.server_origin()].concat()
    }

    pub(super) fn api(self) -> Api {
        Api::new(untrack(|| self.server_origin()))
    }

    /// Whether this server was named and not agreed to: nothing of it is kept.
    #[must_use]
    pub fn is_only_named(self) -> bool {
        untrack(|| self.joined(|one| one.since.is_none())) == Some(true)
    }

    /// The region chosen on this server, if one was.
    pub(super) fn chosen_region(self) -> Option<RegionId> {
        match self.is_home() {
            true => self.settings.with(|settings| settings.region.clone()),
            false => self.joined(|one| one.region.clone()).flatten(),
        }
    }

    /// Further regions chosen on it.
    #[must_use]
    pub fn also(self) -> Vec<RegionId> {
        match self.is_home() {
            true => self.settings.with(|settings| settings.also.clone()),
            false => self.joined(|one| one.also.clone()).unwrap_or_default(),
        }
    }

    /// All regions chosen on it.
    #[must_use]
    pub fn regions_chosen(self) -> Vec<String> {
        self.chosen_region().into_iter().chain(self.also()).map(|region| region.to_string()).collect()
    }

    /// The address of the server on which an exposure was found.
    #[must_use]
    pub fn found_at(self, id: &EncounterId) -> String {
        self.source_of(id).map_or_else(history::origin, |source| source.origin)
    }

    /// Changes which regions are chosen on it.
    pub(super) fn choose_regions(self, choose: impl FnOnce(&mut Option<RegionId>, &mut Vec<RegionId>)) {
        if self.is_home() {
            return self.change_settings(|settings| {
                choose(&mut settings.region, &mut settings.also);
                settings.date_region();
            });
        }
        self.cells.joined.update(|joined| {
            if let Some(one) = joined {
                choose(&mut one.region, &mut one.also);
            }
        });
        self.store(vec![self.servers_change()]);
    }

    /// How far was compared with this server alone.
    #[must_use]
    pub fn check_with_it(self) -> CheckState {
        self.cells.check.get()
    }

    /// An element's name in the page, one for each server.
    #[must_use]
    pub fn id_here(self, name: &str) -> String {
        match self.cells.slot {
            0 => name.to_owned(),
            slot => format!("{name}-{slot}"),
        }
    }

    /// Why nothing could be compared with this server last, if so.
    #[must_use]
    pub fn check_problem(self) -> Option<super::CheckProblem> {
        self.cells.check.with(|check| match &check.phase {
            CheckPhase::Failed(problem) => Some(problem.clone()),
            _ => None,
        })
    }

    /// Whether its keys have changed: nothing of it is used.
    #[must_use]
    pub fn key_has_changed(self) -> bool {
        self.server.with(|server| server.problem == Some(ApiProblem::KeyChanged))
    }

    /// The server that the draft is for.
    #[must_use]
    pub fn draft_server(self) -> Self {
        let origin = self.draft.with(|draft| draft.server.clone());
        self.on(origin.as_deref())
    }

    /// The draft is for this server now. A TAN belongs to one; what is left out stays left out.
    pub fn report_here(self) {
        let origin = untrack(|| self.further_origin());
        self.draft.update(|draft| draft.server = origin);
    }
}

#[cfg(test)]
mod tests {
    use super::joining::read;
    use super::*;
    use crate::platform::storage::{Change, Store};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn join(app: App, address: &str) -> App {
        app.name_server(address).unwrap();
        let named = app.named_server().unwrap();
        named.cells.joined.update(|one| one.as_mut().unwrap().since = Some(Timestamp::new(7)));
        named
    }

    #[wasm_bindgen_test]
    fn an_address_is_read_as_it_is_typed_linked_or_refused() {
        for text in [
            "b.example",
            " https://B.example/ ",
            "https://b.example:443",
            "https://a.example/#s=https://b.example",
        ] {
            assert_eq!(read(text), Ok("https://b.example".to_owned()), "{text}");
        }
        assert_eq!(read("http://127.0.0.1:8787"), Ok("http://127.0.0.1:8787".to_owned()));
        for text in
            ["", "http://b.example", "https://b.example/path", "ftp://b.example", "https://u@b.example"]
        {
            assert_eq!(read(text), Err(ServerProblem::Address), "{text}");
        }
        assert_eq!(read("https://a.example/#t=0123401234000"), Err(ServerProblem::Address));
    }

    #[wasm_bindgen_test]
    fn what_hangs_on_a_server_is_its_own_and_the_rest_is_shared() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let other = join(app, "https://b.example");
            assert_eq!(app.servers().len(), 2);
            other.cells.check.update(|check| check.checked_until = Some(Timestamp::new(40)));
            assert_eq!(app.check.get_untracked().checked_until, None, "nothing was compared at home");
            app.cells.check.update(|check| check.checked_until = Some(Timestamp::new(90)));
            assert_eq!(app.check.get_untracked().checked_until, Some(Timestamp::new(40)), "the oldest");
            assert_eq!(other.check.get_untracked().checked_until, Some(Timestamp::new(40)));
            app.draft.update(|draft| draft.tan = "7".to_owned());
            assert_eq!(other.draft.with_untracked(|draft| draft.tan.clone()), "7");
            other.report_here();
            assert!(!app.draft_server().is_home());
            assert!(app.on(Some("https://c.example")).is_home() && app.on(None).is_home());
        });
    }

    #[wasm_bindgen_test]
    fn a_draft_for_a_server_that_is_removed_is_for_it_again_when_that_is_undone() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let other = join(app, "https://b.example");
            let server = || app.draft.with_untracked(|draft| draft.server.clone());
            other.report_here();
            let unsent = other.take_unsent("https://b.example");
            assert_eq!(server(), None);
            other.send_after_all(unsent.clone());
            assert_eq!(server(), Some("https://b.example".to_owned()));
            // One that was begun for another server meanwhile stays.
            let third = join(app, "https://c.example");
            third.report_here();
            other.send_after_all(unsent);
            assert_eq!(server(), Some("https://c.example".to_owned()));
        });
    }

    #[wasm_bindgen_test]
    fn the_same_address_is_not_added_twice_nor_more_than_fit_in() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            assert_eq!(app.name_server(&history::origin()), Err(ServerProblem::Home));
            for number in 1..MOST_SERVERS {
                join(app, &format!("https://{number}.example"));
            }
            assert_eq!(app.name_server("1.example"), Err(ServerProblem::There));
            assert_eq!(app.name_server("8.example"), Err(ServerProblem::Full));
        });
    }

    #[wasm_bindgen_test]
    fn a_further_servers_records_stand_under_its_origin_and_the_home_servers_do_not() {
        let owner = Owner::new();
        owner.with(|| {
            let app = App::new();
            let other = join(app, "https://b.example");
            assert_eq!(app.own_key("checked"), "checked");
            assert_eq!(other.own_key("checked"), "https://b.example|checked");
            assert_eq!(other.own_key(&other.own_key("checked")), "https://b.example|checked");
            let shared = Change::Delete(Store::Outgoing, "report".to_owned());
            assert_eq!(other.own_change(shared.clone()), shared);
        });
    }
}
