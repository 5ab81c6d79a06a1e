//! The command line: `twoken-server serve | tan … | staff … | authority-key … | study … | batch seal | config check`.

mod authority;
mod batches;
mod serve;
mod settings;
mod staff;
mod studies;
mod tans;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use twoken_core::wire::RegionId;

use crate::clock::Clock;
use crate::domain::{published, sealing};
use crate::{app, config, domain, keys};

/// The Twoken server: anonymous contact tracing, TANs in, sealed batches out.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, after_help = AFTER)]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

const AFTER: &str = "Settings come from the profile, then from the configuration file, then from TWOKEN_* variables \
                     (TWOKEN_NAME, TWOKEN_MIN_UPLOADS, TWOKEN_API_KEY, …). `twoken-server config check` shows the result.";

#[derive(Debug, Subcommand)]
enum What {
    /// Run the server until it is told to stop (Ctrl-C, SIGTERM).
    Serve(serve::Serve),
    /// Make TANs, or export the key that an authority hashes its own with.
    #[command(subcommand)]
    Tan(tans::TanCommand),
    /// Accounts of health staff, for the medical console.
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    /// The API keys that the authority delivers TANs with.
    #[command(subcommand)]
    AuthorityKey(authority::AuthorityKeyCommand),
    /// Studies: ask people for verified contacts, and count what they told.
    #[command(subcommand)]
    Study(studies::StudyCommand),
    /// Seal what waits.
    #[command(subcommand)]
    Batch(batches::BatchCommand),
    /// Look at the settings.
    #[command(subcommand)]
    Config(settings::ConfigCommand),
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings could not be read.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The settings have errors, which were printed.
    #[error("the server would not start with these settings")]
    Faults,
    /// The server's state could not be opened.
    #[error(transparent)]
    App(#[from] app::Error),
    /// The address could not be listened on.
    #[error(
        "{address} could not be listened on: {source}; is another server running there? --listen takes another address"
    )]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system's stop signals could not be watched.
    #[error("stop signals could not be watched: {0}")]
    Signals(std::io::Error),
    /// The data directory is not there.
    #[error("there is no data in {}: name the server's with --data, or start it once", .0.display())]
    NoData(PathBuf),
    /// What a demo's clock runs ahead could not be noted or read.
    #[error("{}/clock-ahead, which says how far a demo's clock runs ahead, is not right: {source}", data.display())]
    ClockAhead {
        /// Beside which data.
        data: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The keys.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// TANs could not be made.
    #[error(transparent)]
    Tans(#[from] domain::tans::Error),
    /// Something about staff.
    #[error(transparent)]
    Staff(#[from] domain::staff::Error),
    /// Something about studies.
    #[error(transparent)]
    Study(#[from] domain::studies::Error),
    /// An export could not be written.
    #[error("{} could not be written: {source}; the export can be repeated", path.display())]
    Export {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something about the authority's keys.
    #[error(transparent)]
    Authority(#[from] domain::authority::Error),
    /// Nothing was published yet.
    #[error(transparent)]
    Published(#[from] published::Error),
    /// Sealing failed.
    #[error(transparent)]
    Sealing(#[from] sealing::Error),
    /// The region is not configured.
    #[error("there is no region `{region}`; there are: {known}")]
    Region {
        /// Which.
        region: RegionId,
        /// The ones there are.
        known: String,
    },
    /// Standard output is gone.
    #[error("the result could not be printed: {0}")]
    Output(#[from] std::io::Error),
}

impl Command {
    /// Carries it out. `variables` is the process's environment; results go to `out`.
    ///
    /// # Errors
    /// See [`Error`]; its text says what to do.
    pub async fn run(
        self,
        clock: Clock,
        variables: Vec<(String, String)>,
        out: &mut (dyn std::io::Write + Send),
    ) -> Result<(), Error> {
        match self.what {
            What::Serve(serve) => serve.run(clock, variables, out).await,
            What::Tan(command) => command.run(clock, variables, out).await,
            What::Staff(command) => command.run(clock, variables, out).await,
            What::AuthorityKey(command) => command.run(clock, variables, out).await,
            What::Study(command) => command.run(clock, out).await,
            What::Batch(command) => command.run(clock, out).await,
            What::Config(command) => command.run(variables, out),
        }
    }
}
