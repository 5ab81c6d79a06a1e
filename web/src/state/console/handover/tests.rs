//! What becomes of a patient's keys on the page.

use super::super::OneTan;
use super::*;
use twoken_core::diary::Diary;
use twoken_core::redaction::Redaction;
use twoken_core::tcn::{Emissions, TxPower};
use wasm_bindgen_test::wasm_bindgen_test;

/// 21 November 2026, 12:13:00 UTC.
const NOON: Timestamp = Timestamp::new(1_795_263_180);
const DAY: u64 = 86_400;
const QUARTER: u64 = 15 * 60;

fn console() -> Console {
    let console = Console::new();
    console.cells.now.set(NOON);
    console
}

/// The codes of a patient who shared `intervals`, none beside another, the last of them at `until`.
fn codes(until: Timestamp, intervals: u64) -> Vec<String> {
    let mut emissions = Emissions::new();
    for step in 0..intervals {
        emissions.emit(until.minus(step * 1200), TxPower::SCREEN, &mut crypto::rng());
    }
    let chosen = Redaction::default().apply_with(&Diary::default(), &emissions);
    Handover::codes(&chosen).unwrap().codes().map(|code| code.to_string()).collect()
}

fn scan(console: Console, codes: &[String]) {
    codes.iter().for_each(|code| console.take_code(code));
}

fn problem(console: Console) -> Option<KeysProblem> {
    match console.patient.get_untracked() {
        Patient::Scanning { problem, .. } => problem,
        other => panic!("{other:?}"),
    }
}

fn ready(console: Console) -> Scanned {
    match console.patient.get_untracked() {
        Patient::Ready(scanned, _) => scanned,
        other => panic!("{other:?}"),
    }
}

fn has_keys(console: Console) -> bool {
    console.cells.held.with_value(|held| held.handover.is_some() || held.collector.transfer() != &[0; 8])
}

fn uploaded(console: Console) -> Patient {
    console.uploaded(&ready(console))
}

#[wasm_bindgen_test]
fn a_refused_code_of_several_keeps_its_words_while_it_goes_round() {
    let console = console();
    let old = codes(NOON.minus(20 * DAY), 70);
    assert!(old.len() > 1);
    scan(console, &old);
    let words = problem(console);
    assert!(matches!(words, Some(KeysProblem::Past(_))));
    for code in old.iter().chain(&old) {
        console.take_code(code);
        let same = Patient::Scanning { read: 0, count: 0, problem: words };
        assert_eq!(console.patient.get_untracked(), same);
    }
    // Another patient's begins without them.
    let other = codes(NOON, 70);
    console.take_code(&other[0]);
    assert_eq!(problem(console), None);
    scan(console, &other);
    assert_eq!(ready(console).intervals, 70);
}

#[wasm_bindgen_test]
fn a_whole_that_was_read_wrongly_is_taken_when_it_is_read_again() {
    let console = console();
    let right = codes(NOON, 70);
    let mut wrong = right.clone();
    let at = wrong[0].len() - 9;
    let other = if wrong[0].as_bytes()[at] == b'A' { "B" } else { "A" };
    wrong[0].replace_range(at..=at, other);
    scan(console, &wrong);
    assert_eq!(problem(console), Some(KeysProblem::Damaged));
    console.take_code(&right[0]);
    assert_eq!(problem(console), Some(KeysProblem::Damaged), "the words stay until it is whole");
    scan(console, &right);
    assert_eq!(ready(console).intervals, 70);
}

#[wasm_bindgen_test]
fn keys_are_gone_a_quarter_of_an_hour_after_the_session_and_no_try_to_sign_in_makes_it_longer() {
    let console = console();
    scan(console, &codes(NOON, 3));
    console.keys_without_session();
    assert_eq!(console.kept_until(), Some(NOON.plus(QUARTER)));
    console.cells.now.set(NOON.plus(600));
    console.keys_without_session();
    console.forget_when_due(NOON.plus(QUARTER - 1));
    assert!(has_keys(console));
    console.forget_when_due(NOON.plus(QUARTER));
    assert!(!has_keys(console));
    assert_eq!((console.patient.get_untracked(), console.kept_until()), (Patient::default(), None));
    assert_eq!(console.one.get_untracked(), OneTan::default());
}

#[wasm_bindgen_test]
fn a_session_in_time_keeps_them() {
    let console = console();
    scan(console, &codes(NOON, 3));
    console.keys_without_session();
    console.keys_with_session();
    console.forget_when_due(NOON.plus(DAY));
    assert_eq!(ready(console).intervals, 3);
    // The next end has a quarter of an hour of its own.
    console.cells.now.set(NOON.plus(600));
    console.keys_without_session();
    assert_eq!(console.kept_until(), Some(NOON.plus(600 + QUARTER)));
}

#[wasm_bindgen_test]
fn what_is_discarded_is_gone_half_or_whole() {
    let console = console();
    let codes = codes(NOON, 70);
    console.take_code(&codes[0]);
    assert!(has_keys(console));
    console.forget_keys();
    assert!(!has_keys(console));
    scan(console, &codes);
    console.test.update(|fields| fields.onset = "2026-11-20".to_owned());
    console.forget_keys();
    assert!(!has_keys(console));
    assert_eq!(console.test.get_untracked(), TestFields::default());
    // It was never sent: nothing is told of it.
    scan(console, &codes);
    assert_eq!(ready(console).perhaps_sent, None);
}

#[wasm_bindgen_test]
fn what_may_have_arrived_is_known_again_after_it_was_discarded() {
    let console = console();
    let codes = codes(NOON, 3);
    scan(console, &codes);
    let scanned = ready(console);
    console.cells.patient.set(Patient::Sending(scanned.clone(), Step::Sending));
    console.cells.held.update_value(|held| held.note(Some(Sent::Perhaps(NOON))));
    console.forget_keys();
    assert!(has_keys(console), "it cannot be called back");
    console.cells.patient.set(Patient::Waits(scanned, ApiProblem::Unreachable));
    console.forget_keys();
    assert!(!has_keys(console));
    scan(console, &codes);
    assert_eq!(ready(console).perhaps_sent, Some(NOON));
}

#[wasm_bindgen_test]
fn keys_are_gone_once_they_are_uploaded_and_the_same_are_known_again() {
    let console = console();
    let codes = codes(NOON, 3);
    scan(console, &codes);
    let turn = console.turn();
    let done = uploaded(console);
    console.cells.patient.set(done);
    assert!(!has_keys(console) && console.turn() != turn);
    console.forget_keys();
    scan(console, &codes);
    assert!(matches!(problem(console), Some(KeysProblem::Repeated(Uploaded { entries: 3, .. }))));
    // Whoever comes next is told nothing of it.
    console.forget_all();
    scan(console, &codes);
    assert_eq!(ready(console).perhaps_sent, None);
}

#[wasm_bindgen_test]
fn keys_that_grew_too_old_while_they_were_held_do_not_go() {
    let console = console();
    scan(console, &codes(NOON.minus(14 * DAY), 1));
    let today = NOON.day();
    let region = "root".parse().unwrap();
    let test = Test { days: crate::state::TestDays { test: today, onset: None }, region };
    assert_eq!(ready(console).intervals, 1);
    console.cells.now.set(NOON.plus(DAY));
    console.upload(test);
    assert!(matches!(problem(console), Some(KeysProblem::Past(_))));
    assert!(!has_keys(console));
}

#[wasm_bindgen_test]
fn a_refusal_by_the_session_is_told_at_the_gate_alone() {
    let console = console();
    scan(console, &codes(NOON, 3));
    let refused = |code| UploadProblem::Api(ApiProblem::Refused { code, retry_after: None });
    for code in [ProblemCode::SessionEnded, ProblemCode::SessionLocked, ProblemCode::SignInUnfinished] {
        assert_eq!(console.not_uploaded(ready(console), refused(code)), Patient::Ready(ready(console), None));
    }
    let week = refused(ProblemCode::WeekRefused);
    let told = console.not_uploaded(ready(console), week.clone());
    assert_eq!(told, Patient::Ready(ready(console), Some(week)));
}

#[wasm_bindgen_test]
fn only_the_servers_own_no_says_that_it_was_not_stored() {
    let refused = |code| ApiProblem::Refused { code, retry_after: None };
    assert!(says_no(&refused(ProblemCode::PermitUsed)));
    assert!(says_no(&ApiProblem::RefusedOtherwise { status: 422 }));
    for other in [
        refused(ProblemCode::TooManyRequests),
        ApiProblem::BadAnswer,
        ApiProblem::TooLarge,
        ApiProblem::Unreachable,
        ApiProblem::ServerFailed,
    ] {
        assert!(!says_no(&other), "{other:?}");
    }
}

#[wasm_bindgen_test]
fn the_region_stays_for_the_next_patient_and_goes_with_the_clinician() {
    let console = Console::new();
    let region = "80".parse().ok();
    console.test.update(|test| {
        test.onset = "2026-11-20".to_owned();
        test.region = region.clone();
    });
    console.forget_keys();
    let kept = TestFields { region, ..TestFields::default() };
    assert_eq!(console.test.get_untracked(), kept);
    console.forget_patients();
    assert_eq!(console.test.get_untracked(), TestFields::default());
}
