//! The filter of a batch: its tags in 41.5 bits each, in the order of its pages.
//!
//! ```text
//! v(tag)     = the first 8 bytes without the lowest bit of byte 0                          63 bits
//! value(tag) = ⌊v · (N·2⁴⁰) / 2⁶³⌋, N entries                                              below N·2⁴⁰
//! filter     = for each entry in order: Rice code, k = 39, of value − value before         MSB first
//! Rice code  = q ones and a zero, then 39 bits;   delta = q·2³⁹ + those bits
//! ```
//!
//! The last byte is filled up with zero bits. A tag that is not in the batch has a value that is with probability
//! 2⁻⁴⁰. Tags are pseudorandom (a canonical encoding of ristretto255 is even, hence the bit left out), so their own
//! leading bits serve as the hash, and the set keeps the order of the entries: the rank of a value is the index of
//! its entry, which names the page; and whoever fetches a page can compare it with the filter, value by value.
//! Whatever tags somebody grinds, the quotients sum up to less than 2·N, so a filter has 40 to 42 bits an entry.
//!
//! It reveals what the entries file reveals of the tags, and less. Source: Golomb-coded sets as in BIP 158 (there
//! over a keyed hash); that they may be taken over the tags themselves is Twoken's, with the reasons in
//! docs/adr/0019.

use alloc::vec::Vec;

use crate::tag::Tag;

/// A stranger's tag is taken for one of the batch with a probability of 2⁻⁴⁰.
pub const FALSE_POSITIVE_BITS: u32 = 40;
/// Bits of a remainder: a delta is 2⁴⁰ on average, for which 39 gives the shortest Rice code (41.54 bits; 40 gives
/// 41.58).
const RICE_BITS: u32 = 39;
/// The bits of a remainder.
const REMAINDER: u64 = (1 << RICE_BITS) - 1;
/// Uniform leading bits of a tag that are looked at.
const LEADING_BITS: u32 = 63;

/// Why a filter was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It ends before the last entry.
    #[error("the filter is cut off: {expected} entries expected, {got} read")]
    Truncated {
        /// Entries that the header announces.
        expected: u32,
        /// Entries read.
        got: u32,
    },
    /// There are bytes after the last entry.
    #[error("the filter has bytes left over")]
    Trailing,
    /// The last byte is not filled up with zero bits.
    #[error("the filter is not padded with zeros")]
    Padding,
    /// A value that no tag has: too many ones, or a sum of N·2⁴⁰ or more. Or a tag too many to be written.
    #[error("the filter has a value out of range")]
    Range,
    /// Tags to be written that do not ascend, or are no elements.
    #[error("tags are not in order")]
    Order,
}

/// How tags become values in a batch of `N` entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(u32);

impl Scale {
    /// In a batch of so many entries, 2²⁴ − 1 at most.
    #[must_use]
    pub const fn new(entries: u32) -> Self {
        Self(entries)
    }

    /// `⌊v · (N·2⁴⁰) / 2⁶³⌋`: ascends with the tag.
    #[must_use]
    pub fn value(self, tag: &Tag) -> u64 {
        let [first, b, c, d, e, f, g, h, ..] = *tag.as_bytes();
        let leading = u64::from_be_bytes([first >> 1, b, c, d, e, f, g, h]);
        // v is below 2⁶³, so nothing is cut off.
        ((u128::from(leading) * u128::from(self.0)) >> (LEADING_BITS - FALSE_POSITIVE_BITS)) as u64
    }

    /// One more than the largest value: N·2⁴⁰.
    const fn limit(self) -> u64 {
        (self.0 as u64).saturating_mul(1 << FALSE_POSITIVE_BITS)
    }
}

/// The most bytes that a filter of so many entries can have: 42 bits an entry.
#[must_use]
pub const fn max_bytes(entries: u32) -> usize {
    (entries as usize * 42).div_ceil(8)
}

/// The filter of these tags, which must ascend (the same tag may stand there again).
///
/// # Errors
/// [`Error::Order`]; [`Error::Range`] for more tags than a batch has.
pub fn write<'a>(tags: impl ExactSizeIterator<Item = &'a Tag>) -> Result<Vec<u8>, Error> {
    let mut encoder = Encoder::new(u32::try_from(tags.len()).map_err(|_| Error::Range)?);
    tags.into_iter().try_for_each(|tag| encoder.push(tag))?;
    encoder.finish()
}

/// Writes a filter, tag after tag.
#[derive(Clone, Debug)]
pub struct Encoder {
    scale: Scale,
    written: u32,
    before: u64,
    bytes: Vec<u8>,
    /// The lowest `waiting` bits belong into the next byte: 7 at most.
    window: u64,
    waiting: u32,
}

impl Encoder {
    /// For so many tags.
    #[must_use]
    pub const fn new(entries: u32) -> Self {
        Self { scale: Scale::new(entries), written: 0, before: 0, bytes: Vec::new(), window: 0, waiting: 0 }
    }

    /// The next tag, not smaller than the one before.
    ///
    /// # Errors
    /// [`Error::Order`]; [`Error::Range`] for one tag too many.
    pub fn push(&mut self, tag: &Tag) -> Result<(), Error> {
        if self.written == self.scale.0 {
            return Err(Error::Range);
        }
        let value = self.scale.value(tag);
        let delta = value.checked_sub(self.before).ok_or(Error::Order)?;
        (self.before, self.written) = (value, self.written + 1);
        for _ in 0..delta >> RICE_BITS {
            self.bits(1, 1);
        }
        // The zero that ends the quotient, and the remainder.
        self.bits(delta & REMAINDER, RICE_BITS + 1);
        Ok(())
    }

    /// The lowest `count` bits, 57 at most.
    fn bits(&mut self, bits: u64, count: u32) {
        self.window = self.window << count | bits;
        self.waiting += count;
        while let Some(waiting) = self.waiting.checked_sub(8) {
            self.bytes.push((self.window >> waiting) as u8);
            self.waiting = waiting;
        }
    }

    /// The filter, once all tags were pushed.
    ///
    /// # Errors
    /// [`Error::Truncated`].
    pub fn finish(mut self) -> Result<Vec<u8>, Error> {
        if self.written < self.scale.0 {
            return Err(Error::Truncated { expected: self.scale.0, got: self.written });
        }
        if self.waiting > 0 {
            self.bits(0, 8 - self.waiting);
        }
        Ok(self.bytes)
    }
}

/// Reads a filter as it arrives, in pieces of any size, keeping nothing but the last value.
#[derive(Clone, Debug)]
pub struct Decoder {
    scale: Scale,
    read: u32,
    before: u64,
    /// Ones of the value that is being read.
    quotient: u64,
    in_remainder: bool,
    /// The lowest `waiting` bits have been received and not used: 46 at most.
    window: u64,
    waiting: u32,
}

impl Decoder {
    /// At the start of a filter of so many entries.
    #[must_use]
    pub const fn new(entries: u32) -> Self {
        let scale = Scale::new(entries);
        Self { scale, read: 0, before: 0, quotient: 0, in_remainder: false, window: 0, waiting: 0 }
    }

    /// Reads on; `each` gets the values, never descending.
    ///
    /// # Errors
    /// [`Error::Trailing`], [`Error::Padding`], [`Error::Range`].
    pub fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(u64)) -> Result<(), Error> {
        for byte in bytes {
            if self.is_complete() {
                return Err(Error::Trailing);
            }
            self.window = self.window << 8 | u64::from(*byte);
            self.waiting += 8;
            while let Some(value) = self.next()? {
                each(value);
                if self.is_complete() {
                    // What is left of the byte in which the last value ended.
                    if self.window & ((1 << self.waiting) - 1) != 0 {
                        return Err(Error::Padding);
                    }
                    break;
                }
            }
        }
        Ok(())
    }

    /// The next value, once all of its bits are there.
    fn next(&mut self) -> Result<Option<u64>, Error> {
        if !self.in_remainder {
            if self.waiting == 0 {
                return Ok(None);
            }
            let ones = (self.window << (u64::BITS - self.waiting)).leading_ones().min(self.waiting);
            self.quotient += u64::from(ones);
            self.waiting -= ones;
            if self.quotient > (self.scale.limit() - self.before).saturating_sub(1) >> RICE_BITS {
                return Err(Error::Range);
            }
            if self.waiting == 0 {
                return Ok(None);
            }
            self.waiting -= 1;
            self.in_remainder = true;
        }
        let Some(waiting) = self.waiting.checked_sub(RICE_BITS) else { return Ok(None) };
        let delta = self.quotient << RICE_BITS | (self.window >> waiting & REMAINDER);
        let value = self.before.checked_add(delta).filter(|value| *value < self.scale.limit());
        self.before = value.ok_or(Error::Range)?;
        (self.waiting, self.quotient, self.in_remainder) = (waiting, 0, false);
        self.read += 1;
        Ok(value)
    }

    /// Whether all entries were read.
    const fn is_complete(&self) -> bool {
        self.read == self.scale.0
    }

    /// Ends the reading: all entries must have been there.
    ///
    /// # Errors
    /// [`Error::Truncated`].
    pub const fn finish(self) -> Result<(), Error> {
        if self.is_complete() {
            Ok(())
        } else {
            Err(Error::Truncated { expected: self.scale.0, got: self.read })
        }
    }
}
