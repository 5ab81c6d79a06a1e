//! People whose keys are written down.

use twoken_core::beacon::{Beacon, Payload};
use twoken_core::diary::Diary;
use twoken_core::encounter::{How, KeyRing};
use twoken_core::units::{Interval, Timestamp};

use super::rng::{Script, keystream, wide};
use super::{named, scalar};

/// One interval's private keys.
#[derive(Clone)]
pub struct Keys {
    pub interval: Interval,
    pub x25519: [u8; 32],
    pub claim: [u8; 32],
    /// Shown while there is nobody to acknowledge.
    pub idle: [u8; 8],
}

impl Keys {
    /// Recognisably `name`'s.
    pub fn of(name: &str, interval: Interval) -> Self {
        let about = |what: &str| format!("{name} {what} {}", interval.get());
        let mut idle = [0; 8];
        idle.copy_from_slice(&named(&about("idle"))[..8]);
        Self { interval, x25519: named(&about("x25519")), claim: scalar(&about("claim")), idle }
    }

    /// As they are drawn: 32, 64 and 8 bytes.
    pub fn drawn(&self) -> Vec<u8> {
        [&self.x25519[..], &wide(&self.claim), &self.idle].concat()
    }

    /// A ring that holds just these.
    pub fn ring(&self) -> KeyRing {
        let mut ring = KeyRing::new();
        let mut script = Script::new(&[&self.drawn()]);
        assert!(ring.advance(self.middle(), &mut script));
        script.end();
        ring
    }

    /// The middle of their interval, when there are no others.
    pub fn middle(&self) -> Timestamp {
        self.interval.start().plus(300)
    }

    pub fn beacon(&self) -> Beacon {
        self.ring().beacon(self.middle()).unwrap()
    }
}

/// The intervals whose keys a ring makes that is first advanced at `now`.
pub fn due(now: Timestamp) -> Vec<Interval> {
    let current = now.interval();
    [current, current.next()].into_iter().filter(|interval| interval.is_accepted_at(now)).collect()
}

/// One person's phone.
pub struct Person {
    pub name: String,
    pub ring: KeyRing,
    pub diary: Diary,
}

impl Person {
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), ring: KeyRing::new(), diary: Diary::default() }
    }

    pub fn shows(&mut self, now: Timestamp) -> Payload {
        self.advance(now);
        self.ring.payload(now).unwrap()
    }

    /// Records what is heard.
    pub fn hears(&mut self, payload: &Payload, now: Timestamp) {
        self.advance(now);
        let mut rng =
            keystream(named(&format!("{} {}", self.name, twoken_core::codec::to_hex(&payload.encode()))));
        let draft = self.ring.hear(payload, now, How::Camera, &mut rng).unwrap();
        self.diary.record(draft);
    }

    fn advance(&mut self, now: Timestamp) {
        let mut rng = keystream(named(&format!("{} {}", self.name, now.seconds())));
        self.ring.advance(now, &mut rng);
    }
}

/// Somebody who has met `others` other people in one interval, both ways, and those people.
pub fn meeting(name: &str, others: usize, now: Timestamp) -> (Person, Vec<Person>) {
    let mut one = Person::new(name);
    let mut rest = Vec::new();
    for other in 0..others {
        let mut other = Person::new(&format!("{name}'s contact {other}"));
        one.hears(&other.shows(now), now);
        other.hears(&one.shows(now), now);
        rest.push(other);
    }
    (one, rest)
}
