//! The native half: a comparison, and the size of a filter beside the smallest maintained peer. Writes JSON.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use rand_core::Rng;
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use twoken_bench_core::{Asking, Comparison, Membership, Regeneration};
use twoken_core::filter::{self, FALSE_POSITIVE_BITS};
use twoken_core::tag::Tag;
use xorf::{BinaryFuse32, DmaSerializable};

const OWN_TAGS: usize = 5_000;
/// Spans, of which the fastest counts: whatever else the machine does makes the others slower. Rounds of each.
const SPANS: u32 = 200;
const ROUNDS: u32 = 50;
const FILTER_ENTRIES: u32 = 1 << 18;
/// A binary fuse filter's false positive rate is that of its fingerprints.
const PEER_BITS: f64 = 32.0;

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("psi") {
        return private();
    }
    let comparison = Comparison::of(OWN_TAGS).ok_or("the core refused what the bench made up")?;
    if comparison.find() != 1 || !comparison.whole() {
        return Err("the comparison finds something else than the one tag".into());
    }
    let tags = comparison.published() as f64;
    let find = nanoseconds(|| black_box(&comparison).find()) / tags;
    let whole = nanoseconds(|| usize::from(black_box(&comparison).whole())) / tags;
    let (ours, theirs) = filters()?;
    let filter = json!({ "ours": ours, "theirs": theirs });
    let (prove, verify) = membership()?;
    println!(
        "{}",
        json!({ "find": find, "whole": whole, "filter": filter, "regenerate": regenerate()?, "prove": prove, "verify": verify })
    );
    Ok(())
}

/// The server's half of private mode, on one core: seconds a point of an answer; seconds and bytes an element of what is
/// published before.
fn private() -> Result<(), Box<dyn Error>> {
    let asking = Asking::of(768, 768, 768, 1).ok_or("the core refused what the bench made up")?;
    let mut answer = f64::INFINITY;
    for _ in 0..10 {
        let seconds = seconds(|| asking.answer().then_some(()))?.1;
        answer = answer.min(seconds / asking.points() as f64);
    }
    let mut written = json!({ "answer": answer, "setup": {}, "bytes": {} });
    for published in [100_000_u32, 1_000_000] {
        let (bytes, seconds) = seconds(|| asking.set_up(published))?;
        let of = |what: f64| json!(what / f64::from(published));
        if let Some(setup) = written.pointer_mut("/setup").and_then(|setup| setup.as_object_mut()) {
            setup.insert(published.to_string(), of(seconds));
        }
        if let Some(sizes) = written.pointer_mut("/bytes").and_then(|sizes| sizes.as_object_mut()) {
            sizes.insert(published.to_string(), of(bytes as f64));
        }
    }
    println!("{written}");
    Ok(())
}

/// What it came to, and how long that kept the processor: other programs make it no longer, and the peers are measured alike.
fn seconds<T>(run: impl FnOnce() -> Option<T>) -> Result<(T, f64), Box<dyn Error>> {
    let now = || {
        let spent = clock_gettime(ClockId::ProcessCPUTime);
        spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
    };
    let start = now();
    let value = run().ok_or("the core refused what the bench made up")?;
    Ok((value, now() - start))
}

/// Seconds that a fortnight's upload takes, the fastest of some.
fn regenerate() -> Result<f64, Box<dyn Error>> {
    let fortnight = Regeneration::of(14, false).ok_or("the core refused what the bench made up")?;
    let once = || {
        #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
        let start = Instant::now();
        if !black_box(&fortnight).make() {
            return Err("the upload could not be made");
        }
        Ok(start.elapsed().as_secs_f64())
    };
    let seconds = (0..10).map(|_| once()).collect::<Result<Vec<_>, _>>()?;
    Ok(seconds.into_iter().fold(f64::INFINITY, f64::min))
}

/// Milliseconds to make a membership proof, and to verify one: the fastest of some.
fn membership() -> Result<(f64, f64), Box<dyn Error>> {
    let proof = Membership::of().ok_or("the core refused what the bench made up")?;
    let fastest = |run: &dyn Fn() -> bool| {
        let once = || {
            #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
            let start = Instant::now();
            run().then(|| start.elapsed().as_secs_f64() * 1e3)
        };
        (0..20).map(|_| once()).try_fold(f64::INFINITY, |best, time| Some(best.min(time?)))
    };
    let prove = fastest(&|| black_box(&proof).make() > 0).ok_or("a proof could not be made")?;
    let verify = fastest(&|| black_box(&proof).holds()).ok_or("a proof does not hold")?;
    Ok((prove, verify))
}

/// Of one round, in the fastest span.
fn nanoseconds(mut run: impl FnMut() -> usize) -> f64 {
    let mut span = || {
        #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
        let start = Instant::now();
        for _ in 0..ROUNDS {
            black_box(run());
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS)
    };
    (0..SPANS).map(|_| span()).fold(f64::INFINITY, f64::min)
}

/// Bits an entry for each bit of log₂(1 / ε): ours and the peer's.
fn filters() -> Result<(f64, f64), Box<dyn Error>> {
    let mut rng: rand_chacha::ChaCha20Rng = rand_chacha::rand_core::SeedableRng::from_seed([4; 32]);
    let mut tags: Vec<_> = (0..FILTER_ENTRIES)
        .map(|_| {
            let mut bytes = [0; 32];
            rng.fill_bytes(&mut bytes);
            bytes[0] &= 0xfe;
            Tag::new(bytes)
        })
        .collect();
    tags.sort_unstable();
    let ours = filter::write(tags.iter())?.len();
    let leading = |tag: &Tag| {
        let [a, b, c, d, e, f, g, h, ..] = *tag.as_bytes();
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    };
    let keys: Vec<_> = tags.iter().map(leading).collect();
    let peer = BinaryFuse32::try_from(&keys)?;
    let theirs = BinaryFuse32::DESCRIPTOR_LEN + peer.dma_fingerprints().len();
    let bits = |bytes: usize| bytes as f64 * 8.0 / f64::from(FILTER_ENTRIES);
    Ok((bits(ours) / f64::from(FALSE_POSITIVE_BITS), bits(theirs) / PEER_BITS))
}
