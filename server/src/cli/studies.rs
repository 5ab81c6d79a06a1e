//! `twoken-server study open | list | close | export`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use tracing::level_filters::LevelFilter;
use twoken_core::units::Day;
use twoken_core::wire::Texts;

use super::Error;
use super::settings::DataArgs;
use crate::clock::Clock;
use crate::domain::published::Published;
use crate::domain::studies::export::{self, Column, Export};
use crate::domain::studies::{self, AT_MOST, Draft, Listed, State};
use crate::logging;

/// Digits of a study's name that its files are called by.
const DIGITS: usize = 8;

#[derive(Debug, Subcommand)]
pub(super) enum StudyCommand {
    /// Open a study, and print its name. From now on apps show it to people, who decide. Its text cannot be changed.
    Open(Open),
    /// Print the studies: name, state, about how many reports, title.
    List {
        #[command(flatten)]
        data: DataArgs,
    },
    /// End a study now. It takes no more reports, and can be exported.
    Close {
        /// Its name, or the first digits of it.
        study: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Write the table of a study that is over, and its codebook. Once by one choice of columns; then nothing is withdrawn
    /// any more.
    Export {
        /// Its name, or the first digits of it.
        study: String,
        /// What is told apart, such as `week,duration`; all of the study's, when not given. Fewer columns, fewer cells left out: begin
        /// with few. Three sets of columns may have nothing to tell; then there is no other.
        #[arg(long, value_enum, value_delimiter = ',')]
        columns: Option<Vec<Column>>,
        /// Folder for the two files.
        #[arg(long, default_value = ".", value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Debug, Args)]
pub(super) struct Open {
    /// Its title.
    #[arg(long)]
    title: String,
    /// Its title in German; otherwise the same.
    #[arg(long)]
    title_de: Option<String>,
    /// Who asks.
    #[arg(long)]
    institution: String,
    /// What for, and what becomes of it.
    #[arg(long)]
    asks: String,
    /// The same in German; otherwise the same text.
    #[arg(long)]
    asks_de: Option<String>,
    /// Whom people can ask back: an address, a number or a link.
    #[arg(long)]
    contact: String,
    /// The last day (UTC) on which it takes reports, such as 2026-12-31.
    #[arg(long, value_name = "DAY")]
    ends: Day,
    /// Most reports that it takes.
    #[arg(long, default_value_t = AT_MOST, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    at_most: u32,
    #[command(flatten)]
    data: DataArgs,
}

impl StudyCommand {
    pub(super) async fn run(self, clock: Clock, out: &mut (dyn Write + Send)) -> Result<(), Error> {
        logging::start(LevelFilter::WARN);
        let data = match &self {
            Self::Open(Open { data, .. })
            | Self::List { data }
            | Self::Close { data, .. }
            | Self::Export { data, .. } => data,
        };
        let store = data.open(false).await?.1;
        let now = data.clock(clock)?.now();
        match self {
            Self::Open(open) => {
                // The running server's mode holds for this process too.
                let published = Published::current(&store).await?;
                let id = studies::open(&store, &published, now, open.draft()).await?;
                writeln!(out, "{id}")?;
            }
            Self::List { .. } => {
                for listed in studies::all(&store, now).await? {
                    say(&listed, out)?;
                }
            }
            Self::Close { study, .. } => {
                let id = studies::named(&store, &study).await?;
                studies::close(&store, &id, now).await?;
            }
            Self::Export { study, columns, to, .. } => {
                let id = studies::named(&store, &study).await?;
                let export = export::export(&store, &id, columns, now).await?;
                let name: String = id.to_string().chars().take(DIGITS).collect();
                for path in write(&export, &to, &name)? {
                    writeln!(out, "{}", path.display())?;
                }
            }
        }
        store.close().await;
        Ok(out.flush()?)
    }
}

impl Open {
    fn draft(self) -> Draft {
        let texts = |en: String, de: Option<String>| Texts { de: de.unwrap_or_else(|| en.clone()), en };
        Draft {
            title: texts(self.title, self.title_de),
            institution: self.institution,
            asked: texts(self.asks, self.asks_de),
            contact: self.contact,
            ends: self.ends,
            at_most: self.at_most,
        }
    }
}

fn say(listed: &Listed, out: &mut (dyn Write + Send)) -> Result<(), Error> {
    let Listed { study, state, reports } = listed;
    let state = match state {
        State::Open { until } => format!("open until {until}"),
        State::Over { deleted } => format!("over, deleted on {deleted}"),
        State::Exported { deleted } => format!("exported, deleted on {deleted}"),
    };
    Ok(writeln!(out, "{}  {state}  {reports} reports  {}", study.id(), study.title.en)?)
}

/// Writes both files, readable by their owner only, and none over another. Returns where they are.
fn write(export: &Export, folder: &Path, name: &str) -> Result<[PathBuf; 2], Error> {
    let paths = ["", "-codebook"].map(|what| folder.join(format!("study-{name}{what}.csv")));
    for (path, text) in paths.iter().zip([&export.table, &export.codebook]) {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|source| Error::Export { path: path.clone(), source })?;
    }
    Ok(paths)
}
