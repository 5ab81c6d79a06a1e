//! The server's half: every point times `b`, each set shuffled.
//!
//! ```text
//! Work::split(query, pieces) ──► Piece, Piece, …  ── Piece::multiply on every core ──►  Work::join ──► Response
//! ```
//!
//! A point that is no canonical element, or the identity, ends the whole query: nothing is answered. `b·P` of a point in a
//! group of prime order tells about `b` what a Diffie–Hellman answer tells, nothing that helps to find it. Each set is
//! shuffled for itself with every order equally likely, so that a client that uses one `c` learns how many of a set, not which.
//! The server learns sizes and the day set, from points that are uniform to it.

use alloc::vec::Vec;

use curve25519_dalek::RistrettoPoint;
use rand_core::CryptoRng;

use super::messages::{Bytes, Query, Response};
use super::{DayKey, Error, SETS};
use crate::{draw, group, tag};

/// A query on its way through the server's cores.
#[derive(Debug)]
pub struct Work {
    size: usize,
    pieces: usize,
}

/// A part of a query, for one core.
#[derive(Debug)]
pub struct Piece {
    number: usize,
    points: Vec<Bytes>,
}

/// A part of the answer, in the order of the query.
#[derive(Clone, Debug)]
pub struct Multiplied {
    number: usize,
    points: Vec<Bytes>,
}

impl Work {
    /// Cuts a query into so many pieces of one size, nearly; one at least.
    #[must_use]
    pub fn split(query: &Query, pieces: usize) -> (Self, Vec<Piece>) {
        let all: Vec<_> = query.sets.iter().flatten().copied().collect();
        let each = all.len().div_ceil(pieces.max(1)).max(1);
        let pieces: Vec<_> = all
            .chunks(each)
            .enumerate()
            .map(|(number, points)| Piece { number, points: points.to_vec() })
            .collect();
        (Self { size: query.set_size(), pieces: pieces.len() }, pieces)
    }

    /// Puts the pieces together, in whatever order they were done, and shuffles each set.
    ///
    /// # Errors
    /// [`Error::Pieces`] unless each piece is there once.
    pub fn join(self, mut done: Vec<Multiplied>, rng: &mut impl CryptoRng) -> Result<Response, Error> {
        done.sort_unstable_by_key(|piece| piece.number);
        let all_there = done.len() == self.pieces && done.iter().zip(0..).all(|(one, at)| one.number == at);
        let points: Vec<_> = done.into_iter().flat_map(|piece| piece.points).collect();
        if !all_there || points.len() != SETS * self.size {
            return Err(Error::Pieces);
        }
        let mut sets: [Vec<Bytes>; SETS] = Default::default();
        for (set, points) in sets.iter_mut().zip(points.chunks(self.size)) {
            set.extend_from_slice(points);
            draw::shuffle(set, rng);
        }
        Ok(Response { sets })
    }
}

impl Piece {
    /// How many points: the cost.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.points.len()
    }

    /// Never.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Every point times `b`: some 40 µs each.
    ///
    /// # Errors
    /// [`Error::Point`] for one that is no canonical element, or the identity.
    pub fn multiply(self, key: &DayKey) -> Result<Multiplied, Error> {
        let Self { number, points } = self;
        let decode = |bytes: &Bytes| group::decode(bytes).ok_or(tag::Error::Element);
        let points: Vec<RistrettoPoint> = points.iter().map(decode).collect::<Result<_, _>>()?;
        Ok(Multiplied { number, points: key.multiply(&points) })
    }
}

/// All of it on one core.
///
/// # Errors
/// [`Error::Point`].
pub fn answer(query: &Query, key: &DayKey, rng: &mut impl CryptoRng) -> Result<Response, Error> {
    let (work, pieces) = Work::split(query, 1);
    let done = pieces.into_iter().map(|piece| piece.multiply(key)).collect::<Result<_, _>>()?;
    work.join(done, rng)
}
