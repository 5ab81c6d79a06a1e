//! Reading a QR code in a grey picture.
//!
//! This file depends on `rxing` alone, so that the benchmark measures the very options that the
//! app uses.

use rxing::helpers::detect_in_luma_with_hints;
use rxing::{BarcodeFormat, DecodeHints};

/// Below this many pixels no smaller copy is tried.
const SMALL: u32 = 200;

/// The text of a QR code in a picture of `width` × `height` grey pixels, row by row.
///
/// Where the picture itself is not read, its half is tried: modules much larger than the blocks
/// of eight pixels that black is told from white by are read badly, and a code held close to the
/// lens has such modules.
///
/// None where there is none that can be read, or where the sizes do not fit.
#[must_use]
pub fn decode(luma: Vec<u8>, width: u32, height: u32) -> Option<String> {
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    if pixels == 0 || luma.len() != pixels {
        return None;
    }
    let half = (width.min(height) >= 2 * SMALL).then(|| halved(&luma, width)).flatten();
    read(luma, width, height).or_else(|| read(half?, width / 2, height / 2))
}

fn read(luma: Vec<u8>, width: u32, height: u32) -> Option<String> {
    let mut hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    detect_in_luma_with_hints(luma, width, height, Some(BarcodeFormat::QR_CODE), &mut hints)
        .ok()
        .map(|result| result.getText().to_owned())
}

/// Half as wide and half as high: each pixel the mean of four.
fn halved(luma: &[u8], width: u32) -> Option<Vec<u8>> {
    let width = usize::try_from(width).ok()?;
    let mut half = Vec::with_capacity(luma.len() / 4);
    for rows in luma.chunks_exact(width * 2) {
        let (upper, lower) = rows.split_at_checked(width)?;
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        half.extend(pairs.map(|(&[a, b], &[c, d])| {
            let sum = u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d);
            // At most 255 × 4 / 4.
            (sum / 4) as u8
        }));
    }
    Some(half)
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
