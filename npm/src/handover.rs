//! A patient's screen to the clinician's camera: keys and encounters in QR codes, without a network.

use twoken_core::status::{Mode, Status};
use twoken_core::wire::{
    Collector, Handover as CoreHandover, HandoverError, KeyCodes as CoreCodes, MAX_UPLOAD_BYTES, Progress,
    UploadBody as Body,
};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Members, ModeText, Text, Texts};
use crate::cover::Cover;
use crate::encounter::rng;
use crate::out::{self, Out};
use crate::redaction::Chosen;
use crate::refusal::{Coded, Given};
use crate::upload::UploadBody;
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** How far a scan of key codes has come. A whole that was refused may come once more. */
export type KeyCodeProgress =
  | { kind: 'partial'; read: number; count: number }
  | { kind: 'whole'; handover: Handover }
  | { kind: 'refused'; code: string; message: string };
/** What staff know of the test, and for which region they report. */
export interface HandoverOptions { testDay: Day; onset?: number; region: string }
";

#[wasm_bindgen]
extern "C" {
    /// How far a scan has come.
    #[wasm_bindgen(typescript_type = "KeyCodeProgress")]
    pub type ProgressObject;
    /// What staff know.
    #[wasm_bindgen(typescript_type = "HandoverOptions")]
    pub type HandoverOptions;
}

/// What a person chose, in pieces that fit a QR code each. Secret.
#[wasm_bindgen]
pub struct KeyCodes(CoreCodes);

#[wasm_bindgen]
impl KeyCodes {
    /// From what remained after redaction, for a server of one mode.
    ///
    /// @throws `TwokenError` `handover.nothing`, `handover.too_many`
    #[wasm_bindgen(constructor)]
    pub fn new(chosen: &Chosen, mode: &ModeText) -> Given<KeyCodes> {
        Ok(Self(match words::mode(mode, "mode")? {
            Mode::Open => CoreHandover::codes(&chosen.0)?,
            Mode::Private => CoreHandover::private_codes(&chosen.0)?,
        }))
    }

    /// How many codes it takes: 1 to 192.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// The texts of all codes, in order: show each for a while, in turn.
    pub fn codes(&self) -> Texts {
        out::list(self.0.codes().map(|code| code.as_str().to_owned()))
    }
}

/// Puts the codes of one patient together again, in whatever order they come.
#[wasm_bindgen]
pub struct KeyCodeCollector(Collector);

#[wasm_bindgen]
impl KeyCodeCollector {
    /// Before the first code.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self(Collector::default())
    }

    /// Takes in a code. One of another patient, or of another choice, begins anew.
    ///
    /// @throws `TwokenError` `handover.not_keys`, `handover.version`, `handover.layout`, `handover.damaged`: what was read before
    /// stays
    pub fn take(&mut self, text: &Text) -> Given<ProgressObject> {
        Ok(match self.0.take(&args::text(text, "text", 1 << 14)?)? {
            Progress::Partial { read, count } => {
                Out::new().with("kind", "partial").with("read", read).with("count", count).done()
            }
            Progress::Whole(handover) => {
                Out::new().with("kind", "whole").with("handover", Handover(handover)).done()
            }
            Progress::Refused(error) => refused(&error),
        })
    }
}

/// What a person chose, in the hands of the staff who upload it for them. Secret.
#[wasm_bindgen]
pub struct Handover(CoreHandover);

#[wasm_bindgen]
impl Handover {
    /// From a body that came whole: the one strict decoder, of both modes.
    ///
    /// @throws `TwokenError` `handover.damaged`, `handover.order`, `handover.too_many`, `handover.nothing`, `tag.element`; those of
    /// {@link Cover.fromBytes}
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<Handover> {
        Ok(Self(CoreHandover::from_bytes(&args::bytes(bytes, "bytes", MAX_UPLOAD_BYTES)?)?))
    }

    /// The body that it came of. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// For a server of which mode it was made.
    #[wasm_bindgen(getter, unchecked_return_type = "Mode")]
    pub fn mode(&self) -> String {
        words::mode_word(self.0.mode()).into()
    }

    /// Entries that the encounters make.
    #[wasm_bindgen(getter)]
    pub fn encounters(&self) -> usize {
        self.0.encounters()
    }

    /// The keys of what was emitted.
    pub fn cover(&self) -> Cover {
        Cover(self.0.cover().clone())
    }

    /// The upload that staff send with a permit of theirs: entries of both schemes, and no keys.
    ///
    /// @throws `TwokenError` `upload.nothing`, `upload.too_many`, `status.field`
    #[wasm_bindgen(js_name = uploadBody)]
    pub fn upload_body(&self, options: &HandoverOptions) -> Given<UploadBody> {
        let members = Members::of(options, "options", &["testDay", "onset", "region"])?;
        let status =
            Status::of_encounter(members.need("testDay", args::day)?, members.may("onset", args::whole)?)?;
        let region = members.need("region", args::region)?;
        Ok(UploadBody(match self.0.mode() {
            Mode::Open => {
                let (encounters, tcns) = self.0.entries(&status, &mut rng())?;
                Body::build_from_entries(encounters, tcns, &region, &mut rng())?
            }
            Mode::Private => {
                let (encounters, tcns) = self.0.elements()?;
                Body::build_from_elements(encounters, tcns, &region, &mut rng())?
            }
        }))
    }
}

fn refused(error: &HandoverError) -> ProgressObject {
    Out::new().with("kind", "refused").with("code", error.code()).with("message", error.to_string()).done()
}
