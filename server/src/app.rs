//! Everything a request or a job needs, opened once.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Once, OnceLock};

use axum::http::HeaderMap;

use crate::backoff::Backoff;
use crate::clock::Clock;
use crate::config::{Fault, Profile, Settings, Severity, faults};
use crate::domain::authority;
use crate::domain::decoys;
use crate::domain::index::Indexes;
use crate::domain::proofs::{self, Bench, Prover};
use crate::domain::published::{self, Published};
use crate::domain::queries::Queries;
use crate::domain::readiness::Progress;
use crate::domain::staff::{Office, Staff};
use crate::domain::studies::list::Lists;
use crate::keys::{self, ApiKey, Keys};
use crate::limits::Gate;
use crate::store::{self, Store};
use crate::tally::Tally;
use crate::texts::Text;
use crate::web::{Missing, Web};
use crate::work::Workshop;

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data directory could not be made.
    #[error("the data directory could not be made: {0}")]
    Data(std::io::Error),
    /// The settings are wrong.
    #[error("the configuration has errors; `twoken-server config check` lists them:\n{}", list(.0))]
    Settings(Vec<Fault>),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The configuration could not be published.
    #[error(transparent)]
    Published(#[from] published::Error),
    /// The app's files.
    #[error(transparent)]
    Web(#[from] Missing),
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// A running server's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    settings: Settings,
    clock: Clock,
    keys: Arc<Keys>,
    api_key: Option<ApiKey>,
    store: Store,
    config_text: Text,
    description: OnceLock<Text>,
    published: Published,
    indexes: Indexes,
    progress: Progress,
    backoff: Backoff,
    turns: Backoff,
    staff: Staff,
    studies: Lists,
    bench: Bench,
    queries: Queries,
    tally: Arc<Tally>,
    proxy_told: Once,
    gate: Gate,
    web: Option<Web>,
}

impl App {
    /// Opens the data directory, making what is missing, and puts the settings in force.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn open(
        settings: Settings,
        data: &Path,
        web: Option<&Path>,
        clock: Clock,
    ) -> Result<Self, Error> {
        let errors: Vec<_> =
            faults(&settings).into_iter().filter(|fault| fault.severity == Severity::Error).collect();
        if !errors.is_empty() {
            return Err(Error::Settings(errors));
        }
        let cores = Workshop::new(0);
        let web = web.map(|folder| Web::open(folder, settings.profile == Profile::Demo)).transpose()?;
        let (keys, store) = open_data(data).await?;
        let keys = Arc::new(keys);
        proofs::find_older_pages(&store, &keys).await?;
        let published = Published::publish(&store, &keys, &settings, clock.now()).await?;
        let api_key = authority::configured(&settings, &keys);
        Ok(Self(Arc::new(Inner {
            backoff: Backoff::new(clock.clone()),
            turns: decoys::turns(&clock),
            staff: Staff::new(&settings, &clock),
            studies: Lists::default(),
            bench: Bench::new(&clock, &cores),
            queries: Queries::new(&cores, settings.psi_queries_per_address),
            progress: Progress::new(clock.now()),
            settings,
            clock,
            keys,
            api_key,
            store,
            config_text: Text::new(published.body().to_vec()),
            description: OnceLock::new(),
            published,
            indexes: Indexes::default(),
            tally: Arc::default(),
            proxy_told: Once::new(),
            gate: Gate::new(),
            web,
        })))
    }

    /// What the operator decided.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// What time it is.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &Arc<Keys> {
        &self.0.keys
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The configuration in force.
    #[must_use]
    pub fn published(&self) -> &Published {
        &self.0.published
    }

    /// The configuration in force as it is sent.
    pub(crate) fn config_text(&self) -> &Text {
        &self.0.config_text
    }

    /// The API's description as it is sent, once it was made.
    pub(crate) fn description(&self) -> &OnceLock<Text> {
        &self.0.description
    }

    /// Indexes signed lately.
    #[must_use]
    pub fn indexes(&self) -> &Indexes {
        &self.0.indexes
    }

    /// How sealing goes.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.0.progress
    }

    /// Who guessed TANs lately.
    #[must_use]
    pub fn backoff(&self) -> &Backoff {
        &self.0.backoff
    }

    /// Who sent decoys lately.
    #[must_use]
    pub fn turns(&self) -> &Backoff {
        &self.0.turns
    }

    /// How many reports there were since the last tick.
    #[must_use]
    pub fn tally(&self) -> &Arc<Tally> {
        &self.0.tally
    }

    /// The authority's API key that holds until one was made at the command line.
    #[must_use]
    pub fn api_key(&self) -> Option<&ApiKey> {
        self.0.api_key.as_ref()
    }

    /// Warns when the settings' API key does not hold, because others were made since.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn tell_unused_api_key(&self) -> Result<(), Error> {
        if let Some(key) = &self.0.api_key {
            let kept = self.0.store.authority_keys().await?;
            if !kept.is_empty() && !kept.iter().any(|other| other.hash == *key.as_hash()) {
                tracing::warn!(
                    "the API key of the settings or of keys.toml does not hold any more: `authority-key list` names \
                     the ones that do"
                );
            }
        }
        Ok(())
    }

    /// What is held in memory about staff.
    #[must_use]
    pub fn staff(&self) -> &Staff {
        &self.0.staff
    }

    /// The list of studies signed last.
    #[must_use]
    pub fn studies(&self) -> &Lists {
        &self.0.studies
    }

    /// Where proofs are verified.
    #[must_use]
    pub fn bench(&self) -> &Bench {
        &self.0.bench
    }

    /// Where private mode's queries are answered.
    #[must_use]
    pub fn queries(&self) -> &Queries {
        &self.0.queries
    }

    /// Everything that a proof is looked at with.
    #[must_use]
    pub fn prover(&self) -> Prover<'_> {
        let Inner { bench, store, keys, published, .. } = &*self.0;
        Prover { bench, store, keys, published }
    }

    /// Everything that a request of staff is answered with.
    #[must_use]
    pub fn office(&self) -> Office<'_> {
        Office { staff: &self.0.staff, store: &self.0.store, keys: &self.0.keys, now: self.0.clock.now() }
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    pub(crate) fn web(&self) -> Option<&Web> {
        self.0.web.as_ref()
    }

    /// The address a request came from, as far as back-off needs it: the connection's, or behind a proxy the last
    /// one that the proxy wrote.
    pub(crate) fn asked_from(&self, connection: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let connection = connection.ip();
        // The last of several lines is the one that the nearest proxy wrote.
        let last = headers.get_all("x-forwarded-for").iter().next_back();
        let forwarded = last.and_then(|value| value.to_str().ok());
        let behind_proxy = self.0.settings.behind_proxy;
        if forwarded.is_some() && !behind_proxy {
            self.0.proxy_told.call_once(|| {
                tracing::warn!(
                    "requests come through a proxy, and behind_proxy is not set: all who use it count as one when \
                     TANs or passwords are guessed"
                );
            });
        }
        let told = forwarded.filter(|_| behind_proxy);
        told.and_then(|list| list.rsplit(',').next()?.trim().parse().ok()).unwrap_or(connection)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("App")
    }
}

/// Opens keys and database in a data directory, making it on first use, for its owner only.
///
/// # Errors
/// [`Error::Data`], [`Error::Keys`], [`Error::Store`].
pub async fn open_data(data: &Path) -> Result<(Keys, Store), Error> {
    if !data.exists() {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(data).map_err(Error::Data)?;
    }
    let (keys, made) = Keys::open_or_create(data)?;
    if made {
        let file = data.join(keys::FILE_NAME);
        tracing::info!(
            file = %file.display(),
            "made new keys; back this file up and keep it private"
        );
    }
    Ok((keys, Store::open(data).await?))
}
