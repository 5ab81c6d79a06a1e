//! A day's tree of keys: whoever has a node can make everything below it, and nothing beside or above.
//!
//! ```text
//! root           = HKDF-SHA256(salt = "twoken/v1/tcn/root", ikm = day key 32, info = day u16), 16 bytes
//! left ‖ right   = SHA-256("twoken/v1/tcn/node" ‖ day u16 ‖ depth u8 ‖ index u8 ‖ node 16)
//! node 20        = day u16 | depth u8 | index u8 | key 16
//! ```
//!
//! Eight levels make 256 leaves, of which the first 144 are the day's intervals. Day, depth and index of the parent go
//! into each hash, so that a node is of use in one place only, and who guesses at keys guesses at one at a time.

use core::fmt;

use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Error, Leaf};
use crate::codec::Reader;
use crate::labels;
use crate::units::{Day, INTERVALS_PER_DAY, Interval};

/// Bytes of a node with its place.
pub const NODE_LENGTH: usize = 20;
const KEY_LENGTH: usize = 16;
/// Levels below the root: 2⁸ leaves, the fewest that hold 144.
const DEPTH: u8 = 8;

/// The random key of one UTC day, 32 bytes. It stays on the phone; what leaves is a [`Cover`](super::Cover).
#[derive(Clone, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct DayKey(#[cbor(n(0), with = "minicbor::bytes")] [u8; 32]);

impl DayKey {
    /// From 32 uniform bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A fresh one.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        // Written in place: a copy would not be wiped.
        let mut key = Self([0; 32]);
        rng.fill_bytes(&mut key.0);
        key
    }

    /// Whether it is this one, in constant time.
    pub(super) fn is(&self, other: &Self) -> bool {
        use subtle::ConstantTimeEq;
        self.0.ct_eq(&other.0).into()
    }

    /// The top of this day's tree. Covers all 256 leaves, so it is never part of a cover.
    pub(super) fn root(&self, day: Day) -> Node {
        let mut root = Node { place: Place { day, depth: 0, index: 0 }, key: [0; KEY_LENGTH] };
        let info = day.get().to_be_bytes();
        let expanded = Hkdf::<Sha256>::new(Some(labels::TCN_ROOT), &self.0).expand(&info, &mut root.key);
        debug_assert!(expanded.is_ok(), "16 bytes are far below HKDF's limit");
        root
    }

    /// The leaf of one interval of this day.
    #[must_use]
    pub fn leaf(&self, interval: Interval) -> Leaf {
        self.root(interval.day()).descend(interval)
    }
}

/// Where in which day's tree a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) day: Day,
    /// Levels below the root: 0 to 8.
    pub(super) depth: u8,
    /// From the left: below 2^depth.
    pub(super) index: u8,
}

impl Place {
    /// One that a cover may name.
    ///
    /// # Errors
    /// [`Error::Position`].
    fn checked(day: Day, depth: u8, index: u8) -> Result<Self, Error> {
        let place = Self { day, depth, index };
        let inside = (1..=DEPTH).contains(&depth) && u32::from(index) < 1 << depth && place.is_in_day();
        if inside { Ok(place) } else { Err(Error::Position) }
    }

    /// Leaves below it.
    const fn width(self) -> u32 {
        1 << DEPTH.saturating_sub(self.depth)
    }

    /// Its first leaf, counted within the day.
    const fn first(self) -> u32 {
        self.index as u32 * self.width()
    }

    /// Whether all leaves below it are intervals of the day.
    pub(super) const fn is_in_day(self) -> bool {
        self.first() + self.width() <= INTERVALS_PER_DAY
    }

    /// The intervals of the day below it, of which there may be none.
    pub(super) fn intervals(self) -> core::ops::Range<Interval> {
        let start = self.day.start().interval().get();
        let within = |leaf: u32| Interval::new(start.saturating_add(leaf.min(INTERVALS_PER_DAY)));
        within(self.first())..within(self.first() + self.width())
    }

    const fn is_leaf(self) -> bool {
        self.depth >= DEPTH
    }

    fn children(self) -> [Self; 2] {
        [0, 1].map(|side| Self { depth: self.depth + 1, index: self.index.wrapping_mul(2) | side, ..self })
    }

    /// Whether the two are the halves of one node, this one on the left.
    pub(super) fn is_left_of_its_sibling(self, other: Self) -> bool {
        (self.day, self.depth) == (other.day, other.depth)
            && self.index & 1 == 0
            && other.index == self.index + 1
    }

    fn to_bytes(self) -> [u8; 4] {
        let [high, low] = self.day.get().to_be_bytes();
        [high, low, self.depth, self.index]
    }
}

/// A key of the tree with its place. Everything below it can be made of it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Node {
    #[zeroize(skip)]
    pub(super) place: Place,
    key: [u8; KEY_LENGTH],
}

impl Node {
    /// The intervals below it.
    #[must_use]
    pub fn intervals(&self) -> core::ops::Range<Interval> {
        self.place.intervals()
    }

    /// Its day.
    #[must_use]
    pub const fn day(&self) -> Day {
        self.place.day
    }

    /// Both children, left and right.
    pub(super) fn children(&self) -> [Self; 2] {
        let both = self.hash(labels::TCN_NODE);
        let [left, right] = self.place.children();
        let (left_key, right_key) = both.split_at(KEY_LENGTH);
        [(left, left_key), (right, right_key)].map(|(place, bytes)| {
            let mut child = Self { place, key: [0; KEY_LENGTH] };
            child.key.copy_from_slice(bytes);
            child
        })
    }

    /// The node's TCN and metadata key, if it is a leaf.
    pub(super) fn as_leaf(&self) -> Option<Leaf> {
        let is_interval = self.place.is_leaf() && self.place.is_in_day();
        is_interval.then(|| Leaf::new(self.place.intervals().start, &self.hash(labels::TCN_LEAF)))
    }

    /// The leaf of an interval below it.
    fn descend(self, interval: Interval) -> Leaf {
        let mut node = self;
        while !node.place.is_leaf() {
            let [left, right] = node.children();
            node = if right.place.intervals().contains(&interval) { right } else { left };
        }
        Leaf::new(interval, &node.hash(labels::TCN_LEAF))
    }

    /// `SHA-256(label ‖ day ‖ depth ‖ index ‖ key)`: one block.
    fn hash(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let digest =
            Sha256::new().chain_update(label).chain_update(self.place.to_bytes()).chain_update(self.key);
        Zeroizing::new(digest.finalize().into())
    }

    /// `day u16 | depth u8 | index u8 | key 16`, 20 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; NODE_LENGTH]> {
        let mut bytes = Zeroizing::new([0; NODE_LENGTH]);
        let (place, key) = bytes.split_at_mut(NODE_LENGTH - KEY_LENGTH);
        place.copy_from_slice(&self.place.to_bytes());
        key.copy_from_slice(&self.key);
        bytes
    }

    /// `day u16 | depth u8 | index u8 | key 16`, appended.
    pub(super) fn write(&self, bytes: &mut Zeroizing<alloc::vec::Vec<u8>>) {
        bytes.extend_from_slice(&self.place.to_bytes());
        bytes.extend_from_slice(&self.key);
    }

    /// From a stranger's 20 bytes.
    ///
    /// # Errors
    /// [`Error::Position`], [`Error::Codec`].
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let place = Place::checked(Day::new(reader.u16()?), reader.u8()?, reader.u8()?)?;
        let node = Self { place, key: reader.array()? };
        reader.finish()?;
        Ok(node)
    }
}

/// Its place only.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { day, depth, index } = self.place;
        write!(f, "Node({day}, {depth}/{index})")
    }
}

impl fmt::Debug for DayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DayKey")
    }
}
