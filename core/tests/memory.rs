//! A match needs little memory, however large the batch.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

use peak_alloc::PeakAlloc;
use twoken_core::batch::{PAGE_BYTES, PAGE_ENTRIES};
use twoken_core::matching::{ByFilter, Matcher, Whole};

use support::batches::{NOW, batch, met};
use support::named;
use support::rng::keystream;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Of heap, at most.
const ENOUGH: usize = 256 << 10;

/// The most bytes allocated at once while this runs, beyond what there was before.
fn peak(run: impl FnOnce()) -> usize {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    run();
    HEAP.peak_usage().saturating_sub(before)
}

/// One test, because the heap is everybody's: 262,144 entries, 22 MB as they are, 1.4 MB as a filter.
#[test]
fn a_batch_of_a_thousand_pages_is_compared_in_a_quarter_of_a_mebibyte() {
    let (person, entries) = met("somebody", 20);
    let batch = batch(entries, 1024, "a thousand pages");
    let header = batch.header.header();
    assert!(batch.entries_file.len() > 80 * ENOUGH && batch.filter_file.len() > 5 * ENOUGH);
    let matcher = Matcher::from_diary(&person.diary);

    let mut matches = 0;
    let by_filter = peak(|| {
        let mut by_filter = ByFilter::new(&matcher, header, keystream(named("seed"))).unwrap();
        batch.filter_file.chunks(65_536).for_each(|piece| by_filter.feed(piece).unwrap());
        let mut asked = by_filter.finish().unwrap();
        for number in asked.pages() {
            let page = &batch.entries_file[number as usize * PAGE_BYTES..][..PAGE_BYTES];
            asked.page(number, page).unwrap();
        }
        let found = asked.finish(NOW).unwrap();
        matches = found.matches.len() + found.waiting.len();
    });
    assert!(matches >= 19, "{matches}: two of twenty may share a page");
    assert!(by_filter < ENOUGH, "{by_filter} bytes");

    let whole = peak(|| {
        let mut whole = Whole::new(&matcher, header).unwrap();
        batch.entries_file.chunks(65_536).for_each(|piece| whole.feed(piece).unwrap());
        matches = whole.finish(NOW).unwrap().len();
    });
    assert_eq!(matches, 20);
    // Each page that something was found on is kept for a proof.
    let kept = 20 * PAGE_ENTRIES * 32;
    assert!(whole < ENOUGH + kept, "{whole} bytes");
}
