//! The whole story in memory: three people meet, one tests positive, the other learns of it. Two phones and a server
//! made of nothing but this crate.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "story/second_degree.rs"]
mod second_degree;

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use twoken_core::batch::{self, Head, Index};
use twoken_core::beacon::{Fragment, Scanned};
use twoken_core::diary::Diary;
use twoken_core::encounter::{How, KeyRing};
use twoken_core::matching::{Matcher, Whole};
use twoken_core::permit::PermitHeader;
use twoken_core::permit::{Authorised, Class, Pending, PermitInfo, PermitKey};
use twoken_core::redaction::{Counts, Redaction};
use twoken_core::status::{Degree, Scheme, Status};
use twoken_core::tag::Entry;
use twoken_core::tan::{Tan, TanHash, TanKey};
use twoken_core::units::{Minutes, Timestamp};
use twoken_core::wire::{Digest, PermitRequest, PermitResponse, RegionId, SigningKey, Upload, UploadBody};

/// 21 November 2026, 14:31 UTC.
const MEETING: Timestamp = Timestamp::new(1_795_271_460);

struct Person {
    ring: KeyRing,
    diary: Diary,
    head: Option<Head>,
    rng: ChaCha20Rng,
}

impl Person {
    fn new(seed: u64) -> Self {
        Self {
            ring: KeyRing::new(),
            diary: Diary::default(),
            head: None,
            rng: ChaCha20Rng::seed_from_u64(seed),
        }
    }

    /// The link in the QR code on the screen.
    fn screen(&mut self, now: Timestamp) -> String {
        self.ring.advance(now, &mut self.rng);
        self.ring.payload(now).unwrap().to_link("https://twoken.example")
    }

    /// What the camera reads; true once both directions are done.
    fn sees(&mut self, screen: &str, now: Timestamp) -> bool {
        self.ring.advance(now, &mut self.rng);
        let scanned = Scanned::parse(screen).unwrap();
        assert_eq!(scanned.origin.as_deref(), Some("https://twoken.example"));
        let Fragment::Meet(payload) = scanned.what else { panic!("not a beacon") };
        let draft = self.ring.hear(&payload, now, How::Camera, &mut self.rng).unwrap();
        self.diary.record(draft).both
    }

    /// Fetches one region's index and its new batches, and matches; nothing counts unless everything verifies.
    fn checks(&mut self, server: &Server, now: Timestamp) -> Result<usize, batch::Error> {
        let key = server.signing.public();
        let index = Index::decode_verified(&server.index(now), &key, &server.region, now.day(), now)?;
        let matcher = Matcher::from_diary(&self.diary);
        let mut matches = Vec::new();
        for signed in index.after(self.head.as_ref())? {
            let header = signed.header();
            let mut whole = Whole::new(&matcher, header)?;
            whole.feed(&server.files[&header.id])?;
            matches.extend(whole.finish(now)?);
        }
        self.head = Some(index.last_head());
        Ok(self.diary.expose(&matches).len())
    }
}

struct Server {
    region: RegionId,
    signing: SigningKey,
    permits: PermitKey,
    tan_key: TanKey,
    tans: BTreeMap<TanHash, Option<String>>,
    used: BTreeMap<[u8; 32], [u8; 32]>,
    pool: BTreeSet<Entry>,
    headers: Vec<Vec<u8>>,
    files: BTreeMap<batch::BatchId, Vec<u8>>,
    rng: ChaCha20Rng,
}

impl Server {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(1000);
        Self {
            region: "root".parse().unwrap(),
            signing: SigningKey::generate(&mut rng),
            permits: PermitKey::generate(&mut rng),
            tan_key: TanKey::generate(&mut rng),
            tans: BTreeMap::new(),
            used: BTreeMap::new(),
            pool: BTreeSet::new(),
            headers: Vec::new(),
            files: BTreeMap::new(),
            rng,
        }
    }

    fn redeem(&mut self, request: &PermitRequest) -> Result<PermitResponse, &'static str> {
        let tan = Tan::parse(&request.tan).map_err(|_| "malformed")?;
        let used_for = self.tans.get_mut(&self.tan_key.hash(&tan)).ok_or("unknown")?;
        if used_for.get_or_insert_with(|| request.blinded.clone()) != &request.blinded {
            return Err("used");
        }
        let info = PermitInfo { class: request.class, week: request.week };
        self.permits.evaluate(&request.blinded, info, &mut self.rng).map_err(|_| "malformed")
    }

    fn upload(&mut self, sent: &Authorised) -> Result<(), &'static str> {
        let header = PermitHeader::decode(&sent.header).map_err(|_| "malformed")?;
        self.permits.verify(&header, &sent.body).map_err(|_| "refused")?;
        let upload = Upload::decode(&sent.body).map_err(|_| "malformed")?;
        if *self.used.entry(header.t).or_insert(header.mac) != header.mac {
            return Err("spent");
        }
        self.pool.extend(upload.entries);
        Ok(())
    }

    fn seal(&mut self, now: Timestamp) {
        let entries = std::mem::take(&mut self.pool).into_iter().collect();
        let pool = batch::Pool {
            region: self.region.clone(),
            scheme: Scheme::Encounter,
            degree: Degree::First,
            entries,
        };
        let sealed = batch::seal(pool, now, Digest::of(b"config"), &self.signing, 1, &mut self.rng).unwrap();
        self.headers.push(sealed.header.to_bytes().to_vec());
        self.files.insert(sealed.header.header().id, sealed.entries_file);
    }

    fn index(&self, now: Timestamp) -> Vec<u8> {
        Index::sign(&self.region, now.day(), Head::GENESIS, &self.headers, now, &self.signing)
    }
}

#[test]
fn two_people_meet_one_tests_positive_the_other_learns_of_it() {
    let mut server = Server::new();
    let (mut anna, mut ben, mut cora) = (Person::new(1), Person::new(2), Person::new(3));

    // Anna and Ben hold their phones face to face; then Anna and Cora.
    for (other, at) in [(&mut ben, MEETING), (&mut cora, MEETING.plus(1800))] {
        let screen = other.screen(at);
        assert!(!anna.sees(&screen, at));
        let screen = anna.screen(at.plus(1));
        assert!(other.sees(&screen, at.plus(1)));
        let screen = other.screen(at.plus(2));
        assert!(anna.sees(&screen, at.plus(2)));
    }
    assert_eq!(
        (anna.diary.len(), ben.diary.len(), cora.diary.len()),
        (2, 1, 1),
        "the same code again is the same row"
    );

    // Three days later Anna tests positive; the authority delivers the hash of a TAN and tells her the TAN.
    let later = MEETING.plus(3 * 86_400);
    let tan = Tan::generate(&mut server.rng);
    server.tans.insert(server.tan_key.hash(&tan), None);
    let typed = Tan::parse(&tan.display().to_lowercase()).unwrap();

    // She leaves Cora out.
    let mut redaction = Redaction::default();
    let with_cora = anna.diary.iter().next().unwrap().id;
    redaction.leave_out(with_cora);
    assert_eq!(redaction.counts(&anna.diary), Counts { shared: 1, left_out: 1 });
    let status = Status::of_encounter(later.day(), None).unwrap();
    let body = UploadBody::build(
        &redaction.apply(&anna.diary),
        &status,
        &server.region,
        Degree::First,
        &mut anna.rng,
    )
    .unwrap();

    // Redeem, with an answer lost on the way; then upload, twice.
    let pending = Pending::new(&typed, Class::Patient, later.week(), &mut anna.rng);
    server.redeem(&pending.request().unwrap()).unwrap();
    let answer = server.redeem(&pending.request().unwrap()).unwrap();
    let sent = pending.finalize(&answer, &server.permits.public()).unwrap().authorise(body);
    assert_eq!(server.upload(&sent), Ok(()));
    assert_eq!(server.upload(&sent), Ok(()));
    let someone_else = Pending::new(&typed, Class::Patient, later.week(), &mut ben.rng);
    assert_eq!(server.redeem(&someone_else.request().unwrap()), Err("used"));

    // Nothing is known before sealing; after it Ben learns, Cora and Anna do not.
    assert_eq!(ben.checks(&server, later), Ok(0));
    server.seal(later.plus(60));
    assert_eq!(ben.checks(&server, later.plus(120)), Ok(1));
    assert_eq!(cora.checks(&server, later.plus(120)), Ok(0));
    assert_eq!(anna.checks(&server, later.plus(120)), Ok(0));
    let exposure = ben.diary.iter().next().unwrap().exposure.unwrap();
    assert_eq!((exposure.degree, exposure.test_day), (Degree::First, later.day()));

    // The next check reads nothing again and finds nothing new.
    server.seal(later.plus(180));
    assert_eq!(ben.checks(&server, later.plus(240)), Ok(0));

    // An index that takes back what Ben has seen is refused, and his mark does not move.
    let mark = ben.head;
    server.headers.pop();
    assert_eq!(ben.checks(&server, later.plus(300)), Err(batch::Error::Chain));
    assert_eq!(ben.head, mark);
}

#[test]
fn the_rows_survive_storage_and_are_swept_after_fourteen_days() {
    let (mut anna, mut ben) = (Person::new(1), Person::new(2));
    let screen = ben.screen(MEETING);
    anna.sees(&screen, MEETING);
    anna.ring = KeyRing::from_bytes(&anna.ring.to_bytes()).unwrap();
    assert!(!anna.sees(&screen, MEETING.plus(30)), "the reloaded ring knows the beacon");
    let id = anna.diary.iter().next().unwrap().id;
    let row = anna.diary.get_mut(&id).unwrap();
    row.set_note("  Rehearsal, windows open ").unwrap();
    row.set_label(Some("choir")).unwrap();
    assert_eq!(row.duration().get(), 1);
    let stored = row.to_cbor();
    let row = twoken_core::diary::Encounter::from_cbor(&stored).unwrap();
    assert_eq!((row.note(), row.label()), ("Rehearsal, windows open", Some("choir")));
    assert!(anna.diary.sweep(MEETING.plus(14 * 86_400)).is_empty());
    assert_eq!(anna.diary.sweep(MEETING.plus(15 * 86_400)), vec![id]);
    assert!(anna.diary.is_empty());
}

/// "Three minutes", said at once, is no longer true of whoever is still there after eight. A correction downwards stays.
#[test]
fn what_is_heard_later_outgrows_what_was_said_before() {
    let (mut anna, mut ben) = (Person::new(31), Person::new(32));
    let screen = anna.screen(MEETING);
    ben.sees(&screen, MEETING);
    let mut state = |minutes: Option<u16>, heard_after: u64| {
        let id = ben.diary.iter().next().unwrap().id;
        if let Some(minutes) = minutes {
            ben.diary.get_mut(&id).unwrap().set_minutes(Some(Minutes::new(minutes)));
        }
        ben.sees(&screen, MEETING.plus(heard_after));
        let row = ben.diary.get(&id).unwrap();
        (row.minutes(), row.duration())
    };
    let (three, five) = (Minutes::new(3), Minutes::new(5));
    assert_eq!(state(Some(3), 120), (Some(three), three));
    assert_eq!(state(None, 300), (None, five));
    assert_eq!(state(Some(3), 360), (Some(three), three));
}
