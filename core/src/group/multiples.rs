//! Many multiples of one point, in a third of the time of each alone.
//!
//! ```text
//! k = Σ dᵢ·16ⁱ, dᵢ = −8 … 8          table: j·16ⁱ·P for j = 1 … 8, i = 0 … 63: 80 KiB, made once
//! k·P = Σ dᵢ·16ⁱ·P                   64 additions and no doubling
//! ```
//!
//! Every entry is read for every digit, and none is branched on: which scalar it is does not show in the time. It is what
//! curve25519-dalek's `precomputed-tables` do for the generator, for any point and without 40 KB more to download; and
//! worth its table from some ten multiples on.

use alloc::vec::Vec;

use curve25519_dalek::traits::Identity;
use curve25519_dalek::{RistrettoPoint, Scalar};
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

const DIGITS: usize = 64;
const HALF: usize = 8;

/// The table of one point, which is no secret.
pub(crate) struct Multiples(Vec<[RistrettoPoint; HALF]>);

impl Multiples {
    pub(crate) fn of(point: &RistrettoPoint) -> Self {
        let mut table = Vec::with_capacity(DIGITS);
        let mut first = *point;
        for _ in 0..DIGITS {
            let mut sum = RistrettoPoint::identity();
            let row = [(); HALF].map(|()| {
                sum += first;
                sum
            });
            // 16 times the first is twice the eighth.
            first = sum + sum;
            table.push(row);
        }
        Self(table)
    }

    /// `k·P`, without telling `k` by the time it takes.
    pub(crate) fn times(&self, scalar: &Scalar) -> RistrettoPoint {
        let digits = Zeroizing::new(digits(scalar));
        let mut sum = RistrettoPoint::identity();
        for (row, digit) in self.0.iter().zip(digits.iter()) {
            sum += select(row, *digit);
        }
        sum
    }
}

/// `digit` times the row's first point, −8 to 8.
fn select(row: &[RistrettoPoint; HALF], digit: i8) -> RistrettoPoint {
    let sign = digit >> 7;
    let size = ((digit ^ sign) - sign).cast_unsigned();
    let mut chosen = RistrettoPoint::identity();
    for (point, number) in row.iter().zip(1_u8..) {
        chosen.conditional_assign(point, number.ct_eq(&size));
    }
    let negative = -chosen;
    chosen.conditional_assign(&negative, (sign.cast_unsigned() & 1).into());
    chosen
}

/// Signed digits to the base of 16, the lowest first. A reduced scalar is below 2²⁵³, so the last takes up its carry.
fn digits(scalar: &Scalar) -> [i8; DIGITS] {
    let mut digits = [0_i8; DIGITS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(scalar.as_bytes()) {
        for (digit, nibble) in pair.iter_mut().zip([byte & 15, byte >> 4]) {
            *digit = nibble.cast_signed();
        }
    }
    let mut carry = 0;
    for (digit, nth) in digits.iter_mut().zip(1..) {
        *digit += carry;
        carry = if nth < DIGITS { (*digit + 8) >> 4 } else { 0 };
        *digit -= carry << 4;
    }
    digits
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::super::random_scalar;
    use super::*;

    #[test]
    fn a_multiple_is_what_it_is_alone() {
        let mut rng = ChaCha20Rng::seed_from_u64(6);
        let point = RistrettoPoint::mul_base(&random_scalar(&mut rng));
        let table = Multiples::of(&point);
        let small = (0_u64..=40).map(Scalar::from);
        let large = (0_u64..=40).map(|near| -Scalar::from(near));
        // Nibbles of 7, 8, 9 and 15 carry, or do not, all the way up.
        let even = [0x77, 0x88, 0x99, 0x78, 0x87, 0xff].map(|byte| {
            let mut bytes = [byte; 32];
            bytes[31] = 0x0f;
            Scalar::from_bytes_mod_order(bytes)
        });
        let random: Vec<_> = (0..50).map(|_| random_scalar(&mut rng)).collect();
        for scalar in small.chain(large).chain(even).chain(random) {
            assert_eq!(table.times(&scalar), point * scalar, "{scalar:?}");
        }
    }
}
