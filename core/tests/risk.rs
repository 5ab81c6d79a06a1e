//! How grave a day's exposures were: RKI's category 1 at its very edge, sums over a day, the second degree, what would
//! have changed it, and that a time merely seen makes no level final but high.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

use twoken_core::batch::BatchId;
use twoken_core::diary::{Diary, Encounter, Exposure};
use twoken_core::risk::{self, Assessment, Closeness, Config, Distance, Duration, Grade, Level, Step};
use twoken_core::status::Degree;
use twoken_core::tcn::Doubt;
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
            doubt: None,
            seen: None,
        });
        diary.insert(row);
    }
    diary
}

/// By UTC days.
fn assess(diary: &Diary, config: &Config) -> Assessment {
    risk::assess(diary, config, Encounter::day)
}

fn of(rows: &[Met]) -> Assessment {
    assess(&diary(rows), &Config::default())
}

/// The gravest day's level, where it is final.
fn known(found: &Assessment) -> Option<Level> {
    found.overall().filter(|grade| !grade.at_least).map(|grade| grade.level)
}

fn at_least(level: Level) -> Option<Grade> {
    Some(Grade { level, at_least: true })
}

fn step(level: Level, minutes: u16) -> Option<Step> {
    Some(Step { level, minutes: Minutes::new(minutes) })
}

#[test]
fn the_defaults_are_rki_category_1() {
    let config = Config::default();
    config.check().unwrap();
    assert_eq!(config.high_minutes, Minutes::new(15));
    let of_minutes = |minutes| known(&of(&[(0, 0, Some(minutes), Some(Degree::First))]));
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
    assert_eq!(known(&found), Some(Level::High));
    assert_eq!(found.days[0].reasons[0].duration, Duration::Seen);
    let found = of(&[(0, 841, Some(3), Some(Degree::First))]);
    assert_eq!(known(&found), Some(Level::Low));
    let reason = &found.days[0].reasons[0];
    assert_eq!((reason.duration, reason.minutes), (Duration::Stated, Minutes::new(3)));
    // Scanned once: a minute.
    assert_eq!(of(&[(0, 0, None, Some(Degree::First))]).days[0].minutes, Minutes::new(1));
}

#[test]
fn a_day_sums_up_and_another_day_does_not() {
    let first = Some(Degree::First);
    let together = of(&[(0, 0, Some(8), first), (3600, 0, Some(7), first), (7200, 0, Some(600), None)]);
    assert_eq!(known(&together), Some(Level::High));
    let day = together.day(NOW.day()).unwrap();
    assert_eq!(day.minutes, Minutes::new(15));
    let minutes: Vec<_> = day.reasons.iter().map(|reason| reason.minutes.get()).collect();
    assert_eq!(minutes, [8, 7], "the heaviest first, and nothing of what was not reported");

    let apart = of(&[(0, 0, Some(8), first), (DAY, 0, Some(7), first)]);
    assert_eq!(known(&apart), Some(Level::Medium));
    assert_eq!(apart.days.len(), 2);
    assert!(apart.days[0].day > apart.days[1].day, "the newest first");
    // The gravest day is the whole's.
    let uneven = of(&[(0, 0, Some(20), first), (DAY, 0, Some(1), first)]);
    assert_eq!(known(&uneven), Some(Level::High));
    assert_eq!(uneven.days[0].grade.level, Level::Low);
}

#[test]
fn the_second_degree_weighs_half() {
    let second = Some(Degree::Second);
    let found = of(&[(0, 0, Some(29), second)]);
    assert_eq!((known(&found), found.days[0].minutes), (Some(Level::Medium), Minutes::new(14)));
    assert_eq!(found.days[0].reasons[0].more, step(Level::High, 1));
    assert_eq!(known(&of(&[(0, 0, Some(30), second)])), Some(Level::High));
    assert_eq!(known(&of(&[(0, 0, Some(9), second)])), Some(Level::Low));
    // Halves of minutes add up before anything is rounded.
    assert_eq!(known(&of(&[(0, 0, Some(15), second), (60, 0, Some(15), second)])), Some(Level::High));
    let without = Config { second_degree_percent: 0, ..Config::default() };
    assert_eq!(known(&assess(&diary(&[(0, 0, Some(600), second)]), &without)), Some(Level::Low));
}

#[test]
fn what_would_have_changed_it_is_the_smallest_step_that_does() {
    let day = |minutes| of(&[(0, 0, Some(minutes), Some(Degree::First))]).days[0].clone();
    let found = |minutes| day(minutes).reasons[0].clone();
    assert_eq!((found(1).more, found(1).fewer), (step(Level::Medium, 4), None));
    assert_eq!((found(12).more, found(12).fewer), (step(Level::High, 3), step(Level::Low, 8)));
    assert_eq!((found(15).more, found(15).fewer), (None, step(Level::Medium, 1)));
    assert_eq!(found(40).fewer, step(Level::Medium, 26));
    // And it does.
    for minutes in 1..60 {
        let (reason, level) = (found(minutes), day(minutes).grade.level);
        if let Some(more) = reason.more {
            assert_eq!(day(minutes + more.minutes.get()).grade.level, more.level);
            assert_eq!(day(minutes + more.minutes.get() - 1).grade.level, level);
        }
        if let Some(fewer) = reason.fewer {
            assert_eq!(day(minutes - fewer.minutes.get()).grade.level, fewer.level);
            assert_eq!(day(minutes - fewer.minutes.get() + 1).grade.level, level);
        }
    }
}

/// Of a day's several exposures, each is told what a change of its own minutes would have made of the day.
#[test]
fn a_step_is_in_minutes_of_the_exposure_and_counts_the_days_others() {
    let (first, second) = (Some(Degree::First), Some(Degree::Second));
    let found = of(&[(0, 0, Some(10), first), (60, 0, Some(6), second)]);
    assert_eq!((known(&found), found.days[0].minutes), (Some(Level::Medium), Minutes::new(13)));
    let [one, other] = [0, 1].map(|at| found.days[0].reasons[at].clone());
    assert_eq!((one.more, one.fewer), (step(Level::High, 2), step(Level::Low, 9)));
    assert_eq!((one.minutes, one.others), (Minutes::new(10), Minutes::new(3)));
    assert_eq!(
        (other.more, other.fewer),
        (step(Level::High, 4), None),
        "without it, it would be medium still"
    );
    assert_eq!((other.minutes, other.others), (Minutes::new(6), Minutes::new(20)));
    // What weighs nothing changes nothing.
    let without = Config { second_degree_percent: 0, ..Config::default() };
    let found = assess(&diary(&[(0, 0, Some(10), first), (60, 0, Some(600), second)]), &without);
    let other = &found.days[0].reasons[1];
    assert_eq!((other.more, other.fewer, other.others), (None, None, Minutes::new(0)));
}

#[test]
fn where_medium_and_high_begin_together_the_next_step_is_high() {
    let config = Config { medium_minutes: Minutes::new(15), ..Config::default() };
    let found = |minutes| {
        let found = assess(&diary(&[(0, 0, Some(minutes), Some(Degree::First))]), &config);
        (known(&found), found.days[0].reasons[0].more, found.days[0].reasons[0].fewer)
    };
    assert_eq!(found(14), (Some(Level::Low), step(Level::High, 1), None));
    assert_eq!(found(15), (Some(Level::High), None, step(Level::Low, 1)));
}

/// Whoever scans once is seen for a minute, however long they stay.
#[test]
fn a_time_merely_seen_is_at_least_its_level_until_the_person_says_how_long() {
    let first = Some(Degree::First);
    let found = of(&[(0, 0, None, first)]);
    assert_eq!(found.overall(), at_least(Level::Low));
    assert!(found.days[0].reasons[0].open);
    assert_eq!(of(&[(0, 600, None, first)]).overall(), at_least(Level::Medium));
    // Nothing is above high, however it is known.
    assert_eq!(known(&of(&[(0, 900, None, first)])), Some(Level::High));
    // Said, it is as said.
    assert_eq!(known(&of(&[(0, 0, Some(1), first)])), Some(Level::Low));
    assert_eq!(known(&of(&[(0, 0, Some(20), first)])), Some(Level::High));
}

#[test]
fn one_open_time_leaves_its_day_open_and_with_it_all() {
    let first = Some(Degree::First);
    let day = of(&[(0, 0, Some(8), first), (60, 0, None, first)]);
    assert_eq!(day.overall(), at_least(Level::Medium));
    let open: Vec<_> = day.days[0].reasons.iter().map(|reason| reason.open).collect();
    assert_eq!(open, [false, true]);
    // The other day may be the graver one yet.
    let days = of(&[(0, 0, Some(8), first), (DAY, 0, None, first)]);
    assert_eq!(days.overall(), at_least(Level::Medium));
    assert_eq!((days.days[0].grade.at_least, days.days[1].grade.at_least), (true, false));
    // But for high.
    assert_eq!(known(&of(&[(0, 0, Some(15), first), (DAY, 0, None, first)])), Some(Level::High));
    // Time that weighs nothing leaves nothing open.
    let without = Config { second_degree_percent: 0, ..Config::default() };
    assert_eq!(known(&assess(&diary(&[(0, 0, None, Some(Degree::Second))]), &without)), Some(Level::Low));
    // What was not reported is nobody's risk.
    assert_eq!(known(&of(&[(0, 0, Some(8), first), (60, 0, None, None)])), Some(Level::Medium));
}

#[test]
fn an_exposure_is_found_with_its_day() {
    let found = of(&[(0, 0, Some(8), Some(Degree::First)), (DAY, 0, Some(1), Some(Degree::First))]);
    for day in &found.days {
        let (its, reason) = found.of(&day.reasons[0].encounter).unwrap();
        assert!(its == day && *reason == day.reasons[0]);
    }
    let stranger = meeting("another", 1, NOW).0.diary.iter().next().unwrap().id;
    assert!(found.of(&stranger).is_none());
}

#[test]
fn a_level_begins_where_its_threshold_lies_for_that_closeness_and_degree() {
    let config = Config::default();
    let begins = |distance, degree| {
        [Level::Low, Level::Medium, Level::High]
            .map(|level| config.begins(level, distance, degree).map(Minutes::get))
    };
    assert_eq!(begins(Distance::Close, Degree::First), [Some(0), Some(5), Some(15)]);
    assert_eq!(begins(Distance::Near, Degree::First), [Some(0), Some(10), Some(30)]);
    assert_eq!(begins(Distance::Close, Degree::Second), [Some(0), Some(10), Some(30)]);
    assert_eq!(begins(Distance::Near, Degree::Second), [Some(0), Some(20), Some(60)]);
    assert_eq!(begins(Distance::Far, Degree::First), [Some(0), None, None]);
    // In whole minutes, none too early: 5 of 30 % are reached in the 17th.
    let odd = Config { near_percent: 30, ..config };
    assert_eq!(odd.begins(Level::Medium, Distance::Near, Degree::First), Some(Minutes::new(17)));
    // Longer than anything can be stated: never.
    let never = Config { near_percent: 1, high_minutes: Minutes::new(1440), ..config };
    assert_eq!(never.begins(Level::High, Distance::Near, Degree::First), None);
}

#[test]
fn no_step_is_longer_than_a_day() {
    let hardly = Config { second_degree_percent: 1, ..Config::default() };
    let more = |minutes| {
        let found = assess(&diary(&[(0, 0, Some(minutes), Some(Degree::Second))]), &hardly);
        found.days[0].reasons[0].more
    };
    assert_eq!(more(10), step(Level::Medium, 490));
    // High begins at 1,500 minutes of it.
    assert_eq!(more(600), None);
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

#[test]
fn what_is_doubtful_does_not_count() {
    let mut diary = diary(&[(0, 1200, None, Some(Degree::First))]);
    assert!(assess(&diary, &Config::default()).overall().is_some());
    let mut row = diary.iter().next().unwrap().clone();
    row.exposure = row.exposure.map(|found| Exposure { doubt: Some(Doubt::Retimed), ..found });
    diary.insert(row);
    assert!(assess(&diary, &Config::default()).overall().is_none());
}

/// Two hours ahead of UTC, 23:00 to 01:00 UTC is one morning: it is not cut in two.
#[test]
fn a_day_is_the_readers() {
    let midnight = NOW.day().next().start().since(NOW);
    let exposed = |offset| (offset, 0, Some(10), Some(Degree::First));
    let rows = [exposed(midnight - 1_800), exposed(midnight + 1_800)];
    let diary = diary(&rows);
    assert_eq!(known(&assess(&diary, &Config::default())), Some(Level::Medium));
    let ahead = |met: &Encounter| met.first_seen.plus(7_200).day();
    let found = risk::assess(&diary, &Config::default(), ahead);
    assert_eq!((found.days.len(), known(&found)), (1, Some(Level::High)));
}
