//! The claims of `docs/requirements.md` that the core alone can show. Each test can fail: it names its claim, and
//! asserts the refusal as well as the success.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use twoken_core::batch;
use twoken_core::beacon::{Beacon, Payload, TimeError};
use twoken_core::codec;
use twoken_core::diary::{Diary, Encounter};
use twoken_core::encounter::{Error, How, KeyRing};
use twoken_core::matching::{Match, Matcher, Whole};
use twoken_core::permit::{Class, Pending, PermitKey};
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Mode, Scheme, Status};
use twoken_core::tag::{ClaimKey, Entry};
use twoken_core::tan::Tan;
use twoken_core::units::{Day, GRACE_SECONDS, INTERVAL_SECONDS, Timestamp, Week};
use twoken_core::wire::{Digest, SIZE_CLASSES, SigningKey, Upload, UploadBody};

/// 21 November 2026, 12:10:00 UTC: the boundary of two intervals.
const BOUNDARY: u64 = 1_795_263_000;

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// A phone whose clock is off by `skew` seconds.
struct Phone {
    ring: KeyRing,
    diary: Diary,
    skew: i64,
    rng: ChaCha20Rng,
}

impl Phone {
    fn new(seed: u64, skew: i64) -> Self {
        Self { ring: KeyRing::new(), diary: Diary::default(), skew, rng: rng(seed) }
    }

    fn clock(&self, true_time: u64) -> Timestamp {
        Timestamp::new(true_time.checked_add_signed(self.skew).unwrap())
    }

    fn shows(&mut self, at: u64) -> Payload {
        let now = self.clock(at);
        self.ring.advance(now, &mut self.rng);
        self.ring.payload(now).unwrap()
    }

    fn hears(&mut self, payload: &Payload, at: u64) -> Result<bool, Error> {
        let now = self.clock(at);
        self.ring.advance(now, &mut self.rng);
        let draft = self.ring.hear(payload, now, How::Camera, &mut self.rng)?;
        Ok(self.diary.record(draft).both)
    }
}

fn meet(a: &mut Phone, b: &mut Phone, at: u64) {
    let shown = b.shows(at);
    a.hears(&shown, at).unwrap();
    let shown = a.shows(at);
    b.hears(&shown, at).unwrap();
}

fn status() -> Status {
    Status::of_encounter(Day::new(20_778), Some(-2)).unwrap()
}

fn entries(of: &Diary, degree: Degree, seed: u64) -> Vec<Entry> {
    Redaction::default().apply(of).entries(&status(), degree, &mut rng(seed))
}

/// What `reader` finds in one batch of these entries.
fn exposures(reader: &Diary, entries: Vec<Entry>, degree: Degree) -> usize {
    let key = SigningKey::generate(&mut rng(99));
    let pool = batch::Pool { region: "root".parse().unwrap(), scheme: Scheme::Encounter, degree, entries };
    let sealed_at = Timestamp::new(BOUNDARY + 3600);
    let sealed = batch::seal(pool, sealed_at, Digest::of(b"config"), &key, 1, &mut rng(98)).unwrap();
    let mut whole = Whole::new(&Matcher::from_diary(reader), sealed.header.header()).unwrap();
    whole.feed(&sealed.entries_file).unwrap();
    whole.finish(sealed_at).unwrap().len()
}

#[test]
fn claim_01_sender_and_receiver_derive_byte_identical_tags() {
    let (mut a, mut b) = (Phone::new(1, 0), Phone::new(2, 0));
    meet(&mut a, &mut b, BOUNDARY + 300);
    let (of_a, of_b) = (a.diary.iter().next().unwrap(), b.diary.iter().next().unwrap());
    assert_eq!(of_a.pairings()[0].reported_tag(), of_b.pairings()[0].received_tag());
    assert_eq!(of_b.pairings()[0].reported_tag(), of_a.pairings()[0].received_tag());
    // One secret a direction: an uploader never matches itself.
    assert_ne!(of_a.pairings()[0].reported_tag(), of_a.pairings()[0].received_tag());
    assert_eq!(exposures(&a.diary, entries(&a.diary, Degree::First, 3), Degree::First), 0);
    assert_eq!(exposures(&b.diary, entries(&a.diary, Degree::First, 3), Degree::First), 1);
    // A third phone that recorded both beacons derives neither.
    let mut eve = Phone::new(4, 0);
    let (shown_a, shown_b) = (a.shows(BOUNDARY + 300), b.shows(BOUNDARY + 300));
    eve.hears(&shown_a, BOUNDARY + 300).unwrap();
    eve.hears(&shown_b, BOUNDARY + 300).unwrap();
    assert_eq!(exposures(&eve.diary, entries(&a.diary, Degree::First, 3), Degree::First), 0);
}

#[test]
fn claim_02_low_order_keys_identity_claim_keys_and_own_keys_are_refused() {
    let now = BOUNDARY + 300;
    let mut phone = Phone::new(1, 0);
    let mut other = Phone::new(2, 0);
    let honest = other.shows(now);

    // Low-order X25519 keys: 0, 1 and the two of order 8 (Wycheproof, x25519_low_order.json has them all).
    for low in [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    ] {
        let public = codec::array_from_hex(low).unwrap();
        let payload = Payload { beacon: Beacon { public, ..honest.beacon.clone() }, ..honest.clone() };
        assert_eq!(phone.hears(&payload, now), Err(Error::LowOrder), "{low}");
    }
    // Identity and non-canonical claim keys cannot even be decoded.
    let mut bytes = honest.encode();
    bytes[38..70].fill(0);
    assert_eq!(Payload::decode(&bytes).unwrap_err(), twoken_core::beacon::Error::ClaimKey);
    bytes[38..70].fill(0xff);
    assert_eq!(Payload::decode(&bytes).unwrap_err(), twoken_core::beacon::Error::ClaimKey);
    assert!(ClaimKey::from_bytes([0; 32]).is_err());

    // My own key, also when somebody shows it with another claim key or the other way round, and also the one of the
    // neighbouring interval within the grace.
    let mine = phone.shows(BOUNDARY - 30);
    assert_eq!(phone.hears(&mine, BOUNDARY - 30), Err(Error::Own));
    let borrowed = Payload {
        beacon: Beacon { claim_key: honest.beacon.claim_key, ..mine.beacon.clone() },
        ..mine.clone()
    };
    assert_eq!(phone.hears(&borrowed, BOUNDARY - 30), Err(Error::Own));
    let borrowed =
        Payload { beacon: Beacon { public: honest.beacon.public, ..mine.beacon.clone() }, ..mine.clone() };
    assert_eq!(phone.hears(&borrowed, BOUNDARY - 30), Err(Error::Own));
    assert_eq!(phone.hears(&mine, BOUNDARY + 60), Err(Error::Own), "still mine within the grace");
    assert!(phone.diary.is_empty(), "nothing refused was recorded");
}

#[test]
fn claim_03_after_the_grace_nothing_stored_holds_a_private_key_a_secret_or_a_weight() {
    let at = BOUNDARY + 300;
    let (mut a, mut b) = (Phone::new(1, 0), Phone::new(2, 0));
    meet(&mut a, &mut b, at);
    // The X25519 secret is the first thing that the seeded generator yields, so the test can look for it.
    let mut same = rng(1);
    let mut x25519_secret = [0; 32];
    rand_chacha::rand_core::Rng::fill_bytes(&mut same, &mut x25519_secret);
    let mut wide = [0; 64];
    rand_chacha::rand_core::Rng::fill_bytes(&mut same, &mut wide);
    let claim_secret = curve25519_dalek::Scalar::from_bytes_mod_order_wide(&wide).to_bytes();

    let contains =
        |haystack: &[u8], needle: &[u8]| haystack.windows(needle.len()).any(|window| window == needle);
    let before = a.ring.to_bytes();
    assert!(contains(&before, &x25519_secret), "within the grace the ring holds the key");
    assert!(contains(&before, &claim_secret), "within the grace the ring holds the claim secret");

    let end = (at / INTERVAL_SECONDS + 1) * INTERVAL_SECONDS + GRACE_SECONDS;
    assert_eq!(a.ring.expires_at(), Some(Timestamp::new(end + 1)));
    a.ring.advance(Timestamp::new(end + 1), &mut a.rng);
    let row = a.diary.iter().next().unwrap();
    let dump = [a.ring.to_bytes().as_slice(), &row.to_cbor()].concat();
    assert!(!contains(&dump, &x25519_secret));
    assert!(!contains(&dump, &claim_secret));
    // No `w` either: neither the reported tag's whole logarithm nor the claim less `r` is there. `w` of the received
    // direction is claim − r, computed here from what was just shown to be gone.
    let claim_and_more = row.to_cbor();
    let r = curve25519_dalek::Scalar::from_canonical_bytes(claim_secret).unwrap();
    let weights: Vec<[u8; 32]> = claim_and_more
        .windows(32)
        .filter_map(|window| {
            Option::from(curve25519_dalek::Scalar::from_canonical_bytes(window.try_into().unwrap()))
        })
        .map(|claim: curve25519_dalek::Scalar| (claim - r).to_bytes())
        .collect();
    assert!(!weights.is_empty());
    assert!(weights.iter().all(|weight| !contains(&dump, weight)));
    // The row still works.
    assert_eq!(exposures(&a.diary, entries(&b.diary, Degree::First, 5), Degree::First), 1);
}

#[test]
fn claim_04_a_meeting_across_a_boundary_is_exactly_one_exposure() {
    // A scans at 12:09:50 and B at 12:10:10, and the other way round; each clock up to 50 s off.
    for first_is_a in [true, false] {
        for skew_a in (-50..=50).step_by(10) {
            for skew_b in (-50..=50).step_by(10) {
                let (mut a, mut b) = (Phone::new(1, skew_a), Phone::new(2, skew_b));
                let (early, late) = if first_is_a { (&mut a, &mut b) } else { (&mut b, &mut a) };
                let shown = late.shows(BOUNDARY - 10);
                early.hears(&shown, BOUNDARY - 10).unwrap();
                let shown = early.shows(BOUNDARY + 10);
                late.hears(&shown, BOUNDARY + 10).unwrap();
                for (reporter, receiver) in [(&a, &b), (&b, &a)] {
                    let found =
                        exposures(&receiver.diary, entries(&reporter.diary, Degree::First, 3), Degree::First);
                    assert_eq!(found, 1, "clocks {skew_a} s and {skew_b} s, A first: {first_is_a}");
                }
            }
        }
    }
    // What is beyond the grace is refused, not guessed.
    let (mut a, mut b) = (Phone::new(1, 0), Phone::new(2, 0));
    let shown = b.shows(BOUNDARY - 10);
    assert!(matches!(a.hears(&shown, BOUNDARY + 61), Err(Error::Time(TimeError::Stale { .. }))));
    let shown = b.shows(BOUNDARY + 10);
    assert!(matches!(a.hears(&shown, BOUNDARY - 61), Err(Error::Time(TimeError::Future { .. }))));
}

#[test]
fn claim_05_acknowledgements_are_always_eight_bytes_and_only_a_verified_one_says_both() {
    let at = BOUNDARY + 100;
    let (mut a, mut b, mut c) = (Phone::new(1, 0), Phone::new(2, 0), Phone::new(3, 0));
    let alone = b.shows(at);
    assert_eq!(alone.encode().len(), 78, "nobody heard: still eight bytes");
    assert_eq!(alone.acknowledgement.0, b.shows(at + 5).acknowledgement.0, "and they keep still");
    assert_ne!(alone.acknowledgement.0, c.shows(at).acknowledgement.0, "random, not a constant");
    assert!(!a.hears(&alone, at).unwrap(), "one direction only");

    let shown = a.shows(at);
    assert_eq!(shown.encode().len(), 78);
    assert!(b.hears(&shown, at).unwrap(), "B sees that A has heard it");
    let shown = b.shows(at + 1);
    assert!(a.hears(&shown, at + 1).unwrap(), "and A sees that B has");

    // An acknowledgement for somebody else, a reflected one and a changed one prove nothing.
    assert!(!c.hears(&shown, at + 1).unwrap());
    let mut fresh = Phone::new(1, 0);
    fresh.shows(at);
    for bit in 0..64 {
        let mut forged = shown.clone();
        forged.acknowledgement.0[bit / 8] ^= 1 << (bit % 8);
        assert!(!fresh.hears(&forged, at).unwrap());
    }
    let reflected = Payload { acknowledgement: a.shows(at).acknowledgement, ..shown };
    assert!(!fresh.hears(&reflected, at).unwrap());
}

#[test]
fn claim_05_in_a_group_the_acknowledgement_cycles_through_those_heard_in_the_last_minute() {
    let at = BOUNDARY + 100;
    let mut host = Phone::new(1, 0);
    let mut guests: Vec<_> = (2..6).map(|seed| Phone::new(seed, 0)).collect();
    for guest in &mut guests {
        let shown = guest.shows(at);
        host.hears(&shown, at).unwrap();
    }
    for guest in &mut guests {
        let verified =
            (at + 1..=at + 4).filter(|second| guest.hears(&host.shows(*second), *second).unwrap()).count();
        assert!(verified >= 1, "each guest is acknowledged once in four seconds");
    }
    // After a minute without hearing them there is nobody to acknowledge.
    let mut late = Phone::new(2, 0);
    late.shows(at);
    assert!((at + 61..at + 70).all(|second| !late.hears(&host.shows(second), second).unwrap()));
}

#[test]
fn claim_07_degrees_are_bound_and_a_copied_tag_suppresses_nothing() {
    let at = BOUNDARY + 300;
    let (mut a, mut b) = (Phone::new(1, 0), Phone::new(2, 0));
    meet(&mut a, &mut b, at);
    let second = entries(&a.diary, Degree::Second, 3);
    assert_eq!(exposures(&b.diary, second.clone(), Degree::Second), 1);
    assert_eq!(
        exposures(&b.diary, second.clone(), Degree::First),
        0,
        "copied into a degree-1 batch it is nothing"
    );

    // Garbage under the same tag, before and after in the order of the batch, in the same batch or an earlier one.
    let first = entries(&a.diary, Degree::First, 4);
    for byte in [0x00, 0xff] {
        let garbage = Entry { sealed: twoken_core::status::SealedStatus::new([byte; 52]), ..first[0] };
        assert_eq!(exposures(&b.diary, vec![garbage], Degree::First), 0);
        assert_eq!(exposures(&b.diary, vec![garbage, first[0]], Degree::First), 1);
        assert_eq!(exposures(&b.diary, vec![garbage, first[0], second[0]], Degree::First), 1);
    }

    // The owner moves from degree 2 to 1: the lower one stands, and stays.
    let found = |degree| Match {
        encounter: b.diary.iter().next().unwrap().id,
        exposure: twoken_core::diary::Exposure {
            degree,
            test_day: Day::new(20_778),
            onset: None,
            found_at: Timestamp::new(at),
            batch: batch::BatchId::new([7; 16]),
            doubt: None,
            seen: None,
        },
        revealed: None,
    };
    let (first, second) = (found(Degree::First), found(Degree::Second));
    assert_eq!(b.diary.expose(&[second]).len(), 1);
    assert_eq!(b.diary.expose(&[first]).len(), 1);
    assert_eq!(b.diary.expose(&[second]).len(), 0);
    assert_eq!(b.diary.iter().next().unwrap().exposure.unwrap().degree, Degree::First);
}

#[test]
fn claim_08_the_public_info_is_exactly_class_and_week() {
    let key = PermitKey::generate(&mut rng(1));
    let tan = Tan::generate(&mut rng(2));
    let week = Week::new(2968);
    let pending = Pending::new(&tan, Class::Patient, week, &mut rng(3));
    let request = pending.request().unwrap();
    let info = |class, week| twoken_core::permit::PermitInfo { class, week };
    let right = info(Class::Patient, week);
    assert_eq!(right.to_bytes(), [b"twoken/v1/permit".as_slice(), &[1], &[0x0b, 0x98]].concat());
    let answer = key.evaluate(&request.blinded, right, &mut rng(4)).unwrap();
    assert!(pending.finalize(&answer, &key.public()).is_ok());
    for wrong in [info(Class::Staff, week), info(Class::Patient, Week::new(2967))] {
        let answer = key.evaluate(&request.blinded, wrong, &mut rng(4)).unwrap();
        assert!(pending.finalize(&answer, &key.public()).is_err(), "{wrong:?}");
    }
}

#[test]
fn claim_09_a_retry_repeats_the_blinded_element_and_the_permit_is_bound_to_one_body() {
    let key = PermitKey::generate(&mut rng(1));
    let tan = Tan::generate(&mut rng(2));
    let pending = Pending::new(&tan, Class::Patient, Week::new(2968), &mut rng(3));
    let stored = Pending::from_bytes(&pending.to_bytes()).unwrap();
    let (first, again) = (pending.request().unwrap(), stored.request().unwrap());
    assert_eq!((&first.blinded, first.week), (&again.blinded, again.week));
    let info = twoken_core::permit::PermitInfo { class: first.class, week: first.week };
    let (one, two) = (
        key.evaluate(&first.blinded, info, &mut rng(4)).unwrap(),
        key.evaluate(&again.blinded, info, &mut rng(5)).unwrap(),
    );
    assert_eq!(one.evaluated, two.evaluated);

    let (mut a, mut b) = (Phone::new(1, 0), Phone::new(2, 0));
    meet(&mut a, &mut b, BOUNDARY + 300);
    let body = UploadBody::build(
        &Redaction::default().apply(&a.diary),
        &status(),
        &"root".parse().unwrap(),
        Degree::First,
        &mut rng(6),
    )
    .unwrap();
    let sent = stored.finalize(&two, &key.public()).unwrap().authorise(body.clone());
    let header = twoken_core::permit::PermitHeader::decode(&sent.header).unwrap();
    assert_eq!(key.verify(&header, body.as_bytes()), Ok(()));
    let mut other = body.as_bytes().to_vec();
    *other.last_mut().unwrap() ^= 1;
    assert!(key.verify(&header, &other).is_err());
}

#[test]
fn claim_10_only_the_pinned_key_opens_a_permit_and_every_header_names_its_configuration() {
    let (pinned, seen_later) = (PermitKey::generate(&mut rng(1)), PermitKey::generate(&mut rng(2)));
    let pending = Pending::new(&Tan::generate(&mut rng(3)), Class::Patient, Week::new(2968), &mut rng(4));
    let request = pending.request().unwrap();
    let info = twoken_core::permit::PermitInfo { class: request.class, week: request.week };
    let answer = seen_later.evaluate(&request.blinded, info, &mut rng(5)).unwrap();
    assert!(
        pending.finalize(&answer, &pinned.public()).is_err(),
        "the proof is checked under the pinned key"
    );
    let mut forged = pinned.evaluate(&request.blinded, info, &mut rng(6)).unwrap();
    assert!(pending.finalize(&forged, &pinned.public()).is_ok());
    forged.proof = answer.proof;
    assert!(pending.finalize(&forged, &pinned.public()).is_err());

    let key = SigningKey::generate(&mut rng(7));
    let pool = batch::Pool {
        region: "root".parse().unwrap(),
        scheme: Scheme::Encounter,
        degree: Degree::First,
        entries: vec![],
    };
    let digest = Digest::of(b"this configuration");
    let sealed = batch::seal(pool, Timestamp::new(BOUNDARY), digest, &key, 1, &mut rng(8)).unwrap();
    assert_eq!(sealed.header.header().config_digest, digest);
}

#[test]
fn claim_13_batches_are_full_pages_of_canonical_elements_and_dummies_have_no_known_logarithm() {
    let key = SigningKey::generate(&mut rng(1));
    for real in [0, 1, 255, 256, 257] {
        let entries: Vec<_> = (0..real).map(|seed| Entry::dummy(&mut rng(seed + 10))).collect();
        let pool = batch::Pool {
            region: "root".parse().unwrap(),
            scheme: Scheme::Encounter,
            degree: Degree::First,
            entries: entries.clone(),
        };
        let sealed =
            batch::seal(pool, Timestamp::new(BOUNDARY), Digest::of(b""), &key, 1, &mut rng(2)).unwrap();
        let header = sealed.header.header().clone();
        assert_eq!(header.entries % 256, 0);
        assert_eq!(header.mode, Mode::Open);
        let pages = batch::Pages::verify(&header, sealed.entries_file).unwrap();
        assert!(entries.iter().all(|entry| pages.entries().any(|other| other == *entry)));
        assert!(
            pages.entries().all(|entry| Entry::from_bytes(&entry.to_bytes()).is_ok()),
            "canonical, not the identity"
        );
    }
    // A dummy is the RFC 9496 map of 64 uniform bytes: the test repeats it from the same randomness.
    let mut uniform = [0; 64];
    rand_chacha::rand_core::Rng::fill_bytes(&mut rng(3), &mut uniform);
    let mapped = curve25519_dalek::RistrettoPoint::from_uniform_bytes(&uniform).compress().to_bytes();
    assert_eq!(Entry::dummy(&mut rng(3)).tag.as_bytes(), &mapped);
    let as_scalar = curve25519_dalek::Scalar::from_bytes_mod_order_wide(&uniform);
    assert_ne!(curve25519_dalek::RistrettoPoint::mul_base(&as_scalar).compress().to_bytes(), mapped);
    // Uploaded elements: the identity and a non-canonical encoding are refused.
    for bad in [[0; 32], [0xff; 32]] {
        let bytes = [bad.as_slice(), &[0; 52]].concat();
        assert!(Entry::from_bytes(&bytes).is_err());
    }
}

#[test]
fn claim_17_bodies_have_one_of_four_sizes_and_more_is_refused() {
    let mut diary = Diary::default();
    let mut sizes = std::collections::BTreeSet::new();
    let mut phone = Phone::new(1, 0);
    let mut next = 2;
    for target in [1, 63, 64, 65, 256, 257] {
        while diary.len() < target {
            let mut other = Phone::new(next, 0);
            next += 1;
            let shown = other.shows(BOUNDARY + 300);
            phone.ring.advance(Timestamp::new(BOUNDARY + 300), &mut phone.rng);
            let draft =
                phone.ring.hear(&shown, Timestamp::new(BOUNDARY + 300), How::Camera, &mut phone.rng).unwrap();
            diary.insert(Encounter::new(draft));
        }
        let chosen = Redaction::default().apply(&diary);
        // The region's length does not show either.
        for region in ["a", "abcdefghijklmnop"] {
            let body =
                UploadBody::build(&chosen, &status(), &region.parse().unwrap(), Degree::First, &mut rng(5))
                    .unwrap();
            sizes.insert(body.as_bytes().len());
            let upload = Upload::decode(body.as_bytes()).unwrap();
            assert!(SIZE_CLASSES.contains(&upload.entries.len()));
            assert_eq!(upload.region.as_str(), region);
        }
    }
    assert_eq!(sizes.len(), 3, "64, 256 and 1,024 entries: {sizes:?}");
    // More than the largest class is refused, and nothing is cut off silently. Rows are copied under new ids: only
    // their number matters here.
    let rows: Vec<_> = diary.iter().cloned().collect();
    for number in 0..2049_u16 {
        let mut row = rows[usize::from(number) % rows.len()].clone();
        row.id = format!("{number:032x}").parse().unwrap();
        diary.insert(row);
    }
    let chosen = Redaction::default().apply(&diary);
    assert!(chosen.entries_len() > 2048);
    let refused = UploadBody::build(&chosen, &status(), &"root".parse().unwrap(), Degree::First, &mut rng(5));
    assert_eq!(
        refused.unwrap_err(),
        twoken_core::wire::Error::TooMany { max: 2048, got: chosen.entries_len() }
    );
}
