//! The native half: a comparison, and the size of a filter beside the smallest maintained peer. Writes JSON.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use rand_core::Rng;
use serde_json::json;
use twoken_bench_core::Comparison;
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
    let comparison = Comparison::of(OWN_TAGS).ok_or("the core refused what the bench made up")?;
    if comparison.find() != 1 || !comparison.whole() {
        return Err("the comparison finds something else than the one tag".into());
    }
    let tags = comparison.published() as f64;
    let find = nanoseconds(|| black_box(&comparison).find()) / tags;
    let whole = nanoseconds(|| usize::from(black_box(&comparison).whole())) / tags;
    let (ours, theirs) = filters()?;
    println!("{}", json!({ "find": find, "whole": whole, "filter": { "ours": ours, "theirs": theirs } }));
    Ok(())
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
