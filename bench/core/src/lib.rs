//! What `cargo xtask bench` measures of the core, natively and in WebAssembly: the same work behind both clocks.

mod establish;
mod matching;

pub use establish::Establish;
pub use matching::Comparison;

/// Randomness that is the same each time.
fn rng(seed: u8) -> rand_chacha::ChaCha20Rng {
    rand_chacha::rand_core::SeedableRng::from_seed([seed; 32])
}
