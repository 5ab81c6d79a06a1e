//! What the server does by itself: seal on schedule, delete what is over, forget what it no longer needs.

use std::future::Future;
use std::time::Duration;

use twoken_core::units::Timestamp;

use crate::app::App;
use crate::domain::{retention, sealing};

/// Longest sleep between two looks at the clock: it may be set, and the machine may sleep.
const NAP: Duration = Duration::from_secs(5);

/// Everything that is over ends with an hour.
const HOUR: u64 = 3600;

/// Runs until `stop` ends. Seals at every multiple of the configured period, so that several servers, and restarts,
/// agree on the moments; and deletes what is over each hour, however seldom it seals.
pub async fn run(app: App, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let period = u64::from(app.published().config().seal_every_seconds.max(1));
    let mut due = next_multiple(app.clock().now(), period);
    let mut over = next_multiple(app.clock().now(), HOUR);
    loop {
        let now = app.clock().now();
        if now >= over || over.since(now) > HOUR {
            sweep(&app, now).await;
            over = next_multiple(now, HOUR);
        }
        if now >= due {
            tick(&app, now).await;
            due = next_multiple(now, period);
        } else if due.since(now) > period {
            due = next_multiple(now, period); // the clock was set back
        }
        let nap = NAP.min(Duration::from_secs(due.since(app.clock().now()).max(1)));
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(nap) => {}
        }
    }
}

/// One tick at `now`. Failures are told and tried again at the next.
pub async fn tick(app: &App, now: Timestamp) {
    app.tally().take().tell();
    // First: sealing also sweeps away the files of batches that are over.
    sweep(app, now).await;
    match sealing::seal_due(app.store(), app.keys(), app.published(), app.clock(), now).await {
        Ok(outcomes) => {
            outcomes.iter().for_each(sealing::Outcome::tell);
            app.progress().ticked(now, &outcomes);
        }
        Err(error) => tracing::error!(%error, "sealing failed; what waits is still there and is tried again"),
    }
    app.backoff().forget();
    app.bench().tries().forget();
    app.queries().forget(now);
    app.staff().forget(now);
    if let Err(error) = retention::forget_order(app.store()).await {
        tracing::error!(%error, "the write-ahead log could not be truncated and is tried again");
    }
}

/// Deletes what is over at `now`: also what ended while the server was down, before it answers anybody.
pub async fn sweep(app: &App, now: Timestamp) {
    match retention::sweep(app.store(), now).await {
        Ok(swept) => swept.tell(),
        Err(error) => tracing::error!(%error, "deleting what is over failed and is tried again"),
    }
}

fn next_multiple(now: Timestamp, period: u64) -> Timestamp {
    Timestamp::new((now.seconds() / period).saturating_add(1).saturating_mul(period))
}
