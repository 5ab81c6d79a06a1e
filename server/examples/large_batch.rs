//! Fills a region's pool with entries that nobody can claim, beside what waits there, and seals it: a country's batch
//! for the browser stories and the benchmarks. Nothing that an operator needs.
//!
//! ```text
//! large_batch --data DIR --entries N [--region R] [--with FILE]
//! ```
//!
//! `DIR` is the data directory of a server that was started once; it may be running. `FILE` holds further entries, 84
//! bytes each, one after another. Everything goes the way of real reports: recorded as uploads, sealed as on demand.
//!
//! The filling has tags that look like elements and are none: a batch's reader only compares them, and a million real
//! ones take longer to make than to seal.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use getrandom::SysRng;
use rand_core::{Rng, UnwrapErr};
use tokio::time::Instant;
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::{ENTRY_LENGTH, Entry};
use twoken_core::units::Timestamp;
use twoken_core::wire::RegionId;
use twoken_server::app::open_data;
use twoken_server::clock::Clock;
use twoken_server::domain::published::Published;
use twoken_server::domain::sealing::{self, Fate};
use twoken_server::store::{NewUpload, Part, PoolKey, Store};

/// Entries of an upload: the largest size class.
const UPLOAD: usize = 2048;

/// Fills a pool and seals it.
#[derive(Parser)]
struct Arguments {
    /// Data directory of a server that was started once.
    #[arg(long)]
    data: PathBuf,
    /// How many entries to make.
    #[arg(long)]
    entries: usize,
    /// Where.
    #[arg(long, default_value = "root")]
    region: RegionId,
    /// A file of further entries, 84 bytes each.
    #[arg(long)]
    with: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { data, entries, region, with } = Arguments::parse();
    let given = with.map(std::fs::read).transpose()?.unwrap_or_default();
    if given.len() % ENTRY_LENGTH != 0 {
        return Err(format!("the file has {} bytes: no whole number of entries", given.len()).into());
    }
    // As an upload is: one that is no entry would keep its pool from being sealed for ever.
    given.chunks(ENTRY_LENGTH).try_for_each(|entry| Entry::from_bytes(entry).map(drop))?;
    let (keys, store) = open_data(&data).await?;
    let published = Published::current(&store).await?;
    if !published.has_region(&region) {
        return Err(format!("there is no region `{region}`").into());
    }
    let pool =
        PoolKey { region: region.to_string(), scheme: Scheme::Encounter as u8, degree: Degree::First as u8 };
    let now = now()?;

    let watch = Instant::now();
    if !given.is_empty() {
        record(&store, &pool, now, given).await?;
    }
    let mut values = values(entries);
    while !values.is_empty() {
        let rest = values.split_off(values.len().min(UPLOAD));
        record(&store, &pool, now, filling(&values)).await?;
        values = rest;
    }
    println!("{entries} entries wait after {:.1} s", watch.elapsed().as_secs_f64());

    let watch = Instant::now();
    let outcomes =
        sealing::seal_now(&store, &Arc::new(keys), &published, &Clock::new(move || now), Some(&region), true)
            .await?;
    println!("sealed in {:.1} s", watch.elapsed().as_secs_f64());
    store.close().await;
    for outcome in outcomes {
        match outcome.fate {
            Fate::Sealed(batches) => {
                batches.iter().for_each(|batch| println!("{} {} pages", batch.id, batch.pages));
            }
            Fate::Failed(error) => return Err(error.into()),
            Fate::Moved { .. } | Fate::Waiting(_) => {}
        }
    }
    Ok(())
}

/// Leading bits of tags, ascending.
fn values(count: usize) -> Vec<u64> {
    let mut rng = UnwrapErr(SysRng);
    let mut values: Vec<_> = (0..count).map(|_| rng.next_u64() >> 1).collect();
    values.sort_unstable();
    values
}

/// Entries that begin with these bits, in canonical form (the lowest bit of byte 0 and the highest of byte 31 are zero,
/// as an element's), and are random for the rest.
fn filling(values: &[u64]) -> Vec<u8> {
    let mut bytes = vec![0; values.len() * ENTRY_LENGTH];
    UnwrapErr(SysRng).fill_bytes(&mut bytes);
    for (entry, value) in bytes.as_chunks_mut::<ENTRY_LENGTH>().0.iter_mut().zip(values) {
        let [first, rest @ ..] = value.to_be_bytes();
        let [a, b, c, d, e, f, g] = rest;
        let leading = [first << 1, a, b, c, d, e, f, g];
        entry.iter_mut().zip(leading).for_each(|(byte, leading)| *byte = leading);
        if let Some(last) = entry.get_mut(31) {
            *last &= 0x7f;
        }
    }
    bytes
}

async fn record(
    store: &Store,
    pool: &PoolKey,
    now: Timestamp,
    entries: Vec<u8>,
) -> Result<(), Box<dyn Error>> {
    let mut t = [0; 32];
    UnwrapErr(SysRng).fill_bytes(&mut t);
    let part = Part { pool: pool.clone(), entries };
    let upload = NewUpload { t, mac: [0; 32], week: now.week().get(), parts: vec![part] };
    store.record_upload(upload).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a program of its own reads the clock where it begins")]
fn now() -> Result<Timestamp, Box<dyn Error>> {
    Ok(Timestamp::new(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs()))
}
