//! An infected person, one who met them, and a third who met that one; and who cannot join in.

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use twoken_core::batch::{Pool, SealedBatch, SignedHeader, seal};
use twoken_core::diary::{Diary, EncounterId};
use twoken_core::encounter::{How, KeyRing};
use twoken_core::matching::{Matcher, Whole};
use twoken_core::membership::{self, Context, Nullifier, Statement};
use twoken_core::redaction::Redaction;
use twoken_core::risk::{self, Level};
use twoken_core::status::{Degree, Mode, Scheme, Status};
use twoken_core::tag::Entry;
use twoken_core::tcn::{Cover, Emission, Emissions, TxPower};
use twoken_core::units::{Minutes, Timestamp};
use twoken_core::wire::{
    Contact, Digest, Proofs, Proven, RegionId, Report, SigningKey, StudyId, Upload, UploadBody, VerifyingKey,
    WithdrawalKey,
};

use crate::MEETING;

struct Phone {
    ring: KeyRing,
    diary: Diary,
    emissions: Emissions,
    rng: ChaCha20Rng,
}

impl Phone {
    fn new(seed: u64) -> Self {
        let rng = ChaCha20Rng::seed_from_u64(seed);
        Self { ring: KeyRing::new(), diary: Diary::default(), emissions: Emissions::new(), rng }
    }

    fn hears(&mut self, other: &mut Self, emission: Option<Emission>, now: Timestamp) -> EncounterId {
        self.ring.advance(now, &mut self.rng);
        other.ring.advance(now, &mut other.rng);
        let payload = other.ring.payload(now).unwrap();
        let payload = match emission {
            Some(emission) => payload.with_emission(emission),
            None => payload,
        };
        let draft = self.ring.hear(&payload, now, How::Camera, &mut self.rng).unwrap();
        self.diary.record(draft).id
    }

    fn learns(&mut self, batch: &SealedBatch, now: Timestamp) -> usize {
        let matcher = Matcher::from_diary(&self.diary);
        let mut whole = Whole::new(&matcher, batch.header.header()).unwrap();
        whole.feed(&batch.entries_file).unwrap();
        self.diary.expose(&whole.finish(now).unwrap()).len()
    }

    /// Finds the page with a tag of its own and proves that it is.
    fn proves(
        &mut self,
        batch: &SealedBatch,
        context: Context,
        server: &VerifyingKey,
        body: &[u8],
    ) -> Result<Proven, membership::Error> {
        let header = batch.header.header();
        let tags = tags(&batch.entries_file);
        let page = header.page_digests[0];
        let about = header.statement(&page, &tags, &Proofs::default(), context, server, body).unwrap();
        let claim = self.diary.iter().find_map(|row| row.claim_among(&tags)).cloned();
        let proof = about.prove(&claim.ok_or(membership::Error::NoTag)?, &mut self.rng)?;
        Ok(Proven::new(page, proof, body))
    }
}

fn meet(one: &mut Phone, other: &mut Phone, now: Timestamp) -> (EncounterId, EncounterId) {
    (one.hears(other, None, now), other.hears(one, None, now))
}

fn tags(page: &[u8]) -> Vec<[u8; 32]> {
    page[..256 * 32].as_chunks().0.to_vec()
}

/// What a server does with proven bodies: pages by their digest, nullifiers and counters by context, requests as they came.
struct Server {
    region: RegionId,
    key: SigningKey,
    pages: BTreeMap<Digest, (SignedHeader, Vec<[u8; 32]>)>,
    spent: BTreeMap<(Context, Nullifier), Digest>,
    counted: BTreeMap<(Context, Digest), u32>,
    known: BTreeSet<Digest>,
    pool: Vec<Entry>,
    told: Vec<Report>,
    proofs: Proofs,
    rng: ChaCha20Rng,
}

impl Server {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(77);
        Self {
            region: "root".parse().unwrap(),
            key: SigningKey::generate(&mut rng),
            pages: BTreeMap::new(),
            spent: BTreeMap::new(),
            counted: BTreeMap::new(),
            known: BTreeSet::new(),
            pool: Vec::new(),
            told: Vec::new(),
            proofs: Proofs::default(),
            rng,
        }
    }

    fn seals(&mut self, scheme: Scheme, degree: Degree, entries: Vec<Entry>, now: Timestamp) -> SealedBatch {
        let pool = Pool { region: self.region.clone(), scheme, degree, entries };
        let batch = seal(pool, now, Digest::of(b"config"), &self.key, 1, &mut self.rng).unwrap();
        let page = (batch.header.clone(), tags(&batch.entries_file));
        self.pages.insert(batch.header.header().page_digests[0], page);
        batch
    }

    /// Whether a body may be taken in; the same request again is taken as it was.
    fn admits(&mut self, context: Context, bytes: &[u8]) -> Result<(Proven, bool), &'static str> {
        let proven = Proven::decode(bytes).map_err(|_| "malformed")?;
        let (signed, tags) = self.pages.get(&proven.page).ok_or("page-unknown")?;
        let (header, server) = (signed.header(), self.key.public());
        let about: Statement = header
            .statement(&proven.page, tags, &self.proofs, context, &server, proven.body())
            .map_err(|_| "page-refused")?;
        let verified = about.verify(&proven.proof).map_err(|_| "proof-refused")?;
        let body = Digest::of(proven.body());
        if !self.known.insert(Digest::of(bytes)) {
            return Ok((proven, false));
        }
        if let Some(nullifier) = verified.nullifier()
            && *self.spent.entry((context, nullifier)).or_insert(body) != body
        {
            return Err("proof-used");
        }
        let count = self.counted.entry((context, proven.page)).or_default();
        if *count == self.proofs.per_page {
            return Err("page-spent");
        }
        *count += 1;
        Ok((proven, true))
    }

    fn takes_second_degree(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        let (proven, new) = self.admits(Context::SecondDegree, bytes)?;
        let upload = Upload::decode(proven.body()).map_err(|_| "malformed")?;
        if upload.degree != Degree::Second || upload.tcn_entries.is_some() {
            return Err("refused");
        }
        if new {
            self.pool.extend(upload.entries);
        }
        Ok(())
    }

    fn takes_report(&mut self, study: StudyId, bytes: &[u8]) -> Result<(), &'static str> {
        let (proven, new) = self.admits(Context::Study(study), bytes)?;
        let report = Report::decode(proven.body()).map_err(|_| "malformed")?;
        if new {
            self.told.push(report);
        }
        Ok(())
    }
}

/// Anna tests positive. Ben met her and is warned; then Ben's own contacts are, if Ben wants.
struct Story {
    server: Server,
    anna: Phone,
    ben: Phone,
    cora: Phone,
    first: SealedBatch,
    now: Timestamp,
}

impl Story {
    fn new() -> Self {
        let mut server = Server::new();
        let (mut anna, mut ben, mut cora) = (Phone::new(1), Phone::new(2), Phone::new(3));
        meet(&mut anna, &mut ben, MEETING);
        meet(&mut ben, &mut cora, MEETING.plus(7200));
        let now = MEETING.plus(3 * 86_400);
        let status = Status::of_encounter(now.day(), Some(-1)).unwrap();
        let entries = Redaction::default().apply(&anna.diary).entries(&status, Degree::First, &mut anna.rng);
        let first = server.seals(Scheme::Encounter, Degree::First, entries, now);
        assert_eq!(ben.learns(&first, now), 1);
        assert_eq!(cora.learns(&first, now), 0);
        Self { server, anna, ben, cora, first, now }
    }

    fn bens_body(&mut self) -> UploadBody {
        let shared =
            Redaction::default().apply_second_degree(&self.ben.diary, &self.ben.emissions, Mode::Open);
        // Two encounters, and the one with Anna stays out, whatever Ben chose.
        assert_eq!((self.ben.diary.len(), shared.chosen().len()), (2, 1));
        let day = self.now.day().next();
        UploadBody::build_second_degree(&shared, day, &self.server.region, &mut self.ben.rng).unwrap()
    }
}

#[test]
fn a_third_is_warned_in_the_second_degree() {
    let mut story = Story::new();
    let body = story.bens_body();
    let key = story.server.key.public();
    let proven =
        story.ben.proves(&story.first, Context::SecondDegree, &key, body.as_bytes()).unwrap().to_bytes();
    assert_eq!(story.server.takes_second_degree(&proven), Ok(()));
    assert_eq!(story.server.takes_second_degree(&proven), Ok(()), "the same request again");
    assert_eq!(story.server.pool.len(), 64, "and counts once");

    let later = story.now.plus(86_400);
    let entries = std::mem::take(&mut story.server.pool);
    let second = story.server.seals(Scheme::Encounter, Degree::Second, entries, later);
    assert_eq!(story.cora.learns(&second, later), 1);
    assert_eq!(story.anna.learns(&second, later), 0, "who reported does not learn whom it reached");
    assert_eq!(story.ben.learns(&second, later), 0);
    let row = story.cora.diary.iter().next().unwrap();
    let exposure = row.exposure.unwrap();
    assert_eq!(exposure.degree, Degree::Second);
    // Neither the day of Anna's test nor her onset goes further than to Ben.
    assert_eq!((exposure.test_day, exposure.onset), (later.day(), None));

    // Half of the weight: what would be high after 15 minutes is high after 30.
    let id = row.id;
    for (minutes, level) in [(9, Level::Low), (10, Level::Medium), (29, Level::Medium), (30, Level::High)] {
        story.cora.diary.get_mut(&id).unwrap().set_minutes(Some(Minutes::new(minutes)));
        let assessed = risk::assess(&story.cora.diary, &risk::Config::default(), |row| row.day());
        assert_eq!(assessed.overall().unwrap().level, level, "{minutes} minutes");
    }

    // A warning of the second degree authorises nothing, unless the operator raises the depth.
    let (header, tags) = (second.header.header(), tags(&second.entries_file));
    let claim = story.cora.diary.iter().find_map(|row| row.claim_among(&tags)).unwrap();
    let deeper = Proofs { depth: 3, ..Proofs::default() };
    let page = header.page_digests[0];
    let about = header.statement(&page, &tags, &deeper, Context::SecondDegree, &key, b"coras").unwrap();
    let proof = about.prove(claim, &mut story.cora.rng).unwrap();
    let bytes = Proven::new(page, proof, b"coras").to_bytes();
    assert_eq!(story.server.takes_second_degree(&bytes), Err("page-refused"));
}

/// As in a report of one's own, what is left out takes its intervals with it, so that Anna does not learn one-way what she
/// does not learn both ways. In private mode nobody knows what would have to be left out.
#[test]
fn claim_19_who_reported_is_left_out_of_the_second_degree_with_the_intervals_around() {
    let mut story = Story::new();
    let (with_anna, with_cora) = (MEETING, MEETING.plus(7200));
    for at in [with_anna, with_anna.plus(600), with_cora] {
        story.ben.emissions.emit(at, TxPower::SCREEN, &mut story.ben.rng);
    }
    let shared = |mode| {
        let shared = Redaction::default().apply_second_degree(&story.ben.diary, &story.ben.emissions, mode);
        (shared.chosen().len(), shared.chosen().cover().intervals().collect::<Vec<_>>())
    };
    assert_eq!(shared(Mode::Open), (1, vec![with_cora.interval()]));
    let all = [with_anna, with_anna.plus(600), with_cora].map(Timestamp::interval).to_vec();
    assert_eq!(shared(Mode::Private), (2, all));
    // Sharing the row again does not bring it back.
    let mut redaction = Redaction::default();
    story.ben.diary.iter().for_each(|row| redaction.share(&row.id));
    let again = redaction.apply_second_degree(&story.ben.diary, &story.ben.emissions, Mode::Open);
    assert_eq!(again.chosen().len(), 1);
}

#[test]
fn a_stranger_a_sender_and_a_second_spending_are_refused() {
    let mut story = Story::new();
    let (body, key) = (story.bens_body(), story.server.key.public());
    // A stranger has no tag on the page; neither has Anna, who put Ben's there.
    let mut dora = Phone::new(4);
    meet(&mut dora, &mut story.cora, MEETING);
    for phone in [&mut dora, &mut story.cora, &mut story.anna] {
        let result = phone.proves(&story.first, Context::SecondDegree, &key, body.as_bytes());
        assert_eq!(result.map(|_| ()).unwrap_err(), membership::Error::NoTag);
    }
    // Ben's proof with a stranger's body, or for another page, is nobody's.
    let proven = story.ben.proves(&story.first, Context::SecondDegree, &key, body.as_bytes()).unwrap();
    let other = Proven::new(proven.page, proven.proof.clone(), &[body.as_bytes(), &[0]].concat());
    assert_eq!(story.server.takes_second_degree(&other.to_bytes()), Err("proof-refused"));
    let nowhere = Proven::new(Digest::of(b"nowhere"), proven.proof.clone(), body.as_bytes());
    assert_eq!(story.server.takes_second_degree(&nowhere.to_bytes()), Err("page-unknown"));
    assert_eq!(story.server.takes_second_degree(&proven.to_bytes()), Ok(()));
    // Another body with the same encounter.
    let again = story.bens_body();
    let second = story.ben.proves(&story.first, Context::SecondDegree, &key, again.as_bytes()).unwrap();
    assert_eq!(story.server.takes_second_degree(&second.to_bytes()), Err("proof-used"));
    assert_eq!(story.server.pool.len(), 64);
}

#[test]
fn a_contact_is_told_to_a_study_once_and_to_another_study_as_well() {
    let mut story = Story::new();
    let key = story.server.key.public();
    let studies = [[1; 32], [2; 32]].map(StudyId::new);
    let tell = |story: &mut Story, study: StudyId| {
        let row = story.ben.diary.iter().find(|row| row.exposure.is_some()).unwrap();
        let contact = Contact::of(row, Scheme::Encounter, &risk::Config::default());
        let withdrawal = WithdrawalKey::generate(&mut story.ben.rng).hash();
        let body = Report { withdrawal, contact }.to_bytes();
        story.ben.proves(&story.first, Context::Study(study), &key, &body).unwrap()
    };
    let told = tell(&mut story, studies[0]);
    assert_eq!(story.server.takes_report(studies[1], &told.to_bytes()), Err("proof-refused"));
    assert_eq!(story.server.takes_report(studies[0], &told.to_bytes()), Ok(()));
    assert_eq!(story.server.takes_report(studies[0], &told.to_bytes()), Ok(()), "sent again");
    let repeated = tell(&mut story, studies[0]);
    assert_eq!(story.server.takes_report(studies[0], &repeated.to_bytes()), Err("proof-used"));
    let elsewhere = tell(&mut story, studies[1]);
    assert_ne!(elsewhere.proof.stated_nullifier(), told.proof.stated_nullifier());
    assert_eq!(story.server.takes_report(studies[1], &elsewhere.to_bytes()), Ok(()));
    // Each report has a withdrawal key of its own.
    let [one, two] = &story.server.told[..] else { panic!("two reports") };
    assert_ne!(one.withdrawal, two.withdrawal);
}

#[test]
fn claim_26_twenty_who_heard_one_tcn_are_all_served() {
    let mut server = Server::new();
    let mut anna = Phone::new(1);
    let now = MEETING.plus(86_400);
    let emission = anna.emissions.emit(MEETING, TxPower::SCREEN, &mut anna.rng);
    let mut hearers: Vec<_> = (0..20).map(|seed| Phone::new(100 + seed)).collect();
    for hearer in &mut hearers {
        hearer.hears(&mut anna, Some(emission.clone()), MEETING);
    }
    // Anna's cover, regenerated as the server does it.
    let shown = anna.emissions.shown().collect();
    let cover: Cover = anna.emissions.cover(&shown);
    let status = Status::of_encounter(now.day(), None).unwrap();
    let entries = cover.entries(&status, Degree::First, &mut server.rng).unwrap();
    let batch = server.seals(Scheme::Tcn, Degree::First, entries, now);
    let key = server.key.public();
    for (number, hearer) in hearers.iter_mut().enumerate() {
        assert_eq!(hearer.learns(&batch, now), 1);
        let body = format!("body {number}");
        let proven = hearer.proves(&batch, Context::SecondDegree, &key, body.as_bytes()).unwrap();
        assert_eq!(proven.proof.stated_nullifier(), None);
        let admitted = server.admits(Context::SecondDegree, &proven.to_bytes());
        assert_eq!(admitted.map(|(_, new)| new), Ok(true), "hearer {number}");
        let again = server.admits(Context::SecondDegree, &proven.to_bytes());
        assert_eq!(again.map(|(_, new)| new), Ok(false), "the same request counts once");
    }
    let page = batch.header.header().page_digests[0];
    assert_eq!(server.counted[&(Context::SecondDegree, page)], 20);
    // Whatever the page's budget is, no proof goes beyond it.
    server.proofs.per_page = 20;
    let proven = hearers[0].proves(&batch, Context::SecondDegree, &key, b"one too many").unwrap();
    let refused = server.admits(Context::SecondDegree, &proven.to_bytes());
    assert_eq!(refused.map(|_| ()), Err("page-spent"));
}
