//! My tags, and what opens the statuses beside them.

use alloc::sync::Arc;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::codec;
use crate::diary::{Diary, Encounter, EncounterId};
use crate::status::{Degree, Scheme, StatusKey};
use crate::tag::{TAG_LENGTH, Tag};

/// Bits of a tag that the bitmap knows: 2¹⁸ bits are 32 KiB, which stay in the first cache; 5,000 own tags let 2 % of
/// other tags through to the search.
const BITMAP_BITS: u32 = 18;
const WORDS: usize = 1 << (BITMAP_BITS - u64::BITS.trailing_zeros());
/// Leading bits of a tag that say where the search begins. One of them is zero in every element, so 5,000 own tags begin at
/// 2,048 places, two or three at each.
const START_BITS: u32 = 12;
const STARTS: usize = 1 << START_BITS;

#[derive(Clone, minicbor::Encode, minicbor::Decode)]
struct Wanted {
    #[n(0)]
    tag: Tag,
    #[n(1)]
    encounter: EncounterId,
    #[n(2)]
    status_key: StatusKey,
    #[n(3)]
    scheme: Scheme,
}

/// My tags, sorted, with what opens the statuses beside them; no claims, no notes, no times. A clone shares them.
#[derive(Clone)]
pub struct Matcher(Arc<Inner>);

struct Inner {
    wanted: Vec<Wanted>,
    /// The first eight bytes of each tag, as numbers: what the search reads, ten times denser.
    leading: Vec<u64>,
    /// Where tags with these leading bits begin among mine, and at last where all end.
    starts: Vec<usize>,
    /// One bit for each value of a tag's middle: set for those of mine.
    bitmap: [u64; WORDS],
}

impl Matcher {
    /// The receiving direction of every pair of keys in the diary, and every TCN heard.
    #[must_use]
    pub fn from_diary(diary: &Diary) -> Self {
        Self::of(diary.iter())
    }

    /// The same, without encounters about which a report of this degree says nothing new: for filters, so that nobody
    /// learns from copies of a published tag who asks for its page each time (ADR 22).
    #[must_use]
    pub fn for_news(diary: &Diary, degree: Degree) -> Self {
        let is_news =
            |row: &Encounter| row.exposure.is_none_or(|known| degree < known.degree || known.doubt.is_some());
        Self::of(diary.iter().filter(|row| is_news(row)))
    }

    fn of<'a>(rows: impl Iterator<Item = &'a Encounter>) -> Self {
        let of = |row: &Encounter| {
            let wanted = |scheme, tag: &Tag, key: &StatusKey| {
                let (tag, encounter, status_key) = (*tag, row.id, key.clone());
                Wanted { tag, encounter, status_key, scheme }
            };
            let receives = row.pairings().iter().map(|pairing| &pairing.receive);
            let paired = receives.map(|receive| wanted(Scheme::Encounter, &receive.tag, &receive.status_key));
            let sightings = row.sightings().iter();
            let seen = sightings.map(|heard| wanted(Scheme::Tcn, heard.tag(), heard.status_key()));
            paired.chain(seen).collect::<Vec<_>>()
        };
        let mut wanted: Vec<_> = rows.flat_map(of).collect();
        wanted.sort_unstable_by_key(|wanted| wanted.tag);
        Self::new(wanted)
    }

    fn new(wanted: Vec<Wanted>) -> Self {
        let mut bitmap = [0_u64; WORDS];
        for wanted in &wanted {
            let (word, bit) = place(wanted.tag.as_bytes());
            bitmap.get_mut(word).into_iter().for_each(|word| *word |= bit);
        }
        let leading: Vec<_> = wanted.iter().map(|wanted| leading(&wanted.tag)).collect();
        let mut below = 0;
        let mut starts = Vec::with_capacity(STARTS + 1);
        for start in 0..STARTS {
            starts.push(below);
            below += leading.iter().skip(below).take_while(|leading| start_of(**leading) == start).count();
        }
        starts.push(below);
        Self(Arc::new(Inner { wanted, leading, starts, bitmap }))
    }

    /// For another thread of the same device. Contains status keys.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        codec::to_secret_cbor(&self.0.wanted)
    }

    /// From [`Matcher::to_bytes`].
    ///
    /// # Errors
    /// [`codec::Error::Cbor`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, codec::Error> {
        let wanted: Vec<Wanted> = codec::from_canonical_cbor(bytes)?;
        // The search below depends on the order.
        if wanted.is_sorted_by_key(|wanted| wanted.tag) {
            Ok(Self::new(wanted))
        } else {
            Err(codec::Error::Cbor)
        }
    }

    /// How many tags it looks for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.wanted.len()
    }

    /// Whether it looks for none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.wanted.is_empty()
    }

    /// Where tags of mine stand among these.
    #[must_use]
    pub fn find(&self, tags: &[[u8; TAG_LENGTH]]) -> Vec<usize> {
        let bitmap = &self.0.bitmap;
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
        if self.wanted(&Tag::new(*tag)).next().is_some() {
            found.push(at);
        }
    }

    /// The encounters of a tag, with their keys: none when it is not mine, or was met in another way. A TCN's hearers
    /// all know its status key: without the scheme each of them could warn the others by an encounter's entry.
    pub(super) fn keys(&self, scheme: Scheme, tag: &Tag) -> impl Iterator<Item = (EncounterId, &StatusKey)> {
        let mine = self.wanted(tag).filter(move |wanted| wanted.scheme == scheme);
        mine.map(|wanted| (wanted.encounter, &wanted.status_key))
    }

    fn wanted(&self, tag: &Tag) -> impl Iterator<Item = &Wanted> {
        let Inner { leading: all, starts, .. } = &*self.0;
        let sought = leading(tag);
        let start = start_of(sought);
        let bound = |at| starts.get(at).copied().unwrap_or(all.len());
        let among = all.get(bound(start)..bound(start + 1)).unwrap_or_default();
        let first = bound(start) + among.partition_point(|leading| *leading < sought);
        let like = self.0.wanted.iter().skip(first).take_while(move |wanted| leading(&wanted.tag) == sought);
        like.filter(move |wanted| wanted.tag == *tag)
    }

    /// My tags of a scheme, ascending.
    pub(super) fn tags(&self, scheme: Scheme) -> impl Iterator<Item = &Tag> {
        self.0.wanted.iter().filter(move |wanted| wanted.scheme == scheme).map(|wanted| &wanted.tag)
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

impl core::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Matcher({} tags)", self.len())
    }
}
