//! The client's half: a question, blinded once; an answer, checked before anything counts.
//!
//! ```text
//! c      uniform, not zero, fresh for each query            seed: 32 uniform bytes
//! d(i)   = HashToScalar(seed ‖ i u32), i over the dummies of all three sets
//! sent   = c·E of every element, c·d(i)·G of every dummy, sorted in each set
//! back   : the right number; every c·d(i)·B in its set; no point twice; the others canonical, not the identity
//! z      = encode(c⁻¹·P) of the others; claim = w(z), tag = w(z)·G
//! ```
//!
//! Whatever is not as it should be ends in an error of its own, and nothing is counted.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use curve25519_dalek::Scalar;
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::messages::{Bytes, Query, Response};
use super::{DayPublicKey, DaySet, Error, SET_SIZES, SETS, capacity};
use crate::group::Multiples;
use crate::order::sort_by_bytes;
use crate::tag::{Claim, Element, Secret, Tag};
use crate::{codec, group, labels, tag};

const VERSION: u8 = 1;

/// What is to be asked: the elements of each category, each once.
pub struct Question {
    day_set: DaySet,
    size: usize,
    sets: [Vec<Element>; SETS],
}

impl Question {
    /// Of the elements of the three categories, low, medium, high. One that stands there more than once is asked for once, in
    /// the gravest category.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn new(day_set: DaySet, mut sets: [Vec<Element>; SETS]) -> Result<Self, Error> {
        for set in &mut sets {
            sort_by_bytes(set, Element::as_bytes);
            set.dedup_by(|one, other| one.as_bytes() == other.as_bytes());
        }
        let [low, medium, high] = &mut sets;
        medium.retain(|element| !is_among(element, high));
        low.retain(|element| !is_among(element, medium) && !is_among(element, high));
        let got = sets.iter().map(Vec::len).max().unwrap_or(0);
        let [.., largest] = SET_SIZES;
        let fits = SET_SIZES.into_iter().find(|size| capacity(*size) >= got);
        let size = fits.ok_or(Error::TooMany { max: capacity(largest), got })?;
        Ok(Self { day_set, size, sets })
    }

    /// Which day and scheme it asks about.
    #[must_use]
    pub const fn day_set(&self) -> DaySet {
        self.day_set
    }

    /// Points of each set that will be sent.
    #[must_use]
    pub const fn set_size(&self) -> usize {
        self.size
    }

    /// For another thread of the same device. Secret.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        codec::to_secret_cbor(&(self.day_set, &self.sets))
    }

    /// From [`Question::to_bytes`].
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::TooMany`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (day_set, sets): (DaySet, [Vec<Element>; SETS]) = codec::from_canonical_cbor(bytes)?;
        Self::new(day_set, sets)
    }

    /// Hides it under a fresh `c`, with dummies up to the size of the sets.
    ///
    /// # Errors
    /// [`Error::Point`] for an element that is none.
    pub fn blind(self, rng: &mut impl CryptoRng) -> Result<Waiting, Error> {
        let blind = Blind::generate(rng);
        let dummies = self.sets.each_ref().map(|set| self.size - set.len());
        // Compressing in a batch doubles: all is multiplied by half.
        let half = Zeroizing::new(blind.c.div_by_2());
        let mut exponents = blind.dummies(dummies);
        exponents.iter_mut().for_each(|d| *d *= *half);
        let mut made = group::multiples_of_base(exponents.iter()).into_iter();
        let mut blinded: [Vec<Bytes>; SETS] = Default::default();
        for ((set, elements), count) in blinded.iter_mut().zip(&self.sets).zip(dummies) {
            let mut points = Vec::with_capacity(self.size);
            for element in elements {
                let point = group::decode(element.as_bytes()).ok_or(tag::Error::Element)?;
                points.push(point * *half);
            }
            points.extend(made.by_ref().take(count));
            *set = group::double_and_compress(&points);
            sort_by_bytes(set, |point| point);
            points.zeroize();
        }
        let query = Query::new(self.day_set, blinded).encode();
        Ok(Waiting { day_set: self.day_set, blind, dummies, query })
    }
}

/// Whether it stands in a sorted set.
fn is_among(element: &Element, set: &[Element]) -> bool {
    set.binary_search_by(|one| one.as_bytes().cmp(element.as_bytes())).is_ok()
}

/// The secrets of one query.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Blind {
    c: Scalar,
    seed: [u8; 32],
}

impl Blind {
    fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut blind = Self { c: group::random_scalar(rng), seed: [0; 32] };
        rng.fill_bytes(&mut blind.seed);
        blind
    }

    /// The `d` of all dummies, set after set.
    fn dummies(&self, counts: [usize; SETS]) -> Zeroizing<Vec<Scalar>> {
        let all = 0..u32::try_from(counts.iter().sum::<usize>()).unwrap_or(u32::MAX);
        let d = |at: u32| group::hash_to_scalar(&[&self.seed, &at.to_be_bytes()], &[labels::PSI_DUMMY]);
        Zeroizing::new(all.map(d).collect())
    }
}

/// A query that was asked, or is about to be: what takes the answer out, and the very bytes to send, again and again.
pub struct Waiting {
    day_set: DaySet,
    blind: Blind,
    dummies: [usize; SETS],
    query: Vec<u8>,
}

/// What is stored of it. The query has one form, and names the day set.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Stored {
    #[cbor(n(0), with = "minicbor::bytes")]
    c: [u8; 32],
    #[cbor(n(1), with = "minicbor::bytes")]
    seed: [u8; 32],
    #[n(2)]
    dummies: [u16; SETS],
    #[cbor(n(3), with = "minicbor::bytes")]
    query: Vec<u8>,
}

impl Drop for Stored {
    fn drop(&mut self) {
        self.c.zeroize();
        self.seed.zeroize();
    }
}

impl Waiting {
    /// The body to send: the same bytes however often, also after a restart.
    #[must_use]
    pub fn query(&self) -> &[u8] {
        &self.query
    }

    /// Which day and scheme it asks about.
    #[must_use]
    pub const fn day_set(&self) -> DaySet {
        self.day_set
    }

    /// For storage, before it is sent: a version byte and deterministic CBOR. Secret.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let dummies = self.dummies.map(|count| u16::try_from(count).unwrap_or(u16::MAX));
        let (c, seed) = (self.blind.c.to_bytes(), self.blind.seed);
        codec::to_secret_record(VERSION, &Stored { c, seed, dummies, query: self.query.clone() })
    }

    /// From storage.
    ///
    /// # Errors
    /// [`Error::Version`], [`Error::Codec`], and why [`Query::decode`] refuses what would be sent.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let Some((&version, cbor)) = bytes.split_first() else { return Err(codec::Error::Cbor.into()) };
        if version != VERSION {
            return Err(Error::Version(version.into()));
        }
        let mut stored: Stored = codec::from_canonical_cbor(cbor)?;
        let query = Query::decode(&stored.query)?;
        let dummies = stored.dummies.map(usize::from);
        let least = query.set_size() - capacity(query.set_size());
        if dummies.iter().any(|count| !(least..=query.set_size()).contains(count)) {
            return Err(codec::Error::Cbor.into());
        }
        let blind = Blind { c: group::decode_scalar(stored.c).ok_or(tag::Error::Scalar)?, seed: stored.seed };
        Ok(Self { day_set: query.day_set(), blind, dummies, query: core::mem::take(&mut stored.query) })
    }

    /// Takes the answer out. `key` is the one of the day's signed headers, of all of them.
    ///
    /// # Errors
    /// [`Error::Number`], [`Error::Repeated`], [`Error::Probe`], [`Error::Point`]: nothing counts.
    pub fn finalize(self, response: &Response, key: &DayPublicKey) -> Result<Answer, Error> {
        let expected = Query::decode(&self.query)?.set_size();
        if let Some(set) = response.sets.iter().find(|set| set.len() != expected) {
            return Err(Error::Number { expected, got: set.len() });
        }
        let mut seen = BTreeSet::new();
        if !response.sets.iter().flatten().all(|point| seen.insert(point)) {
            return Err(Error::Repeated);
        }
        let mut probes = self.probes(key)?.into_iter();
        // c⁻¹, halved, as the encoding doubles.
        let unblind = Zeroizing::new(self.blind.c.invert().div_by_2());
        let mut sets: [Vec<Second>; SETS] = Default::default();
        for ((found, points), count) in sets.iter_mut().zip(&response.sets).zip(self.dummies) {
            let mut expected = BTreeSet::new();
            expected.extend(probes.by_ref().take(count));
            let probes = expected;
            let real: Vec<_> = points.iter().filter(|point| !probes.contains(*point)).collect();
            if real.len() + probes.len() != points.len() || probes.len() != count {
                return Err(Error::Probe);
            }
            let mut points = Vec::with_capacity(real.len());
            for bytes in real {
                points.push(group::decode(bytes).ok_or(tag::Error::Element)? * *unblind);
            }
            *found = seconds(Zeroizing::new(group::double_and_compress(&points)))?;
            points.zeroize();
        }
        Ok(Answer { day_set: self.day_set, key: *key, sets })
    }

    /// `c·d·B` of all dummies, set after set.
    fn probes(&self, key: &DayPublicKey) -> Result<Vec<Bytes>, Error> {
        let key = Multiples::of(&group::decode(key.as_bytes()).ok_or(tag::Error::Element)?);
        let half = Zeroizing::new(self.blind.c.div_by_2());
        let mut exponents = self.blind.dummies(self.dummies);
        exponents.iter_mut().for_each(|d| *d *= *half);
        let points: Vec<_> = exponents.iter().map(|exponent| key.times(exponent)).collect();
        Ok(group::double_and_compress(&points))
    }
}

/// Claims and tags of these `z`, by tag.
fn seconds(zs: Zeroizing<Vec<Bytes>>) -> Result<Vec<Second>, Error> {
    let claims: Vec<_> = zs.iter().map(|z| Secret::new(*z).sole_claim()).collect::<Result<_, _>>()?;
    let tags = Claim::tags(&claims);
    let mut seconds: Vec<_> =
        tags.into_iter().zip(claims).map(|(tag, claim)| Second { tag, claim }).collect();
    sort_by_bytes(&mut seconds, |second| second.tag.as_bytes());
    Ok(seconds)
}

/// A second tag, and its logarithm `w(z)`.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Second {
    /// By which it is found in the day's batches.
    #[n(0)]
    pub tag: Tag,
    /// What a proof of it stands on.
    #[n(1)]
    pub claim: Claim,
}

/// What came of a query: the second tags of each category, by tag. Which belongs to which encounter is not known.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Answer {
    #[n(0)]
    day_set: DaySet,
    #[n(1)]
    key: DayPublicKey,
    #[n(2)]
    sets: [Vec<Second>; SETS],
}

impl Answer {
    /// Which day and scheme it is about. With batches of no other it may be compared.
    #[must_use]
    pub const fn day_set(&self) -> DaySet {
        self.day_set
    }

    /// The key that it was checked against.
    #[must_use]
    pub const fn key(&self) -> &DayPublicKey {
        &self.key
    }

    /// Takes in what another device of the same person was answered about the same day set under the same key; of another one,
    /// nothing. Each tag once, in the graver of its categories.
    pub fn join(&mut self, other: &Self) {
        if (self.day_set, &self.key) != (other.day_set, &other.key) {
            return;
        }
        let mut known = alloc::collections::BTreeSet::new();
        for (mine, theirs) in self.sets.iter_mut().zip(&other.sets).rev() {
            mine.extend(theirs.iter().cloned());
            crate::order::sort_by_bytes(mine, |second| second.tag.as_bytes());
            mine.retain(|second| known.insert(second.tag));
        }
    }

    /// The second tags of low, medium and high, each by tag.
    #[must_use]
    pub const fn sets(&self) -> &[Vec<Second>; SETS] {
        &self.sets
    }
}

/// Sizes only.
impl core::fmt::Debug for Question {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Question(3 × {})", self.size)
    }
}

crate::codec::name_only!(Waiting, Second, Answer);

#[cfg(test)]
mod tests {
    use curve25519_dalek::RistrettoPoint;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::status::Scheme;
    use crate::units::Day;

    const DAY_SET: DaySet = DaySet { day: Day::new(20_778), scheme: Scheme::Encounter };

    fn question(counts: [u8; SETS]) -> Question {
        let mut at = 0_u8;
        let of = |count: u8| {
            (0..count)
                .map(|_| {
                    at += 1;
                    Secret::new([at; 32]).element()
                })
                .collect()
        };
        Question::new(DAY_SET, counts.map(of)).unwrap()
    }

    #[test]
    fn claim_27_what_is_sent_is_hashed_to_the_group_or_a_multiple_of_the_generator_and_all_of_it_blinded() {
        let question = question([3, 0, 48]);
        let elements = question.sets.clone();
        let waiting = question.blind(&mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        assert_eq!(waiting.dummies, [61, 64, 16]);
        let c = waiting.blind.c;
        let all = waiting.blind.dummies(waiting.dummies);
        let mut d = all.iter();
        for ((sent, elements), count) in
            Query::decode(&waiting.query).unwrap().sets.iter().zip(elements).zip(waiting.dummies)
        {
            let real = elements.iter().map(|element| group::decode(element.as_bytes()).unwrap() * c);
            let dummies = d.by_ref().take(count).map(|d| RistrettoPoint::mul_base(&(c * *d)));
            let expected: BTreeSet<_> =
                real.chain(dummies).map(|point| point.compress().to_bytes()).collect();
            assert!(expected.iter().eq(sent));
        }
        assert!(d.next().is_none());
    }

    #[test]
    fn claim_28_a_quarter_and_sixteen_of_each_set_are_dummies_and_the_sets_are_of_one_size() {
        assert_eq!(SET_SIZES.map(capacity), [48, 192, 768, 3072]);
        for (counts, size) in [([0, 0, 0], 64), ([48, 1, 0], 64), ([0, 49, 0], 256), ([2, 7, 192], 256)] {
            let question = question(counts);
            assert_eq!(question.set_size(), size);
            let waiting = question.blind(&mut ChaCha20Rng::seed_from_u64(2)).unwrap();
            assert!(waiting.dummies.iter().all(|dummies| *dummies >= 16 && dummies * 4 >= size));
            assert!(Query::decode(waiting.query()).unwrap().sets.iter().all(|set| set.len() == size));
        }
    }

    #[test]
    fn an_element_of_two_categories_is_asked_for_once_in_the_graver_one() {
        let of =
            |numbers: &[u8]| numbers.iter().map(|one| Secret::new([*one; 32]).element()).collect::<Vec<_>>();
        let question = Question::new(DAY_SET, [of(&[1, 1, 2, 3]), of(&[2]), of(&[3, 3])]).unwrap();
        assert_eq!(question.sets.each_ref().map(Vec::len), [1, 1, 1]);
    }

    #[test]
    fn a_question_goes_to_another_thread_and_is_the_same_there() {
        let question = question([3, 0, 48]);
        let bytes = question.to_bytes();
        let there = Question::from_bytes(&bytes).unwrap();
        assert_eq!((there.day_set(), there.set_size()), (DAY_SET, 64));
        assert_eq!(there.to_bytes(), bytes);
        assert!(matches!(Question::from_bytes(&bytes[1..]), Err(Error::Codec(_))));
        assert!(matches!(Question::from_bytes(&[&bytes[..], &[0]].concat()), Err(Error::Codec(_))));
    }

    #[test]
    fn more_than_a_set_holds_is_refused() {
        let many = (0..3073_u32).map(|at| {
            let mut secret = [0; 32];
            secret[..4].copy_from_slice(&at.to_be_bytes());
            Secret::new(secret).element()
        });
        let error = Question::new(DAY_SET, [Vec::new(), many.collect(), Vec::new()]).unwrap_err();
        assert_eq!(error, Error::TooMany { max: 3072, got: 3073 });
    }
}
