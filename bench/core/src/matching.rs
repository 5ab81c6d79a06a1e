//! A batch that comes whole against 5,000 own tags.

use rand_core::Rng;
use twoken_core::batch::{MAX_WHOLE_PAGES, PAGE_ENTRIES, Pool, SealedBatch, seal};
use twoken_core::matching::{Matcher, Whole};
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::{ENTRY_LENGTH, Entry, TAG_LENGTH};
use twoken_core::units::Timestamp;
use twoken_core::wire::{Digest, RegionId, SigningKey};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::rng;

const NOW: Timestamp = Timestamp::new(1_795_271_700);

/// Own tags, and a batch in which one of them stands.
#[wasm_bindgen]
pub struct Comparison {
    matcher: Matcher,
    own: Vec<[u8; TAG_LENGTH]>,
    batch: SealedBatch,
    published: Vec<[u8; TAG_LENGTH]>,
}

#[wasm_bindgen]
impl Comparison {
    /// With so many own tags. Nothing when the core refuses what is made up here.
    #[must_use]
    pub fn of(own: usize) -> Option<Comparison> {
        let mut rng = rng(1);
        let mut stranger = || {
            let mut bytes = [0; ENTRY_LENGTH];
            rng.fill_bytes(&mut bytes);
            // As an element looks: even, and below 2²⁵⁵.
            let [first, .., last] = bytes.first_chunk_mut::<TAG_LENGTH>()?;
            *first &= 0xfe;
            *last &= 0x7f;
            Entry::from_trusted(&bytes).ok()
        };
        let mut tags: Vec<_> = (0..own).filter_map(|_| Some(*stranger()?.tag.as_bytes())).collect();
        tags.sort_unstable();
        let mut entries: Vec<_> = (1..MAX_WHOLE_PAGES * PAGE_ENTRIES).filter_map(|_| stranger()).collect();
        let mine = [tags.first()?.as_slice(), &[0; ENTRY_LENGTH - TAG_LENGTH]].concat();
        entries.push(Entry::from_trusted(&mine).ok()?);
        let mut published: Vec<_> = entries.iter().map(|entry| *entry.tag.as_bytes()).collect();
        published.sort_unstable();
        let region: RegionId = "root".parse().ok()?;
        let pool = Pool { region, scheme: Scheme::Encounter, degree: Degree::First, entries };
        let key = SigningKey::generate(&mut crate::rng(2));
        let batch = seal(pool, NOW, Digest::of(b"config"), &key, 1, &mut crate::rng(3)).ok()?;
        let matcher = Matcher::from_bytes(&wanted(&tags)?).ok()?;
        Some(Self { matcher, own: tags, batch, published })
    }

    /// Published tags.
    #[must_use]
    pub fn published(&self) -> usize {
        self.published.len()
    }

    /// Looks for the own tags among the published ones, page by page; how many were found.
    #[must_use]
    pub fn find(&self) -> usize {
        self.published.chunks(PAGE_ENTRIES).map(|page| self.matcher.find(page).len()).sum()
    }

    /// The whole of it: digests, order, comparison. True when the batch holds.
    #[must_use]
    pub fn whole(&self) -> bool {
        let whole = Whole::new(&self.matcher, self.batch.header.header());
        whole.is_ok_and(|mut whole| whole.feed(&self.batch.entries_file).is_ok() && whole.finish(NOW).is_ok())
    }

    /// The own tags, one after another, for the peer.
    #[must_use]
    pub fn own_tags(&self) -> Vec<u8> {
        self.own.concat()
    }

    /// The entries file, for the peer.
    #[must_use]
    pub fn entries_file(&self) -> Vec<u8> {
        self.batch.entries_file.clone()
    }
}

/// A matcher's bytes: `[* [tag, encounter, status key, scheme]]`.
fn wanted(tags: &[[u8; TAG_LENGTH]]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut cbor = minicbor::Encoder::new(&mut bytes);
    cbor.array(tags.len().try_into().ok()?).ok()?;
    for tag in tags {
        cbor.array(4).ok()?.bytes(tag).ok()?.bytes(&[0; 16]).ok()?.bytes(&[0; 32]).ok()?.u8(1).ok()?;
    }
    Some(bytes)
}
