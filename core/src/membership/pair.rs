//! Sums `s·P + c·Q` of public scalars over two points that all branches share, from tables of their multiples.
//!
//! ```text
//! s = Σ d_j·64^j,  −32 ≤ d_j ≤ 32            table[j][k] = (k + 1)·64^j·P, k < 32            s·P = Σ ± table[j][|d_j| − 1]
//! ```
//!
//! Windows of six bits with signs (the comb of Lim and Lee, with one tooth): 86 additions and no doubling, where one after
//! another takes 252 doublings. The tables cost as much as 32 sums, a page takes 256. Its time depends on the scalars, so
//! it is for those alone that are published or thrown away.

use alloc::vec::Vec;

use curve25519_dalek::traits::Identity;
use curve25519_dalek::{RistrettoPoint, Scalar};

const BITS: u32 = 6;
/// Enough for 253 bits and a carry.
const WINDOWS: usize = 43;
const HALF: usize = 1 << (BITS - 1);

/// Tables of two points.
pub(super) struct Pair([Vec<RistrettoPoint>; 2]);

impl Pair {
    pub(super) fn new(points: [RistrettoPoint; 2]) -> Self {
        Self(points.map(multiples))
    }

    /// `s·P + c·Q`, in variable time.
    pub(super) fn sum(&self, scalars: [&Scalar; 2]) -> RistrettoPoint {
        let mut sum = RistrettoPoint::identity();
        for (table, scalar) in self.0.iter().zip(scalars) {
            for (window, digit) in table.chunks_exact(HALF).zip(digits(scalar)) {
                let Some(place) = usize::from(digit.unsigned_abs()).checked_sub(1) else { continue };
                let Some(multiple) = window.get(place) else { continue };
                if digit > 0 { sum += multiple } else { sum -= multiple }
            }
        }
        sum
    }
}

/// 32 multiples of each of `P`, `64·P`, `64²·P`, …
fn multiples(point: RistrettoPoint) -> Vec<RistrettoPoint> {
    let mut table = Vec::with_capacity(WINDOWS * HALF);
    let mut base = point;
    for _ in 0..WINDOWS {
        let mut last = base;
        table.push(last);
        for _ in 1..HALF {
            last += base;
            table.push(last);
        }
        base = last + last;
    }
    table
}

/// A scalar in signed digits, the least first.
fn digits(scalar: &Scalar) -> impl Iterator<Item = i8> {
    let bytes = scalar.as_bytes();
    let mut carry = 0;
    (0..WINDOWS).map(move |window| {
        let at = window * BITS as usize;
        let byte = |at: usize| u16::from(bytes.get(at).copied().unwrap_or_default());
        let bits = (byte(at / 8) | byte(at / 8 + 1) << 8) >> (at % 8) & 0x3f;
        let digit = bits + carry;
        carry = u16::from(usize::from(digit) > HALF);
        i8::try_from(digit).unwrap_or_default() - if carry == 1 { 64 } else { 0 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_single_multiplications() {
        let mut scalar = Scalar::from(7_u8);
        let points =
            [RistrettoPoint::mul_base(&Scalar::from(11_u8)), RistrettoPoint::mul_base(&Scalar::from(13_u8))];
        let pair = Pair::new(points);
        let edges = [
            Scalar::ZERO,
            Scalar::ONE,
            -Scalar::ONE,
            Scalar::from(32_u8),
            Scalar::from(33_u8),
            Scalar::from(u64::MAX),
        ];
        for _ in 0..50 {
            scalar = scalar * scalar + Scalar::ONE;
            for edge in edges {
                assert_eq!(pair.sum([&scalar, &edge]), points[0] * scalar + points[1] * edge);
                assert_eq!(pair.sum([&edge, &scalar]), points[0] * edge + points[1] * scalar);
            }
        }
    }
}
