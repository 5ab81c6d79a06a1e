//! The server under load, on this machine and nowhere else: `uploads`, `sealing`, `rest`. Each writes its figures as
//! JSON; `cargo xtask bench` makes rows of them.
//!
//! The peer is always the plain way: one transaction for each upload, one transaction for a whole sealing.

#![forbid(unsafe_code)]

mod plain;
mod reports;
mod rest;
mod sealing;
mod uploads;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use twoken_core::units::Timestamp;
use twoken_server::app::App;
use twoken_server::clock::Clock;
use twoken_server::config::{Profile, Settings};

/// What goes wrong ends the benchmark.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Measures one row.
#[derive(Parser)]
enum Row {
    /// Uploads of 64 entries over HTTP.
    Uploads,
    /// A million entries become a batch.
    Sealing {
        /// How many.
        #[arg(long, default_value_t = 1_000_000)]
        entries: usize,
    },
    /// Memory of the server's own program.
    Rest {
        /// The program.
        #[arg(long)]
        server: PathBuf,
        /// Entries that it seals first.
        #[arg(long, default_value_t = 1_000_000)]
        entries: usize,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let figures = match Row::parse() {
        Row::Uploads => uploads::measure().await?,
        Row::Sealing { entries } => sealing::measure(entries).await?,
        Row::Rest { server, entries } => rest::measure(&server, entries).await?,
    };
    println!("{figures}");
    Ok(())
}

/// A server on a directory of its own, that seals when it is told to.
async fn open(data: &Path) -> Result<App> {
    Ok(App::open(Settings::defaults(Profile::Strict), data, None, Clock::new(now)).await?)
}

#[expect(clippy::disallowed_methods, reason = "a program of its own reads the clock where it begins")]
fn now() -> Timestamp {
    Timestamp::new(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}
