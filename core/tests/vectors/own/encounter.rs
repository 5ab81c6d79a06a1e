//! Encounters with every private key written down: what both sides derive, near a boundary and with clocks off.

use minicbor::Decoder;
use twoken_core::beacon::{Acknowledgement, Beacon, Payload, TimeError};
use twoken_core::codec::to_hex;
use twoken_core::diary::{Diary, Pairing};
use twoken_core::encounter::{EncounterDraft, Error, How, KeyRing};
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Status};
use twoken_core::tag::{Entry, Secret, Tag};
use twoken_core::units::Timestamp;

use super::{INTERVAL, at};
use crate::file::{Case, File};
use crate::support::agreement::derive;
use crate::support::array;
use crate::support::people::{Keys, due};
use crate::support::rng::Script;

/// Two people scan each other's screens.
struct Scene {
    name: &'static str,
    a_scans: Timestamp,
    b_scans: Timestamp,
    /// Seconds by which their clocks are ahead.
    clocks: [i64; 2],
}

pub fn files() -> Vec<File> {
    vec![good(), bad_low_order(), bad_own(), bad_time(), bad_no_key()]
}

fn good() -> File {
    let (before, after) = (at(9, 50), at(10, 10));
    let scene = |name, a_scans, b_scans, clocks| Scene { name, a_scans, b_scans, clocks };
    let scenes = [
        scene("in the middle of an interval", at(15, 0), at(15, 4), [0, 0]),
        scene("A before the boundary, B after it", before, after, [0, 0]),
        scene("B before the boundary, A after it", after, before, [0, 0]),
        scene("A's clock 50 s ahead, B's 50 s behind", before, after, [50, -50]),
        scene("A's clock 50 s behind, B's 50 s ahead", before, after, [-50, 50]),
        scene("both clocks 50 s ahead", before, after, [50, 50]),
        scene("both clocks 50 s behind, B first", after, before, [-50, -50]),
    ];
    let note = "Two phones with their private keys (X25519 as 32 bytes, claim secret as a scalar). Each hearing: what \
                was shown to whom by their clocks, and for each own key that pairs with it, all values up to what is \
                kept. 'one_common_tag' is the only tag that A reports and B receives; 'entries' are A's, sealed with \
                'nonces' in the order of the pairings, and sorted.";
    File::new("encounter.json", note, scenes.into_iter().map(|scene| play(&scene)).collect())
}

struct Phone {
    name: &'static str,
    ahead: i64,
    ring: KeyRing,
    keys: Vec<Keys>,
    diary: Diary,
}

impl Phone {
    fn new(name: &'static str, ahead: i64) -> Self {
        Self { name, ahead, ring: KeyRing::new(), keys: Vec::new(), diary: Diary::default() }
    }

    /// Its clock at a moment; its ring makes the keys that are written down.
    fn clock(&mut self, moment: Timestamp) -> Timestamp {
        let now = Timestamp::new(moment.seconds().checked_add_signed(self.ahead).unwrap());
        let known = |interval| self.keys.iter().any(|keys| keys.interval == interval);
        let new: Vec<_> = due(now).into_iter().filter(|interval| !known(*interval)).collect();
        let new: Vec<_> = new.into_iter().map(|interval| Keys::of(self.name, interval)).collect();
        let drawn: Vec<_> = new.iter().map(Keys::drawn).collect();
        let mut script = Script::new(&drawn.iter().map(Vec::as_slice).collect::<Vec<_>>());
        self.ring.advance(now, &mut script);
        script.end();
        self.keys.extend(new);
        now
    }

    /// Hears what `other` shows at that moment; an encounter's id is 16 bytes of `id`, used when it is new.
    fn hears(&mut self, other: &mut Self, moment: Timestamp, is_new: bool) -> Case {
        let shown_at = other.clock(moment);
        let payload = other.ring.payload(shown_at).unwrap();
        let now = self.clock(moment);
        let id: &[u8] = if is_new { &[0x1d; 16] } else { &[] };
        let mut script = Script::new(&[id]);
        let draft = self.ring.hear(&payload, now, How::Camera, &mut script).unwrap();
        script.end();
        let live = self.keys.iter().filter(|keys| keys.interval.is_accepted_at(now));
        let pairings: Vec<_> = live
            .zip(&draft.pairings)
            .map(|(keys, pairing)| derived(keys, &payload.beacon, pairing))
            .collect();
        assert_eq!(pairings.len(), draft.pairings.len());
        let heard = Case::new(format!("{} hears {}", self.name, other.name))
            .with("shown_at", shown_at.seconds())
            .with("heard_at", now.seconds())
            .hex("payload", payload.encode())
            .with("both", draft.both)
            .with("pairings", pairings);
        self.diary.record(draft);
        heard
    }

    fn keys(&self) -> Vec<Case> {
        let keys = self.keys.iter().map(|keys| {
            Case::new(self.name)
                .with("interval", keys.interval.get())
                .hex("x25519_private", keys.x25519)
                .hex("claim_secret", keys.claim)
                .hex("idle_acknowledgement", keys.idle)
                .hex("beacon", keys.beacon().encode())
        });
        keys.collect()
    }

    fn tags(&self, which: impl Fn(&Pairing) -> &Tag) -> Vec<Tag> {
        self.diary.iter().flat_map(|row| row.pairings()).map(|pairing| *which(pairing)).collect()
    }
}

/// What one pair of keys makes, from its description; that the code agrees is asserted.
fn derived(own: &Keys, theirs: &Beacon, pairing: &Pairing) -> Case {
    let shared = x25519_dalek::x25519(own.x25519, theirs.public);
    let expected = derive(&shared, &own.beacon(), theirs);
    let report = Secret::new(expected.report_secret);
    let kept = Kept::of(pairing);
    assert_eq!(*pairing.reported_tag(), report.tag(&theirs.claim_key).unwrap());
    let receive = Secret::new(expected.receive_secret);
    assert_eq!(kept.received_tag, *receive.tag(&own.beacon().claim_key).unwrap().as_bytes());
    Case::new(format!("own interval {}", own.interval.get()))
        .hex("shared", shared)
        .hex("lo", &expected.lo)
        .hex("hi", &expected.hi)
        .hex("acknowledgement_shown", expected.shown)
        .hex("acknowledgement_expected", expected.expected)
        .hex("report_secret", expected.report_secret)
        .hex("reported_tag", kept.reported_tag)
        .hex("report_element", kept.report_element)
        .hex("report_status_key", kept.report_status_key)
        .hex("receive_secret", expected.receive_secret)
        .hex("received_tag", kept.received_tag)
        .hex("claim", kept.claim)
        .hex("receive_element", kept.receive_element)
        .hex("receive_status_key", kept.receive_status_key)
}

/// A pairing as it is stored.
struct Kept {
    reported_tag: Vec<u8>,
    report_element: Vec<u8>,
    report_status_key: Vec<u8>,
    received_tag: Vec<u8>,
    claim: Vec<u8>,
    receive_element: Vec<u8>,
    receive_status_key: Vec<u8>,
}

impl Kept {
    fn of(pairing: &Pairing) -> Self {
        let cbor = minicbor::to_vec(pairing).unwrap();
        let mut decoder = Decoder::new(&cbor);
        assert_eq!(decoder.array().unwrap(), Some(2));
        assert_eq!(decoder.array().unwrap(), Some(3));
        let mut next = || decoder.bytes().unwrap().to_vec();
        let (reported_tag, report_element, report_status_key) = (next(), next(), next());
        assert_eq!(decoder.array().unwrap(), Some(4));
        let mut next = || decoder.bytes().unwrap().to_vec();
        let (received_tag, claim, receive_element, receive_status_key) = (next(), next(), next(), next());
        Self {
            reported_tag,
            report_element,
            report_status_key,
            received_tag,
            claim,
            receive_element,
            receive_status_key,
        }
    }
}

fn play(scene: &Scene) -> Case {
    let (mut a, mut b) = (Phone::new("A", scene.clocks[0]), Phone::new("B", scene.clocks[1]));
    let mut hearings = Vec::new();
    if scene.a_scans < scene.b_scans {
        hearings.push(a.hears(&mut b, scene.a_scans, true));
        hearings.push(b.hears(&mut a, scene.b_scans, true));
    } else {
        hearings.push(b.hears(&mut a, scene.b_scans, true));
        hearings.push(a.hears(&mut b, scene.a_scans, true));
    }
    let (reported, received) = (a.tags(Pairing::reported_tag), b.tags(Pairing::received_tag));
    let common: Vec<_> = reported.iter().filter(|tag| received.contains(tag)).collect();
    assert_eq!(common.len(), 1, "{}", scene.name);

    let status = Status::of_encounter(at(0, 0).day(), Some(-2)).unwrap();
    let chosen = Redaction::default().apply(&a.diary);
    let nonces: Vec<_> = (1..=chosen.entries_len()).map(|i| [u8::try_from(i).unwrap(); 12]).collect();
    let mut script = Script::new(&nonces.iter().map(<[u8; 12]>::as_slice).collect::<Vec<_>>());
    let entries = chosen.entries(&status, Degree::First, &mut script);
    script.end();

    Case::new(scene.name)
        .with("a_keys", a.keys())
        .with("b_keys", b.keys())
        .with("hearings", hearings)
        .hex("one_common_tag", common[0].as_bytes())
        .with("test_day", status.test_day.get())
        .with("onset", status.onset)
        .with("nonces", nonces.iter().map(|nonce| to_hex(nonce)).collect::<Vec<_>>())
        .with("entries", entries.iter().map(|entry| to_hex(&Entry::to_bytes(entry))).collect::<Vec<_>>())
}

fn hear(ring: &mut KeyRing, beacon: &Beacon, now: Timestamp) -> Result<EncounterDraft, Error> {
    let payload = Payload { beacon: beacon.clone(), acknowledgement: Acknowledgement([0; 8]) };
    ring.hear(&payload, now, How::Camera, &mut Script::new(&[&[0x1d; 16]]))
}

/// One person's keys, a beacon heard with them, and the error.
fn refusals(
    name: &'static str,
    note: &'static str,
    cases: Vec<(&'static str, Beacon, Timestamp, Error)>,
) -> File {
    let cases = cases.into_iter().map(|(name, beacon, now, error)| {
        let mut own = Phone::new("own", 0);
        own.clock(at(9, 30));
        assert_eq!(hear(&mut own.ring, &beacon, now).unwrap_err(), error, "{name}");
        Case::new(name)
            .with("own_keys", own.keys())
            .with("now", now.seconds())
            .hex("beacon", beacon.encode())
            .refused(error)
    });
    File::new(name, note, cases.collect())
}

fn bad_low_order() -> File {
    let keys = [
        ("0", "0000000000000000000000000000000000000000000000000000000000000000"),
        ("1", "0100000000000000000000000000000000000000000000000000000000000000"),
        ("order 8", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        ("order 8, the other one", "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        ("-1", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ];
    let other = Keys::of("other", INTERVAL).beacon();
    let cases = keys.map(|(name, key)| {
        let beacon = Beacon { public: array(key), ..other.clone() };
        assert_eq!(Beacon::decode(&beacon.encode()).unwrap(), beacon, "{name} is canonical");
        (name, beacon, at(9, 30), Error::LowOrder)
    });
    let note = "Beacons whose X25519 key makes an all-zero shared secret with any other.";
    refusals("encounter_bad_low_order.json", note, cases.into())
}

fn bad_own() -> File {
    let [now, next] = [INTERVAL.previous(), INTERVAL].map(|interval| Keys::of("own", interval).beacon());
    let other = Keys::of("other", INTERVAL).beacon();
    let cases = vec![
        ("my own beacon", now.clone(), at(9, 30), Error::Own),
        ("my own beacon of the next interval", next.clone(), at(9, 30), Error::Own),
        (
            "my X25519 key, another claim key",
            Beacon { claim_key: other.claim_key, ..now.clone() },
            at(9, 30),
            Error::Own,
        ),
        (
            "my claim key, another X25519 key",
            Beacon { public: other.public, ..next.clone() },
            at(9, 30),
            Error::Own,
        ),
        ("my keys under another interval", Beacon { interval: INTERVAL, ..now }, at(9, 30), Error::Own),
    ];
    refusals(
        "encounter_bad_own.json",
        "Beacons with a key of one's own of the intervals within grace.",
        cases,
    )
}

fn bad_time() -> File {
    let shown = INTERVAL.previous();
    let beacon = Keys::of("other", shown).beacon();
    let cases = vec![
        ("replayed after the grace", beacon.clone(), at(11, 1), Error::Time(TimeError::Stale { shown })),
        ("before its time", beacon, at(0, 0).minus(61), Error::Time(TimeError::Future { shown })),
    ];
    refusals("encounter_bad_time.json", "Beacons that are not for now.", cases)
}

fn bad_no_key() -> File {
    let beacon = Keys::of("other", INTERVAL.next()).beacon();
    let cases = vec![("no key for that interval", beacon, at(25, 0), Error::NoKey)];
    refusals(
        "encounter_bad_no_key.json",
        "A beacon for which the ring has no key: it was not advanced.",
        cases,
    )
}
