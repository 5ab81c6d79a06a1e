//! Where settings and data are, for all commands; `twoken-server config check`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::Error;
use crate::app;
use crate::clock::{self, Clock};
use crate::config::{self, Fault, Profile, Severity, faults};
use crate::keys::{self, Keys};
use crate::store::Store;

#[derive(Debug, Args)]
pub(super) struct DataArgs {
    /// Directory of database and keys; made on first use.
    #[arg(long = "data", env = "TWOKEN_DATA", default_value = "data", value_name = "DIR")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct SettingsArgs {
    /// Defaults: `strict` for use, `demo` for trying things out (protects nobody).
    #[arg(long, env = "TWOKEN_PROFILE", value_enum, default_value = "strict")]
    profile: Profile,
    /// Configuration file; without it, config.toml in the data directory if there is one.
    #[arg(long, env = "TWOKEN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    pub(super) data: DataArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print the settings in force and what is wrong with them. Exits with 1 if the server would not start.
    Check {
        #[command(flatten)]
        settings: SettingsArgs,
    },
}

impl DataArgs {
    /// The directory, if somebody has made keys in it: a question makes nothing.
    pub(super) fn existing(&self) -> Result<&Path, Error> {
        let there = self.folder.join(keys::FILE_NAME).exists();
        if there { Ok(&self.folder) } else { Err(Error::NoData(self.folder.clone())) }
    }

    /// The clock of the directory's server, as it noted at its last start. One that runs ahead is told.
    pub(super) fn clock(&self, system: Clock) -> Result<Clock, Error> {
        let seconds = clock::noted_ahead(&self.folder)
            .map_err(|source| Error::ClockAhead { data: self.folder.clone(), source })?;
        Ok(told(system, seconds))
    }

    /// Keys and database of the directory, which is made if the command `makes` something and it is not there.
    pub(super) async fn open(&self, makes: bool) -> Result<(Keys, Store), Error> {
        let folder = if makes { &self.folder } else { self.existing()? };
        Ok(app::open_data(folder).await?)
    }
}

fn told(system: Clock, seconds: u32) -> Clock {
    if seconds > 0 {
        tracing::warn!(
            seconds,
            "the clock of this data's demo server runs ahead, and so does this command's"
        );
    }
    system.ahead(seconds)
}

impl SettingsArgs {
    /// The clock of the directory's server; before its first start the one that it will have by these settings.
    pub(super) async fn clock(
        &self,
        variables: Vec<(String, String)>,
        store: &Store,
        system: Clock,
    ) -> Result<Clock, Error> {
        if store.current_config().await.map_err(app::Error::from)?.is_some() {
            return self.data.clock(system);
        }
        let settings = self.read(variables)?.0;
        let ahead = settings.clock_ahead_seconds.filter(|_| settings.profile == Profile::Demo);
        Ok(told(system, ahead.unwrap_or_default()))
    }

    /// The settings, and what was strange on the way to them.
    pub(super) fn read(
        &self,
        variables: Vec<(String, String)>,
    ) -> Result<(config::Settings, Vec<Fault>), config::Error> {
        let beside = self.data.folder.join("config.toml");
        let file = self.config.clone().or_else(|| beside.exists().then_some(beside));
        config::read(self.profile, file.as_deref(), variables)
    }
}

impl ConfigCommand {
    pub(super) fn run(
        self,
        variables: Vec<(String, String)>,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Error> {
        let Self::Check { settings } = self;
        let (settings, mut found) = settings.read(variables)?;
        // Settings are plain data and always have a TOML form; the hash of the API key is no secret.
        writeln!(out, "{}", toml::to_string(&settings).unwrap_or_default())?;
        found.extend(faults(&settings));
        for fault in &found {
            writeln!(out, "# {fault}")?;
        }
        let starts = found.iter().all(|fault| fault.severity == Severity::Warning);
        if starts { Ok(()) } else { Err(Error::Faults) }
    }
}
