//! A phone that lets others hear it one-way, or does not, and what becomes of a report of it.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use twoken_core::batch;
use twoken_core::beacon::Payload;
use twoken_core::diary::{Diary, EncounterId};
use twoken_core::encounter::{How, KeyRing};
use twoken_core::matching::{Matcher, Whole};
use twoken_core::redaction::{Chosen, Redaction};
use twoken_core::status::{Degree, Scheme, Status};
use twoken_core::tag::Entry;
use twoken_core::tcn::{Doubt, Emissions, TxPower};
use twoken_core::units::Timestamp;
use twoken_core::wire::{Digest, SigningKey};

/// 21 November 2026, 12:13:00 UTC: in the middle of an interval.
pub const NOON: Timestamp = Timestamp::new(1_795_263_180);

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub fn status() -> Status {
    Status::of_encounter(NOON.day(), Some(-2)).unwrap()
}

/// A phone, and whether its person lets others hear it one-way.
pub struct Phone {
    pub ring: KeyRing,
    pub diary: Diary,
    pub emissions: Emissions,
    pub one_way: bool,
    pub rng: ChaCha20Rng,
}

impl Phone {
    pub fn new(seed: u64, one_way: bool) -> Self {
        let (ring, diary, emissions) = (KeyRing::new(), Diary::default(), Emissions::new());
        Self { ring, diary, emissions, one_way, rng: rng(seed) }
    }

    pub fn shows(&mut self, now: Timestamp) -> Payload {
        self.ring.advance(now, &mut self.rng);
        let payload = self.ring.payload(now).unwrap();
        if !self.one_way {
            return payload;
        }
        payload.with_emission(self.emissions.emit(now, TxPower::SCREEN, &mut self.rng))
    }

    pub fn hears(&mut self, payload: &Payload, now: Timestamp) -> EncounterId {
        self.ring.advance(now, &mut self.rng);
        let draft = self.ring.hear(payload, now, How::Camera, &mut self.rng).unwrap();
        self.diary.record(draft).id
    }

    pub fn chosen(&self, redaction: &Redaction) -> Chosen {
        redaction.apply_with(&self.diary, &self.emissions)
    }

    pub fn checks(&mut self, entries: Vec<Entry>, scheme: Scheme) -> usize {
        let key = SigningKey::generate(&mut rng(99));
        let pool = batch::Pool { region: "root".parse().unwrap(), scheme, degree: Degree::First, entries };
        let at = NOON.plus(3600);
        let sealed = batch::seal(pool, at, Digest::of(b"config"), &key, 1, &mut rng(98)).unwrap();
        let mut whole = Whole::new(&Matcher::from_diary(&self.diary), sealed.header.header()).unwrap();
        whole.feed(&sealed.entries_file).unwrap();
        self.diary.expose(&whole.finish(at).unwrap()).len()
    }

    pub fn doubt(&self) -> Option<Doubt> {
        self.diary.iter().next().unwrap().exposure.unwrap().doubt
    }
}

pub fn tcns(chosen: &Chosen) -> Vec<Entry> {
    chosen.cover().entries(&status(), Degree::First, &mut rng(7)).unwrap()
}

pub fn encounters(chosen: &Chosen) -> Vec<Entry> {
    chosen.entries(&status(), Degree::First, &mut rng(8))
}
