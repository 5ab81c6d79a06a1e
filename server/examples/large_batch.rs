//! Fills a region's pool with entries that nobody can claim, beside what waits there, and seals it: a country's batch
//! for the browser stories and the benchmarks. Nothing that an operator needs.
//!
//! ```text
//! large_batch --data DIR --entries N [--region R] [--with FILE]
//! ```
//!
//! `DIR` is the data directory of a server that was started once; it may be running. `FILE` holds further entries, 84
//! bytes each, in private mode elements of 32, one after another. Everything goes the way of real reports: recorded as
//! uploads, sealed as on demand.
//!
//! The filling of open mode has tags that look like elements and are none: a batch's reader only compares them, and a million
//! real ones take longer to make than to seal. In private mode they are multiplied, so they are real.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use getrandom::SysRng;
use rand_core::{Rng, UnwrapErr};
use tokio::time::Instant;
use twoken_core::status::{Degree, Mode, Scheme};
use twoken_core::tag::{ELEMENT_LENGTH, ENTRY_LENGTH, Element, Entry};
use twoken_core::units::Timestamp;
use twoken_core::wire::RegionId;
use twoken_server::app::open_data;
use twoken_server::clock::{Clock, noted_ahead};
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
    /// A file of further entries, 84 bytes each; in private mode of elements, 32 bytes each.
    #[arg(long)]
    with: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { data, entries, region, with } = Arguments::parse();
    let given = with.map(std::fs::read).transpose()?.unwrap_or_default();
    let (keys, store) = open_data(&data).await?;
    let published = Published::current(&store).await?;
    let mode = published.config().mode;
    let line = match mode {
        Mode::Open => ENTRY_LENGTH,
        Mode::Private => ELEMENT_LENGTH,
    };
    if given.len() % line != 0 {
        return Err(format!("the file has {} bytes: no whole number of entries", given.len()).into());
    }
    // As an upload is: one that is no entry would keep its pool from being sealed for ever.
    given.chunks(line).try_for_each(|bytes| match mode {
        Mode::Open => Entry::from_bytes(bytes).map(drop).map_err(|error| error.to_string()),
        Mode::Private => bytes
            .try_into()
            .map_err(|_| "another length".to_owned())
            .and_then(|bytes| Element::checked(bytes).map(drop).map_err(|error| error.to_string())),
    })?;
    if !published.has_region(&region) {
        return Err(format!("there is no region `{region}`").into());
    }
    let pool =
        PoolKey { region: region.to_string(), scheme: Scheme::Encounter as u8, degree: Degree::First as u8 };
    let ahead = u64::from(noted_ahead(&data)?);
    let now = system_time()?.plus(ahead);

    let watch = Instant::now();
    if !given.is_empty() {
        record(&store, &pool, now, line, given).await?;
    }
    let mut values = values(entries);
    while !values.is_empty() {
        let rest = values.split_off(values.len().min(UPLOAD));
        let filling = match mode {
            Mode::Open => filling(&values),
            Mode::Private => elements(values.len()),
        };
        record(&store, &pool, now, line, filling).await?;
        values = rest;
    }
    println!("{entries} entries wait after {:.1} s", watch.elapsed().as_secs_f64());

    let watch = Instant::now();
    // A server that is running may have sealed since.
    let sealed_at = system_time()?.plus(ahead);
    let clock = Clock::new(move || sealed_at);
    let outcomes =
        sealing::seal_now(&store, &Arc::new(keys), &published, &clock, Some(&region), true).await?;
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

/// So many elements that nobody can claim.
fn elements(count: usize) -> Vec<u8> {
    let mut rng = UnwrapErr(SysRng);
    (0..count).flat_map(|_| *Element::dummy(&mut rng).as_bytes()).collect()
}

async fn record(
    store: &Store,
    pool: &PoolKey,
    now: Timestamp,
    line: usize,
    entries: Vec<u8>,
) -> Result<(), Box<dyn Error>> {
    let mut t = [0; 32];
    UnwrapErr(SysRng).fill_bytes(&mut t);
    let part = Part { pool: pool.clone(), line, entries };
    let upload = NewUpload { t, mac: [0; 32], week: now.week().get(), parts: vec![part] };
    store.record_upload(upload).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a program of its own reads the clock where it begins")]
fn system_time() -> Result<Timestamp, Box<dyn Error>> {
    Ok(Timestamp::new(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs()))
}
