//! Reading a QR code in a grey picture.
//!
//! This file depends on `rxing` alone, so that the benchmark measures the very options that the
//! app uses.

use rxing::helpers::detect_in_luma_with_hints;
use rxing::{BarcodeFormat, DecodeHints};

/// The text of a QR code in a picture of `width` × `height` grey pixels, row by row.
///
/// None where there is none that can be read, or where the sizes do not fit.
#[must_use]
pub fn decode(luma: Vec<u8>, width: u32, height: u32) -> Option<String> {
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    if pixels == 0 || luma.len() != pixels {
        return None;
    }
    let mut hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    detect_in_luma_with_hints(luma, width, height, Some(BarcodeFormat::QR_CODE), &mut hints)
        .ok()
        .map(|result| result.getText().to_owned())
}

/// Grey values of RGBA pixels, weighted as in BT.601.
#[must_use]
pub fn luma(rgba: &[u8]) -> Vec<u8> {
    rgba.as_chunks::<4>()
        .0
        .iter()
        .map(|&[red, green, blue, _]| {
            let sum = u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29;
            // At most 255 × 256 / 256.
            (sum >> 8) as u8
        })
        .collect()
}
