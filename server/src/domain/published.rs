//! The configuration as clients get it: made from the settings, signed once, and kept byte for byte, because batches
//! name it by digest. Digests of earlier ones stay listed for as long as a batch may name them.

use std::collections::BTreeMap;

use twoken_core::codec;
use twoken_core::status::Mode;
use twoken_core::units::{RETENTION_DAYS, Timestamp};
use twoken_core::wire::{self, Config, DelaySeconds, Digest, RegionId, SIZE_CLASSES, SizeClasses};

use super::retention::oldest_day;
use crate::config::{self, Settings};
use crate::keys::Keys;
use crate::store::{self, Store, StoredConfig};

/// Version of the configuration's form.
const VERSION: u32 = 1;

/// Why no configuration could be published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The settings make no configuration.
    #[error("the settings make no configuration: {0}")]
    Wire(#[from] wire::Error),
    /// A data directory of the other mode, in use.
    #[error(
        "`mode` is {}, and what waits or is published in this data directory is of {} mode: set it back, or begin with another \
         directory; a server of the other mode is another server to every app",
        name(*.wanted), name(*.found)
    )]
    Mode {
        /// The mode of the settings.
        wanted: Mode,
        /// The mode of the data.
        found: Mode,
    },
    /// Nothing was published yet.
    #[error("this data directory has no configuration yet: start the server once with `twoken-server serve`")]
    Never,
}

/// A configuration in force.
#[derive(Clone, Debug)]
pub struct Published {
    config: Config,
    stored: StoredConfig,
    /// Each region's parent; none for the root.
    parents: BTreeMap<String, Option<String>>,
}

impl Published {
    /// Puts the settings in force: the configuration of before, if nothing changed, or a new one that lists it.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn publish(
        store: &Store,
        keys: &Keys,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let current = store.current_config().await?;
        if let Some(current) = current {
            let before: Config = read(&current.body)?;
            let same = make(settings, keys, before.previous_digests.clone())?;
            if same == before {
                return Ok(Self::from_stored(current)?);
            }
            if before.mode != settings.mode && store.has_reports().await? {
                return Err(Error::Mode { wanted: settings.mode, found: before.mode });
            }
        }
        let mut previous = store.previous_digests(oldest_day(now).get()).await?;
        previous.extend(store.current_config().await?.map(|current| current.digest));
        let config = make(settings, keys, previous.into_iter().map(Digest::new).collect())?;
        let (body, signature) = config.sign(&keys.signing)?;
        let stored = StoredConfig { digest: *Digest::of(&body).as_bytes(), body, signature };
        store.publish_config(&stored, now.day().get()).await?;
        Ok(Self::from_stored(stored)?)
    }

    /// The configuration in force, as the running server published it.
    ///
    /// # Errors
    /// [`Error::Never`], [`Error::Store`].
    pub async fn current(store: &Store) -> Result<Self, Error> {
        Ok(Self::from_stored(store.current_config().await?.ok_or(Error::Never)?)?)
    }

    fn from_stored(stored: StoredConfig) -> store::Result<Self> {
        let config = read(&stored.body)?;
        let parent = |region: &wire::Region| region.parent.as_ref().map(ToString::to_string);
        let parents = config.regions.iter().map(|region| (region.id.to_string(), parent(region))).collect();
        Ok(Self { config, stored, parents })
    }

    /// What it says.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The signed bytes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.stored.body
    }

    /// The value of the signature header.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.stored.signature
    }

    /// SHA-256 of the body, the name that batches know it by.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        Digest::new(self.stored.digest)
    }

    /// Whether there is such a region.
    #[must_use]
    pub fn has_region(&self, region: &RegionId) -> bool {
        self.has(region.as_str())
    }

    pub(super) fn has(&self, region: &str) -> bool {
        self.parents.contains_key(region)
    }

    /// A region's own name, if there is such a region.
    pub(super) fn named(&self, region: &str) -> Option<&str> {
        self.parents.get_key_value(region).map(|(name, _)| name.as_str())
    }

    /// The parent of a region; `None` for the root, and for a region that is not there.
    pub(super) fn wider(&self, region: &str) -> Option<&str> {
        self.parents.get(region)?.as_deref()
    }

    /// The region without parent.
    pub(super) fn root(&self) -> Option<&str> {
        self.parents.iter().find(|(_, parent)| parent.is_none()).map(|(name, _)| name.as_str())
    }

    /// How many regions.
    pub(super) fn count(&self) -> usize {
        self.parents.len()
    }

    /// How many ancestors each region has.
    pub(super) fn depths(&self) -> impl Iterator<Item = usize> {
        self.parents.keys().map(|region| self.depth(region))
    }

    /// How many ancestors a region has. Settings with a circle never get here; this ends all the same.
    pub(super) fn depth(&self, region: &str) -> usize {
        let ancestors = std::iter::successors(self.wider(region), |above| self.wider(above));
        ancestors.take(self.count()).count()
    }
}

/// Earlier configurations that are still remembered, the latest first.
///
/// # Errors
/// [`store::Error`].
pub(super) async fn previous(store: &Store) -> store::Result<Vec<Published>> {
    let configs = store.previous_configs().await?;
    configs.into_iter().map(Published::from_stored).collect()
}

/// The configuration that settings and keys make. Settings without faults always make one.
fn make(settings: &Settings, keys: &Keys, previous_digests: Vec<Digest>) -> Result<Config, wire::Error> {
    let region = |region: &config::Region| {
        Ok(wire::Region {
            id: region.id.parse()?,
            name: region.name.clone(),
            parent: region.parent.as_deref().map(str::parse).transpose()?,
        })
    };
    let config::Advice { source, date, en, de } = settings.advice.clone();
    Ok(Config {
        version: VERSION,
        name: settings.name.clone(),
        mode: settings.mode,
        profile: match settings.profile {
            config::Profile::Demo => wire::Profile::Demo,
            config::Profile::Strict => wire::Profile::Strict,
        },
        signing_key: keys.signing.public(),
        permit_key: codec::to_base64url(keys.permit.public().as_bytes()),
        regions: settings.regions.iter().map(region).collect::<Result<_, wire::Error>>()?,
        size_classes: SizeClasses { entries: SIZE_CLASSES.to_vec() },
        retention_days: RETENTION_DAYS,
        seal_every_seconds: settings.seal_every_seconds,
        min_uploads: settings.min_uploads,
        max_wait_hours: settings.max_wait_hours,
        seal_anyway_after_hours: settings.seal_anyway_after_hours,
        upload_delay_seconds: DelaySeconds {
            min: settings.upload_delay_seconds.min,
            max: settings.upload_delay_seconds.max,
        },
        check_every_seconds: settings.check_every_seconds,
        decoys_per_week: settings.decoys_per_week,
        risk: settings.risk.into(),
        advice: Some(wire::Advice { source, date, en, de }),
        proofs: settings.proofs.into(),
        previous_digests,
    })
}

const fn name(mode: Mode) -> &'static str {
    match mode {
        Mode::Open => "open",
        Mode::Private => "private",
    }
}

fn read(body: &[u8]) -> Result<Config, store::Error> {
    serde_json::from_slice(body).map_err(|_| store::Error::Damaged("a published configuration"))
}
