//! Randomness that is written down.

use std::convert::Infallible;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_core::{TryCryptoRng, TryRng};

/// Gives exactly these bytes, in this order, and no more: a test that asks for more, or that leaves some, has
/// misunderstood what is random.
pub struct Script {
    bytes: Vec<u8>,
    given: usize,
}

impl Script {
    pub fn new(parts: &[&[u8]]) -> Self {
        Self { bytes: parts.concat(), given: 0 }
    }

    /// The run is over: all of it must have been used.
    #[track_caller]
    pub fn end(self) {
        assert_eq!(self.given, self.bytes.len(), "random bytes were left over");
    }
}

/// 64 bytes that reduce to this canonical scalar: how a scalar is drawn.
pub fn wide(scalar: &[u8; 32]) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(scalar);
    bytes
}

/// The ChaCha20 keystream (RFC 8439) under this key, with counter and nonce zero.
pub fn keystream(key: [u8; 32]) -> ChaCha20Rng {
    ChaCha20Rng::from_seed(key)
}

impl TryRng for Script {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, wanted: &mut [u8]) -> Result<(), Infallible> {
        let end = self.given + wanted.len();
        assert!(end <= self.bytes.len(), "more random bytes were asked for than the script has");
        wanted.copy_from_slice(&self.bytes[self.given..end]);
        self.given = end;
        Ok(())
    }
}

impl TryCryptoRng for Script {}
