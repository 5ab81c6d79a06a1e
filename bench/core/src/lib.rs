//! What `cargo xtask bench` measures of the core, natively and in WebAssembly: the same work behind both clocks.

mod establish;
mod matching;
mod proof;
mod psi;
mod regeneration;

pub use establish::Establish;
pub use matching::Comparison;
pub use proof::Membership;
pub use psi::Asking;
pub use regeneration::Regeneration;

/// Randomness that is the same each time.
fn rng(seed: u8) -> rand_chacha::ChaCha20Rng {
    rand_chacha::rand_core::SeedableRng::from_seed([seed; 32])
}
