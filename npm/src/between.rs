//! What a comparison hands on: to another thread, and to a proof later.

use twoken_core::matching::{FoundOn, Matcher as CoreMatcher};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, BytesList};
use crate::matching::{AskedPages, MAX_STORED, Matcher, Matches, WholeBatch, over};
use crate::out;
use crate::refusal::Given;

#[wasm_bindgen]
impl Matcher {
    /// For another thread of the same device. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// From {@link Matcher.toBytes}.
    ///
    /// @throws `TwokenError` `encoding.cbor`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<Matcher> {
        Ok(Self(CoreMatcher::from_bytes(&args::bytes(bytes, "bytes", MAX_STORED)?)?))
    }
}

#[wasm_bindgen]
impl Matches {
    /// For another thread of the same device. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        let bytes = zeroize::Zeroizing::new(minicbor::to_vec(&self.0).unwrap_or_default());
        out::bytes(&bytes)
    }

    /// From {@link Matches.toBytes}.
    ///
    /// @throws `TwokenError` `encoding.cbor`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<Matches> {
        let bytes = args::bytes(bytes, "bytes", MAX_STORED)?;
        let matches = minicbor::decode(&bytes);
        matches.map(Self).map_err(|_| twoken_core::codec::Error::Cbor.into())
    }
}

#[wasm_bindgen]
impl WholeBatch {
    /// The page of each encounter found so far, for a proof later; worth nothing if {@link WholeBatch.finish} refuses.
    #[wasm_bindgen(js_name = foundOn)]
    pub fn found_on(&self) -> Given<BytesList> {
        Ok(found_on(self.0.as_ref().ok_or_else(over)?.found_on()))
    }
}

#[wasm_bindgen]
impl AskedPages {
    /// The page of each encounter found so far, for a proof later; worth nothing if {@link AskedPages.finish} refuses.
    #[wasm_bindgen(js_name = foundOn)]
    pub fn found_on(&self) -> Given<BytesList> {
        Ok(found_on(self.asked()?.found_on()))
    }
}

/// Pages that were found, each with its encounter, for storage.
fn found_on(of: &[FoundOn]) -> BytesList {
    out::list(of.iter().map(|found| out::bytes(&found.to_bytes())))
}
