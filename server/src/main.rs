//! The `twoken-server` program: reads the command line, the environment and, alone in this crate, the clock.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use twoken_core::units::Timestamp;
use twoken_server::cli::Command;
use twoken_server::clock::Clock;

fn main() -> ExitCode {
    let command = Command::parse();
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(command.run(Clock::new(system_time), variables, &mut std::io::stdout())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn system_time() -> Timestamp {
    // A clock before 1970 is the epoch: every week and day is refused until it is set.
    Timestamp::new(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("twoken-server: {error}");
    ExitCode::FAILURE
}
