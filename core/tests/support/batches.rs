//! Batches of any size, and who is reported in them.

use rand_core::CryptoRng;
use twoken_core::batch::{Pool, SealedBatch, seal};
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Scheme, Status};
use twoken_core::tag::{ENTRY_LENGTH, Entry};
use twoken_core::units::Timestamp;
use twoken_core::wire::{Digest, SigningKey};

use super::named;
use super::people::{Person, meeting};
use super::rng::keystream;

/// 21 November 2026, 14:31 UTC.
pub const NOW: Timestamp = Timestamp::new(1_795_271_460);

pub fn key() -> SigningKey {
    SigningKey::from_bytes(&named("the batches' signing key"))
}

/// What looks like an entry to whoever only compares: made a hundred times faster than a dummy.
pub fn stranger(rng: &mut impl CryptoRng) -> Entry {
    let mut bytes = [0; ENTRY_LENGTH];
    rng.fill_bytes(&mut bytes);
    bytes[0] &= 0xfe;
    bytes[31] &= 0x7f;
    Entry::from_trusted(&bytes).unwrap()
}

/// So many pages that hold these entries, and strangers' for the rest.
pub fn batch(mut entries: Vec<Entry>, pages: usize, name: &str) -> SealedBatch {
    let mut rng = keystream(named(name));
    entries.resize_with(pages * 256, || stranger(&mut rng));
    let region = "root".parse().unwrap();
    let pool = Pool { region, scheme: Scheme::Encounter, degree: Degree::First, entries };
    seal(pool, NOW, Digest::of(b"config"), &key(), 1, &mut rng).unwrap()
}

/// Somebody who met so many people, and what these report.
pub fn met(name: &str, reporters: usize) -> (Person, Vec<Entry>) {
    let (person, others) = meeting(name, reporters, NOW);
    let status = Status::of_encounter(NOW.day(), None).unwrap();
    let entries = |other: &Person| {
        let mut rng = keystream(named(&other.name));
        Redaction::default().apply(&other.diary).entries(&status, Degree::First, &mut rng)
    };
    (person, others.iter().flat_map(entries).collect())
}
