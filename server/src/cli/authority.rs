//! `twoken-server authority-key add | list | revoke`.

use std::io::Write;

use clap::Subcommand;
use tracing::level_filters::LevelFilter;

use super::Error;
use super::settings::SettingsArgs;
use crate::clock::Clock;
use crate::domain::authority;
use crate::logging;

#[derive(Debug, Subcommand)]
pub(super) enum AuthorityKeyCommand {
    /// Make a key and print it, once. Two hold at a time: add the new one, give it to the authority, revoke the old one.
    Add {
        /// What you call it: a-z, 0-9, - and .
        name: String,
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// Print the names of the keys that hold, and since when.
    List {
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// Make a key invalid, at once. The last one stays: add another first.
    Revoke {
        /// Its name.
        name: String,
        #[command(flatten)]
        settings: SettingsArgs,
    },
}

impl AuthorityKeyCommand {
    pub(super) async fn run(
        self,
        clock: Clock,
        variables: Vec<(String, String)>,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Error> {
        logging::start(LevelFilter::WARN);
        let (Self::Add { settings: given, .. }
        | Self::List { settings: given }
        | Self::Revoke { settings: given, .. }) = &self;
        let settings = given.read(variables)?.0;
        let (keys, store) = given.data.open(matches!(self, Self::Add { .. })).await?;
        let clock = given.data.clock(clock)?;
        let configured = authority::configured(&settings, &keys);
        match &self {
            Self::Add { name, .. } => {
                let key = authority::add(&store, configured.as_ref(), name, clock.now()).await?;
                writeln!(out, "{}", *key)?;
            }
            Self::List { .. } => {
                for key in authority::list(&store, configured.as_ref()).await? {
                    let since =
                        key.added.map_or_else(|| "settings or keys.toml".to_owned(), |day| day.to_string());
                    writeln!(out, "{}  {since}", key.name)?;
                }
            }
            Self::Revoke { name, .. } => authority::revoke(&store, name, clock.now()).await?,
        }
        store.close().await;
        Ok(out.flush()?)
    }
}
