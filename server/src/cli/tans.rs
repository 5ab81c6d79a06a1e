//! `twoken-server tan issue | tan key export`.

use std::io::Write;

use clap::{Subcommand, ValueEnum};
use tracing::level_filters::LevelFilter;
use twoken_core::permit::Class;

use super::Error;
use super::settings::{DataArgs, SettingsArgs};
use crate::clock::Clock;
use crate::domain::tans;
use crate::keys::Keys;
use crate::logging;

#[derive(Debug, Subcommand)]
pub(super) enum TanCommand {
    /// Make valid TANs and print them, one a line. They are shown this once.
    Issue {
        /// How many.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=10_000))]
        count: u16,
        /// What they permit: a person's own report, or health staff's on a patient's behalf.
        #[arg(long, value_enum, default_value = "patient")]
        class: ClassArg,
        /// How long they are valid, in hours; without it, as long as the setting `tan_hours` says.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..=i64::from(tans::MAX_HOURS)))]
        hours: Option<u16>,
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// The key that TANs are hashed with.
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Print the TAN key in hexadecimal, for an authority that makes its own TANs. It is a secret.
    Export {
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ClassArg {
    Patient,
    Staff,
}

impl TanCommand {
    pub(super) async fn run(
        self,
        clock: Clock,
        variables: Vec<(String, String)>,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Error> {
        match self {
            Self::Issue { count, class, hours, settings } => {
                logging::start(LevelFilter::WARN);
                let hours = match hours {
                    Some(hours) => hours,
                    None => settings.read(variables.clone())?.0.tan_hours,
                };
                let (keys, store) = settings.data.open(true).await?;
                let clock = settings.clock(variables, &store, clock).await?;
                let issued =
                    tans::issue(&store, &keys, clock.now(), class.into(), usize::from(count), hours).await?;
                store.close().await;
                for tan in issued {
                    writeln!(out, "{}", *tan.display())?;
                }
                Ok(out.flush()?)
            }
            Self::Key(KeyCommand::Export { data }) => {
                let keys = Keys::open(data.existing()?)?;
                Ok(writeln!(out, "{}", *keys.tan.to_hex())?)
            }
        }
    }
}

impl From<ClassArg> for Class {
    fn from(class: ClassArg) -> Self {
        match class {
            ClassArg::Patient => Self::Patient,
            ClassArg::Staff => Self::Staff,
        }
    }
}
