//! `rest`: what the server's program holds in memory when nothing goes on, after it has sealed a million entries. The
//! peer is this process after the same in one transaction, everything in memory ([`plain`]).

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::sealing::filled;
use crate::{Result, plain};

/// How long sealing may take, with the wait for the tick.
const DEADLINE: Duration = Duration::from_secs(180);
/// After it: the pool is emptied, and memory is given back.
const SETTLE: Duration = Duration::from_secs(10);

/// A process that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Megabytes: of a fresh server, of one after sealing, of the peer.
pub(crate) async fn measure(server: &Path, entries: usize) -> Result<Value> {
    let folder = tempfile::tempdir()?;
    let app = filled(folder.path(), entries).await?;
    let running = Command::new(server)
        .args(["serve", "--profile", "demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .env_clear()
        .env("TWOKEN_SEAL_EVERY_SECONDS", "10")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(Running)?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let fresh = megabytes(running.0.id())?;
    let start = Instant::now();
    while !app.store().pools().await?.is_empty() || !app.store().closed_pools().await?.is_empty() {
        if start.elapsed() > DEADLINE {
            return Err("the server did not seal in time".into());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    tokio::time::sleep(SETTLE).await;
    let after = megabytes(running.0.id())?;
    drop(running);
    app.store().close().await;

    let folder = tempfile::tempdir()?;
    let app = filled(folder.path(), entries).await?;
    plain::seal(&app, folder.path()).await?;
    app.store().close().await;
    tokio::time::sleep(SETTLE).await;
    Ok(json!({ "fresh": fresh, "after": after, "theirs": megabytes(std::process::id())? }))
}

/// Resident memory of a process.
fn megabytes(process: u32) -> Result<f64> {
    let output = Command::new("ps").args(["-o", "rss=", "-p", &process.to_string()]).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse::<f64>()? / 1024.0)
}
