//! Drawing without bias.

use alloc::vec::Vec;

use rand_core::CryptoRng;

/// A uniform number below `bound`, which is not zero.
pub(crate) fn below(bound: u32, rng: &mut impl CryptoRng) -> u32 {
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
pub(crate) fn distinct(count: usize, bound: u32, rng: &mut impl CryptoRng) -> Vec<u32> {
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

/// Any order, each equally likely (Fisher and Yates, in Durstenfeld's form; Knuth, TAOCP 2, algorithm 3.4.2 P).
pub(crate) fn shuffle<T>(items: &mut [T], rng: &mut impl CryptoRng) {
    for last in (1..items.len()).rev() {
        let bound = u32::try_from(last + 1).unwrap_or(u32::MAX);
        items.swap(last, below(bound, rng) as usize);
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    /// χ² of 24,000 shuffles over the 24 orders of four items, 23 degrees of freedom: above 49.7 once in a thousand. The
    /// naive shuffle that swaps every item with any other comes to some 600.
    #[test]
    fn every_order_is_as_likely_as_any_other() {
        let mut rng = ChaCha20Rng::seed_from_u64(4);
        let mut seen = BTreeMap::<[u8; 4], f64>::new();
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            shuffle(&mut items, &mut rng);
            *seen.entry(items).or_default() += 1.0;
        }
        assert_eq!(seen.len(), 24);
        let chi_square: f64 = seen.values().map(|count| (count - 1000.0) * (count - 1000.0) / 1000.0).sum();
        assert!(chi_square < 49.7, "{chi_square}");
    }

    #[test]
    fn nothing_is_lost() {
        let mut items: Vec<u32> = (0..1000).collect();
        shuffle(&mut items, &mut ChaCha20Rng::seed_from_u64(5));
        assert!(!items.is_sorted());
        items.sort_unstable();
        assert!(items.into_iter().eq(0..1000));
    }
}
