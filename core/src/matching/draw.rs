//! Drawing without bias.

use alloc::vec::Vec;

use rand_core::CryptoRng;

/// A uniform number below `bound`, which is not zero.
pub(super) fn below(bound: u32, rng: &mut impl CryptoRng) -> u32 {
    // The largest multiple of the bound: what lies above would favour small numbers.
    let fair = u32::MAX - u32::MAX % bound;
    loop {
        let drawn = rng.next_u32();
        if drawn < fair {
            return drawn % bound;
        }
    }
}

/// Different numbers below `bound`, so many or all that there are, in the order in which they were drawn.
pub(super) fn distinct(count: usize, bound: u32, rng: &mut impl CryptoRng) -> Vec<u32> {
    let count = count.min(bound as usize);
    let mut drawn = Vec::with_capacity(count);
    while drawn.len() < count {
        let one = below(bound, rng);
        if !drawn.contains(&one) {
            drawn.push(one);
        }
    }
    drawn
}
