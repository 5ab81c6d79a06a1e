//! That one of a page's 256 tags is mine, and not which.

use std::sync::Arc;

use twoken_core::matching::{FoundOn, ProofPage};
use twoken_core::membership::{Context, Kind, Statement};
use twoken_core::tag::{Claim, Tag};
use twoken_core::wire::{MAX_PROVEN_BYTES, MAX_UPLOAD_BYTES, Proofs, Proven, StudyId};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Members};
use crate::batch::{BatchHeader, page_tags, verifying_key};
use crate::diary::{Diary, unknown};
use crate::encounter::rng;
use crate::out::{self, Out};
use crate::psi::Hits;
use crate::refusal::Given;
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** What a proof is for, to whom, and the body that it is bound to. */
export interface ProveOptions {
  /** A study's id, 64 hexadecimal digits; without one the second degree. */
  study?: string;
  /** The server's signing key, base64url. */
  serverKey: string;
  /** The upload of second degree, or the study's report. */
  body: Uint8Array;
}
/** A page, a proof and the body that it is bound to. Nothing of it was verified. */
export interface Proven {
  /** Digest of the page that holds the tag, 64 hexadecimal digits. */
  page: string;
  /** That a claim was used before in this context shows by it; 32 bytes. Means nothing before the proof was verified. */
  nullifier?: Uint8Array;
  body: Uint8Array;
}
";

#[wasm_bindgen]
extern "C" {
    /// What a proof is for.
    #[wasm_bindgen(typescript_type = "ProveOptions")]
    pub type ProveOptions;
    /// A proven body.
    #[wasm_bindgen(typescript_type = "Proven")]
    pub type ProvenObject;
    /// What a page says.
    #[wasm_bindgen(
        typescript_type = "{ batch: string; mode: Mode; scheme: Scheme; degree: Degree; page: string; nullifier: boolean }"
    )]
    pub type GroundObject;
    /// What is verified against.
    #[wasm_bindgen(
        typescript_type = "{ tags: Uint8Array[]; proofs: { depth: number; per_page: number }; study?: string; serverKey: string }"
    )]
    pub type VerifyOptions;
    /// What a proof says.
    #[wasm_bindgen(typescript_type = "{ nullifier?: Uint8Array }")]
    pub type VerifiedObject;
}

/// What a proof stands on: a claim, and the page that has its tag. Secret.
#[wasm_bindgen]
pub struct ProofGround {
    page: Arc<ProofPage>,
    claim: Claim,
}

#[wasm_bindgen]
impl ProofGround {
    /// Of an encounter that was found: its diary, and what `foundOn` gave when it was.
    ///
    /// @throws `TwokenError` `proof.version`, `encoding.cbor`, `diary.unknown`, `proof.no_tag`
    #[wasm_bindgen(js_name = ofEncounter)]
    pub fn of_encounter(
        diary: &Diary,
        #[wasm_bindgen(js_name = foundOn)] found_on: &Bytes,
    ) -> Given<ProofGround> {
        let found = FoundOn::from_bytes(&args::bytes(found_on, "foundOn", 1 << 16)?)?;
        let row = diary.0.get(&found.encounter).ok_or_else(unknown)?;
        let claim = row.claim_among(found.page.tags()).ok_or(twoken_core::membership::Error::NoTag)?.clone();
        Ok(Self { page: Arc::new(found.page), claim })
    }

    /// Of a hit of private mode: one of {@link Hits.tags}.
    ///
    /// @throws `TwokenError` `proof.no_tag`
    #[wasm_bindgen(js_name = ofHit)]
    pub fn of_hit(hits: &Hits, tag: &Bytes) -> Given<ProofGround> {
        let tag = Tag::new(args::array(tag, "tag")?);
        let hit = hits.0.get(&tag).ok_or(twoken_core::membership::Error::NoTag)?;
        Ok(Self { page: Arc::clone(&hit.page), claim: hit.claim().clone() })
    }

    /// The page, and whether a proof on it shows a second use.
    pub fn info(&self) -> GroundObject {
        Out::new()
            .with("batch", self.page.batch.to_string())
            .with("mode", words::mode_word(self.page.mode))
            .with("scheme", words::scheme_word(self.page.scheme))
            .with("degree", words::degree_number(self.page.degree))
            .with("page", self.page.digest.to_string())
            .with("nullifier", self.page.kind() == Kind::WithNullifier)
            .done()
    }

    /// Proves it, in some 80 ms, and verifies what was made. Gives the bytes that travel, with the body in them
    /// (`application/vnd.twoken.proven+cbor`): store them, a retry sends the same.
    ///
    /// @throws `TwokenError` `proof.no_tag`, `proof.page`
    pub fn prove(&self, options: &ProveOptions) -> Given<js_sys::Uint8Array> {
        let members = Members::of(options, "options", &["study", "serverKey", "body"])?;
        let context = context(&members)?;
        let key = members.need("serverKey", verifying_key)?;
        let body = members.need("body", |bytes, name| args::bytes(bytes, name, MAX_UPLOAD_BYTES))?;
        let page = &self.page;
        let statement =
            Statement::new(page.tags(), page.digest.as_bytes(), page.kind(), context, key.as_bytes(), &body)?;
        let proof = statement.prove(&self.claim, &mut rng())?;
        Ok(out::bytes(&Proven::new(page.digest, proof, &body).to_bytes()))
    }
}

/// Reads a proven body: everything but the body itself.
///
/// @throws `TwokenError` `encoding.cbor`, `wire.version`, `proof.version`, `proof.kind`, `proof.nullifier`
#[wasm_bindgen(js_name = decodeProven)]
pub fn decode_proven(bytes: &Bytes) -> Given<ProvenObject> {
    let proven = Proven::decode(&args::bytes(bytes, "bytes", MAX_PROVEN_BYTES)?)?;
    let nullifier = proven.proof.stated_nullifier().map(|nullifier| out::bytes(nullifier.as_bytes()));
    Ok(Out::new()
        .with("page", proven.page.to_string())
        .may("nullifier", nullifier)
        .with("body", out::bytes(proven.body()))
        .done())
}

#[wasm_bindgen]
impl BatchHeader {
    /// Verifies a proven body on one of this batch's pages: a server's side. Whether its nullifier was seen before, and how many
    /// proofs the page has taken, is yours to ask.
    ///
    /// @throws `TwokenError` `batch.not_its_page`, `batch.degree`, `proof.page`, `proof.other_kind`, `proof.refused`; as
    /// {@link decodeProven}
    #[wasm_bindgen(js_name = verifyProven)]
    pub fn verify_proven(&self, bytes: &Bytes, options: &VerifyOptions) -> Given<VerifiedObject> {
        let proven = Proven::decode(&args::bytes(bytes, "bytes", MAX_PROVEN_BYTES)?)?;
        let members = Members::of(options, "options", &["tags", "proofs", "study", "serverKey"])?;
        let tags = members.need("tags", page_tags)?;
        let proofs = members.need("proofs", proofs)?;
        let key = members.need("serverKey", verifying_key)?;
        let statement = self.0.header().statement(
            &proven.page,
            &tags,
            &proofs,
            context(&members)?,
            &key,
            proven.body(),
        )?;
        let verified = statement.verify(&proven.proof)?;
        Ok(Out::new().may("nullifier", verified.nullifier().map(|n| out::bytes(n.as_bytes()))).done())
    }
}

fn proofs(value: &JsValue, _: &str) -> Given<Proofs> {
    let members = Members::of(value, "options.proofs", &["depth", "per_page"])?;
    Ok(Proofs {
        depth: members.need("depth", args::whole)?,
        per_page: members.need("per_page", args::whole)?,
    })
}

fn context(members: &Members<'_>) -> Given<Context> {
    Ok(members.may("study", study_id)?.map_or(Context::SecondDegree, Context::Study))
}

/// A study's id.
pub(crate) fn study_id(value: &JsValue, name: &str) -> Given<StudyId> {
    args::parsed(value, name, "a study's id, 64 hexadecimal digits")
}
