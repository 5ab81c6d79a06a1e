//! A report's entries, as the bytes they are: a tag and a sealed status each, in private mode an element.

use twoken_core::diary::{Diary, Encounter};
use twoken_core::redaction::Redaction;
use twoken_core::status::Mode;
use twoken_core::wire::{self, PrivateUpload, RegionId, Upload, UploadBody};
use zeroize::Zeroizing;

/// By what an encounter's entry is known: the first 32 bytes of its line, a tag in open mode, in private mode the element.
pub(super) type LineId = [u8; 32];

/// One entry of a report.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Its bytes: tag and sealed status; in private mode an element.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Whether it means something, or only hides how many do.
    pub real: bool,
}

impl Line {
    pub(super) fn new(bytes: Vec<u8>, real: &[LineId]) -> Self {
        let is_real = bytes.first_chunk().is_some_and(|id| real.contains(id));
        Self { bytes: bytes.into(), real: is_real }
    }

    pub(super) fn id(&self) -> Option<LineId> {
        self.bytes.first_chunk().copied()
    }
}

/// By what the encounters shared will be known in the upload.
pub(super) fn shared_ids(diary: &Diary, redaction: &Redaction, mode: Mode) -> Vec<LineId> {
    let shared = diary.iter().filter(|encounter| !redaction.is_left_out(&encounter.id));
    shared.flat_map(|encounter| ids_of(encounter, mode)).collect()
}

/// By what an encounter will be known in an upload of this mode: once for each pair of keys.
pub(super) fn ids_of(encounter: &Encounter, mode: Mode) -> impl Iterator<Item = LineId> {
    encounter.pairings().iter().map(move |pairing| match mode {
        Mode::Open => *pairing.reported_tag().as_bytes(),
        Mode::Private => *pairing.reported_element().as_bytes(),
    })
}

/// Where a body goes, and its entries' bytes, in the order in which they go.
pub(super) fn read(body: &UploadBody) -> Result<(RegionId, Vec<Vec<u8>>), wire::Error> {
    Ok(match body.mode() {
        Mode::Open => {
            let Upload { region, entries, .. } = Upload::decode(body.as_bytes())?;
            (region, entries.iter().map(|entry| entry.to_bytes().to_vec()).collect())
        }
        Mode::Private => {
            let PrivateUpload { region, elements, .. } = PrivateUpload::decode(body.as_bytes())?;
            (region, elements.iter().map(|element| element.as_bytes().to_vec()).collect())
        }
    })
}
