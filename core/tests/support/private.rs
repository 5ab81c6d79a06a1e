//! Batches of private mode, and a server that answers about them.

use twoken_core::batch::{Pool, SealedBatch, seal_private};
use twoken_core::psi::{self, DayKey, DaySet, Query};
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::Element;
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::{Digest, PrivateUpload, UploadBody};

use super::batches::{NOW, key};
use super::named;
use super::people::Person;
use super::rng::keystream;

/// Encounters sealed today.
pub const TODAY: DaySet = DaySet { day: Day::new(20_778), scheme: Scheme::Encounter };
/// When today is over.
pub const TOMORROW: Day = Day::new(20_779);

pub fn day_key(name: &str) -> DayKey {
    DayKey::generate(&mut keystream(named(name)))
}

/// What somebody uploads, as the server has it: dummies among it.
pub fn uploaded(person: &Person, degree: Degree) -> Vec<Element> {
    let chosen = Redaction::default().apply(&person.diary);
    let mut rng = keystream(named(&format!("{}'s upload", person.name)));
    let body = UploadBody::build_private(&chosen, &"root".parse().unwrap(), degree, &mut rng).unwrap();
    PrivateUpload::decode(body.as_bytes()).unwrap().elements
}

/// A batch of what some people upload, of so many pages at least.
pub fn sealed(
    elements: Vec<Element>,
    degree: Degree,
    scheme: Scheme,
    key_name: &str,
    pages: usize,
) -> SealedBatch {
    sealed_at(elements, degree, scheme, key_name, pages, NOW)
}

pub fn sealed_at(
    entries: Vec<Element>,
    degree: Degree,
    scheme: Scheme,
    key_name: &str,
    pages: usize,
    at: Timestamp,
) -> SealedBatch {
    let pool = Pool { region: "root".parse().unwrap(), scheme, degree, entries };
    let mut rng = keystream(named("private pool"));
    seal_private(pool, &day_key(key_name), at, Digest::of(b"config"), &key(), pages, &mut rng).unwrap()
}

/// What the server answers, from and to bytes.
pub fn ask(query: &[u8], key: &DayKey, seed: &str) -> Vec<u8> {
    psi::answer(&Query::decode(query).unwrap(), key, &mut keystream(named(seed))).unwrap().encode()
}
