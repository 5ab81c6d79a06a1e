//! A server's side of batches: pools are sorted, padded, sealed and signed, and headers chained into an index.

use twoken_core::batch::{self, Head, Index, MAX_WHOLE_PAGES, Pool, SealedBatch};
use twoken_core::tag::Element;
use twoken_core::wire::Config;
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, BytesList, Members};
use crate::batch::{BatchHeader, digest_of, entry, head};
use crate::config::{ConfigObject, SigningKey};
use crate::encounter::rng;
use crate::out::{self, Out};
use crate::psi::DayKey;
use crate::refusal::Given;
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** What a batch's header says that its entries do not. */
export interface SealOptions {
  region: string;
  scheme: Scheme;
  degree: Degree;
  sealedAt: Time;
  /** Of the configuration that it is sealed under, 64 hexadecimal digits. */
  configDigest: string;
  /** Padded to so many pages at least; 1 unless said. */
  minPages?: number;
}
/** A batch as it is published. */
export interface SealedBatch { header: BatchHeader; entries: Uint8Array; filter: Uint8Array }
/** What an index says. */
export interface IndexOptions {
  region: string;
  day: Day;
  /** What the day before ended with; unless said, the beginning of all chains. */
  previousHead?: string;
  /** In the order in which they were sealed: {@link BatchHeader.toBytes} of each. */
  headers: Uint8Array[];
  signedAt: Time;
}
";

#[wasm_bindgen]
extern "C" {
    /// What a header says.
    #[wasm_bindgen(typescript_type = "SealOptions")]
    pub type SealOptions;
    /// A batch.
    #[wasm_bindgen(typescript_type = "SealedBatch")]
    pub type SealedObject;
    /// What was signed.
    #[wasm_bindgen(typescript_type = "{ body: Uint8Array; signature: string }")]
    pub type SignedObject;
    /// What an index says.
    #[wasm_bindgen(typescript_type = "IndexOptions")]
    pub type IndexOptions;
}

const OPTIONS: [&str; 6] = ["region", "scheme", "degree", "sealedAt", "configDigest", "minPages"];

#[wasm_bindgen]
impl SigningKey {
    /// A configuration's body and the value of its `twoken-signature` header.
    ///
    /// @throws `TwokenError` `wire.member` for one that contradicts itself; `argument.value` for one of another form
    #[wasm_bindgen(js_name = signConfig)]
    pub fn sign_config(&self, config: &ConfigObject) -> Given<SignedObject> {
        let config: Config = args::json(config, "config")?;
        config.check()?;
        let (body, signature) = config.sign(&self.0)?;
        Ok(Out::new().with("body", out::bytes(&body)).with("signature", signature).done())
    }

    /// Seals a pool of open mode: sorted, padded with dummies to full pages, signed. Exact duplicates are dropped.
    ///
    /// @param entries - 84 bytes each, in any order
    /// @throws `TwokenError` `batch.too_many`, `tag.element`, `encoding.length`
    #[wasm_bindgen(js_name = sealBatch)]
    pub fn seal_batch(&self, entries: &BytesList, options: &SealOptions) -> Given<SealedObject> {
        let members = Members::of(options, "options", &OPTIONS)?;
        let entries = args::list(entries, "entries", |bytes| entry(bytes, "entries"))?;
        let pool = pool(&members, entries)?;
        let (at, digest) = (members.need("sealedAt", args::time)?, members.need("configDigest", digest_of)?);
        Ok(sealed(batch::seal(pool, at, digest, &self.0, min_pages(&members)?, &mut rng())?))
    }

    /// The same of private mode: the second tags of the pool's elements under the key of the day and scheme.
    ///
    /// @param elements - 32 bytes each, in any order
    /// @throws `TwokenError` `batch.too_many`, `tag.element`
    #[wasm_bindgen(js_name = sealPrivateBatch)]
    pub fn seal_private_batch(
        &self,
        elements: &BytesList,
        key: &DayKey,
        options: &SealOptions,
    ) -> Given<SealedObject> {
        let members = Members::of(options, "options", &OPTIONS)?;
        let elements =
            args::list(elements, "elements", |bytes| Ok(Element::checked(args::array(bytes, "elements")?)?))?;
        let pool = pool(&members, elements)?;
        let (at, digest) = (members.need("sealedAt", args::time)?, members.need("configDigest", digest_of)?);
        let pages = min_pages(&members)?;
        Ok(sealed(batch::seal_private(pool, &key.0, at, digest, &self.0, pages, &mut rng())?))
    }

    /// An index of one region and day: `signature 64 | CBOR`.
    ///
    /// @throws `TwokenError` `argument.type`, `argument.value`
    #[wasm_bindgen(js_name = signIndex)]
    pub fn sign_index(&self, options: &IndexOptions) -> Given<js_sys::Uint8Array> {
        let members =
            Members::of(options, "options", &["region", "day", "previousHead", "headers", "signedAt"])?;
        let (region, day) = (members.need("region", args::region)?, members.need("day", args::day)?);
        let previous = members.may("previousHead", head)?.unwrap_or(Head::GENESIS);
        let headers = members.need("headers", |list, name| {
            args::list(list, name, |header| Ok(args::bytes(header, name, 1 << 22)?.to_vec()))
        })?;
        let at = members.need("signedAt", args::time)?;
        Ok(out::bytes(&Index::sign(&region, day, previous, &headers, at, &self.0)))
    }
}

/// A filter of tags, which must ascend.
///
/// @throws `TwokenError` `filter.order`, `filter.range`
#[wasm_bindgen(js_name = writeFilter)]
pub fn write_filter(tags: &BytesList) -> Given<js_sys::Uint8Array> {
    let tags = args::list(tags, "tags", |tag| args::array(tag, "tags").map(twoken_core::tag::Tag::new))?;
    Ok(out::bytes(&twoken_core::filter::write(tags.iter())?))
}

/// The tags of some bytes that follow one another, 32 each: for {@link writeFilter} and whoever has pages of private mode.
///
/// @throws `TwokenError` `encoding.length`
#[wasm_bindgen(js_name = splitTags)]
pub fn split_tags(bytes: &Bytes) -> Given<BytesList> {
    let bytes = args::bytes(bytes, "bytes", 1 << 26)?;
    let (tags, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() {
        Ok(out::list(tags.iter().map(|tag| out::bytes(tag))))
    } else {
        Err(twoken_core::codec::Error::Length { expected: (tags.len() + 1) * 32, got: bytes.len() }.into())
    }
}

fn pool<T>(members: &Members<'_>, entries: Vec<T>) -> Given<Pool<T>> {
    Ok(Pool {
        region: members.need("region", args::region)?,
        scheme: members.need("scheme", words::scheme)?,
        degree: members.need("degree", words::degree)?,
        entries,
    })
}

fn min_pages(members: &Members<'_>) -> Given<usize> {
    Ok(members.may("minPages", args::whole::<u16>)?.unwrap_or(1).into())
}

fn sealed(of: SealedBatch) -> SealedObject {
    Out::new()
        .with("header", BatchHeader(of.header))
        .with("entries", out::bytes(&of.entries_file))
        .with("filter", out::bytes(&of.filter_file))
        .done()
}

/// The pages of a file that came whole, split at their ends: for whoever reads entries without a diary.
///
/// @throws `TwokenError` `batch.size`, `batch.page_digest`, `batch.order`
#[wasm_bindgen(js_name = readEntries)]
pub fn read_entries(header: &BatchHeader, file: &Bytes) -> Given<BytesList> {
    let header = header.0.header();
    let file = args::bytes(file, "file", header.page_bytes() * MAX_WHOLE_PAGES.max(header.pages()) + 1)?;
    let pages = twoken_core::batch::Pages::verify(header, file.to_vec())?;
    Ok(match header.mode {
        twoken_core::status::Mode::Open => {
            out::list(pages.entries().map(|entry| out::bytes(&entry.to_bytes())))
        }
        twoken_core::status::Mode::Private => out::list(pages.tags().map(|tag| out::bytes(tag))),
    })
}
