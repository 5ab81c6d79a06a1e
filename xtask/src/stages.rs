//! Stages of a long command: each is run and timed, a failing one does not hide the others', and at the end stands
//! a table of minutes.

use anyhow::Result;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::stopwatch::{Minutes, Stopwatch};

/// Past this sum the stages get too close to the ninety minutes that a continuous integration run may take.
const THRIFT: Minutes = Minutes(Duration::from_secs(55 * 60));

/// Numbers of tests, as a test runner's closing lines say them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Count {
    /// What a line counts: `test result: ok. 3 passed; 0 failed; …` or `3 passed, 0 failed`.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let line = line.trim();
        let counts = match line.strip_prefix("test result:") {
            Some(rest) => rest.split_once(". ")?.1.replace(';', ","),
            None => line.to_owned(),
        };
        let mut parts = counts.split(", ").map(str::trim);
        let mut number = |name: &str| parts.next()?.strip_suffix(name)?.trim().parse().ok();
        Some(Self { passed: number("passed")?, failed: number("failed")? })
    }

    fn add(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

/// Counts the tests of a stage while their lines go by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally(Arc<Mutex<Count>>);

impl Tally {
    pub(crate) fn line(&self, line: &str) {
        if let Some(count) = Count::of_line(line) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).add(count);
        }
    }

    pub(crate) fn count(&self) -> Count {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Stage {
    name: String,
    minutes: Minutes,
    count: Count,
    outcome: Outcome,
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

/// The stages so far.
#[derive(Debug)]
pub(crate) struct Stages {
    title: &'static str,
    done: Vec<Stage>,
}

impl Stages {
    pub(crate) fn new(title: &'static str) -> Self {
        Self { title, done: Vec::new() }
    }

    /// Runs a stage that passes or fails as a whole; the result is what it made, if it passed.
    pub(crate) fn run<T>(&mut self, name: &str, stage: impl FnOnce() -> Result<T>) -> Option<T> {
        self.time(name, |_| stage())
    }

    /// Runs a stage that counts its tests; one that ran none has failed.
    pub(crate) fn run_counted(&mut self, name: &str, stage: impl FnOnce(&Tally) -> Result<()>) -> bool {
        let counted = |tally: &Tally| {
            stage(tally)?;
            anyhow::ensure!(tally.count().passed > 0, "no test was run");
            Ok(())
        };
        self.time(name, counted).is_some()
    }

    fn time<T>(&mut self, name: &str, stage: impl FnOnce(&Tally) -> Result<T>) -> Option<T> {
        println!("\n== {name}");
        let (watch, tally) = (Stopwatch::start(), Tally::default());
        let result = stage(&tally);
        let mut count = tally.count();
        let outcome = match &result {
            Ok(_) => {
                count.passed = count.passed.max(1);
                Outcome::Passed
            }
            Err(error) => {
                count.failed = count.failed.max(1);
                println!("{name}: {error:#}");
                Outcome::Failed(format!("{error:#}"))
            }
        };
        self.done.push(Stage { name: name.to_owned(), minutes: watch.minutes(), count, outcome });
        result.ok()
    }

    /// Records a stage that cannot be run because another one failed: that is a failure, not a skip.
    pub(crate) fn not_run(&mut self, name: &str, because: &str) {
        let count = Count { passed: 0, failed: 1 };
        let outcome = Outcome::NotRun(because.to_owned());
        self.done.push(Stage { name: name.to_owned(), minutes: Minutes::default(), count, outcome });
    }

    /// Prints the table and the closing line; the result is whether all passed.
    pub(crate) fn close(&self) -> bool {
        print!("{}", self.table());
        !self.done.is_empty() && self.done.iter().all(|stage| stage.outcome == Outcome::Passed)
    }

    fn sum(&self) -> Minutes {
        Minutes(self.done.iter().map(|stage| stage.minutes.0).sum())
    }

    fn table(&self) -> String {
        let mut total = Count::default();
        let mut text = format!("\n{:<28} minutes  result\n", self.title);
        for stage in &self.done {
            total.add(stage.count);
            let result = match &stage.outcome {
                Outcome::Passed => "ok".to_owned(),
                Outcome::Failed(why) => format!("FAILED: {}", why.lines().next().unwrap_or_default()),
                Outcome::NotRun(why) => format!("NOT RUN: {why}"),
            };
            text += &format!("{:<28} {:>7}  {result}\n", stage.name, stage.minutes);
        }
        text += &format!("{:<28} {:>7}\n", "sum", self.sum());
        if self.sum() > THRIFT {
            text += &format!("warning: more than {THRIFT} minutes; look for what is built twice\n");
        }
        text += &format!("\n{} passed, {} failed\n", total.passed, total.failed);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn closing_lines_are_counted() {
        let count = |passed, failed| Some(Count { passed, failed });
        let cargo = "test result: FAILED. 12 passed; 1 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s";
        assert_eq!(Count::of_line(cargo), count(12, 1));
        assert_eq!(
            Count::of_line("test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out"),
            count(3, 0)
        );
        assert_eq!(Count::of_line("7 passed, 0 failed"), count(7, 0));
        assert_eq!(Count::of_line("running 3 tests"), None);
        assert_eq!(Count::of_line("3 passed"), None);
    }

    #[test]
    fn a_failing_stage_does_not_stop_the_next_one_and_all_are_counted() {
        let mut stages = Stages::new("test");
        assert_eq!(stages.run("one", || Ok(7)), Some(7));
        assert_eq!(stages.run::<()>("two", || bail!("broken\nin detail")), None);
        assert!(stages.run_counted("three", |tally| {
            tally.line("test result: ok. 5 passed; 0 failed; 0 ignored");
            Ok(())
        }));
        stages.not_run("four", "two failed");
        let table = stages.table();
        assert!(table.contains("FAILED: broken\n") && table.contains("NOT RUN: two failed"), "{table}");
        assert!(table.ends_with("\n6 passed, 2 failed\n"), "{table}");
        assert!(!stages.close());
    }

    #[test]
    fn a_stage_that_ran_no_test_has_failed() {
        let mut stages = Stages::new("test");
        assert!(!stages.run_counted("none", |_| Ok(())));
        assert!(stages.table().contains("no test was run"));
    }

    #[test]
    fn nothing_run_is_not_success() {
        assert!(!Stages::new("test").close());
    }

    #[test]
    fn too_many_minutes_are_told() {
        let mut stages = Stages::new("test");
        stages.run("long", || Ok(()));
        assert!(!stages.table().contains("warning"));
        stages.done[0].minutes = Minutes(THRIFT.0 + Duration::from_secs(1));
        assert!(stages.table().contains("warning: more than 55.0 minutes"));
    }
}
