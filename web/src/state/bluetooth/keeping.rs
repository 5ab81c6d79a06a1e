//! One device, from the first connection to the last: read, hear, answer, verify, every half minute and whenever an interval
//! begins; and after a disconnection again, ever later, until it is given up. The order is that of `docs/protocol.md`, 8.9.

use super::{PeerProblem, PeerState};
use crate::platform::bluetooth::{BluetoothProblem, Connection, Device};
use crate::platform::clock;
use crate::state::meet::TakenIn;
use crate::state::{App, MeetProblem, Ready};
use leptos::prelude::*;
use std::rc::Rc;
use twoken_core::beacon::Payload;
use twoken_core::diary::EncounterId;
use twoken_core::encounter::How;
use twoken_core::gatt::{Info, SIGHTING_SECONDS};
use twoken_core::units::{INTERVAL_SECONDS, Timestamp};

/// The longest wait before another try, in seconds.
const LONGEST_WAIT: u64 = 60;
/// For so long it is tried, in seconds: whoever is farther away for longer has gone.
const TRIED_FOR: u64 = 300;

/// Whose task it is: one begun later takes its place.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    pub(super) number: u32,
    pub(super) run: u32,
}

/// How long to wait after a failure: 1, 2, 4 … 60 s, for five minutes in all.
#[derive(Debug, Default)]
struct BackOff {
    since: Option<Timestamp>,
    tries: u32,
}

impl BackOff {
    /// Seconds before the next try; none when it is given up.
    fn next(&mut self, now: Timestamp) -> Option<u64> {
        let since = *self.since.get_or_insert(now);
        let wait = 1_u64.checked_shl(self.tries).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        self.tries = self.tries.saturating_add(1);
        (now.since(since) < TRIED_FOR).then_some(wait)
    }
}

/// Whether the same may go well at another time: what a device says wrongly it says wrongly again.
fn passes(why: &PeerProblem) -> bool {
    match why {
        PeerProblem::Device(problem) => {
            matches!(
                problem,
                BluetoothProblem::Slow
                    | BluetoothProblem::Lost
                    | BluetoothProblem::Refused
                    | BluetoothProblem::Off
            )
        }
        PeerProblem::Beacon(problem) => {
            matches!(problem, MeetProblem::Stale { .. } | MeetProblem::Future { .. } | MeetProblem::NoKey)
        }
        PeerProblem::Info(_) | PeerProblem::Deleted => false,
    }
}

impl From<BluetoothProblem> for PeerProblem {
    fn from(problem: BluetoothProblem) -> Self {
        Self::Device(problem)
    }
}

impl From<MeetProblem> for PeerProblem {
    fn from(problem: MeetProblem) -> Self {
        Self::Beacon(problem)
    }
}

impl App {
    /// Meets a device until it is let go of, given up, or another task takes it over.
    pub(super) async fn keep_meeting(self, turn: Turn, device: Rc<Device>) {
        let mut back_off = BackOff::default();
        while self.has(turn) {
            self.is(turn, PeerState::Connecting);
            let why = match device.connect().await {
                Ok(connection) => self.stay(turn, &device, &connection, &mut back_off).await,
                Err(problem) => problem.into(),
            };
            if !self.has(turn) {
                return;
            }
            // Also what is only half connected.
            device.disconnect();
            let now = clock::now();
            let Some(wait) = passes(&why).then(|| back_off.next(now)).flatten() else {
                return self.is(turn, PeerState::Ended { why });
            };
            self.is(turn, PeerState::Waiting { why, again_at: now.plus(wait) });
            device.wait(milliseconds(wait)).await;
        }
    }

    /// Stays connected, and says why that has ended.
    async fn stay(
        self,
        turn: Turn,
        device: &Device,
        connection: &Connection,
        back_off: &mut BackOff,
    ) -> PeerProblem {
        self.is(turn, PeerState::Exchanging);
        let info = match connection.read_info().await {
            Ok(bytes) => Info::decode(&bytes),
            Err(problem) => return problem.into(),
        };
        let info = match info {
            Ok(info) => info,
            Err(error) => return PeerProblem::Info(error),
        };
        loop {
            match self.meet_once(turn, device, connection, info).await {
                Ok(both) => self.is(turn, PeerState::Connected { both }),
                Err(why) => return why,
            }
            *back_off = BackOff::default();
            let now = clock::now();
            // A new interval has new keys, on either side.
            let boundary = now.interval().end().plus(1).since(now);
            device.wait(milliseconds(boundary.min(SIGHTING_SECONDS))).await;
            if !connection.stands() || !self.has(turn) {
                return BluetoothProblem::Lost.into();
            }
        }
    }

    /// Reads its beacon, hears it, and shows it mine; whether it has heard me is what it shows next.
    async fn meet_once(
        self,
        turn: Turn,
        device: &Device,
        connection: &Connection,
        info: Info,
    ) -> Result<bool, PeerProblem> {
        let (mut theirs, mut both) = self.read_and_hear(turn, device, connection, info).await?;
        self.answer(&theirs, connection).await?;
        if !both {
            let again = self.read_and_hear(turn, device, connection, info).await?;
            // Between the two an interval may have begun.
            let renewed = again.0.beacon.public != theirs.beacon.public;
            (theirs, both) = again;
            if renewed {
                self.answer(&theirs, connection).await?;
            }
        }
        Ok(both)
    }

    async fn read_and_hear(
        self,
        turn: Turn,
        device: &Device,
        connection: &Connection,
        info: Info,
    ) -> Result<(Payload, bool), PeerProblem> {
        let bytes = connection.read_beacon().await?;
        let payload = Payload::decode(&bytes).map_err(MeetProblem::from)?;
        if !self.has(turn) {
            return Err(BluetoothProblem::Lost.into());
        }
        let known = self.known(turn)?;
        let lost = device.received().and_then(|received| info.attenuation(received));
        let taken = self.take_in(&payload, How::Bluetooth, clock::now(), known, lost)?;
        let TakenIn { id, both, changes } = taken;
        // What could not be stored is told above every page, and stored with the next.
        if self.write(changes).await.is_ok() {
            self.ask_to_keep().await;
        }
        self.peer(turn.number, |peer| {
            peer.encounter = Some(id);
            peer.lost = lost.or(peer.lost);
        });
        Ok((payload, both))
    }

    /// The encounter that a hearing belongs to: the one of before, unless that is long ago.
    fn known(self, turn: Turn) -> Result<Option<EncounterId>, PeerProblem> {
        let Some(id) = self.peer_where(|peer| peer.number == turn.number).and_then(|peer| peer.encounter)
        else {
            return Ok(None);
        };
        // Deleted, it would be back with the next hearing.
        let last = self.diary.with_untracked(|diary| diary.get(&id).map(|row| row.last_seen));
        let last = last.ok_or(PeerProblem::Deleted)?;
        Ok((clock::now().since(last) <= INTERVAL_SECONDS).then_some(id))
    }

    /// Shows it my beacon, with an acknowledgement of its own; with an emission only if I let others hear me one-way.
    async fn answer(self, theirs: &Payload, connection: &Connection) -> Result<(), PeerProblem> {
        let now = clock::now();
        self.renew(now);
        let payload = self.cells.ring.try_with_value(|ring| ring.payload_to(&theirs.beacon, now)).flatten();
        let payload = payload.ok_or(MeetProblem::NoKey)?;
        self.keep_keys();
        let payload = self.with_emission(payload, now);
        Ok(connection.write(&payload.encode()).await?)
    }

    /// Whether the device is still to be met, and by this task.
    fn has(self, turn: Turn) -> bool {
        let here = self.ready.with_untracked(|ready| *ready == Ready::Ready);
        here && self.peer_where(|peer| peer.number == turn.number && peer.run == turn.run).is_some()
    }

    fn is(self, turn: Turn, state: PeerState) {
        if self.has(turn) {
            self.peer(turn.number, |peer| {
                if peer.state != state {
                    peer.state = state;
                }
            });
        }
    }
}

fn milliseconds(seconds: u64) -> u32 {
    u32::try_from(seconds.saturating_mul(1_000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn it_is_tried_ever_later_and_given_up_after_five_minutes() {
        let mut back_off = BackOff::default();
        let mut now = Timestamp::new(1_000);
        for wait in [1, 2, 4, 8, 16, 32, 60, 60, 60, 60] {
            assert_eq!(back_off.next(now), Some(wait));
            now = now.plus(wait);
        }
        assert_eq!(back_off.next(now), None);
        // A clock that was set back does not try for ever, nor does one that was set ahead overflow.
        assert!((0..200).all(|_| back_off.next(Timestamp::new(0)).is_none_or(|wait| wait == LONGEST_WAIT)));
    }

    #[wasm_bindgen_test]
    fn what_a_device_says_wrongly_is_not_asked_for_again() {
        use twoken_core::gatt;
        for (why, again) in [
            (PeerProblem::Device(BluetoothProblem::Lost), true),
            (PeerProblem::Device(BluetoothProblem::Slow), true),
            (PeerProblem::Device(BluetoothProblem::Refused), true),
            (PeerProblem::Beacon(MeetProblem::Stale { shown: Timestamp::new(0) }), true),
            (PeerProblem::Device(BluetoothProblem::Denied), false),
            (PeerProblem::Device(BluetoothProblem::NotTwoken), false),
            (PeerProblem::Beacon(MeetProblem::Truncated), false),
            (PeerProblem::Info(gatt::Error::Version(2)), false),
            (PeerProblem::Deleted, false),
        ] {
            assert_eq!(passes(&why), again, "{why:?}");
        }
    }
}
