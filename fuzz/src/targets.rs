//! Every decoder of the core that meets strangers' bytes, as a function over arbitrary bytes.
//!
//! Each says whether the bytes were accepted, and panics where something accepted does not hold: mostly, that it is
//! written again as exactly the same bytes. libFuzzer calls them (`fuzz_targets/`), and so does `core/tests/corpus.rs`
//! with the corpora that stand beside. What is signed is signed here first, so that what is behind the signature is
//! reached.

use std::sync::LazyLock;

use ed25519_dalek::Signer;
use twoken_core::age::{self, FileKey, Header as AgeHeader, Passphrase};
use twoken_core::backup::Backup;
use twoken_core::batch::{
    Header, Index, PAGE_BYTES, PRIVATE_PAGE_BYTES, Pages, Pool, SealedBatch, SignedHeader, seal,
};
use twoken_core::beacon::{Beacon, Fragment, Payload, Scanned};
use twoken_core::codec;
use twoken_core::diary::{Diary, Encounter};
use twoken_core::encounter::KeyRing;
use twoken_core::filter::{Decoder, max_bytes};
use twoken_core::gatt::Info;
use twoken_core::matching::{ByFilter, FoundOn, Hits, Match, Matcher, Whole};
use twoken_core::membership::{Context, Kind, Proof, Statement};
use twoken_core::permit::{Class, Pending, PermitHeader, PermitInfo, PermitKey};
use twoken_core::psi::{self, DayKey, DaySet, DaySets, Query, Question, Response, Waiting};
use twoken_core::status::{Degree, Mode, Scheme};
use twoken_core::tag::Entry;
use twoken_core::tan::Tan;
use twoken_core::tcn::{Cover, Emissions};
use twoken_core::units::{Day, Timestamp, Week};
use twoken_core::wire::{
    Collector, Digest, PermitRequest, PermitResponse, PrivateUpload, Problem, Progress, Proven, RegionId,
    Report, SignedConfig, SigningKey, Studies, Study, TanDelivery, Upload, UploadBody, Withdrawal,
};

/// A name, and what is done with the bytes; true when they were accepted.
pub type Target = (&'static str, fn(&[u8]) -> bool);

/// All of them.
pub const TARGETS: &[Target] = &[
    ("age", age),
    ("backup", backup),
    ("beacon", beacon),
    ("config", config),
    ("cover", cover),
    ("filter", filter),
    ("header", header),
    ("index", index),
    ("info", info),
    ("key_code", key_code),
    ("pages", pages),
    ("permit_answer", permit_answer),
    ("permit_header", permit_header),
    ("permit_request", permit_request),
    ("problem", problem),
    ("psi_query", psi_query),
    ("psi_response", psi_response),
    ("records", records),
    ("proof", proof),
    ("proven", proven),
    ("report", report),
    ("scanned", scanned),
    ("studies", studies),
    ("tan", tan),
    ("tan_delivery", tan_delivery),
    ("text", text),
    ("upload", upload),
    ("withdrawal", withdrawal),
];

/// 21 November 2026, 13:30 UTC, as in the vectors.
const NOW: Timestamp = Timestamp::new(1_795_267_800);

/// The vectors' signing key: SHA-256 of its name.
static KEY: LazyLock<ed25519_dalek::SigningKey> =
    LazyLock::new(|| ed25519_dalek::SigningKey::from_bytes(Digest::of(b"signing key").as_bytes()));

/// A batch of nine pages, whose header is adapted to what is tested.
static BATCH: LazyLock<SealedBatch> = LazyLock::new(|| {
    let key = SigningKey::from_bytes(&KEY.to_bytes());
    let (region, entries) = (root(), Vec::new());
    let pool = Pool { region, scheme: Scheme::Encounter, degree: Degree::First, entries };
    seal(pool, NOW, Digest::of(b"config"), &key, 9, &mut rng()).expect("dummies can be sealed")
});

/// Statements of either kind about a page of dummies.
static PAGE: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    let mut rng = rng();
    let tags: Vec<_> = (0..256).map(|_| *Entry::dummy(&mut rng).tag.as_bytes()).collect();
    [Kind::WithNullifier, Kind::Without].map(|kind| {
        Statement::new(&tags, &[1; 32], kind, Context::SecondDegree, &[2; 32], b"").expect("256 elements")
    })
});

fn rng() -> rand_chacha::ChaCha20Rng {
    rand_chacha::rand_core::SeedableRng::from_seed([7; 32])
}

fn root() -> RegionId {
    "root".parse().expect("a region")
}

fn sign(label: &str, body: &[u8]) -> [u8; 64] {
    KEY.sign(&[label.as_bytes(), body].concat()).to_bytes()
}

fn signed(label: &str, body: &[u8]) -> Vec<u8> {
    [&sign(label, body), body].concat()
}

fn verifying() -> twoken_core::wire::VerifyingKey {
    twoken_core::wire::VerifyingKey::new(KEY.verifying_key().to_bytes())
}

/// A beacon alone, and with an acknowledgement.
pub fn beacon(bytes: &[u8]) -> bool {
    let alone = Beacon::decode(bytes).inspect(|beacon| assert_eq!(beacon.encode(), bytes));
    let shown = Payload::decode(bytes).inspect(|payload| assert_eq!(payload.encode(), bytes));
    alone.is_ok() || shown.is_ok()
}

/// A file under a passphrase: all of it where it asks for little work, else its header.
pub fn age(bytes: &[u8]) -> bool {
    let Ok((header, payload)) = AgeHeader::parse(bytes) else { return false };
    // What is behind the key, without knowing a passphrase.
    let key = FileKey::new([7; 16]);
    if let Ok(plain) = key.open(payload) {
        assert!(plain.len() < payload.len());
    }
    let _ = header.verify(&key);
    let cheap = bytes.windows(3).take(64).any(|three| three == b" 4\n");
    !cheap || age::open(&Passphrase::new(b"corpus".to_vec()), bytes).is_ok()
}

/// What is in such a file: a phone's records by name.
pub fn backup(bytes: &[u8]) -> bool {
    let Ok(backup) = Backup::from_bytes(bytes) else { return false };
    let again = backup.to_bytes().expect("what was read is not too large");
    let again = Backup::from_bytes(&again).expect("what is written is read");
    assert!(again.names().eq(backup.names()));
    for name in backup.names() {
        assert_eq!(again.get(name).expect("is whole"), backup.get(name).expect("is whole"));
    }
    true
}

/// What a device by Bluetooth says of itself.
pub fn info(bytes: &[u8]) -> bool {
    let Ok(info) = Info::decode(bytes) else { return false };
    assert_eq!(info.encode(), bytes);
    assert_eq!(info.attenuation(i8::MIN).is_some(), info.tx_power.is_some());
    true
}

/// Keys of a report's one-way part.
pub fn cover(bytes: &[u8]) -> bool {
    let Ok(cover) = Cover::from_bytes(bytes) else { return false };
    assert_eq!(*cover.to_bytes(), bytes);
    assert!(cover.intervals().is_sorted_by(|a, b| a < b));
    assert_eq!(cover.leaves().count(), cover.intervals().count());
    true
}

/// Codes on a patient's screen, a line each.
pub fn key_code(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let mut collector = Collector::default();
    text.lines().any(|line| matches!(collector.take(line), Ok(Progress::Whole(_))))
}

/// What a camera reads, a person pastes, or a link carries.
pub fn scanned(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let Ok(scanned) = Scanned::parse(text) else { return false };
    if let Fragment::Meet(payload) = &scanned.what {
        assert!(Payload::decode(&payload.encode()).is_ok());
    }
    true
}

/// A TAN, however it is typed.
pub fn tan(bytes: &[u8]) -> bool {
    let Ok(tan) = Tan::parse(&String::from_utf8_lossy(bytes)) else { return false };
    assert_eq!(*Tan::parse(&tan.display()).expect("what is displayed").display(), *tan.display());
    true
}

/// The body of an upload, of either mode.
pub fn upload(bytes: &[u8]) -> bool {
    let (open, private) = (Upload::decode(bytes).is_ok(), PrivateUpload::decode(bytes).is_ok());
    assert!(!(open && private));
    let accepted = open || private;
    let stored = UploadBody::from_bytes(bytes.to_vec());
    assert_eq!(stored.is_ok(), accepted);
    stored.is_ok_and(|body| body.as_bytes() == bytes && (body.mode() == Mode::Private) == private)
}

/// What somebody asks in private mode; its points are multiplied.
pub fn psi_query(bytes: &[u8]) -> bool {
    let Ok(query) = Query::decode(bytes) else { return false };
    assert_eq!(query.encode(), bytes);
    let answer = psi::answer(&query, &DayKey::generate(&mut rng()), &mut rng());
    answer.is_ok_and(|answer| Response::decode(&answer.encode()).is_ok())
}

/// What a server answers to a query of nothing but dummies.
pub fn psi_response(bytes: &[u8]) -> bool {
    let Ok(response) = Response::decode(bytes) else { return false };
    assert_eq!(response.encode(), bytes);
    let day_set = DaySet { day: Day::new(20_778), scheme: Scheme::Encounter };
    let question = Question::new(day_set, Default::default()).expect("nothing fits");
    let waiting = question.blind(&mut rng()).expect("dummies are elements");
    waiting.finalize(&response, &DayKey::generate(&mut rng()).public()).is_ok()
}

/// What somebody sends to redeem a TAN.
pub fn permit_request(bytes: &[u8]) -> bool {
    let Ok(request) = serde_json::from_slice::<PermitRequest>(bytes) else { return false };
    let info = PermitInfo { class: request.class, week: request.week };
    let evaluated = PermitKey::generate(&mut rng()).evaluate(&request.blinded, info, &mut rng());
    Tan::parse(&request.tan).is_ok() && evaluated.is_ok()
}

/// What a server answers to it.
pub fn permit_answer(bytes: &[u8]) -> bool {
    let Ok(answer) = serde_json::from_slice::<PermitResponse>(bytes) else { return false };
    let key = PermitKey::generate(&mut rng());
    let pending = Pending::new(&Tan::generate(&mut rng()), Class::Patient, Week::new(2968), &mut rng());
    // Only the right proof opens; everything up to it is read all the same.
    let read =
        |text: &str, length: usize| codec::from_base64url(text).is_ok_and(|bytes| bytes.len() == length);
    let _ = pending.finalize(&answer, &key.public());
    read(&answer.evaluated, 32) && read(&answer.proof, 64)
}

/// The header beside an upload.
pub fn permit_header(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_ok_and(|text| {
        PermitHeader::decode(text).inspect(|header| assert_eq!(header.encode(), text)).is_ok()
    })
}

/// What an authority delivers.
pub fn tan_delivery(bytes: &[u8]) -> bool {
    serde_json::from_slice::<TanDelivery>(bytes).is_ok()
}

/// A refusal.
pub fn problem(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Problem>(bytes).is_ok()
}

/// A configuration, signed by its server.
pub fn config(bytes: &[u8]) -> bool {
    let signature = codec::to_base64url(&sign("twoken/v1/config", bytes));
    let Ok(config) = SignedConfig::verify(bytes, &signature, None) else { return false };
    assert!(SignedConfig::verify(bytes, &signature, Some(&config.pin())).is_ok());
    assert!(config.config().root().is_some() && config.accepts_digest(config.digest()));
    true
}

/// A batch's header, signed by its server.
pub fn header(bytes: &[u8]) -> bool {
    let signed = signed("twoken/v1/header", bytes);
    let Ok(header) = SignedHeader::decode_verified(&signed, &verifying()) else { return false };
    assert_eq!(header.to_bytes(), signed);
    assert_eq!(header.header().entries as usize, header.header().pages() * 256);
    true
}

/// An index, signed by its server.
pub fn index(bytes: &[u8]) -> bool {
    let signed = signed("twoken/v1/index", bytes);
    let day = Day::new(20_778);
    let Ok(index) = Index::decode_verified(&signed, &verifying(), &root(), day, NOW) else { return false };
    assert!(index.after(Some(&index.last_head())).expect("its own head").is_empty());
    true
}

/// A membership proof: its form, and whether it holds for a page that nobody can prove anything about.
pub fn proof(bytes: &[u8]) -> bool {
    let Ok(proof) = Proof::from_bytes(bytes) else { return false };
    assert_eq!(proof.to_bytes(), bytes);
    assert!(PAGE.iter().all(|about| about.verify(&proof).is_err()));
    true
}

/// A body and the proof that authorises it.
pub fn proven(bytes: &[u8]) -> bool {
    let Ok(proven) = Proven::decode(bytes) else { return false };
    assert_eq!(*proven.to_bytes(), bytes);
    true
}

/// A study, and a list of them, signed by its server.
pub fn studies(bytes: &[u8]) -> bool {
    let study = Study::from_bytes(bytes).inspect(|study| assert_eq!(study.to_bytes(), bytes));
    let signed = signed("twoken/v1/studies", bytes);
    let list = Studies::decode_verified(&signed, &verifying(), NOW).inspect(|list| {
        assert!(list.all().iter().all(|study| list.get(&study.id()) == Some(study)));
        let key = SigningKey::from_bytes(&KEY.to_bytes());
        assert_eq!(Studies::sign(list.all(), list.signed_at(), &key).expect("as it was read"), signed);
    });
    study.is_ok() || list.is_ok()
}

/// What a study is told of a contact.
pub fn report(bytes: &[u8]) -> bool {
    Report::decode(bytes).inspect(|report| assert_eq!(report.to_bytes(), bytes)).is_ok()
}

/// What takes a report back.
pub fn withdrawal(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Withdrawal>(bytes).is_ok()
}

/// An entries file whose pages are those that were signed, whatever they hold; in pieces.
pub fn pages(bytes: &[u8]) -> bool {
    let mut header = BATCH.header.header().clone();
    header.page_digests = bytes.chunks(PAGE_BYTES).map(Digest::of).collect();
    header.entries = u32::try_from(header.pages() * 256).unwrap_or(u32::MAX);
    let compare = |header: &Header, piece: usize| {
        let mut whole = Whole::new(&Matcher::from_diary(&Diary::default()), header)?;
        bytes.chunks(piece).try_for_each(|piece| whole.feed(piece))?;
        whole.finish(NOW)
    };
    let accepted = compare(&header, usize::MAX).is_ok();
    assert_eq!(compare(&header, 1000).is_ok(), accepted);
    accepted || private_pages(bytes)
}

/// The same bytes as tags alone.
fn private_pages(bytes: &[u8]) -> bool {
    let mut header = BATCH.header.header().clone();
    (header.mode, header.blinding_key) = (Mode::Private, Some(DayKey::generate(&mut rng()).public()));
    header.page_digests = bytes.chunks(PRIVATE_PAGE_BYTES).map(Digest::of).collect();
    header.entries = u32::try_from(header.pages() * 256).unwrap_or(u32::MAX);
    let Ok(pages) = Pages::verify(&header, bytes.to_vec()) else { return false };
    assert!(pages.tags().is_sorted_by(|a, b| a < b) && pages.entries().next().is_none());
    true
}

/// A filter of as many entries as its first byte says, and, at its full size, of a batch of nine pages.
pub fn filter(bytes: &[u8]) -> bool {
    let Some((entries, rest)) = bytes.split_first() else { return false };
    let entries = u32::from(*entries) + 1;
    let read = |piece: usize| {
        let (mut decoder, mut values) = (Decoder::new(entries), Vec::new());
        rest.chunks(piece).try_for_each(|piece| decoder.feed(piece, |value| values.push(value)))?;
        decoder.finish().map(|()| values)
    };
    let values = read(usize::MAX);
    assert_eq!(values, read(1));
    if let Ok(values) = &values {
        assert!(values.len() == entries as usize && values.is_sorted() && rest.len() <= max_bytes(entries));
    }
    let mut header = BATCH.header.header().clone();
    header.filter_digest = Digest::of(bytes);
    let mut by_filter =
        ByFilter::new(&Matcher::from_diary(&Diary::default()), &header, rng()).expect("nine pages");
    if by_filter.feed(bytes).is_ok()
        && let Ok(asked) = by_filter.finish()
    {
        assert_eq!(asked.pages().len(), 4);
    }
    values.is_ok()
}

/// What the device has stored, and what its threads send to each other.
pub fn records(bytes: &[u8]) -> bool {
    let ring = KeyRing::from_bytes(bytes).inspect(|ring| assert_eq!(ring.to_bytes().as_slice(), bytes));
    let row = Encounter::from_cbor(bytes).inspect(|row| assert_eq!(row.to_cbor(), bytes));
    let pending =
        Pending::from_bytes(bytes).inspect(|pending| assert_eq!(pending.to_bytes().as_slice(), bytes));
    let matcher =
        Matcher::from_bytes(bytes).inspect(|matcher| assert_eq!(matcher.to_bytes().as_slice(), bytes));
    let found = minicbor::decode::<Vec<Match>>(bytes);
    let found_on = FoundOn::from_bytes(bytes).inspect(|found| assert_eq!(found.to_bytes(), bytes));
    let emissions =
        Emissions::from_bytes(bytes).inspect(|emissions| assert_eq!(emissions.to_bytes().as_slice(), bytes));
    let waiting =
        Waiting::from_bytes(bytes).inspect(|waiting| assert_eq!(waiting.to_bytes().as_slice(), bytes));
    let sets = DaySets::from_bytes(bytes).inspect(|sets| assert_eq!(sets.to_bytes(), bytes));
    let hits = Hits::from_bytes(bytes).inspect(|hits| assert_eq!(hits.to_bytes().as_slice(), bytes));
    let question = Question::from_bytes(bytes).inspect(|question| {
        // What stands there twice is asked for once.
        let again = Question::from_bytes(&question.to_bytes()).expect("what was written");
        assert_eq!(again.set_size(), question.set_size());
    });
    let private = waiting.is_ok() || sets.is_ok() || hits.is_ok() || question.is_ok();
    private
        || emissions.is_ok()
        || ring.is_ok()
        || row.is_ok()
        || pending.is_ok()
        || matcher.is_ok()
        || found.is_ok()
        || found_on.is_ok()
}

/// Regions, days, base64url, hexadecimal: each has one form.
pub fn text(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let region = text.parse::<RegionId>().inspect(|region| assert_eq!(region.as_str(), text));
    let day = text.parse::<Day>().inspect(|day| assert_eq!(day.to_string(), text));
    let base64 = codec::from_base64url(text).inspect(|bytes| assert_eq!(codec::to_base64url(bytes), text));
    let hex = codec::from_hex(text).inspect(|bytes| assert_eq!(codec::to_hex(bytes), text));
    region.is_ok() || day.is_ok() || base64.is_ok() || hex.is_ok()
}
