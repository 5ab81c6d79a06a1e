//! The command line: `twoken-server serve | tan issue | tan key export | batch seal | config check`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::level_filters::LevelFilter;
use twoken_core::permit::Class;
use twoken_core::wire::RegionId;

use crate::app::{self, App};
use crate::clock::Clock;
use crate::config::{self, Fault, Profile, Severity, faults};
use crate::domain::{published, published::Published, sealing, tans};
use crate::keys::{self, Keys};
use crate::{jobs, listen, logging, routes};

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
    Serve(Serve),
    /// Make TANs, or export the key that an authority hashes its own with.
    #[command(subcommand)]
    Tan(TanCommand),
    /// Seal what waits.
    #[command(subcommand)]
    Batch(BatchCommand),
    /// Look at the settings.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Args)]
struct DataArgs {
    /// Directory of database and keys; made on first use.
    #[arg(long, env = "TWOKEN_DATA", default_value = "data", value_name = "DIR")]
    data: PathBuf,
}

#[derive(Debug, Args)]
struct SettingsArgs {
    /// Defaults: `strict` for use, `demo` for trying things out (protects nobody).
    #[arg(long, env = "TWOKEN_PROFILE", value_enum, default_value = "strict")]
    profile: Profile,
    /// Configuration file; without it, config.toml in the data directory if there is one.
    #[arg(long, env = "TWOKEN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    settings: SettingsArgs,
    /// The built app; without it only the API is served.
    #[arg(long, env = "TWOKEN_WEB", value_name = "DIST")]
    web: Option<PathBuf>,
    /// Address to listen on. Put a proxy with TLS in front before you open it to others.
    #[arg(long, env = "TWOKEN_LISTEN", default_value = "127.0.0.1:8787", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// How much to log: off, error, warn, info.
    #[arg(long, env = "TWOKEN_LOG", default_value = "info", value_name = "LEVEL")]
    log: LevelFilter,
}

#[derive(Debug, Subcommand)]
enum TanCommand {
    /// Make valid TANs and print them, one a line. They are shown this once.
    Issue {
        /// How many.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=10_000))]
        count: u16,
        /// What they permit: a person's own report, or health staff's on a patient's behalf.
        #[arg(long, value_enum, default_value = "patient")]
        class: ClassArg,
        /// How long they are valid, in hours.
        #[arg(long, default_value_t = tans::DEFAULT_HOURS, value_parser = clap::value_parser!(u16).range(1..=i64::from(tans::MAX_HOURS)))]
        hours: u16,
        #[command(flatten)]
        data: DataArgs,
    },
    /// The key that TANs are hashed with.
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Print the TAN key in hexadecimal, for an authority that makes its own TANs. It is a secret.
    Export {
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Debug, Subcommand)]
enum BatchCommand {
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

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the settings in force and what is wrong with them. Exits with 1 if the server would not start.
    Check {
        #[command(flatten)]
        settings: SettingsArgs,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ClassArg {
    Patient,
    Staff,
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
    /// The keys.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// TANs could not be made.
    #[error(transparent)]
    Tans(#[from] tans::Error),
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
            What::Serve(serve) => serve.run(clock, variables).await,
            What::Tan(TanCommand::Issue { count, class, hours, data }) => {
                logging::start(LevelFilter::WARN);
                let (keys, store) = app::open_data(&data.data).await?;
                let issued =
                    tans::issue(&store, &keys, clock.now(), class.into(), usize::from(count), hours).await?;
                store.close().await;
                for tan in issued {
                    writeln!(out, "{}", *tan.display())?;
                }
                Ok(out.flush()?)
            }
            What::Tan(TanCommand::Key(KeyCommand::Export { data })) => {
                existing(&data.data)?;
                let keys = Keys::open(&data.data)?;
                Ok(writeln!(out, "{}", *keys.tan.to_hex())?)
            }
            What::Batch(BatchCommand::Seal { region, anyway, data }) => {
                logging::start(LevelFilter::WARN);
                seal(&data.data, region, anyway, &clock, out).await
            }
            What::Config(ConfigCommand::Check { settings }) => check(&settings, variables, out),
        }
    }
}

impl SettingsArgs {
    fn read(
        &self,
        variables: Vec<(String, String)>,
    ) -> Result<(config::Settings, Vec<Fault>), config::Error> {
        let beside = self.data.data.join("config.toml");
        let file = self.config.clone().or_else(|| beside.exists().then_some(beside));
        config::read(self.profile, file.as_deref(), variables)
    }
}

impl Serve {
    async fn run(self, clock: Clock, variables: Vec<(String, String)>) -> Result<(), Error> {
        logging::start(self.log);
        let (settings, mut found) = self.settings.read(variables)?;
        found.extend(faults(&settings));
        for fault in found.iter().filter(|fault| fault.severity == Severity::Warning) {
            tracing::warn!("{}", fault.message);
        }
        let stop = stop_signal().map_err(Error::Signals)?;
        let app = App::open(settings, &self.settings.data.data, self.web.as_deref(), clock).await?;
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(|source| Error::Listen { address: self.listen, source })?;
        let address = listener.local_addr().unwrap_or(self.listen);
        tracing::info!(
            profile = app.settings().profile.name(),
            data = %self.settings.data.data.display(),
            web = self.web.is_some(),
            "listening on http://{address}"
        );
        let jobs = tokio::spawn(jobs::run(app.clone(), stopped(stop.clone())));
        listen::serve(listener, routes::router(app.clone()), stopped(stop)).await;
        if jobs.await.is_err() {
            tracing::error!("the sealing job had failed; what waits is still in the pool");
        }
        app.store().close().await;
        tracing::info!("stopped");
        Ok(())
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

async fn seal(
    data: &Path,
    region: Option<RegionId>,
    anyway: bool,
    clock: &Clock,
    out: &mut (dyn std::io::Write + Send),
) -> Result<(), Error> {
    existing(data)?;
    let (keys, store) = app::open_data(data).await?;
    // What the running server published holds for this process too.
    let published = Published::current(&store).await?;
    if let Some(region) = &region
        && !published.has_region(region)
    {
        let known: Vec<_> = published.config().regions.iter().map(|known| known.id.to_string()).collect();
        return Err(Error::Region { region: region.clone(), known: known.join(", ") });
    }
    let outcomes =
        sealing::seal_now(&store, &Arc::new(keys), &published, clock.now(), region.as_ref(), anyway).await?;
    store.close().await;
    if outcomes.is_empty() {
        writeln!(out, "nothing waits")?;
    }
    for sealing::Outcome { region, uploads, result } in outcomes {
        match result {
            Ok(batches) => {
                for batch in batches {
                    writeln!(out, "{region}: sealed batch {} of {} pages", batch.id, batch.pages)?;
                }
            }
            Err(waiting) => writeln!(
                out,
                "{region}: {uploads} of {} uploads wait; --anyway seals them now, at the price of making it easier to \
                 guess whose entries belong together",
                waiting.min_uploads
            )?,
        }
    }
    Ok(())
}

fn check(
    settings: &SettingsArgs,
    variables: Vec<(String, String)>,
    out: &mut (dyn std::io::Write + Send),
) -> Result<(), Error> {
    let (settings, mut found) = settings.read(variables)?;
    // Settings are plain data and always have a TOML form; the hash of the API key is no secret.
    writeln!(out, "{}", toml::to_string(&settings).unwrap_or_default())?;
    found.extend(faults(&settings));
    for fault in &found {
        writeln!(out, "# {fault}")?;
    }
    if found.iter().any(|fault| fault.severity == Severity::Error) {
        return Err(Error::Faults);
    }
    Ok(())
}

fn existing(data: &Path) -> Result<(), Error> {
    if data.join(keys::FILE_NAME).exists() { Ok(()) } else { Err(Error::NoData(data.to_path_buf())) }
}

/// Becomes true on Ctrl-C or SIGTERM.
fn stop_signal() -> std::io::Result<watch::Receiver<bool>> {
    let (tell, told) = watch::channel(false);
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        // Nobody listens any more when the server has ended by itself.
        let _ = tell.send(true);
    });
    Ok(told)
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}
