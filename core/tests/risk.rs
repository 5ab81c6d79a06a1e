//! How grave a day's exposures were: RKI's category 1 at its very edge, sums over a day, the second degree, and what
//! would have changed it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

use twoken_core::batch::BatchId;
use twoken_core::diary::{Diary, Exposure};
use twoken_core::risk::{Assessment, Closeness, Config, Distance, Duration, Level, Step, assess};
use twoken_core::status::Degree;
use twoken_core::units::{Attenuation, Minutes, Timestamp};

use support::batches::NOW;
use support::people::meeting;

const DAY: u64 = 86_400;

/// When after `NOW`, for how many seconds it was seen, what the person said of the minutes, and how it was reported.
type Met = (u64, u64, Option<u16>, Option<Degree>);

fn diary(rows: &[Met]) -> Diary {
    let (template, _) = meeting("assessed", rows.len(), NOW);
    let mut diary = Diary::default();
    for (row, (offset, seconds, stated, degree)) in template.diary.iter().zip(rows) {
        let mut row = row.clone();
        (row.first_seen, row.last_seen) = (NOW.plus(*offset), NOW.plus(offset + seconds));
        row.set_minutes(stated.map(Minutes::new));
        row.exposure = degree.map(|degree| Exposure {
            degree,
            test_day: NOW.day(),
            onset: None,
            found_at: Timestamp::new(0),
            batch: BatchId::new([0; 16]),
        });
        diary.insert(row);
    }
    diary
}

fn of(rows: &[Met]) -> Assessment {
    assess(&diary(rows), &Config::default())
}

fn step(level: Level, minutes: u16) -> Option<Step> {
    Some(Step { level, minutes: Minutes::new(minutes) })
}

#[test]
fn the_defaults_are_rki_category_1() {
    let config = Config::default();
    config.check().unwrap();
    assert_eq!(config.high_minutes, Minutes::new(15));
    let of_minutes = |minutes| of(&[(0, 0, Some(minutes), Some(Degree::First))]).overall();
    assert_eq!(of_minutes(15), Some(Level::High));
    assert_eq!(of_minutes(14), Some(Level::Medium));
    assert_eq!(of_minutes(5), Some(Level::Medium));
    assert_eq!(of_minutes(4), Some(Level::Low));
}

#[test]
fn nothing_reported_is_no_risk_at_all() {
    let found = of(&[(0, 3600, None, None), (100, 0, Some(60), None)]);
    assert_eq!(found.overall(), None);
    assert!(found.days.is_empty());
}

/// Seen from 0 s to 841 s: 14 minutes and a second are 15 begun ones.
#[test]
fn minutes_are_those_seen_unless_the_person_said_otherwise() {
    let found = of(&[(0, 841, None, Some(Degree::First))]);
    assert_eq!(found.overall(), Some(Level::High));
    assert_eq!(found.days[0].reasons[0].duration, Duration::Seen);
    let found = of(&[(0, 841, Some(3), Some(Degree::First))]);
    assert_eq!(found.overall(), Some(Level::Low));
    let reason = &found.days[0].reasons[0];
    assert_eq!((reason.duration, reason.minutes), (Duration::Stated, Minutes::new(3)));
    // Scanned once: a minute.
    assert_eq!(of(&[(0, 0, None, Some(Degree::First))]).days[0].minutes, Minutes::new(1));
}

#[test]
fn a_day_sums_up_and_another_day_does_not() {
    let first = Some(Degree::First);
    let together = of(&[(0, 0, Some(8), first), (3600, 0, Some(7), first), (7200, 0, Some(600), None)]);
    assert_eq!(together.overall(), Some(Level::High));
    let day = together.day(NOW.day()).unwrap();
    assert_eq!(day.minutes, Minutes::new(15));
    let minutes: Vec<_> = day.reasons.iter().map(|reason| reason.minutes.get()).collect();
    assert_eq!(minutes, [8, 7], "the heaviest first, and nothing of what was not reported");

    let apart = of(&[(0, 0, Some(8), first), (DAY, 0, Some(7), first)]);
    assert_eq!(apart.overall(), Some(Level::Medium));
    assert_eq!(apart.days.len(), 2);
    assert!(apart.days[0].day > apart.days[1].day, "the newest first");
    // The gravest day is the whole's.
    let uneven = of(&[(0, 0, Some(20), first), (DAY, 0, Some(1), first)]);
    assert_eq!(uneven.overall(), Some(Level::High));
    assert_eq!(uneven.days[0].level, Level::Low);
}

#[test]
fn the_second_degree_weighs_half() {
    let second = Some(Degree::Second);
    let found = of(&[(0, 0, Some(29), second)]);
    assert_eq!((found.overall(), found.days[0].minutes), (Some(Level::Medium), Minutes::new(14)));
    assert_eq!(found.days[0].more, step(Level::High, 1));
    assert_eq!(of(&[(0, 0, Some(30), second)]).overall(), Some(Level::High));
    assert_eq!(of(&[(0, 0, Some(9), second)]).overall(), Some(Level::Low));
    // Halves of minutes add up before anything is rounded.
    assert_eq!(of(&[(0, 0, Some(15), second), (60, 0, Some(15), second)]).overall(), Some(Level::High));
    let without = Config { second_degree_percent: 0, ..Config::default() };
    assert_eq!(assess(&diary(&[(0, 0, Some(600), second)]), &without).overall(), Some(Level::Low));
}

#[test]
fn what_would_have_changed_it_is_the_smallest_step_that_does() {
    let found = |minutes| of(&[(0, 0, Some(minutes), Some(Degree::First))]).days[0].clone();
    assert_eq!((found(1).more, found(1).fewer), (step(Level::Medium, 4), None));
    assert_eq!((found(12).more, found(12).fewer), (step(Level::High, 3), step(Level::Low, 8)));
    assert_eq!((found(15).more, found(15).fewer), (None, step(Level::Medium, 1)));
    assert_eq!(found(40).fewer, step(Level::Medium, 26));
    // And it does.
    for minutes in 1..60 {
        let day = found(minutes);
        if let Some(more) = day.more {
            assert_eq!(found(minutes + more.minutes.get()).level, more.level);
            assert_eq!(found(minutes + more.minutes.get() - 1).level, day.level);
        }
        if let Some(fewer) = day.fewer {
            assert_eq!(found(minutes - fewer.minutes.get()).level, fewer.level);
            assert_eq!(found(minutes - fewer.minutes.get() + 1).level, day.level);
        }
    }
}

#[test]
fn attenuation_is_what_got_lost() {
    let config = Config::default();
    let distance = |sent, received| Closeness::Radio(Attenuation::between(sent, received)).distance(&config);
    assert_eq!(Attenuation::between(-20, -75), Attenuation::new(55));
    assert_eq!(distance(-20, -75), Distance::Close);
    assert_eq!(distance(-20, -76), Distance::Near);
    assert_eq!(distance(-20, -83), Distance::Near);
    assert_eq!(distance(-20, -84), Distance::Far);
    // The ends of what a radio can say.
    assert_eq!(Attenuation::between(127, -128), Attenuation::new(255));
    assert_eq!(Attenuation::between(-128, 127), Attenuation::new(0));
    assert_eq!(Closeness::FaceToFace.distance(&config), Distance::Close);
}

/// An older server's configuration says nothing of risk, a newer one's perhaps only what differs.
#[test]
fn a_configuration_without_a_member_has_its_default() {
    assert_eq!(serde_json::from_str::<Config>("{}").unwrap(), Config::default());
    let stricter: Config = serde_json::from_str("{\"high_minutes\":10}").unwrap();
    assert_eq!(stricter, Config { high_minutes: Minutes::new(10), ..Config::default() });
}
