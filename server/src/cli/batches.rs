//! `twoken-server batch seal`.

use std::io::Write;
use std::sync::Arc;

use clap::Subcommand;
use tracing::level_filters::LevelFilter;
use twoken_core::wire::RegionId;

use super::Error;
use super::settings::DataArgs;
use crate::clock::Clock;
use crate::domain::published::Published;
use crate::domain::sealing::{self, Fate, Outcome};
use crate::logging;

#[derive(Debug, Subcommand)]
pub(super) enum BatchCommand {
    /// Seal now, whatever the schedule says.
    Seal {
        /// Only this region.
        #[arg(long)]
        region: Option<RegionId>,
        /// Also pools with fewer than `min_uploads`. That makes it easier to guess whose entries belong together.
        #[arg(long)]
        anyway: bool,
        #[command(flatten)]
        data: DataArgs,
    },
}

impl BatchCommand {
    pub(super) async fn run(self, clock: Clock, out: &mut (dyn Write + Send)) -> Result<(), Error> {
        logging::start(LevelFilter::WARN);
        let Self::Seal { region, anyway, data } = self;
        let (keys, store) = data.open(false).await?;
        let clock = data.clock(clock)?;
        // What the running server published holds for this process too.
        let published = Published::current(&store).await?;
        if let Some(region) = &region
            && !published.has_region(region)
        {
            let known: Vec<_> = published.config().regions.iter().map(|known| known.id.to_string()).collect();
            return Err(Error::Region { region: region.clone(), known: known.join(", ") });
        }
        let keys = Arc::new(keys);
        let outcomes = sealing::seal_now(&store, &keys, &published, &clock, region.as_ref(), anyway).await?;
        store.close().await;
        if outcomes.is_empty() {
            writeln!(out, "nothing waits")?;
        }
        outcomes.into_iter().try_for_each(|outcome| say(outcome, out))
    }
}

fn say(outcome: Outcome, out: &mut (dyn Write + Send)) -> Result<(), Error> {
    let Outcome { region, uploads, fate } = outcome;
    match fate {
        Fate::Sealed(batches) => {
            for batch in batches {
                writeln!(out, "{region}: sealed batch {} of {} pages", batch.id, batch.pages)?;
            }
        }
        Fate::Moved { to } => writeln!(out, "{region}: {uploads} uploads wait with {to} now")?,
        Fate::Waiting(waiting) => writeln!(
            out,
            "{region}: {uploads} of {} uploads wait; --anyway seals them now, at the price of making it easier to \
             guess whose entries belong together",
            waiting.min_uploads
        )?,
        Fate::Failed(error) => return Err(error.into()),
    }
    Ok(())
}
