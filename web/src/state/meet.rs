//! Meeting: what my code says, what is heard, and which directions are done.

use super::diary::puts;
use super::{App, StorageProblem};
use crate::platform::storage::{Change, Store};
use crate::platform::{clock, crypto, history, sound, vibration, wake_lock};
use leptos::prelude::*;
use leptos::task::spawn_local;
use twoken_core::beacon::{self, Fragment, Payload, Scanned, TimeError};
use twoken_core::diary::EncounterId;
use twoken_core::encounter::{self, EncounterDraft, How};
use twoken_core::tcn::Sighting;
use twoken_core::units::{Attenuation, GRACE_SECONDS, Timestamp};

/// Which directions of the meeting are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Nothing yet.
    #[default]
    Ready,
    /// I have read their code; whether they have read mine is not known yet.
    HeardThem,
    /// Their code said, verified, that they have read mine too.
    Both,
}

/// A beacon that our own camera did not see, and that waits for "are you with this person now?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unconfirmed {
    /// The link's origin where it isn't this app's own. It is named, never contacted.
    pub unknown_origin: Option<String>,
}

/// Why a text led to no encounter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeetProblem {
    /// It is no Twoken code.
    NotTwoken,
    /// It is one, but damaged.
    Malformed,
    /// It ends too early.
    Truncated,
    /// It is longer than any code.
    Oversized,
    /// It is of another version of Twoken.
    Version(u8),
    /// It has run out.
    Stale {
        /// When it was shown.
        shown: Timestamp,
    },
    /// It is not valid yet: one of the two clocks is wrong.
    Future {
        /// When it says it is shown.
        shown: Timestamp,
    },
    /// It is my own.
    Own,
    /// Its key would agree on a secret that everybody knows.
    LowOrder,
    /// I have no key of its time: my clock jumped, or the app was asleep.
    NoKey,
    /// It is a TAN, which belongs into a report.
    IsTan,
    /// It is a server's address.
    IsServer,
    /// It is a person's code, where a TAN was asked for.
    IsMeeting,
    /// It was recorded, but only in memory.
    NotStored(StorageProblem),
}

/// My code, and how far this meeting has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeetState {
    /// What my QR code carries. Changes each second while the page is open.
    pub link: Option<String>,
    /// Whether it lets others hear me one-way right now.
    pub emits: bool,
    /// When my keys, and with them the code, are replaced.
    pub renews_at: Timestamp,
    /// Which directions are done.
    pub direction: Direction,
    /// The encounter recorded last since the page was opened.
    pub encounter: Option<EncounterId>,
    /// Why the last text led to no encounter.
    pub problem: Option<MeetProblem>,
    /// A link that waits to be confirmed.
    pub unconfirmed: Option<Unconfirmed>,
    /// The origin in the code read last where it isn't this app's own. It is named, never
    /// contacted.
    pub unknown_origin: Option<String>,
    /// How many codes were read since the app started; grows with each accepted one.
    pub scans: u32,
    pub(super) open: bool,
}

/// A beacon that is in the diary, and has yet to be stored.
pub(super) struct TakenIn {
    pub(super) id: EncounterId,
    /// Whether an acknowledgement in it, or before, was verified.
    pub(super) both: bool,
    pub(super) changes: Vec<Change>,
}

impl App {
    /// Takes a text that was scanned by our own camera or a picture, pasted or typed.
    pub fn hear(self, text: String, how: How) {
        match Scanned::parse(text.trim()) {
            Ok(Scanned { origin, what }) => match what {
                // Our own camera sees who is there; everything else could come from anywhere.
                Fragment::Meet(payload) if how == How::Camera => {
                    self.cells.meet.update(|meet| meet.unknown_origin = foreign(origin));
                    self.hear_payload(&payload, how, clock::now());
                }
                Fragment::Meet(payload) => self.hold(*payload, origin, how),
                Fragment::Tan(_) => self.meet_problem(MeetProblem::IsTan),
                Fragment::Server(_) => self.meet_problem(MeetProblem::IsServer),
            },
            Err(error) => self.meet_problem(error.into()),
        }
    }

    /// The answer to "are you with this person now?".
    pub fn confirm_link(self, yes: bool) {
        let waiting = self.cells.waiting.try_update_value(Option::take).flatten();
        self.cells.meet.update(|meet| meet.unconfirmed = None);
        if let Some((payload, how, arrived)) = waiting.filter(|_| yes) {
            self.hear_payload(&payload, how, arrived);
        }
    }

    /// The page with my code is shown, or left.
    pub fn meet_open(self, open: bool) {
        self.cells.meet.update(|meet| {
            meet.open = open;
            meet.problem = None;
            meet.direction = Direction::Ready;
            meet.encounter = None;
        });
        if open {
            wake_lock::hold(wake_lock::Purpose::Meet);
            if self.settings.with_untracked(|settings| settings.sound) {
                sound::prepare();
            }
            let now = clock::now();
            self.renew(now);
            self.store_ring(now);
        } else {
            wake_lock::release(wake_lock::Purpose::Meet);
        }
    }

    /// The next person: this meeting's result leaves the page, and stays in the diary.
    pub fn meet_again(self) {
        self.cells.meet.update(|meet| {
            meet.direction = Direction::Ready;
            meet.encounter = None;
            meet.problem = None;
            meet.unknown_origin = None;
        });
    }

    /// The problem was read.
    pub fn dismiss_meet_problem(self) {
        self.cells.meet.update(|meet| meet.problem = None);
    }

    /// Keeps a beacon, in memory only, until it is confirmed.
    pub(super) fn hold(self, payload: Payload, origin: Option<String>, how: How) {
        self.cells.waiting.set_value(Some((payload, how, clock::now())));
        self.cells.meet.update(|meet| {
            meet.problem = None;
            meet.unconfirmed = Some(Unconfirmed { unknown_origin: foreign(origin) });
        });
    }

    /// Advances my keys: makes the new ones, erases those whose grace is over, and stores that
    /// before anything else is done with them.
    pub(super) fn renew(self, now: Timestamp) {
        let changed =
            self.cells.ring.try_update_value(|ring| ring.advance(now, &mut crypto::rng())).unwrap_or(false);
        if changed {
            self.store_ring(now);
        }
        if !self.cells.meet.with_untracked(|meet| meet.open) {
            return;
        }
        let payload = self.cells.ring.try_with_value(|ring| ring.payload(now)).flatten();
        self.keep_keys();
        let payload = payload.map(|payload| self.with_emission(payload, now));
        let emits = payload.as_ref().is_some_and(|payload| payload.beacon.emission.is_some());
        let link = payload.map(|payload| payload.to_link(&history::origin()));
        self.cells.meet.update(|meet| {
            (meet.link, meet.emits) = (link, emits);
            meet.renews_at = now.interval().end();
        });
    }

    /// Stores the keys as long as somebody may have seen them, and not a second longer: keys
    /// that were never shown need not outlive the page.
    pub(super) fn store_ring(self, now: Timestamp) {
        let changes = self.ring_change(now);
        self.store(changes);
    }

    pub(super) fn ring_change(self, now: Timestamp) -> Vec<Change> {
        let shown_until = self.cells.shown_until.get_value();
        if shown_until <= now {
            return vec![Change::Clear(Store::Keys), Change::KeysUntil(None)];
        }
        let ring = self.cells.ring.try_with_value(|ring| ring.to_bytes().to_vec());
        ring.map_or_else(Vec::new, |bytes| {
            let ring = Change::Put(Store::Keys, super::records::RING.to_owned(), bytes);
            vec![ring, Change::KeysUntil(Some(shown_until.seconds()))]
        })
    }

    /// My keys have been shown, or have agreed on something: they are kept until their grace
    /// ends.
    pub(super) fn keep_keys(self) {
        let until = clock::now().interval().end().plus(GRACE_SECONDS + 1);
        self.cells.shown_until.set_value(until);
    }

    /// Hears a code that came at `arrived`: whoever thinks before they say yes has not heard it later.
    fn hear_payload(self, payload: &Payload, how: How, arrived: Timestamp) {
        let (id, both, changes) = match self.take_in(payload, how, arrived, None, None) {
            Ok(TakenIn { id, both, changes }) => (id, both, changes),
            Err(problem) => return self.meet_problem(problem),
        };
        self.cells.meet.update(|meet| {
            let direction = if both { Direction::Both } else { Direction::HeardThem };
            // Hearing the same person again never takes a finished meeting back.
            if !(meet.encounter == Some(id) && meet.direction == Direction::Both) {
                meet.direction = direction;
            }
            meet.encounter = Some(id);
            meet.problem = None;
            meet.scans = meet.scans.wrapping_add(1);
        });
        spawn_local(async move {
            // What is heard again is stored again: a passing refusal heals by itself.
            if let Err(problem) = self.write(changes).await {
                self.meet_problem(MeetProblem::NotStored(problem));
            } else {
                self.ask_to_keep().await;
            }
        });
    }

    /// Takes a payload that came at `arrived` into the diary: into the encounter `known`, where it is of somebody whom I am
    /// with already. By radio it may be known what the signal has lost.
    ///
    /// # Errors
    /// Why it makes no encounter.
    pub(super) fn take_in(
        self,
        payload: &Payload,
        how: How,
        arrived: Timestamp,
        known: Option<EncounterId>,
        lost: Option<Attenuation>,
    ) -> Result<TakenIn, MeetProblem> {
        let now = clock::now();
        self.renew(now);
        let heard = self
            .cells
            .ring
            .try_update_value(|ring| ring.hear_with(payload, now, how, known, &mut crypto::rng()));
        let sighting = payload.beacon.emission.as_ref();
        let sighting = sighting.map(|emission| Sighting::heard(emission, payload.beacon.interval, arrived));
        let heard = match heard {
            Some(heard) => EncounterDraft { sighting: sighting.and_then(Result::ok), ..heard? },
            None => return Err(MeetProblem::NoKey),
        };
        let (id, both) = (heard.id, heard.both);
        let mut news = false;
        self.cells.diary.update(|diary| {
            let before = diary.get(&id).map(|known| known.both);
            news = diary.record(heard).both != before.unwrap_or_default() || before.is_none();
            if let (Some(lost), Some(row)) = (lost, diary.get_mut(&id)) {
                row.lose(lost);
            }
        });
        if news {
            self.tell_scan(both);
        }
        self.keep_keys();
        // My code says at once, not at the next second, that I have heard them.
        self.renew(now);
        let mut changes = self.cells.diary.with_untracked(|diary| puts(diary, &[id]));
        changes.extend(self.ring_change(now));
        Ok(TakenIn { id, both, changes })
    }

    /// To the hand and to the ear, as the person has chosen.
    fn tell_scan(self, both: bool) {
        let (buzz, sound) = self.settings.with_untracked(|settings| (settings.feedback, settings.sound));
        if buzz {
            if both { vibration::twice() } else { vibration::once() }
        }
        if sound {
            if both { sound::twice() } else { sound::once() }
        }
    }

    pub(super) fn meet_problem(self, problem: MeetProblem) {
        self.cells.meet.update(|meet| meet.problem = Some(problem));
    }
}

/// An origin that is not this app's own.
fn foreign(origin: Option<String>) -> Option<String> {
    origin.filter(|origin| *origin != history::origin())
}

impl From<beacon::Error> for MeetProblem {
    fn from(error: beacon::Error) -> Self {
        use beacon::Error as E;
        match error {
            E::NotTwoken => Self::NotTwoken,
            E::Truncated { .. } => Self::Truncated,
            E::Oversized { .. } => Self::Oversized,
            E::Version(version) => Self::Version(version),
            E::Tan(_) => Self::IsTan,
            E::Server => Self::IsServer,
            _ => Self::Malformed,
        }
    }
}

impl From<encounter::Error> for MeetProblem {
    fn from(error: encounter::Error) -> Self {
        use encounter::Error as E;
        match error {
            E::Time(TimeError::Stale { shown }) => Self::Stale { shown: shown.start() },
            E::Time(TimeError::Future { shown }) => Self::Future { shown: shown.start() },
            E::Own => Self::Own,
            E::LowOrder => Self::LowOrder,
            E::NoKey => Self::NoKey,
            _ => Self::Malformed,
        }
    }
}
