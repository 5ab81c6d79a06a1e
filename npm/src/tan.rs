//! The authority's word that a test was positive.

use twoken_core::tan::Tan as CoreTan;
use wasm_bindgen::prelude::*;

use crate::args::{self, Text};
use crate::encounter::rng;
use crate::refusal::Given;

/// The longest text that is read as a TAN.
const MAX_TEXT: u32 = 256;

/// Thirteen symbols and a check. A secret until it is used: {@link Tan.free} it then.
#[wasm_bindgen]
pub struct Tan(pub(crate) CoreTan);

#[wasm_bindgen]
impl Tan {
    /// Reads what a person typed, pasted or scanned: either case, spaces and dashes anywhere, I and L as 1, O as 0.
    ///
    /// @throws `TwokenError` `tan.length`, `tan.symbol`, `tan.check`, each of which says what to look at
    pub fn parse(text: &Text) -> Given<Tan> {
        Ok(Self(CoreTan::parse(&args::text(text, "text", MAX_TEXT)?)?))
    }

    /// A fresh one: 65 random bits.
    pub fn generate() -> Tan {
        Self(CoreTan::generate(&mut rng()))
    }

    /// As it is shown and read out: `XXXXX-XXXXX-XXXX`.
    pub fn display(&self) -> String {
        self.0.display().as_str().into()
    }
}

impl Tan {
    /// Of the core's.
    pub fn of(tan: CoreTan) -> Self {
        Self(tan)
    }
}
