//! From the diary to an exposure: redaction, upload, sealing, matching.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index as Pick;
use twoken_core::batch::{Error, Header, PAGE_BYTES, Pages, Pool, SignedHeader, seal};
use twoken_core::diary::{Diary, EncounterId};
use twoken_core::matching::{Match, Matcher, Whole};
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Scheme, Status};
use twoken_core::tag::Entry;
use twoken_core::units::{Minutes, Timestamp};
use twoken_core::wire::{Digest, SIZE_CLASSES, SigningKey, Upload, UploadBody};

use crate::support::people::{Person, meeting};
use crate::support::rng::keystream;

const NOW: Timestamp = Timestamp::new(1_795_271_460);

/// A tenth of the usual number of cases: each is many group operations.
fn few() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.div_ceil(10), ..usual }
}

fn ids(diary: &Diary) -> Vec<EncounterId> {
    diary.iter().map(|row| row.id).collect()
}

/// What a device finds in a batch that comes in pieces.
fn matched(matcher: &Matcher, header: &Header, file: &[u8], piece: usize) -> Vec<Match> {
    let mut whole = Whole::new(matcher, header).unwrap();
    file.chunks(piece).for_each(|piece| whole.feed(piece).unwrap());
    whole.finish(NOW.plus(5)).unwrap()
}

/// What a person may do to a selection, in any order.
#[derive(Clone, Debug)]
enum Act {
    One(Pick, bool),
    Day(u16, bool),
    Label(u8, bool),
    Range(u64, u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        (any::<Pick>(), any::<bool>()).prop_map(|(which, out)| Act::One(which, out)),
        (0_u16..3, any::<bool>()).prop_map(|(day, out)| Act::Day(day, out)),
        (0_u8..3, any::<bool>()).prop_map(|(label, out)| Act::Label(label, out)),
        (0_u64..260_000, 0_u64..100_000).prop_map(|(from, length)| Act::Range(from, length)),
    ];
    prop::collection::vec(act, 0..8)
}

fn label(number: u8) -> Option<&'static str> {
    [None, Some("work"), Some("choir")][usize::from(number)]
}

/// Rows over three days, with labels and durations.
fn diary(rows: &[(u64, u8, u16)]) -> Diary {
    let (template, _) = meeting("redacted", rows.len(), NOW);
    let mut diary = Diary::default();
    for (row, (offset, number, minutes)) in template.diary.iter().zip(rows) {
        let mut row = row.clone();
        (row.first_seen, row.last_seen) = (NOW.plus(*offset), NOW.plus(*offset + 60));
        row.set_label(label(*number)).unwrap();
        row.set_minutes(Some(Minutes::new(*minutes)));
        diary.insert(row);
    }
    diary
}

/// A span of time leaves out what touches it, both ends included, and nothing a second away.
#[test]
fn a_range_includes_both_its_ends() {
    let diary = diary(&[(1_000, 0, 10)]);
    let (begins, ends) = (NOW.plus(1_000), NOW.plus(1_600));
    for (from, to, left_out) in [
        (begins.minus(50), begins.minus(1), 0),
        (begins.minus(50), begins, 1),
        (begins.plus(1), begins.plus(2), 1),
        (ends, ends.plus(50), 1),
        (ends.plus(1), ends.plus(50), 0),
    ] {
        let mut redaction = Redaction::default();
        redaction.leave_out_range(&diary, from, to);
        assert_eq!(redaction.counts(&diary).left_out, left_out, "{from:?} to {to:?}");
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn counts_are_what_is_shared(
        rows in prop::collection::vec((0_u64..259_200, 0_u8..3, 1_u16..300), 1..12), acts in acts(),
    ) {
        let diary = diary(&rows);
        let mut redaction = Redaction::default();
        let mut out: BTreeSet<EncounterId> = BTreeSet::new();
        let mut set = |ids: Vec<EncounterId>, leave_out: bool| for id in ids {
            if leave_out { out.insert(id); } else { out.remove(&id); }
        };
        for act in acts {
            let which = |keep: &dyn Fn(&twoken_core::diary::Encounter) -> bool| -> Vec<EncounterId> {
                diary.iter().filter(|row| keep(row)).map(|row| row.id).collect()
            };
            match act {
                Act::One(pick, leave_out) => {
                    let id = *pick.get(&ids(&diary));
                    if leave_out { redaction.leave_out(id) } else { redaction.share(&id) }
                    set(vec![id], leave_out);
                }
                Act::Day(offset, leave_out) => {
                    let day = NOW.plus(u64::from(offset) * 86_400).day();
                    if leave_out { redaction.leave_out_day(&diary, day) } else { redaction.share_day(&diary, day) }
                    set(which(&|row| row.day() == day), leave_out);
                }
                Act::Label(number, leave_out) => {
                    let label = label(number);
                    if leave_out { redaction.leave_out_label(&diary, label) } else { redaction.share_label(&diary, label) }
                    set(which(&|row| row.label() == label), leave_out);
                }
                Act::Range(from, length) => {
                    let (from, to) = (NOW.plus(from), NOW.plus(from + length));
                    redaction.leave_out_range(&diary, from, to);
                    set(which(&|row| {
                        let until = row.first_seen.plus(u64::from(row.duration().get()) * 60).max(row.last_seen);
                        row.first_seen <= to && until >= from
                    }), true);
                }
            }
        }
        prop_assert_eq!(redaction.ids().copied().collect::<BTreeSet<_>>(), out.clone());
        let counts = redaction.counts(&diary);
        prop_assert_eq!((counts.shared, counts.left_out), (diary.len() - out.len(), out.len()));
        let chosen = redaction.apply(&diary);
        prop_assert_eq!(chosen.len(), counts.shared);
        let by_day: usize = diary.days().iter().map(|(day, _)| redaction.day_counts(&diary, *day).shared).sum();
        let by_label: usize =
            (0..3).map(|number| redaction.label_counts(&diary, label(number)).left_out).sum();
        prop_assert_eq!((by_day, by_label), (counts.shared, counts.left_out));

        // What goes is exactly the tags of what is not left out.
        let status = Status::of_encounter(NOW.day(), None).unwrap();
        let entries = chosen.entries(&status, Degree::First, &mut keystream([1; 32]));
        let sent: BTreeSet<_> = entries.iter().map(|entry| entry.tag).collect();
        let kept = diary.iter().filter(|row| !out.contains(&row.id));
        let expected: BTreeSet<_> = kept.flat_map(|row| row.pairings()).map(|pairing| *pairing.reported_tag()).collect();
        prop_assert_eq!(sent.len(), chosen.entries_len());
        prop_assert_eq!(sent, expected);
    }

    #[test]
    fn claim_17_uploads_have_four_sizes_and_hold_what_was_chosen(count in 1_usize..12, seed: [u8; 32]) {
        let (person, _) = meeting("reporter", count, NOW);
        let chosen = Redaction::default().apply(&person.diary);
        let status = Status::of_encounter(NOW.day(), Some(0)).unwrap();
        let region = "root".parse().unwrap();
        let body = UploadBody::build(&chosen, &status, &region, Degree::First, &mut keystream(seed)).unwrap();
        assert_eq!(UploadBody::from_bytes(body.as_bytes().to_vec()).unwrap().as_bytes(), body.as_bytes());
        let upload = Upload::decode(body.as_bytes()).unwrap();
        prop_assert_eq!((&upload.region, upload.degree), (&region, Degree::First));
        prop_assert!(SIZE_CLASSES.contains(&upload.entries.len()));
        let tags: BTreeSet<_> = upload.entries.iter().map(|entry| entry.tag).collect();
        let mut reported = person.diary.iter().flat_map(|row| row.pairings());
        prop_assert!(reported.all(|pairing| tags.contains(pairing.reported_tag())));
    }

    /// Several people's reports, strangers' entries and copies with garbage, in any order: each contact finds exactly
    /// what was planted for them, and the reporter nothing.
    #[test]
    fn matching_finds_exactly_the_planted_tags(
        left_out in prop::collection::vec(any::<bool>(), 1..6), strangers in 0_usize..300, garbage: bool,
        seed: [u8; 32], onset in prop::option::of(-14_i8..=14), second: bool, shuffle: u64,
        piece in 1_usize..50_000,
    ) {
        let (reporter, contacts) = meeting("reporter", left_out.len(), NOW);
        let degree = if second { Degree::Second } else { Degree::First };
        let mut redaction = Redaction::default();
        // The diary is newest first and all met at one moment, so contacts are found by their tags.
        let row_of = |contact: &Person| {
            let received: BTreeSet<_> =
                contact.diary.iter().flat_map(|row| row.pairings()).map(|pairing| *pairing.received_tag()).collect();
            let shares = |row: &&twoken_core::diary::Encounter| {
                row.pairings().iter().any(|pairing| received.contains(pairing.reported_tag()))
            };
            reporter.diary.iter().find(shares).unwrap().id
        };
        for (contact, out) in contacts.iter().zip(&left_out) {
            if *out { redaction.leave_out(row_of(contact)); }
        }
        let mut rng = keystream(seed);
        let status = Status::of_encounter(NOW.day(), onset).unwrap();
        let real = redaction.apply(&reporter.diary).entries(&status, degree, &mut rng);
        let mut entries = real.clone();
        entries.extend((0..strangers).map(|_| Entry::dummy(&mut rng)));
        if garbage {
            // A copy of each tag with another status, and, for the other degree, a genuine one that must not open.
            entries.extend(real.iter().map(|entry| Entry { sealed: Entry::dummy(&mut rng).sealed, ..*entry }));
            let other = if second { Degree::First } else { Degree::Second };
            entries.extend(redaction.apply(&reporter.diary).entries(&status, other, &mut rng));
        }
        entries.extend_from_slice(&real);
        let turn = usize::try_from(shuffle % (entries.len().max(1) as u64)).unwrap();
        entries.rotate_left(turn);

        let key = SigningKey::generate(&mut rng);
        let pool = Pool { region: "root".parse().unwrap(), scheme: Scheme::Encounter, degree, entries };
        let batch = seal(pool, NOW, Digest::of(b"config"), &key, 1, &mut rng).unwrap();
        let signed = SignedHeader::decode_verified(batch.header.to_bytes(), &key.public()).unwrap();
        let header = signed.header();
        prop_assert_eq!(header.entries as usize % 256, 0);
        let pages = Pages::verify(header, batch.entries_file.clone()).unwrap();
        prop_assert_eq!(pages.entries().count(), header.entries as usize);
        prop_assert!(real.iter().all(|entry| pages.entries().any(|found| found == *entry)));

        for (contact, out) in contacts.iter().zip(&left_out) {
            let matcher = Matcher::from_bytes(&Matcher::from_diary(&contact.diary).to_bytes()).unwrap();
            let found = matched(&matcher, header, &batch.entries_file, piece);
            prop_assert_eq!(found.len(), usize::from(!out));
            for one in found {
                prop_assert!(contact.diary.get(&one.encounter).is_some());
                let exposure = one.exposure;
                prop_assert_eq!((exposure.degree, exposure.test_day, exposure.onset), (degree, NOW.day(), onset));
                prop_assert_eq!((exposure.found_at, exposure.batch), (NOW.plus(5), header.id));
            }
        }
        let own = Matcher::from_diary(&reporter.diary);
        prop_assert!(matched(&own, header, &batch.entries_file, piece).is_empty());

        let mut cut = batch.entries_file;
        cut.pop();
        let refused = Pages::verify(header, cut).unwrap_err();
        prop_assert_eq!(refused, Error::Size { expected: header.pages() * PAGE_BYTES, got: header.pages() * PAGE_BYTES - 1 });
    }
}
