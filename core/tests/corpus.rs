//! The fuzz targets over their corpora: every decoder that meets strangers' bytes, without a fuzzer. With
//! `TWOKEN_WRITE_VECTORS=1` the corpora that only the code can make are written instead.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

#[path = "../../fuzz/src/targets.rs"]
mod targets;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use twoken_core::age;
use twoken_core::backup::Backup;
use twoken_core::matching::{self, Hits, Matcher, PrivateMatcher, Whole};
use twoken_core::permit::{Class, Pending};
use twoken_core::psi::{self, DayKey, DaySet, DaySets, Query, Question, Response};
use twoken_core::risk;
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::Secret;
use twoken_core::tan::Tan;
use twoken_core::tcn::{Emissions, TxPower};

use support::batches::{NOW, batch, met};
use support::named;
use support::private::{TODAY, ask, day_key, sealed};
use support::rng::keystream;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// What is stored of one hit of private mode.
fn hits() -> Vec<u8> {
    let element = Secret::new(named("hit")).element();
    let question = Question::new(TODAY, [vec![element.clone()], vec![], vec![]]).unwrap();
    let waiting = question.blind(&mut keystream(named("corpus"))).unwrap();
    let response = Response::decode(&ask(waiting.query(), &day_key("b"), "shuffle")).unwrap();
    let answer = waiting.finalize(&response, &day_key("b").public()).unwrap();
    let batch = sealed(vec![element], Degree::First, TODAY.scheme, "b", 1);
    let mut whole = Whole::new(&PrivateMatcher::new(&answer), batch.header.header()).unwrap();
    whole.feed(&batch.entries_file).unwrap();
    let mut hits = Hits::default();
    hits.extend(whole.finish(NOW).unwrap());
    hits.to_bytes().to_vec()
}

/// Stored records, messages between threads, and a page: from what the code makes.
fn made() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let (mut person, entries) = met("corpus", 1);
    let batch = batch(entries, 1, "corpus");
    let matcher = Matcher::from_diary(&person.diary);
    let mut whole = Whole::new(&matcher, batch.header.header()).unwrap();
    whole.feed(&batch.entries_file).unwrap();
    let found_on = whole.found_on()[0].to_bytes();
    let found = whole.finish(NOW).unwrap();
    let row = |person: &support::people::Person| person.diary.iter().next().unwrap().to_cbor();
    let before = row(&person);
    person.diary.expose(&found);
    let mut rng = keystream(named("corpus"));
    let mut emissions = Emissions::new();
    let emission = emissions.emit(NOW, TxPower::SCREEN, &mut rng);
    let mut hearer = support::people::Person::new("hearer");
    let payload = support::people::Person::new("shown").shows(NOW).with_emission(emission);
    hearer.hears(&payload, NOW);
    let seen = row(&hearer);
    let pending = Pending::new(&Tan::generate(&mut rng), Class::Patient, NOW.week(), &mut rng);
    let day_key = DayKey::generate(&mut keystream(named("corpus")));
    let day_set = DaySet { day: NOW.day(), scheme: Scheme::Encounter };
    let ask = |seed: &str| {
        let question = Question::new(day_set, Default::default()).unwrap();
        let mut sets = DaySets::default();
        let waiting = sets.ask(question, NOW.plus(86_400).day(), &mut keystream(named(seed))).unwrap();
        (sets, waiting)
    };
    let (sets, waiting) = ask("corpus");
    let mut backup = Backup::new(NOW, "0.1.0", "https://twoken.example");
    backup.put("diary/00", &before);
    backup.put("settings/settings", b"{}");
    let backup = backup.to_bytes().unwrap().to_vec();
    let another =
        String::from_utf8(backup.clone()).unwrap().replace("\"version\":1", "\"version\":2").into_bytes();
    let config = risk::Config::default();
    let query = Query::decode(waiting.query()).unwrap();
    // The target's own question and key, from its own randomness.
    let key = DayKey::generate(&mut keystream([7; 32]));
    let target = Question::new(day_set, Default::default()).unwrap();
    let target = target.blind(&mut keystream([7; 32])).unwrap();
    let response = psi::answer(&Query::decode(target.query()).unwrap(), &key, &mut rng).unwrap().encode();
    let marked = psi::answer(&Query::decode(target.query()).unwrap(), &day_key, &mut rng).unwrap().encode();
    let mut unsorted = query.encode();
    unsorted[14..78].rotate_left(32);
    let sealed_file = age::seal_with(&age::Passphrase::new(b"corpus".to_vec()), &backup, 4, &mut rng);
    let other = age::seal_with(&age::Passphrase::new(b"another".to_vec()), &backup, 4, &mut rng);
    vec![
        ("age", "sealed", sealed_file.clone()),
        ("age", "another-passphrase", other),
        ("age", "cut-off", sealed_file[..sealed_file.len() - 9].to_vec()),
        ("age", "no-age", b"Dear Ben".to_vec()),
        ("backup", "cut-off", backup[..backup.len() - 9].to_vec()),
        ("backup", "another-version", another),
        ("backup", "records", backup),
        ("records", "waiting-query", waiting.to_bytes().to_vec()),
        ("records", "day-sets", sets.to_bytes()),
        ("records", "hits", hits()),
        ("records", "found-on", found_on),
        (
            "records",
            "question",
            matching::question(&person.diary, &config, day_set).unwrap().to_bytes().to_vec(),
        ),
        ("psi_query", "dummies", query.encode()),
        ("psi_query", "unsorted", unsorted),
        ("psi_query", "cut-off", query.encode()[..1000].to_vec()),
        ("psi_response", "good", response.clone()),
        ("psi_response", "another-key", marked),
        ("psi_response", "cut-off", response[..1000].to_vec()),
        ("records", "key-ring", person.ring.to_bytes().to_vec()),
        ("records", "row", before),
        ("records", "row-exposed", row(&person)),
        ("records", "pending-permit", pending.to_bytes().to_vec()),
        ("records", "matcher", matcher.to_bytes().to_vec()),
        ("records", "matches", minicbor::to_vec(&found).unwrap()),
        ("records", "emissions", emissions.to_bytes().to_vec()),
        ("records", "row-seen-one-way", seen),
        ("records", "cut-off", person.ring.to_bytes()[..40].to_vec()),
        ("pages", "one-page", batch.entries_file.clone()),
        ("pages", "half-a-page", batch.entries_file[..10_000].to_vec()),
    ]
}

#[test]
fn every_target_reads_its_corpus() {
    if std::env::var_os("TWOKEN_WRITE_VECTORS").is_some() {
        for (target, name, bytes) in made() {
            let folder = folder().join("corpus").join(target);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
    for (name, target) in targets::TARGETS {
        let folder = folder().join("corpus").join(name);
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        let accepted = files.iter().filter(|file| target(&fs::read(file).unwrap())).count();
        assert!(files.len() > 1, "{name}: {} files", files.len());
        // What is only ever refused reaches nothing behind the first check; what is never refused is no corpus.
        assert!(accepted > 0 && accepted < files.len(), "{name}: {accepted} of {} accepted", files.len());
    }
}

/// A target that nobody runs, and a corpus of no target, are found here.
#[test]
fn targets_programs_and_corpora_are_the_same() {
    let names = |folder: PathBuf| -> BTreeSet<String> {
        let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
        fs::read_dir(folder).unwrap().map(|entry| stem(entry.unwrap().path())).collect()
    };
    let targets: BTreeSet<_> = targets::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(folder().join("fuzz_targets")), targets);
    assert_eq!(names(folder().join("corpus")), targets);
    let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
    for name in &targets {
        let program = fs::read_to_string(folder().join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("targets::{name}(")), "{name}.rs calls another target");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} has no program");
    }
}
