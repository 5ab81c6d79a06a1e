//! Random numbers from the browser's `crypto.getRandomValues`.

use getrandom::SysRng;
use rand_core::{CryptoRng, UnwrapErr};

/// The browser's generator, as the core takes it.
///
/// A browser without one cannot run this app at all: `getRandomValues` exists wherever
/// WebAssembly does, and its only documented failure is a request larger than ours are.
#[must_use]
pub fn rng() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

/// A number drawn evenly from `min..=max` (`min` where they are the wrong way round).
#[must_use]
pub fn uniform(min: u64, max: u64) -> u64 {
    draw(min, max, &mut rng())
}

fn draw(min: u64, max: u64, rng: &mut impl CryptoRng) -> u64 {
    let Some(span) = max.checked_sub(min).and_then(|s| s.checked_add(1)) else {
        return if max < min { min } else { rng.next_u64() };
    };
    // Reject the incomplete last stretch, so that no number is likelier than another.
    let limit = u64::MAX - u64::MAX % span;
    loop {
        let number = rng.next_u64();
        if number < limit {
            return min + number % span;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn stays_within_its_bounds_and_reaches_both() {
        let mut seen = [false; 3];
        for _ in 0..200 {
            let number = uniform(5, 7);
            assert!((5..=7).contains(&number));
            seen[(number - 5) as usize] = true;
        }
        assert_eq!(seen, [true; 3]);
        assert_eq!(uniform(4, 4), 4);
        assert_eq!(uniform(9, 4), 9);
    }
}
