//! The fewest nodes from which a set of intervals can be made again, and no interval beside them.
//!
//! A node stands in the cover when all of its leaves are chosen and those of its parent are not. So each set of
//! intervals has exactly one cover, none is smaller, and no node is an ancestor of an interval left out. A day's
//! cover has at most 72 nodes (every other interval); fourteen days have at most 1,008.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::tree::{DayKey, NODE_LENGTH, Node};
use super::{Error, Leaf};
use crate::order;
use crate::status::{Degree, Scheme, Status};
use crate::tag::{self, Element, Entry};
use crate::units::{Day, GRACE_SECONDS, Interval, RETENTION_DAYS, Timestamp};

/// Nodes of a cover at most: fourteen days of every other interval.
pub const MAX_COVER_NODES: usize = 1008;
/// Days of a cover at most.
pub const MAX_COVER_DAYS: usize = 14;

/// Keys for the intervals that a person shares, by day and first interval, and for no other.
#[derive(Clone)]
pub struct Cover {
    /// Never grows beyond its first allocation: what a list leaves behind when it moves is not wiped.
    nodes: Vec<Node>,
}

impl Cover {
    /// Of the chosen intervals of these days, which ascend; chosen intervals of other days are not looked at.
    #[must_use]
    pub fn of_days<'a>(
        days: impl IntoIterator<Item = (Day, &'a DayKey)>,
        chosen: &BTreeSet<Interval>,
    ) -> Self {
        let mut cover = Self { nodes: Vec::with_capacity(MAX_COVER_NODES) };
        for (day, key) in days.into_iter().take(MAX_COVER_DAYS) {
            cover.add(key.root(day), chosen);
        }
        cover
    }

    /// Takes in what is chosen below a node.
    fn add(&mut self, node: Node, chosen: &BTreeSet<Interval>) {
        let range = node.intervals();
        let width = (range.end.get() - range.start.get()) as usize;
        match chosen.range(range).count() {
            0 => {}
            count if count == width && node.place.is_in_day() => self.nodes.push(node),
            _ => node.children().into_iter().for_each(|child| self.add(child, chosen)),
        }
    }

    /// Nodes in it.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it covers nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The nodes, by day and first interval.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The same without the days before `oldest`: still a cover, since each day has its own tree.
    #[must_use]
    pub fn since(&self, oldest: Day) -> Self {
        let mut cover = Self { nodes: Vec::with_capacity(self.nodes.len()) };
        cover.nodes.extend(self.nodes.iter().filter(|node| node.day() >= oldest).cloned());
        cover
    }

    /// The intervals covered, ascending.
    pub fn intervals(&self) -> impl Iterator<Item = Interval> {
        let of = |node: &Node| node.intervals().start.get()..node.intervals().end.get();
        self.nodes.iter().flat_map(of).map(Interval::new)
    }

    /// The days covered, ascending, and how many intervals of each.
    #[must_use]
    pub fn days(&self) -> Vec<(Day, usize)> {
        let mut days: Vec<(Day, usize)> = Vec::new();
        for interval in self.intervals() {
            match days.last_mut() {
                Some((day, count)) if *day == interval.day() => *count += 1,
                _ => days.push((interval.day(), 1)),
            }
        }
        days
    }

    /// What the nodes expand to: TCN and metadata key of every interval covered, ascending.
    pub fn leaves(&self) -> impl Iterator<Item = Leaf> {
        self.nodes.iter().flat_map(|node| Leaves::below(node.clone()))
    }

    /// That no interval has yet to begin (but for the grace that clocks are given) and no day is past retention.
    ///
    /// # Errors
    /// [`Error::Future`], [`Error::Past`].
    pub fn check_time(&self, now: Timestamp) -> Result<(), Error> {
        let oldest = now.day().minus(RETENTION_DAYS);
        if let Some(day) = self.nodes.iter().map(Node::day).find(|day| *day < oldest) {
            return Err(Error::Past { day });
        }
        let latest = now.plus(GRACE_SECONDS).interval();
        match self.intervals().find(|interval| *interval > latest) {
            Some(interval) => Err(Error::Future { interval }),
            None => Ok(()),
        }
    }

    /// The entries that warn everybody who heard one of its emissions, sorted: for each interval the tag of its TCN
    /// and a status with its metadata key.
    ///
    /// # Errors
    /// [`tag::Error::Scalar`], which takes a broken hash.
    pub fn entries(
        &self,
        status: &Status,
        degree: Degree,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Entry>, tag::Error> {
        let entry = |leaf: Leaf| {
            let secret = leaf.secret();
            let tag = secret.sole_claim()?.tag();
            let status = status.with_metadata_key(&leaf.metadata_key);
            let sealed = status.seal(&secret.status_key(), Scheme::Tcn, degree, &tag, rng);
            Ok(Entry { tag, sealed })
        };
        let mut entries = self.leaves().map(entry).collect::<Result<Vec<_>, tag::Error>>()?;
        order::sort(&mut entries);
        Ok(entries)
    }

    /// What private mode makes of them: for each interval the element of its TCN, without a status, in any order.
    pub fn elements(&self) -> impl Iterator<Item = Element> {
        self.leaves().map(|leaf| leaf.secret().element())
    }

    /// The nodes one after another, 20 bytes each.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.nodes.len() * NODE_LENGTH));
        self.nodes.iter().for_each(|node| node.write(&mut bytes));
        bytes
    }

    /// The one strict decoder: of each set of intervals only its one cover is accepted.
    ///
    /// # Errors
    /// [`Error::TooManyNodes`], [`Error::Position`], [`Error::Order`], [`Error::Siblings`], [`Error::TooManyDays`],
    /// [`Error::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let chunks = bytes.chunks(NODE_LENGTH);
        if chunks.len() > MAX_COVER_NODES {
            return Err(Error::TooManyNodes { max: MAX_COVER_NODES, got: chunks.len() });
        }
        let mut nodes = Vec::with_capacity(chunks.len());
        for chunk in chunks {
            nodes.push(Node::read(chunk)?);
        }
        let pairs = || nodes.iter().zip(nodes.iter().skip(1));
        if pairs().any(|(left, right)| left.intervals().end > right.intervals().start) {
            return Err(Error::Order);
        }
        if pairs().any(|(left, right)| left.place.is_left_of_its_sibling(right.place)) {
            return Err(Error::Siblings);
        }
        let days = order::set(nodes.iter().map(Node::day));
        if days.len() > MAX_COVER_DAYS {
            return Err(Error::TooManyDays { max: MAX_COVER_DAYS, got: days.len() });
        }
        Ok(Self { nodes })
    }
}

/// Its size only.
impl fmt::Debug for Cover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cover({} nodes)", self.nodes.len())
    }
}

/// The leaves below one node, from left to right: a walk that keeps only what it has yet to visit.
struct Leaves {
    /// Boxed: a key that is popped off a list leaves its bytes behind, a box wipes them where they lie.
    #[expect(clippy::vec_box, reason = "moved keys are not wiped")]
    open: Vec<Box<Node>>,
}

impl Leaves {
    fn below(node: Node) -> Self {
        // One node waits at each level, at most.
        let mut open = Vec::with_capacity(16);
        open.push(Box::new(node));
        Self { open }
    }
}

impl Iterator for Leaves {
    type Item = Leaf;

    fn next(&mut self) -> Option<Leaf> {
        loop {
            let node = self.open.pop()?;
            if let Some(leaf) = node.as_leaf() {
                return Some(leaf);
            }
            let [left, right] = node.children();
            self.open.extend([Box::new(right), Box::new(left)]);
        }
    }
}
