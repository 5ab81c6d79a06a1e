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

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// A code drawn with `scale` pixels a module, on a light ground.
    fn drawn(text: &str, scale: usize) -> (Vec<u8>, u32) {
        let code = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::M).build().unwrap();
        let side = (code.size + 8) * scale;
        let mut rgba = vec![255; side * side * 4];
        for y in 0..code.size {
            for x in 0..code.size {
                if !code[y][x].value() {
                    continue;
                }
                for dy in 0..scale {
                    for dx in 0..scale {
                        let at = ((y + 4) * scale + dy) * side + (x + 4) * scale + dx;
                        rgba[at * 4..at * 4 + 3].fill(0);
                    }
                }
            }
        }
        (luma(&rgba), side as u32)
    }

    #[wasm_bindgen_test]
    fn reads_what_was_drawn() {
        let text = format!("https://twoken.example/#m={}", "A".repeat(104));
        let (picture, side) = drawn(&text, 4);
        assert_eq!(decode(picture, side, side), Some(text));
    }

    #[wasm_bindgen_test]
    fn an_empty_or_wrongly_sized_picture_has_none() {
        assert_eq!(decode(vec![128; 64 * 64], 64, 64), None);
        assert_eq!(decode(vec![128; 63], 8, 8), None);
        assert_eq!(decode(Vec::new(), 0, 0), None);
    }

    #[wasm_bindgen_test]
    fn white_is_white_and_black_is_black() {
        assert_eq!(luma(&[255, 255, 255, 255, 0, 0, 0, 255]), [255, 0]);
    }
}
