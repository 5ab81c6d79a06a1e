//! What a patient hands over: keys in an upload, or in a key code for staff.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests")]

#[path = "one_way/phone.rs"]
mod phone;

use phone::{NOON, Phone, encounters, rng, status, tcns};
use twoken_core::codec;
use twoken_core::diary::{Encounter, EncounterId};
use twoken_core::redaction::Redaction;
use twoken_core::status::Degree;
use twoken_core::tag::Entry;
use twoken_core::tcn::{Emissions, TxPower};
use twoken_core::wire::{self, Collector, Handover, HandoverError, Progress, Upload, UploadBody};

/// A patient who met ten people both ways and emitted on every day of a fortnight.
fn patient(emitted: u64) -> Phone {
    let mut anna = Phone::new(1, true);
    for other in 0..10 {
        let mut other = Phone::new(100 + other, false);
        let shown = other.shows(NOON);
        anna.hears(&shown, NOON);
    }
    for step in 0..emitted {
        // Every other interval: the most nodes.
        anna.emissions.emit(NOON.minus(step * 1200), TxPower::SCREEN, &mut rng(step));
    }
    anna
}

#[test]
fn claim_17_a_cover_has_one_of_three_sizes_in_an_upload() {
    let region = "root".parse().unwrap();
    for (emitted, nodes) in [(1, 64), (64, 64), (65, 256), (257, 1008), (900, 1008)] {
        let anna = patient(emitted);
        let chosen = anna.chosen(&Redaction::default());
        let body = UploadBody::build(&chosen, &status(), &region, Degree::First, &mut rng(1)).unwrap();
        assert!((5403 + nodes * 20..5403 + nodes * 20 + 20).contains(&body.as_bytes().len()), "{emitted}");
        let upload = Upload::decode(body.as_bytes()).unwrap();
        let report = upload.cover.unwrap();
        assert_eq!(report.cover.to_bytes(), chosen.cover().to_bytes());
        assert!(report.status == status());
        assert_eq!((upload.entries.len(), upload.tcn_entries.is_none()), (64, true));
    }
}

#[test]
fn keys_that_are_too_old_leave_a_body_of_which_nothing_was_sent() {
    let mut anna = patient(0);
    for days in [13, 12, 3] {
        anna.emissions.emit(NOON.minus(days * 86_400), TxPower::SCREEN, &mut rng(days));
    }
    let region = "root".parse().unwrap();
    let chosen = anna.chosen(&Redaction::default());
    let body = UploadBody::build(&chosen, &status(), &region, Degree::First, &mut rng(1)).unwrap();
    assert!(body.without_keys_before(Emissions::oldest_day(NOON)).unwrap().is_none());
    // Two days later the first two are past retention; a server would refuse all of it.
    let later = NOON.plus(2 * 86_400);
    assert!(chosen.cover().check_time(later).is_err());
    let kept = body.without_keys_before(Emissions::oldest_day(later)).unwrap().unwrap();
    assert_eq!(body.cover().unwrap().unwrap().intervals().count(), 3);
    let (before, after) =
        (Upload::decode(body.as_bytes()).unwrap(), Upload::decode(kept.as_bytes()).unwrap());
    let cover = after.cover.unwrap();
    assert_eq!(cover.cover.check_time(later), Ok(()));
    assert!(cover.cover.intervals().eq([NOON.minus(3 * 86_400).interval()]));
    assert!(before.entries == after.entries && cover.status == status());
    // In the end none is left, and the body is one without keys.
    let none = kept.without_keys_before(NOON.day()).unwrap().unwrap();
    assert_eq!((none.cover().unwrap().is_none(), none.as_bytes().len()), (true, 5403));
    assert!(none.without_keys_before(NOON.day().next()).unwrap().is_none());
}

#[test]
fn claim_19_a_body_of_which_nothing_was_sent_is_made_anew_without_an_encounter() {
    let mut anna = patient(0);
    for hours in [0, 5, 9] {
        anna.emissions.emit(NOON.minus(hours * 3600), TxPower::SCREEN, &mut rng(hours));
    }
    let region = "root".parse().unwrap();
    let chosen = anna.chosen(&Redaction::default());
    let before = UploadBody::build(&chosen, &status(), &region, Degree::First, &mut rng(1)).unwrap();
    let left_out = *anna.diary.iter().next().unwrap().pairings()[0].reported_tag();
    let fewer = [NOON.minus(5 * 3600).interval()].into_iter().collect();
    let after = before.without(&[left_out], &anna.emissions.cover(&fewer), &mut rng(2)).unwrap();
    let (one, other) =
        (Upload::decode(before.as_bytes()).unwrap(), Upload::decode(after.as_bytes()).unwrap());
    let kept: Vec<_> = one.entries.iter().filter(|entry| entry.tag != left_out).collect();
    assert_eq!((one.entries.len(), kept.len(), other.entries.len()), (64, 63, 64));
    assert!(kept.iter().all(|entry| other.entries.contains(entry)));
    assert!(other.entries.iter().all(|entry| entry.tag != left_out));
    let report = other.cover.unwrap();
    assert!(report.cover.intervals().eq(fewer) && report.status == status());
    // Without any key left it is a body without keys, and none is put into one that had none.
    let none = after.without(&[], &Emissions::new().cover(&[].into()), &mut rng(3)).unwrap();
    assert_eq!((none.cover().unwrap().is_none(), none.as_bytes().len()), (true, 5403));
    assert!(none.without(&[], chosen.cover(), &mut rng(4)).unwrap().cover().unwrap().is_none());
}

#[test]
fn claim_18_keys_and_entries_made_of_keys_do_not_travel_together() {
    let chosen = patient(3).chosen(&Redaction::default());
    let region: wire::RegionId = "root".parse().unwrap();
    let by_staff =
        UploadBody::build_from_entries(encounters(&chosen), tcns(&chosen), &region, &mut rng(1)).unwrap();
    let upload = Upload::decode(by_staff.as_bytes()).unwrap();
    assert_eq!((upload.entries.len(), upload.tcn_entries.unwrap().len()), (64, 64));
    assert!(upload.cover.is_none());
    // The cover's map, spliced in before the entries of staff.
    let own = UploadBody::build(&chosen, &status(), &region, Degree::First, &mut rng(1)).unwrap();
    let cut = 5403;
    let mut both = own.as_bytes().to_vec();
    assert_eq!(both[0], 0xa5);
    both[0] = 0xa6;
    both.extend_from_slice(&by_staff.as_bytes()[cut..]);
    assert_eq!(Upload::decode(&both).err(), Some(wire::Error::BothTcn));
}

#[test]
fn a_key_code_is_put_together_in_any_order_and_says_no_more_than_was_chosen() {
    let anna = patient(400);
    let chosen = anna.chosen(&Redaction::default());
    let codes = Handover::codes(&chosen).unwrap();
    let mut texts: Vec<_> = codes.codes().collect();
    // What the page shows of it beforehand stands in the codes.
    let frames = codes.codes().flat_map(|text| codec::from_base32(&text[12..]).unwrap()[11..].to_vec());
    let carried: Vec<u8> = frames.collect();
    assert_eq!(carried.len(), codes.bytes());
    assert_eq!(codes.encounters().count(), 10);
    let nodes = chosen.cover().nodes().iter().map(|node| node.to_bytes().to_vec());
    for line in codes.encounters().map(<[u8]>::to_vec).chain(nodes) {
        assert!(carried.windows(line.len()).any(|bytes| bytes == line));
    }
    assert_eq!((texts.len(), codes.len()), (11, 11));
    assert!(texts.iter().all(|text| text.len() <= 12 + 1280
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')));
    texts.reverse();
    let mut collector = Collector::default();
    // Half of another patient's comes first.
    let other = Handover::codes(&patient(60).chosen(&Redaction::default())).unwrap();
    assert!(matches!(collector.take(&other.codes().next().unwrap()), Ok(Progress::Partial { read: 1, .. })));
    let mut whole = None;
    for (nth, text) in texts.iter().enumerate() {
        for _ in 0..2 {
            match collector.take(text).unwrap() {
                Progress::Partial { read, count } => assert_eq!((read, count), (nth + 1, 11)),
                Progress::Whole(handover) => {
                    whole = Some(handover);
                    break;
                }
                Progress::Refused(error) => panic!("{error}"),
            }
        }
    }
    let handover = whole.unwrap();
    assert_eq!((handover.encounters(), handover.cover().intervals().count()), (10, 400));
    assert_eq!(Handover::from_bytes(&handover.to_bytes()).unwrap().transfer(), handover.transfer());
    let (made, regenerated) = handover.entries(&status(), &mut rng(3)).unwrap();
    let tags = |entries: &[Entry]| entries.iter().map(|entry| entry.tag).collect::<Vec<_>>();
    assert_eq!(tags(&made), tags(&encounters(&chosen)));
    assert_eq!(tags(&regenerated), tags(&tcns(&chosen)));
}

#[test]
fn a_key_code_tells_no_order_of_meetings_and_no_encounter_twice() {
    let mut anna = patient(0);
    let met: Vec<_> =
        anna.diary.iter().flat_map(Encounter::pairings).map(|pairing| *pairing.reported_tag()).collect();
    assert!(!met.is_sorted(), "the diary's order would tell nothing here");
    let mut twin = anna.diary.iter().next().unwrap().clone();
    twin.id = EncounterId::new([7; 16]);
    anna.diary.insert(twin);
    let codes = Handover::codes(&anna.chosen(&Redaction::default())).unwrap();
    let lines: Vec<_> = codes.encounters().map(|line| line[..32].to_vec()).collect();
    assert!(lines.is_sorted_by(|one, next| one < next));
    assert_eq!(lines.len(), met.len());
    assert!(met.iter().all(|tag| lines.iter().any(|line| line == tag.as_bytes())));
    let whole = codes.codes().find_map(|code| match Collector::default().take(&code).unwrap() {
        Progress::Whole(whole) => Some(whole.encounters()),
        Progress::Partial { .. } | Progress::Refused(_) => None,
    });
    assert_eq!(whole, Some(met.len()));
}

#[test]
fn a_key_code_of_another_kind_version_or_damaged_is_told_apart() {
    let codes = Handover::codes(&patient(3).chosen(&Redaction::default())).unwrap();
    let text = codes.codes().next().unwrap().to_string();
    let take = |text: &str| match Collector::default().take(text) {
        Err(error) | Ok(Progress::Refused(error)) => Some(error),
        Ok(_) => None,
    };
    assert_eq!(take(&format!(" {}\r\n", text.to_lowercase())), None, "a scanner that types");
    for other in ["", "https://twoken.example/#m=AQ", "TWOKEN-KEY-AA", "0123-4567"] {
        assert_eq!(take(other), Some(HandoverError::NotKeys), "{other}");
    }
    let frame = |bytes: &[u8]| format!("TWOKEN-KEYS-{}", codec::to_base32(bytes));
    let bytes = codec::from_base32(&text[12..]).unwrap();
    let changed = |at: usize, to: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = to;
        frame(&bytes)
    };
    assert_eq!(take(&changed(0, 2)), Some(HandoverError::Version(2)));
    for damaged in [
        changed(5, 0),
        changed(9, 1),
        changed(10, 0),
        changed(40, 0x55),
        frame(&bytes[..11]),
        frame(&[1; 801]),
    ] {
        assert_eq!(take(&damaged), Some(HandoverError::Damaged));
    }
    assert_eq!(take(&text[..text.len() - 2]), Some(HandoverError::Damaged));
    assert_eq!(
        Handover::codes(&Phone::new(1, true).chosen(&Redaction::default())).err(),
        Some(HandoverError::Nothing)
    );
}

#[test]
fn what_a_scanner_types_in_another_layout_is_undone_or_told() {
    let codes = Handover::codes(&patient(80).chosen(&Redaction::default())).unwrap();
    let typed = |layout: fn(char) -> char, text: &str| text.chars().map(layout).collect::<String>();
    let german = |symbol| match symbol {
        'Y' => 'z',
        'Z' => 'y',
        '-' => 'ß',
        symbol => symbol.to_ascii_lowercase(),
    };
    let french = |symbol| match symbol {
        'A' => 'Q',
        'Q' => 'A',
        'W' => 'Z',
        'Z' => 'W',
        '-' => ')',
        symbol => symbol,
    };
    let read = |typed: &dyn Fn(&str) -> String| {
        let mut collector = Collector::default();
        codes.codes().map(|code| collector.take(&typed(&code))).last().unwrap()
    };
    assert!(codes.codes().any(|code| code[12..].contains('Y') && code[12..].contains('Z')));
    assert!(matches!(read(&|code| typed(german, code)), Ok(Progress::Whole(_))));
    assert!(matches!(read(&|code| format!("]Q1{code}\r")), Ok(Progress::Whole(_))), "its identifier");
    assert!(matches!(read(&|code| format!("+q1{}\n", typed(german, code))), Ok(Progress::Whole(_))));
    assert_eq!(read(&|code| typed(french, code)).err(), Some(HandoverError::Layout));
    // Digits elsewhere too: the layout is to blame, not the patient.
    let czech = |code: &str| typed(german, code).replace('2', "ě");
    assert_eq!(read(&czech).err(), Some(HandoverError::Layout));
}

#[test]
fn a_whole_that_is_refused_may_come_once_more() {
    let codes = Handover::codes(&patient(80).chosen(&Redaction::default())).unwrap();
    let texts: Vec<_> = codes.codes().map(|code| code.to_string()).collect();
    assert!(texts.len() > 1);
    let mut damaged = texts.clone();
    let at = damaged[0].len() - 9;
    let other = if damaged[0].as_bytes()[at] == b'A' { "B" } else { "A" };
    damaged[0].replace_range(at..=at, other);
    let mut collector = Collector::default();
    let last = |collector: &mut Collector, texts: &[String]| {
        texts.iter().map(|text| collector.take(text).unwrap()).last().unwrap()
    };
    assert!(matches!(last(&mut collector, &damaged), Progress::Refused(HandoverError::Damaged)));
    let refused = *collector.transfer();
    assert!(matches!(collector.take(&texts[0]), Ok(Progress::Partial { read: 1, .. })));
    assert_eq!(*collector.transfer(), refused);
    assert!(matches!(last(&mut collector, &texts), Progress::Whole(whole) if *whole.transfer() == refused));
}
