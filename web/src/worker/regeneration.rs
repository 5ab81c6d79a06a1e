//! A patient's keys made into the upload that staff send: entries of both schemes, and no keys (docs/protocol.md, 14.2). For
//! a server of private mode elements in their place, which say nothing of the test (14.3).

use super::messages::ListProblem;
use minicbor::bytes::ByteVec;
use rand_core::CryptoRng;
use twoken_core::status::{Mode, Status};
use twoken_core::units::Day;
use twoken_core::wire::{Handover, UploadBody};

/// The upload's body; `keys` is a key code's.
///
/// # Errors
/// [`ListProblem::Other`] where the keys, the day or the region are none: who asks has checked them.
pub fn body(
    keys: &[u8],
    test_day: Day,
    onset: Option<i8>,
    region: &str,
    rng: &mut impl CryptoRng,
) -> Result<ByteVec, ListProblem> {
    let handover = Handover::from_bytes(keys).map_err(|_| ListProblem::Other)?;
    let region = region.parse().map_err(|_| ListProblem::Other)?;
    if handover.mode() == Mode::Private {
        let (encounters, one_way) = handover.elements().map_err(|_| ListProblem::Other)?;
        let body = UploadBody::build_from_elements(encounters, one_way, &region, rng);
        return body.map(|body| body.as_bytes().to_vec().into()).map_err(|_| ListProblem::Other);
    }
    let status = Status::of_encounter(test_day, onset).map_err(|_| ListProblem::Other)?;
    let (encounters, one_way) = handover.entries(&status, rng).map_err(|_| ListProblem::Other)?;
    let body = UploadBody::build_from_entries(encounters, one_way, &region, rng);
    body.map(|body| body.as_bytes().to_vec().into()).map_err(|_| ListProblem::Other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::crypto;
    use twoken_core::tcn::{Emissions, TxPower};
    use twoken_core::units::Timestamp;
    use twoken_core::wire::{PrivateUpload, Upload};
    use wasm_bindgen_test::wasm_bindgen_test;

    const NOW: Timestamp = Timestamp::new(1_795_300_000);

    /// A key code's body of two intervals, ten minutes apart; no encounters stand under `encounters`, 2 or 3 by the mode.
    fn keys(encounters: u8) -> Vec<u8> {
        let mut emissions = Emissions::default();
        for at in [NOW, NOW.plus(600)] {
            emissions.emit(at, TxPower(0), &mut crypto::rng());
        }
        let cover = emissions.cover(&emissions.shown().collect());
        let mut bytes = Vec::new();
        let mut encoder = minicbor::Encoder::new(&mut bytes);
        encoder.map(3).unwrap().u8(0).unwrap().u8(1).unwrap();
        encoder.u8(1).unwrap().bytes(&cover.to_bytes()).unwrap();
        encoder.u8(encounters).unwrap().bytes(&[]).unwrap();
        bytes
    }

    #[wasm_bindgen_test]
    fn keys_become_entries_and_no_keys() {
        let made = body(&keys(2), Day::new(20_778), Some(-2), "80", &mut crypto::rng()).unwrap();
        let upload = Upload::decode(&made).unwrap();
        assert!(upload.cover.is_none());
        // Filled up to the smallest class.
        assert_eq!(upload.tcn_entries.map(|entries| entries.len()), Some(64));
        assert_eq!(body(&[0xa0], Day::new(20_778), None, "80", &mut crypto::rng()), Err(ListProblem::Other));
    }

    #[wasm_bindgen_test]
    fn for_private_mode_they_become_elements_and_no_keys() {
        let made = body(&keys(3), Day::new(20_778), Some(-2), "80", &mut crypto::rng()).unwrap();
        let upload = PrivateUpload::decode(&made).unwrap();
        assert!(upload.cover.is_none());
        assert_eq!(upload.tcn_elements.map(|elements| elements.len()), Some(64));
        assert_eq!(upload.elements.len(), 64);
    }
}
