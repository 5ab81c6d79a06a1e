//! `twoken-server serve`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::level_filters::LevelFilter;

use super::Error;
use super::settings::SettingsArgs;
use crate::app::App;
use crate::clock::{self, Clock};
use crate::config::{Severity, faults};
use crate::{jobs, listen, logging, routes};

#[derive(Debug, Args)]
pub(super) struct Serve {
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

impl Serve {
    pub(super) async fn run(
        self,
        clock: Clock,
        variables: Vec<(String, String)>,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Error> {
        logging::start(self.log);
        let (settings, mut found) = self.settings.read(variables)?;
        found.extend(faults(&settings));
        for fault in found.iter().filter(|fault| fault.severity == Severity::Warning) {
            tracing::warn!("{}", fault.message);
        }
        let stop = stop_signal().map_err(Error::Signals)?;
        let data = &self.settings.data.folder;
        // Settings that may not say so do not open.
        let ahead = settings.clock_ahead_seconds.unwrap_or_default();
        let app = App::open(settings, data, self.web.as_deref(), clock.ahead(ahead)).await?;
        clock::note_ahead(data, ahead).map_err(|source| Error::ClockAhead { data: data.clone(), source })?;
        if ahead > 0 {
            writeln!(out, "the clock runs {ahead} s ahead: here it is {} UTC", app.clock().now().day())?;
        }
        app.tell_unused_api_key().await?;
        jobs::sweep(&app, app.clock().now()).await;
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(|source| Error::Listen { address: self.listen, source })?;
        let address = listener.local_addr().unwrap_or(self.listen);
        tracing::info!(
            profile = app.settings().profile.name(),
            data = %data.display(),
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
