//! An encounter, from the bytes that a camera read to what the diary keeps: the shared secret, two secrets, two tags;
//! and, beyond what the peer does, two elements, two status keys and two acknowledgements.

use twoken_core::beacon::Payload;
use twoken_core::encounter::{How, KeyRing};
use twoken_core::units::Timestamp;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::rng;

/// The middle of an interval.
const NOW: Timestamp = Timestamp::new(1_795_271_700);

/// One phone, and what others show it.
#[wasm_bindgen]
pub struct Establish {
    ring: KeyRing,
    shown: Vec<Vec<u8>>,
}

#[wasm_bindgen]
impl Establish {
    /// With so many others.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(others: u8) -> Self {
        let ring = |seed| {
            let mut ring = KeyRing::new();
            ring.advance(NOW, &mut rng(seed));
            ring
        };
        let shown = (0..others).filter_map(|seed| Some(ring(seed).payload(NOW)?.encode())).collect();
        Self { ring: ring(u8::MAX), shown }
    }

    /// Meets each of them once; how many that were.
    #[must_use]
    pub fn meet(&self) -> usize {
        let mut ring = self.ring.clone();
        let mut rng = rng(0);
        let payloads = self.shown.iter().filter_map(|bytes| Payload::decode(bytes).ok());
        payloads.filter_map(|payload| ring.hear(&payload, NOW, How::Camera, &mut rng).ok()).count()
    }
}
