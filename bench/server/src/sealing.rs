//! `sealing`: how long a million entries take, and how long an upload waits meanwhile. The peer seals in one transaction
//! with everything in memory ([`plain`]).

use std::future::Future;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;
use twoken_server::app::App;
use twoken_server::domain::sealing::{Fate, seal_now};

use crate::{Result, open, plain, reports};

/// Entries of an upload while the pool is filled: the largest size class.
const UPLOAD: usize = 2048;
/// Pause between two uploads while a sealing is under way.
const PAUSE: Duration = Duration::from_millis(20);

/// Seconds of a sealing, and the longest wait of an upload during it in milliseconds.
struct Seen {
    seconds: f64,
    waited: f64,
}

/// Ours and the peer's, each on a fresh database.
pub(crate) async fn measure(entries: usize) -> Result<Value> {
    let folder = tempfile::tempdir()?;
    let app = filled(folder.path(), entries).await?;
    let ours = beside_uploads(&app, async {
        let (store, keys, published) = (app.store(), app.keys(), app.published());
        for outcome in seal_now(store, keys, published, app.clock(), None, true).await? {
            if let Fate::Failed(error) = outcome.fate {
                return Err(error.into());
            }
        }
        Ok(())
    })
    .await?;
    app.store().close().await;

    let folder = tempfile::tempdir()?;
    let app = filled(folder.path(), entries).await?;
    let theirs = beside_uploads(&app, plain::seal(&app, folder.path())).await?;
    app.store().close().await;
    let figures = |seen: &Seen| json!({ "seconds": seen.seconds, "waited": seen.waited });
    Ok(json!({ "ours": figures(&ours), "theirs": figures(&theirs) }))
}

/// A server whose pool holds so many entries.
pub(crate) async fn filled(folder: &std::path::Path, entries: usize) -> Result<App> {
    let app = open(folder).await?;
    for values in reports::values(entries).chunks(UPLOAD) {
        app.store().record_upload(reports::checked(values)).await?;
    }
    app.store().forget_order().await?;
    Ok(app)
}

/// Seals while somebody uploads a small report again and again.
async fn beside_uploads(app: &App, sealing: impl Future<Output = Result<()>>) -> Result<Seen> {
    let store = app.store().clone();
    let (stop, mut stopped) = watch::channel(false);
    let uploading = tokio::spawn(async move {
        let mut longest = 0.0_f64;
        while !*stopped.borrow() {
            let upload = reports::checked(&reports::values(64));
            let start = Instant::now();
            // One that is given up because another writer holds the database is tried again, and waits on.
            while let Err(error) = store.record_upload(upload.clone()).await {
                if *stopped.borrow() {
                    return Err(error);
                }
            }
            longest = longest.max(start.elapsed().as_secs_f64() * 1000.0);
            // Until it is time for the next one, or all is over.
            let _ = tokio::time::timeout(PAUSE, stopped.changed()).await;
        }
        Ok(longest)
    });
    let start = Instant::now();
    let sealed = sealing.await;
    let seconds = start.elapsed().as_secs_f64();
    // Who uploads may have failed and be gone; its own error says so below.
    let _ = stop.send(true);
    let waited = uploading.await??;
    sealed?;
    Ok(Seen { seconds, waited })
}
