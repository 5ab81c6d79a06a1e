//! Sealed pages of sorted entries, signed and chained: what everybody downloads.

#[cfg(feature = "full")]
use twoken_core::batch::PAGE_ENTRIES;
use twoken_core::batch::{Head, Header, Index as CoreIndex, Page, SignedHeader};
#[cfg(feature = "full")]
use twoken_core::tag::Entry;
use twoken_core::wire::VerifyingKey;
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, DayText, Number, Text, Time};
use crate::out::{self, Out};
use crate::refusal::{Given, Refusal};
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** What a server says of one batch. */
export interface BatchInfo {
  /** Its name in a URL, 32 hexadecimal digits. */
  id: string;
  region: string;
  scheme: Scheme;
  mode: Mode;
  degree: Degree;
  /** When it was sealed, in seconds. */
  sealedAt: number;
  /** Entries, dummies included: 256 a page. */
  entries: number;
  pages: number;
  /** Bytes of each page. */
  pageBytes: number;
  /** Whether a client fetches all of it, which is 8 pages at most; of a larger one the filter, then single pages. */
  comesWhole: boolean;
  /** Digest of the configuration that it was sealed under, 64 hexadecimal digits. */
  configDigest: string;
  /** In private mode the day's public key, 32 bytes. */
  blindingKey?: Uint8Array;
  filterDigest: string;
  pageDigests: string[];
}
";

#[wasm_bindgen]
extern "C" {
    /// What a header says.
    #[wasm_bindgen(typescript_type = "BatchInfo")]
    pub type BatchObject;
    /// Headers.
    #[wasm_bindgen(typescript_type = "BatchHeader[]")]
    pub type HeaderList;
    /// A page's lines.
    #[wasm_bindgen(typescript_type = "{ tags: Uint8Array[]; entries: Uint8Array[] }")]
    pub type PageObject;
}

/// The most bytes of an index: a day of large batches.
const MAX_INDEX: usize = 1 << 26;
/// The most bytes of a header: 65,535 page digests, and a little more.
const MAX_HEADER: usize = 1 << 22;

/// A batch's signed header.
#[wasm_bindgen]
#[derive(Clone)]
pub struct BatchHeader(pub(crate) SignedHeader);

#[wasm_bindgen]
impl BatchHeader {
    /// Reads a header: signature first.
    ///
    /// @param key - the server's signing key, base64url
    /// @throws `TwokenError` `batch.signature`, `batch.version`, `batch.header`, `encoding.cbor`, `encoding.length`
    pub fn verify(bytes: &Bytes, key: &Text) -> Given<BatchHeader> {
        let bytes = args::bytes(bytes, "bytes", MAX_HEADER)?;
        Ok(Self(SignedHeader::decode_verified(&bytes, &verifying_key(key, "key")?)?))
    }

    /// What it says.
    pub fn info(&self) -> BatchObject {
        info(self.0.header())
    }

    /// `signature 64 | header`.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(self.0.to_bytes())
    }

    /// Verifies size, digest and order of a page, and gives its tags, and its entries in open mode.
    ///
    /// @param number - from 0
    /// @throws `TwokenError` `batch.no_page`, `batch.size`, `batch.page_digest`, `batch.order`
    pub fn page(&self, number: &Number, bytes: &Bytes) -> Given<PageObject> {
        let header = self.0.header();
        let bytes = args::bytes(bytes, "bytes", header.page_bytes() * 2)?;
        let page = Page::verify(header, args::whole::<u32>(number, "number")? as usize, &bytes)?;
        let tags: js_sys::Array = out::list(page.tags().iter().map(|tag| out::bytes(tag)));
        let entries: js_sys::Array = out::list(page.entries().map(|entry| out::bytes(&entry.to_bytes())));
        Ok(Out::new().with("tags", tags).with("entries", entries).done())
    }
}

/// The batches of one region and UTC day, in the order in which they were sealed: signature, time, chain and headers verified.
#[wasm_bindgen]
pub struct Index(CoreIndex);

#[wasm_bindgen]
impl Index {
    /// Reads an index: of this region and day, today's signed at most two hours ago.
    ///
    /// @param key - the server's signing key, base64url
    /// @throws `TwokenError` `batch.signature`, `batch.version`, `batch.region`, `batch.day`, `batch.stale`, `batch.future`,
    /// `batch.header`, `encoding.cbor`
    pub fn verify(bytes: &Bytes, key: &Text, region: &Text, day: &DayText, now: &Time) -> Given<Index> {
        let bytes = args::bytes(bytes, "bytes", MAX_INDEX)?;
        let (region, day) = (args::region(region, "region")?, args::day(day, "day")?);
        let (key, now) = (verifying_key(key, "key")?, args::time(now, "now")?);
        Ok(Self(CoreIndex::decode_verified(&bytes, &key, &region, day, now)?))
    }

    /// The batches after a head seen before; all of them at first contact.
    ///
    /// @param known - the last head that this client has seen, 64 hexadecimal digits
    /// @throws `TwokenError` `batch.chain` when it is no longer part of the chain
    pub fn after(&self, known: Option<Text>) -> Given<HeaderList> {
        let known = known.map(|head| self::head(&head, "known")).transpose()?;
        Ok(out::list(self.0.after(known.as_ref())?.iter().cloned().map(BatchHeader)))
    }

    /// When the server signed it, in seconds: what was published later is not in it.
    #[wasm_bindgen(getter, js_name = signedAt)]
    pub fn signed_at(&self) -> f64 {
        out::seconds(self.0.signed_at())
    }

    /// The head before its first batch: what the day before ended with.
    #[wasm_bindgen(getter, js_name = previousHead)]
    pub fn previous_head(&self) -> String {
        self.0.previous_head().to_string()
    }

    /// The head after all of its batches: what the next day continues from.
    #[wasm_bindgen(getter, js_name = lastHead)]
    pub fn last_head(&self) -> String {
        self.0.last_head().to_string()
    }
}

/// A server's public key, base64url.
pub(crate) fn verifying_key(value: &JsValue, name: &str) -> Given<VerifyingKey> {
    let bytes = twoken_core::codec::array_from_base64url(&args::text(value, name, 128)?);
    bytes.map(VerifyingKey::new).map_err(Refusal::from)
}

#[cfg(feature = "full")]
/// A digest, 64 hexadecimal digits.
pub(crate) fn digest_of(value: &JsValue, name: &str) -> Given<twoken_core::wire::Digest> {
    args::parsed(value, name, "64 hexadecimal digits")
}

/// A chain's head.
pub(crate) fn head(value: &JsValue, name: &str) -> Given<Head> {
    args::parsed(value, name, "a head, 64 hexadecimal digits")
}

/// 256 tags of 32 bytes, one after another or as a list.
#[cfg(feature = "full")]
pub(crate) fn page_tags(value: &JsValue, name: &str) -> Given<Vec<[u8; 32]>> {
    let tags = args::list(value, name, |tag| args::array(tag, name))?;
    if tags.len() == PAGE_ENTRIES {
        Ok(tags)
    } else {
        Err(Refusal::value(name, &format!("{PAGE_ENTRIES} tags, the ones of a page")))
    }
}

/// An entry of 84 bytes, whose tag is an element.
#[cfg(feature = "full")]
pub(crate) fn entry(value: &JsValue, name: &str) -> Given<Entry> {
    Ok(Entry::from_bytes(&args::bytes(value, name, 1 << 16)?)?)
}

fn info(of: &Header) -> BatchObject {
    let digests: js_sys::Array = out::list(of.page_digests.iter().map(ToString::to_string));
    Out::new()
        .with("id", of.id.to_string())
        .with("region", of.region.as_str())
        .with("scheme", words::scheme_word(of.scheme))
        .with("mode", words::mode_word(of.mode))
        .with("degree", words::degree_number(of.degree))
        .with("sealedAt", out::seconds(of.sealed_at))
        .with("entries", of.entries)
        .with("pages", of.pages())
        .with("pageBytes", of.page_bytes())
        .with("comesWhole", of.comes_whole())
        .with("configDigest", of.config_digest.to_string())
        .may("blindingKey", of.blinding_key.as_ref().map(|key| out::bytes(key.as_bytes())))
        .with("filterDigest", of.filter_digest.to_string())
        .with("pageDigests", digests)
        .done()
}
