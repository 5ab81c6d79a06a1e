//! One-way sensing from the screen to the warning: what was shown, what was heard, what it warns of and what is doubted.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests")]

#[path = "one_way/phone.rs"]
mod phone;

use std::collections::BTreeSet;

use phone::{NOON, Phone, encounters, rng, status, tcns};
use twoken_core::beacon::Payload;
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::Entry;
use twoken_core::tcn::{Cover, DayKey, Doubt, Emission, Emissions, Error, Sighting, TxPower};
use twoken_core::units::{Day, Interval, Timestamp};

#[test]
fn who_only_heard_is_warned_and_nobody_else() {
    let (mut anna, mut ben, mut eve) = (Phone::new(1, true), Phone::new(2, false), Phone::new(3, false));
    let shown = anna.shows(NOON);
    ben.hears(&shown, NOON);
    eve.hears(&anna.shows(NOON.plus(3600)), NOON.plus(3600));
    // Anna has recorded nobody: her encounters warn nobody, her cover warns both.
    let chosen = anna.chosen(&Redaction::default());
    assert_eq!((chosen.len(), chosen.cover().len()), (0, 2));
    assert_eq!(ben.checks(tcns(&chosen), Scheme::Tcn), 1);
    assert_eq!(ben.doubt(), None);
    // Without the hour in which Eve was there, she is not.
    let mut redaction = Redaction::default();
    redaction.leave_out_range(&anna.diary, NOON.plus(3000), NOON.plus(4200));
    assert_eq!(eve.checks(tcns(&anna.chosen(&redaction)), Scheme::Tcn), 0);
    assert_eq!(eve.checks(tcns(&chosen), Scheme::Tcn), 1);
}

#[test]
fn one_meeting_is_one_row_and_one_exposure_whichever_way_it_matched() {
    let (mut anna, mut ben) = (Phone::new(1, true), Phone::new(2, true));
    for minute in 0..4 {
        let at = NOON.plus(minute * 60);
        let shown = anna.shows(at);
        ben.hears(&shown, at);
        let shown = ben.shows(at);
        anna.hears(&shown, at);
    }
    assert_eq!((anna.diary.len(), ben.diary.len()), (1, 1));
    let row = ben.diary.iter().next().unwrap();
    assert_eq!((row.duration().get(), row.sightings().len(), row.both), (3, 1, true));
    let chosen = anna.chosen(&Redaction::default());
    assert_eq!(ben.checks(tcns(&chosen), Scheme::Tcn), 1);
    assert_eq!(ben.checks(encounters(&chosen), Scheme::Encounter), 0, "told already");
    assert!(ben.diary.iter().all(|row| row.exposure.is_some()));
    // A row with a sighting survives storage; so does an exposure with a doubt.
    let row = ben.diary.iter().next().unwrap();
    let stored = twoken_core::diary::Encounter::from_cbor(&row.to_cbor()).unwrap();
    assert_eq!(stored.to_cbor(), row.to_cbor());
    assert_eq!(stored.sightings()[0].tag(), row.sightings()[0].tag());
}

#[test]
fn claim_18_a_heard_tcn_among_encounter_entries_notifies_nobody() {
    let (mut anna, mut ben) = (Phone::new(1, true), Phone::new(2, false));
    let shown = anna.shows(NOON);
    ben.hears(&shown, NOON);
    // Mallory heard the same TCN, so she knows the tag and can even seal a status for it.
    let secret = shown.beacon.emission.as_ref().unwrap().tcn.secret(NOON.interval());
    let tag = secret.sole_claim().unwrap().tag();
    assert_eq!(&tag, ben.diary.iter().next().unwrap().sightings()[0].tag());
    let forged = |scheme| Entry {
        tag,
        sealed: status().seal(&secret.status_key(), scheme, Degree::First, &tag, &mut rng(5)),
    };
    assert_eq!(ben.checks(vec![forged(Scheme::Encounter)], Scheme::Encounter), 0);
    assert_eq!(ben.checks(vec![forged(Scheme::Tcn)], Scheme::Encounter), 0);
}

#[test]
fn claim_19_a_redacted_encounter_matches_by_neither_scheme() {
    // They scan each other some minutes apart, over a boundary, and either may be first.
    for (seed, minutes) in [(0, 0), (10, 8), (20, 9), (30, 2)] {
        let (mut anna, mut ben) = (Phone::new(seed + 1, true), Phone::new(seed + 2, false));
        let mut carla = Phone::new(seed + 3, false);
        let (first, second) = (NOON, NOON.plus(minutes * 60));
        ben.hears(&anna.shows(first), first);
        let shown = ben.shows(second);
        let row = anna.hears(&shown, second);
        carla.hears(&anna.shows(NOON.plus(7200)), NOON.plus(7200));
        let mut redaction = Redaction::default();
        redaction.leave_out(row);
        let chosen = anna.chosen(&redaction);
        assert_eq!(ben.checks(tcns(&chosen), Scheme::Tcn), 0, "{minutes} minutes apart");
        assert_eq!(ben.checks(encounters(&chosen), Scheme::Encounter), 0);
        assert_eq!(carla.checks(tcns(&chosen), Scheme::Tcn), 1);
        let all = anna.chosen(&Redaction::default());
        assert_eq!(ben.checks(tcns(&all), Scheme::Tcn), 1);
    }
}

#[test]
fn claim_20_a_code_without_one_way_contains_no_emission() {
    let mut anna = Phone::new(1, false);
    let shown = anna.shows(NOON);
    assert_eq!((shown.beacon.emission.is_none(), shown.encode().len()), (true, 78));
    assert!(anna.chosen(&Redaction::default()).is_empty());
    anna.one_way = true;
    let shown = anna.shows(NOON);
    assert_eq!((shown.beacon.emission.is_some(), shown.encode().len()), (true, 102));
    // What was shown once can be reported; intervals in which nothing was shown cannot.
    let everything = anna.chosen(&Redaction::default());
    assert!(everything.cover().intervals().eq([NOON.interval()]));
}

/// What becomes of a hearing whose emission was altered, or heard at another time.
fn doubt_of(alter: impl FnOnce(&mut [u8; 24]), late: i64) -> Option<Doubt> {
    let (mut anna, mut ben) = (Phone::new(1, true), Phone::new(2, false));
    let mut shown = anna.shows(NOON);
    let mut emission = shown.beacon.emission.as_ref().unwrap().to_bytes();
    alter(&mut emission);
    shown.beacon.emission = Some(Emission::from_bytes(&emission));
    ben.hears(&shown, Timestamp::new(NOON.seconds().checked_add_signed(late).unwrap()));
    assert_eq!(ben.checks(tcns(&anna.chosen(&Redaction::default())), Scheme::Tcn), 1);
    ben.doubt()
}

#[test]
fn claim_21_an_altered_or_retimed_emission_is_doubtful() {
    assert_eq!(doubt_of(|_| {}, 0), None);
    for bit in 16 * 8..24 * 8 {
        assert_eq!(doubt_of(|bytes| bytes[bit / 8] ^= 1 << (bit % 8), 0), Some(Doubt::Altered), "bit {bit}");
    }
    // Second 180 was shown, which stands for 180 to 189; each clock has its minute. A relay plays it again later, or claims
    // to have heard it before.
    for (late, doubt) in [
        (129, None),
        (130, Some(Doubt::Retimed)),
        (400, Some(Doubt::Retimed)),
        (-120, None),
        (-121, Some(Doubt::Retimed)),
    ] {
        assert_eq!(doubt_of(|_| {}, late), doubt, "{late} s");
    }
}

#[test]
fn a_relay_neither_makes_nor_destroys_what_was_really_heard() {
    let (mut anna, mut ben) = (Phone::new(1, true), Phone::new(2, false));
    let shown = anna.shows(NOON);
    ben.hears(&shown, NOON.plus(5));
    // The same code, photographed and shown again four minutes later, prolongs nothing that counts as seen.
    ben.hears(&shown, NOON.plus(240));
    let all = anna.chosen(&Redaction::default());
    assert_eq!(ben.checks(tcns(&all), Scheme::Tcn), 1);
    assert_eq!(ben.doubt(), None);
    let row = ben.diary.iter().next().unwrap();
    let key = all.cover().leaves().next().unwrap().metadata_key;
    let seen = row.sightings()[0].judge(&key).unwrap();
    assert_eq!((seen.first, seen.last), (NOON.plus(5), NOON.plus(5)));
    assert_eq!(row.duration().get(), 1, "four, had the replay counted");
    assert_eq!(row.exposure.unwrap().seen, Some(seen));
}

#[test]
fn clocks_that_meet_at_a_boundary_raise_no_doubt_whatever_the_second() {
    // Two minutes apart either way, the most at which two phones accept each other's codes.
    for phase in 0..10 {
        for late in [-120_i64, -110, -61, 61, 110, 120] {
            let (mut anna, mut ben) = (Phone::new(1, true), Phone::new(2, false));
            let sent = NOON.plus(phase);
            let shown = anna.shows(sent);
            ben.hears(&shown, Timestamp::new(sent.seconds().checked_add_signed(late).unwrap()));
            assert_eq!(ben.checks(tcns(&anna.chosen(&Redaction::default())), Scheme::Tcn), 1);
            assert_eq!(ben.doubt(), None, "second {phase}, {late} s apart");
        }
    }
}

#[test]
fn what_somebody_puts_there_beforehand_takes_no_room_from_what_is_heard_later() {
    let (mut anna, mut ben) = (Phone::new(1, true), Phone::new(2, false));
    let garbage = |shown: &Payload, nth: u64, at: Timestamp, ben: &mut Phone| {
        let mut emission = shown.beacon.emission.as_ref().unwrap().to_bytes();
        emission[16..].copy_from_slice(&nth.to_be_bytes());
        ben.hears(&shown.clone().with_emission(Emission::from_bytes(&emission)), at);
    };
    let shown = anna.shows(NOON);
    (0..300).for_each(|nth| garbage(&shown, nth, NOON, &mut ben));
    // The code that Anna shows herself, ten seconds later.
    let shown = anna.shows(NOON.plus(10));
    ben.hears(&shown, NOON.plus(10));
    assert_eq!(ben.checks(tcns(&anna.chosen(&Redaction::default())), Scheme::Tcn), 1);
    assert_eq!(ben.doubt(), None);
    // However long it goes on, a row stays small.
    for second in 0..420 {
        (0..10).for_each(|nth| garbage(&shown, second * 10 + nth, NOON.plus(second), &mut ben));
    }
    let row = ben.diary.iter().next().unwrap().to_cbor();
    assert!(row.len() < 8 << 10, "{} bytes", row.len());
}

#[test]
fn the_running_interval_is_reported_and_taken() {
    let mut anna = Phone::new(1, true);
    for now in [NOON.interval().start(), NOON, NOON.interval().end().minus(1)] {
        anna.shows(now);
        let cover = anna.chosen(&Redaction::default());
        assert_eq!(cover.cover().intervals().last(), Some(now.interval()), "whoever is there now is warned");
        // By a server whose clock is as far behind as a clock may be.
        assert_eq!(cover.cover().check_time(now.minus(60)), Ok(()));
    }
}

#[test]
fn a_report_without_doubt_replaces_a_doubtful_one() {
    let (mut anna, mut ben) = (Phone::new(1, true), Phone::new(2, false));
    let mut shown = anna.shows(NOON);
    let mut emission = shown.beacon.emission.as_ref().unwrap().to_bytes();
    emission[20] ^= 1;
    shown.beacon.emission = Some(Emission::from_bytes(&emission));
    ben.hears(&shown, NOON);
    let shown = ben.shows(NOON);
    anna.hears(&shown, NOON);
    let chosen = anna.chosen(&Redaction::default());
    assert_eq!(ben.checks(tcns(&chosen), Scheme::Tcn), 1);
    assert_eq!(ben.doubt(), Some(Doubt::Altered));
    assert_eq!(ben.checks(encounters(&chosen), Scheme::Encounter), 1, "the mutual token settles it");
    assert_eq!(ben.doubt(), None);
    assert_eq!(ben.checks(tcns(&chosen), Scheme::Tcn), 0, "and stays");
    assert_eq!(ben.doubt(), None);
}

#[test]
fn claim_04_a_stated_interval_is_the_one_used_and_a_bare_emission_near_a_boundary_counts_for_both() {
    let day_key = DayKey::new([9; 32]);
    let boundary = Timestamp::new(NOON.interval().start().seconds());
    let emission = |interval: Interval| {
        let leaf = day_key.leaf(interval);
        let metadata = twoken_core::tcn::Metadata { second: 0, tx_power: TxPower(-20) };
        Emission { tcn: leaf.tcn, metadata: metadata.seal(&leaf.metadata_key) }
    };
    let here = NOON.interval();
    let stated = Sighting::heard(&emission(here), here, boundary.minus(30)).unwrap();
    for (offset, intervals) in [(-61, 1), (-60, 2), (-1, 2), (0, 2), (60, 2), (61, 1), (300, 1)] {
        let at = Timestamp::new(boundary.seconds().checked_add_signed(offset).unwrap());
        let bare = Sighting::heard_bare(&emission(here), at).unwrap();
        assert_eq!(bare.len(), intervals, "{offset} s");
        let has_right_one = bare.iter().any(|sighting| sighting.tag() == stated.tag());
        assert_eq!(has_right_one, here.is_accepted_at(at));
    }
}

#[test]
fn day_keys_go_with_the_retention_and_survive_storage() {
    let mut emissions = Emissions::new();
    for day in 0..20 {
        emissions.emit(NOON.plus(day * 86_400), TxPower::SCREEN, &mut rng(day));
    }
    let now = NOON.plus(19 * 86_400);
    assert!(emissions.sweep(now));
    assert!(!emissions.sweep(now));
    let days: Vec<_> = emissions.shown().map(Interval::day).collect();
    assert_eq!((days.len(), days[0], days[13]), (14, now.day().minus(13), now.day()));
    let stored = Emissions::from_bytes(&emissions.to_bytes()).unwrap();
    assert_eq!(*stored.to_bytes(), *emissions.to_bytes());
    // Two emissions of one interval share their TCN; those of the next do not.
    let mut again = stored;
    let (one, two) = (
        again.emit(now, TxPower::SCREEN, &mut rng(1)),
        again.emit(now.plus(20), TxPower::SCREEN, &mut rng(1)),
    );
    assert_eq!(one.tcn, two.tcn);
    assert_ne!(one.metadata, two.metadata);
    assert_ne!(one.tcn, again.emit(now.plus(600), TxPower::SCREEN, &mut rng(1)).tcn);
    assert!(Emissions::from_bytes(&[2, 0x80]).is_err(), "another version");
}

#[test]
fn a_cover_of_the_future_or_past_retention_is_refused() {
    let day = NOON.day();
    let cover = |interval: Interval| {
        let key = DayKey::new([1; 32]);
        Cover::of_days([(interval.day(), &key)], &BTreeSet::from([interval]))
    };
    assert_eq!(cover(NOON.interval()).check_time(NOON), Ok(()));
    let next = NOON.interval().next();
    assert_eq!(cover(next).check_time(NOON), Err(Error::Future { interval: next }));
    assert_eq!(cover(next).check_time(next.start().minus(60)), Ok(()), "clocks differ");
    let old = |days| Day::minus(day, days).start().interval();
    assert_eq!(cover(old(14)).check_time(NOON), Ok(()));
    assert_eq!(cover(old(15)).check_time(NOON), Err(Error::Past { day: day.minus(15) }));
}

#[test]
fn what_was_deleted_is_withdrawn_and_comes_back_when_it_does() {
    let (mut anna, mut ben) = (Phone::new(1, true), Phone::new(2, false));
    ben.hears(&anna.shows(NOON), NOON);
    let shown = ben.shows(NOON);
    let row = anna.hears(&shown, NOON);
    let row = anna.diary.remove(&row).unwrap();
    let withdrawn = anna.emissions.withdraw(twoken_core::redaction::intervals_around(&row));
    assert_eq!(withdrawn, [NOON.interval()]);
    assert!(anna.chosen(&Redaction::default()).is_empty());
    anna.emissions.restore(&withdrawn);
    assert_eq!(ben.checks(tcns(&anna.chosen(&Redaction::default())), Scheme::Tcn), 1);
}

#[test]
fn somebody_elses_tcn_under_the_same_code_hides_nothing() {
    let (mut anna, mut mallory, mut ben) = (Phone::new(1, true), Phone::new(3, true), Phone::new(2, false));
    // Mallory shows Anna's code with her own TCN and garbage beside it; then Anna shows hers.
    let good = anna.shows(NOON);
    let mut emission = mallory.shows(NOON).beacon.emission.unwrap().to_bytes();
    emission[20] ^= 1;
    let forged = good.clone().with_emission(Emission::from_bytes(&emission));
    ben.hears(&forged, NOON);
    ben.hears(&good, NOON.plus(10));
    assert_eq!(ben.diary.iter().next().unwrap().sightings().len(), 2);
    let reported = |phone: &Phone| tcns(&phone.chosen(&Redaction::default()));
    let both = [reported(&anna), reported(&mallory)].concat();
    assert!(ben.checks(both, Scheme::Tcn) >= 1);
    assert_eq!(ben.doubt(), None);
}
