//! Meeting by Bluetooth: the devices that the person has chosen, and how far each is. What goes on with one of them is in
//! `keeping`; nothing of it is stored but the encounter.

mod keeping;

use super::{App, MeetProblem};
use crate::platform::bluetooth::{self, BluetoothProblem, Device};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use twoken_core::diary::EncounterId;
use twoken_core::gatt;
use twoken_core::units::{Attenuation, Timestamp};

/// Characters of a device's name that are shown: anything can stand in it, at any length.
const NAME_LENGTH: usize = 24;

/// The devices, and what became of choosing one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bluetooth {
    /// In the order in which they were chosen.
    pub peers: Vec<Peer>,
    /// Whether the browser's list is open.
    pub choosing: bool,
    /// Why no device was chosen last.
    pub problem: Option<BluetoothProblem>,
    /// How many were chosen since the app was opened.
    count: u32,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its number in this list.
    pub number: u32,
    /// What it calls itself, made fit to be shown; empty where nothing is left.
    pub name: String,
    /// How far it is.
    pub state: PeerState,
    /// What stands in the diary of it.
    pub encounter: Option<EncounterId>,
    /// What its signal lost when it was heard last, where the browser and the device tell.
    pub lost: Option<Attenuation>,
    /// Its name for this origin.
    id: String,
    /// Grows with each beginning: what was begun before ends.
    run: u32,
}

/// How far a device is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerState {
    /// The connection is being made.
    Connecting,
    /// The codes are being exchanged.
    Exchanging,
    /// It is heard every half minute.
    Connected {
        /// Whether it has said, verified, that it has heard me.
        both: bool,
    },
    /// The connection is gone, or could not be made, and is tried again.
    Waiting {
        /// Why.
        why: PeerProblem,
        /// When.
        again_at: Timestamp,
    },
    /// Nothing is tried any more. What was recorded stays.
    Ended {
        /// Why.
        why: PeerProblem,
    },
}

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerProblem {
    /// The connection.
    Device(BluetoothProblem),
    /// What it says of itself.
    Info(gatt::Error),
    /// What it shows.
    Beacon(MeetProblem),
    /// Its encounter was deleted from the diary.
    Deleted,
}

impl App {
    /// Whether this browser can at all.
    #[must_use]
    pub fn has_bluetooth(self) -> bool {
        bluetooth::offered()
    }

    /// Shows the browser's list, and begins with what is chosen there. Called from a click.
    pub fn meet_by_bluetooth(self) {
        self.cells.bluetooth.update(|all| (all.choosing, all.problem) = (true, None));
        spawn_local(async move {
            let chosen = bluetooth::choose().await;
            self.cells.bluetooth.update(|all| all.choosing = false);
            match chosen {
                Ok(device) => self.take_device(device),
                Err(problem) => self.cells.bluetooth.update(|all| all.problem = Some(problem)),
            }
        });
    }

    /// Tries once more what has ended, or waits.
    pub fn connect_again(self, number: u32) {
        if let Some(device) = self.device(number) {
            self.begin_with(number, device);
        }
    }

    /// Ends the connection, and takes the device off the list. What was recorded stays in the diary.
    pub fn disconnect(self, number: u32) {
        self.cells.bluetooth.update(|all| all.peers.retain(|peer| peer.number != number));
        let device = self.device(number);
        self.cells.devices.update_value(|devices| devices.retain(|(known, _)| *known != number));
        if let Some(device) = device {
            device.disconnect();
            device.wake();
        }
    }

    /// Ends all of them.
    pub(super) fn let_go_of_devices(self) {
        let numbers: Vec<_> =
            self.bluetooth.with_untracked(|all| all.peers.iter().map(|peer| peer.number).collect());
        numbers.into_iter().for_each(|number| self.disconnect(number));
        self.cells.bluetooth.update(|all| (all.choosing, all.problem) = (false, None));
    }

    /// The problem was read.
    pub fn dismiss_bluetooth_problem(self) {
        self.cells.bluetooth.update(|all| all.problem = None);
    }

    fn take_device(self, device: Device) {
        let id = device.id();
        let known = self.peer_where(|peer| peer.id == id);
        // It is chosen once more: where it is connected, it stays so.
        if let Some(known) = known {
            if matches!(known.state, PeerState::Waiting { .. } | PeerState::Ended { .. }) {
                self.connect_again(known.number);
            }
            return;
        }
        let name = shown_name(&device.name());
        let mut number = 0;
        self.cells.bluetooth.update(|all| {
            all.count = all.count.wrapping_add(1);
            number = all.count;
            let (state, encounter, lost, run) = (PeerState::Connecting, None, None, 0);
            all.peers.push(Peer { number, name, state, encounter, lost, id, run });
        });
        let device = Rc::new(device);
        self.cells.devices.update_value(|devices| devices.push((number, Rc::clone(&device))));
        device.watch();
        self.begin_with(number, device);
    }

    fn begin_with(self, number: u32, device: Rc<Device>) {
        let mut run = 0;
        self.peer(number, |peer| {
            peer.run = peer.run.wrapping_add(1);
            // Whoever deleted it and tries again begins anew.
            if matches!(peer.state, PeerState::Ended { why: PeerProblem::Deleted }) {
                peer.encounter = None;
            }
            peer.state = PeerState::Connecting;
            run = peer.run;
        });
        // What waits sees that it is another's turn.
        device.wake();
        spawn_local(self.keep_meeting(keeping::Turn { number, run }, device));
    }

    fn device(self, number: u32) -> Option<Rc<Device>> {
        self.cells.devices.with_value(|devices| {
            devices.iter().find(|(known, _)| *known == number).map(|(_, device)| Rc::clone(device))
        })
    }

    fn peer(self, number: u32, change: impl FnOnce(&mut Peer)) {
        self.cells.bluetooth.update(|all| {
            if let Some(peer) = all.peers.iter_mut().find(|peer| peer.number == number) {
                change(peer);
            }
        });
    }

    fn peer_where(self, which: impl Fn(&Peer) -> bool) -> Option<Peer> {
        self.bluetooth.with_untracked(|all| all.peers.iter().find(|peer| which(peer)).cloned())
    }
}

/// A name that a stranger's device has given itself: in one line, without what turns or hides the text around it, and short.
fn shown_name(name: &str) -> String {
    let hides = |c: char| {
        c.is_control()
            || matches!(
                c,
                '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            )
            || ('\u{200b}'..='\u{200f}').contains(&c)
            || ('\u{2028}'..='\u{202e}').contains(&c)
            || ('\u{2060}'..='\u{206f}').contains(&c)
            || ('\u{fff0}'..='\u{fffd}').contains(&c)
            || ('\u{e0000}'..='\u{e0fff}').contains(&c)
    };
    let plain: String =
        name.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !hides(*c)).collect();
    let words: Vec<_> = plain.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= NAME_LENGTH {
        return line;
    }
    let mut short: String = line.chars().take(NAME_LENGTH - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_devices_name_stays_on_its_line() {
        for (name, shown) in [
            ("Kiosk 3", "Kiosk 3"),
            ("  two\n\nlines\t", "two lines"),
            ("\u{202e}nekowT\u{200b}\u{0}", "nekowT"),
            ("\u{feff}\u{2066}\u{1}", ""),
            ("Ünïcode ☂ 腕時計", "Ünïcode ☂ 腕時計"),
            ("0123456789 123456789 1234", "0123456789 123456789 12…"),
            ("0123456789 123456789 123", "0123456789 123456789 123"),
        ] {
            assert_eq!(shown_name(name), shown, "{name:?}");
        }
        assert_eq!(shown_name(&"x".repeat(10_000)).chars().count(), NAME_LENGTH);
    }
}
