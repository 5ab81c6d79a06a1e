//! What JavaScript gets: plain objects, and byte strings of its own memory.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

/// A plain object that is being made.
pub(crate) struct Out(Object);

impl Out {
    /// One without members.
    pub(crate) fn new() -> Self {
        Self(Object::new())
    }

    /// With one member more.
    pub(crate) fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        // Of a plain object nobody else has: it cannot be refused.
        let _ = Reflect::set(&self.0, &JsValue::from_str(name), &value.into());
        self
    }

    /// With one member more, where there is a value of it.
    pub(crate) fn may<T: Into<JsValue>>(self, name: &str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// As the type that it is declared to be.
    pub(crate) fn done<T: JsCast>(self) -> T {
        self.0.unchecked_into()
    }
}

/// Bytes, copied out at once.
pub(crate) fn bytes(of: &[u8]) -> Uint8Array {
    Uint8Array::from(of)
}

/// A list, as the type that it is declared to be.
pub(crate) fn list<T: JsCast, V: Into<JsValue>>(of: impl IntoIterator<Item = V>) -> T {
    of.into_iter().map(Into::into).collect::<Array>().unchecked_into()
}

/// Seconds, as JavaScript counts.
#[expect(clippy::cast_precision_loss, reason = "below 2⁵³ for the next 285 million years")]
pub(crate) fn seconds(time: twoken_core::units::Timestamp) -> f64 {
    time.seconds() as f64
}
