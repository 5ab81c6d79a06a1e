//! `TwokenError`: every refusal of the core, with a code that stays.
//!
//! The class itself is JavaScript's (`ts/error.ts`): there it is thrown by what never reaches this program, too.

use core::fmt::Display;

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "../error.js")]
extern "C" {
    #[wasm_bindgen(js_name = TwokenError)]
    type TwokenError;

    #[wasm_bindgen(constructor, js_class = "TwokenError")]
    fn new(code: &str, message: &str) -> TwokenError;
}

/// Why something was refused: a stable code, and a sentence for developers. Never holds what was given.
///
/// Already JavaScript's own: what is handed on from one function to the next is one word long.
pub struct Refusal(JsValue);

/// What a function gives.
pub type Given<T> = Result<T, Refusal>;

impl Refusal {
    /// With this code and sentence.
    #[cold]
    #[inline(never)]
    pub(crate) fn new(code: &'static str, message: &str) -> Self {
        Self(TwokenError::new(code, message).into())
    }

    /// An argument of another type than the one asked for.
    #[cold]
    #[inline(never)]
    pub(crate) fn kind(name: &str, wanted: &str) -> Self {
        Self::argument("argument.type", name, wanted)
    }

    /// An argument of the right type, with a value that it cannot have.
    #[cold]
    #[inline(never)]
    pub(crate) fn value(name: &str, wanted: &str) -> Self {
        Self::argument("argument.value", name, wanted)
    }

    /// An argument that must be something else.
    fn argument(code: &'static str, name: &str, wanted: &str) -> Self {
        Self::new(code, &["`", name, "` must be ", wanted].concat())
    }
}

impl From<Refusal> for JsValue {
    fn from(refusal: Refusal) -> Self {
        refusal.0
    }
}

/// An error of the core with a stable code.
pub(crate) trait Coded: Display {
    /// Its code.
    fn code(&self) -> &'static str;
}

impl<E: Coded> From<E> for Refusal {
    #[cold]
    #[inline(never)]
    fn from(error: E) -> Self {
        Self::new(error.code(), &error.to_string())
    }
}
