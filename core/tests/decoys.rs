//! Claim 34, as far as the core alone can show it: a decoy is as long as what it stands for, reads as nothing else, opens to
//! nothing, and goes at times that say nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use twoken_core::decoy::{self, Shape};
use twoken_core::diary::Diary;
use twoken_core::permit::{Class, Pending, PermitHeader, PermitInfo, PermitKey};
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Mode, Status};
use twoken_core::tag::{Element, Entry};
use twoken_core::tan::Tan;
use twoken_core::tcn::{Emissions, TxPower};
use twoken_core::units::{Timestamp, Week};
use twoken_core::wire::{COVER_CLASSES, RegionId, SIZE_CLASSES, Upload, UploadBody};

/// 21 November 2026, 12:10:00 UTC.
const NOW: Timestamp = Timestamp::new(1_795_263_000);
const WEEK_MS: f64 = 604_800_000.0;

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

#[test]
fn claim_34_a_request_is_as_long_as_one_with_a_tan_in_every_week() {
    let mut rng = rng(1);
    for week in [0, 9, 10, 2968, u16::MAX].map(Week::new) {
        let real = Pending::new(&Tan::generate(&mut rng), Class::Patient, week, &mut rng).request().unwrap();
        let decoy = decoy::request(week, &mut rng).unwrap();
        let text = |request| serde_json::to_string(request).unwrap();
        assert_eq!(text(&decoy).len(), text(&real).len());
        // But for the TAN and the element the two are the same text.
        let blank = |text: String, tan: &str, blinded: &str| text.replace(tan, "-").replace(blinded, "-");
        assert_eq!(
            blank(text(&decoy), &decoy.tan, &decoy.blinded),
            blank(text(&real), &real.tan, &real.blinded)
        );
        assert!(decoy::is_marked(&decoy.tan) && !decoy::is_marked(&real.tan));
        assert_ne!(decoy.blinded, decoy::request(week, &mut rng).unwrap().blinded);
    }
}

/// Entries and nodes that fall into each class: the fewest, the most, and what lies beside.
fn counts() -> Vec<(usize, usize)> {
    let entries = [0, 1, 64, 65, 256, 257, 1024, 1025, 2048];
    let nodes = [0, 1, 64, 65, 256, 257, 1008];
    entries.iter().flat_map(|entries| nodes.iter().map(|nodes| (*entries, *nodes))).collect()
}

/// The length of a report with so many entries.
fn with_entries(count: usize, mode: Mode, rng: &mut ChaCha20Rng) -> usize {
    let region: RegionId = "root".parse().unwrap();
    let body = match mode {
        Mode::Open => {
            let entries = (0..count.max(1)).map(|_| Entry::dummy(rng)).collect();
            UploadBody::build_from_entries(entries, vec![], &region, rng)
        }
        Mode::Private => {
            let elements = (0..count.max(1)).map(|_| Element::dummy(rng)).collect();
            UploadBody::build_from_elements(elements, vec![], &region, rng)
        }
    };
    body.unwrap().as_bytes().len()
}

/// The body of a report of nothing but so many intervals, every other one.
fn with_cover(intervals: usize, mode: Mode, rng: &mut ChaCha20Rng) -> UploadBody {
    let mut emissions = Emissions::new();
    for nth in 0..intervals as u64 {
        emissions.emit(NOW.day().start().minus((nth + 1) * 1_200), TxPower::SCREEN, rng);
    }
    let chosen = Redaction::default().apply_with(&Diary::default(), &emissions);
    assert_eq!(chosen.cover().len(), intervals);
    let (region, status) = ("root".parse().unwrap(), Status::of_encounter(NOW.day(), Some(-2)).unwrap());
    let body = match mode {
        Mode::Open => UploadBody::build(&chosen, &status, &region, Degree::First, rng),
        Mode::Private => UploadBody::build_private(&chosen, &region, Degree::First, rng),
    };
    body.unwrap()
}

#[test]
fn claim_34_an_upload_is_as_long_as_a_report_of_every_size() {
    let mut rng = rng(2);
    for mode in [Mode::Open, Mode::Private] {
        for (entries, nodes) in counts() {
            let decoy = decoy::upload(Shape::of(entries, nodes), mode, NOW, &mut rng).unwrap();
            let cover = match nodes {
                0 => 0,
                _ => with_cover(nodes, mode, &mut rng).as_bytes().len() - with_entries(1, mode, &mut rng),
            };
            let report = with_entries(entries, mode, &mut rng) + cover;
            assert_eq!(decoy.body.len(), report, "{entries} entries, {nodes} nodes, {mode:?}");
            assert_eq!(decoy.header.len(), 90);
        }
    }
    // What one report cannot hold is as the largest that there is.
    assert_eq!(Shape::of(2049, 1009), Shape::of(2048, 1008));
    assert_eq!((Shape::of(0, 0).entries(), Shape::of(0, 0).nodes()), (64, None));
}

#[test]
fn claim_34_an_upload_begins_as_a_report_does_but_for_the_mark() {
    let mut rng = rng(3);
    for mode in [Mode::Open, Mode::Private] {
        let report = with_cover(1, mode, &mut rng);
        let decoy = decoy::upload(Shape::of(0, 1), mode, NOW, &mut rng).unwrap();
        let (decoy, report) = (&decoy.body, report.as_bytes());
        assert_eq!((decoy.len(), &decoy[..5], &decoy[21..26]), (report.len(), &report[..5], &report[21..26]));
        assert_eq!(&decoy[5..21], b"UUUUUUUUUUUUUUUU");
    }
}

#[test]
fn claim_34_a_decoys_keys_are_single_intervals_that_every_server_would_take() {
    let mut rng = rng(4);
    for (class, days, of_day) in [(64, 13, 4), (256, 13, 19), (1008, 13, 72)] {
        let decoy = decoy::upload(Shape::of(1, class), Mode::Open, NOW, &mut rng).unwrap();
        let report = decoy::unmarked(&decoy.body, &"root".parse().unwrap()).unwrap();
        let cover = Upload::decode(&report).unwrap().cover.unwrap().cover;
        assert_eq!(cover.intervals().count(), cover.len());
        assert_eq!(cover.days().len(), days);
        assert!(cover.days().iter().all(|(_, count)| *count == of_day));
        // Also a day later, should it not have reached the server before.
        for later in [0, 86_400] {
            cover.check_time(NOW.plus(later)).unwrap();
        }
    }
}

#[test]
fn claim_34_what_a_thrown_away_key_answers_opens_to_nothing() {
    let mut rng = rng(5);
    let (key, thrown_away) = (PermitKey::generate(&mut rng), PermitKey::generate(&mut rng));
    let info = PermitInfo { class: Class::Patient, week: NOW.week() };
    // Whoever asks with a blind of their own and the mark in the TAN's place gets what no pinned key has proved.
    let pending = Pending::new(&Tan::generate(&mut rng), Class::Patient, NOW.week(), &mut rng);
    let answer = thrown_away.evaluate(&pending.request().unwrap().blinded, info, &mut rng).unwrap();
    assert!(pending.finalize(&answer, &key.public()).is_err());
    // Nor does who does not look at the proof have anything: the server's own key does not take it.
    let permit = pending.finalize(&answer, &thrown_away.public()).unwrap();
    let body = UploadBody::build_from_entries(
        vec![Entry::dummy(&mut rng)],
        vec![],
        &"root".parse().unwrap(),
        &mut rng,
    );
    let sent = permit.authorise(body.unwrap());
    let header = PermitHeader::decode(&sent.header).unwrap();
    assert!(key.verify(&header, &sent.body).is_err());
    assert!(thrown_away.verify(&header, &sent.body).is_ok());
    // A decoy's own header is a permit of nobody's.
    let decoy = decoy::upload(Shape::of(0, 0), Mode::Open, NOW, &mut rng).unwrap();
    let header = PermitHeader::decode(&decoy.header).unwrap();
    assert!(key.verify(&header, &decoy.body).is_err() && header.info == info);
}

#[test]
fn claim_34_no_report_reads_as_a_decoy_however_it_was_damaged() {
    let mut rng = rng(6);
    let region: RegionId = "u".repeat(16).parse().unwrap();
    let body = UploadBody::build_from_entries(vec![Entry::dummy(&mut rng)], vec![], &region, &mut rng);
    let body = body.unwrap().as_bytes().to_vec();
    assert!(!decoy::is_upload(&body), "sixteen small letters are a region");
    for at in 0..32 {
        for value in 0..=u8::MAX {
            let mut damaged = body.clone();
            damaged[at] = value;
            assert!(!decoy::is_upload(&damaged));
        }
    }
    // And no decoy as a report: it takes all sixteen letters to make a region of its mark.
    let decoy = decoy::upload(Shape::of(0, 0), Mode::Open, NOW, &mut rng).unwrap();
    assert!(UploadBody::from_bytes(decoy.body.clone()).is_err());
    for at in 5..21 {
        for value in 0..=u8::MAX {
            let mut damaged = decoy.body.clone();
            damaged[at] = value;
            assert!(Upload::decode(&damaged).is_err());
        }
    }
}

/// The largest distance between a sample's distribution and `1 − e^(−x)`, in units of 1/√n (Kolmogorov, 1933): above 1.95 once
/// in a thousand times.
fn distance(mut sample: Vec<f64>) -> f64 {
    sample.sort_by(f64::total_cmp);
    let count = sample.len() as f64;
    let at = |(nth, x): (usize, &f64)| {
        let expected = 1.0 - (-x).exp();
        (expected - nth as f64 / count).abs().max((expected - (nth + 1) as f64 / count).abs())
    };
    sample.iter().enumerate().map(at).fold(0.0, f64::max) * count.sqrt()
}

#[test]
fn claim_34_pauses_are_exponential_with_the_mean_that_the_server_states() {
    for (seed, per_week) in [(7, 1), (8, 7), (9, 168), (10, 10_080)] {
        let mut rng = rng(seed);
        let mean = WEEK_MS / f64::from(per_week);
        let pauses: Vec<_> =
            (0..20_000).map(|_| decoy::pause_ms(per_week, &mut rng).unwrap() as f64 / mean).collect();
        let found = distance(pauses);
        assert!(found < 1.95, "{per_week} a week: {found}");
        // The test can fail: a tenth more between them is seen at once.
        let slower: Vec<_> =
            (0..20_000).map(|_| decoy::pause_ms(per_week, &mut rng).unwrap() as f64 / mean * 1.1).collect();
        assert!(distance(slower) > 1.95);
    }
    assert_eq!(decoy::pause_ms(0, &mut rng(11)), None);
}

/// Of those who have waited for a while already the rest of the wait is as that of all others: closing the app for a while
/// changes nothing.
#[test]
fn claim_34_a_pause_has_no_memory() {
    let mut rng = rng(12);
    let mean = WEEK_MS / 7.0;
    let all = (0..60_000).map(|_| decoy::pause_ms(7, &mut rng).unwrap() as f64 / mean);
    let rest: Vec<_> = all.filter(|pause| *pause > 1.0).map(|pause| pause - 1.0).collect();
    assert!((21_000..23_200).contains(&rest.len()), "e⁻¹ of all, not {}", rest.len());
    assert!(distance(rest) < 1.95);
}

#[test]
fn every_class_is_one_that_a_report_can_have() {
    for (entries, nodes) in counts() {
        let shape = Shape::of(entries, nodes);
        assert!(SIZE_CLASSES.contains(&shape.entries()));
        assert!(shape.nodes().is_none_or(|nodes| COVER_CLASSES.contains(&nodes)));
        assert_eq!(shape.nodes().is_some(), nodes > 0);
    }
}
