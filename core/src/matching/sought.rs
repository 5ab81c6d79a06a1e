//! Tags that are looked for, among very many.

use alloc::vec::Vec;

use crate::order::sort_by_bytes;
use crate::tag::{TAG_LENGTH, Tag};

/// Bits of a tag that the bitmap knows: 2¹⁸ bits are 32 KiB, which stay in the first cache; 5,000 own tags let 2 % of
/// other tags through to the search.
const BITMAP_BITS: u32 = 18;
const WORDS: usize = 1 << (BITMAP_BITS - u64::BITS.trailing_zeros());
/// Leading bits of a tag that say where the search begins. One of them is zero in every element, so 5,000 own tags begin at
/// 2,048 places, two or three at each.
const START_BITS: u32 = 12;
const STARTS: usize = 1 << START_BITS;

/// What has a tag by which it is found.
pub(super) trait Tagged {
    fn tag(&self) -> &Tag;
}

/// Such things, sorted by tag.
pub(super) struct Sought<W> {
    wanted: Vec<W>,
    /// The first eight bytes of each tag, as numbers: what the search reads, ten times denser.
    leading: Vec<u64>,
    /// Where tags with these leading bits begin among mine, and at last where all end.
    starts: Vec<usize>,
    /// One bit for each value of a tag's middle: set for those of mine.
    bitmap: [u64; WORDS],
}

impl<W: Tagged> Sought<W> {
    /// Of things in any order.
    pub(super) fn new(mut wanted: Vec<W>) -> Self {
        sort_by_bytes(&mut wanted, |wanted| wanted.tag().as_bytes());
        let mut bitmap = [0_u64; WORDS];
        for wanted in &wanted {
            let (word, bit) = place(wanted.tag().as_bytes());
            bitmap.get_mut(word).into_iter().for_each(|word| *word |= bit);
        }
        let leading: Vec<_> = wanted.iter().map(|wanted| leading(wanted.tag())).collect();
        let mut below = 0;
        let mut starts = Vec::with_capacity(STARTS + 1);
        for start in 0..STARTS {
            starts.push(below);
            below += leading.iter().skip(below).take_while(|leading| start_of(**leading) == start).count();
        }
        starts.push(below);
        Self { wanted, leading, starts, bitmap }
    }

    /// All of them, by tag.
    pub(super) fn all(&self) -> &[W] {
        &self.wanted
    }

    /// Where tags of mine stand among these.
    pub(super) fn find(&self, tags: &[[u8; TAG_LENGTH]]) -> Vec<usize> {
        let bitmap = &self.bitmap;
        let mut found = Vec::new();
        // Nearly every tag is settled here, with one read and no call.
        for (at, tag) in tags.iter().enumerate() {
            let (word, bit) = place(tag);
            if bitmap.get(word).is_some_and(|word| word & bit != 0) {
                self.confirm(at, tag, &mut found);
            }
        }
        found
    }

    /// Notes the place of a tag that has its bit, if it is mine. Apart from the loop, which would be slower around it.
    #[cold]
    #[inline(never)]
    fn confirm(&self, at: usize, tag: &[u8; TAG_LENGTH], found: &mut Vec<usize>) {
        if self.with_tag(&Tag::new(*tag)).next().is_some() {
            found.push(at);
        }
    }

    /// Those of one tag.
    pub(super) fn with_tag(&self, tag: &Tag) -> impl Iterator<Item = &W> {
        let Self { leading: all, starts, .. } = self;
        let sought = leading(tag);
        let start = start_of(sought);
        let bound = |at| starts.get(at).copied().unwrap_or(all.len());
        let among = all.get(bound(start)..bound(start + 1)).unwrap_or_default();
        let first = bound(start) + among.partition_point(|leading| *leading < sought);
        let like = self.wanted.iter().skip(first).take_while(move |wanted| leading(wanted.tag()) == sought);
        like.filter(move |wanted| wanted.tag() == tag)
    }
}

/// The first eight bytes: they ascend with the tags.
const fn leading(tag: &Tag) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *tag.as_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// Which of the [`STARTS`] it is.
const fn start_of(leading: u64) -> usize {
    (leading >> (u64::BITS - START_BITS)) as usize
}

/// Word and bit of a tag's bytes 4 to 7: as uniform as its first, and read by one instruction, which numbers in the order
/// of bytes are not in WebAssembly.
#[inline]
fn place(&[_, _, _, _, a, b, c, d, ..]: &[u8; TAG_LENGTH]) -> (usize, u64) {
    let middle = u32::from_le_bytes([a, b, c, d]);
    (middle as usize % WORDS, 1 << (middle >> (u32::BITS - u64::BITS.trailing_zeros())))
}
