//! How many codes of beacons are read from bad pictures: by the app's own reader, and by rqrr.
//!
//! A picture is 640 × 480 grey pixels as a camera might give them: the code is rotated, blurred, shaded and noisy
//! ([`frame`]). All of it comes from a seed ([`prng`]), so that every run sees the same pictures. `run.mjs` beside
//! `src` measures the time, since WebAssembly has no clock.

#![forbid(unsafe_code)]

pub mod frame;
pub mod prng;

// The app's reader itself, with its options; not a copy of it, and without the rest of the app.
#[path = "../../../web/src/worker/scan.rs"]
pub mod scan;

use data_encoding::BASE64URL_NOPAD;
use wasm_bindgen::prelude::wasm_bindgen;

use frame::Frame;
use prng::Prng;

/// Bytes of the longest payload that a code carries: a beacon with an emission, and an acknowledgement.
const PAYLOAD: usize = 102;

/// Pictures of codes at one size.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct Pictures(Vec<(String, Frame)>);

#[wasm_bindgen]
impl Pictures {
    /// Makes pictures with codes of so many pixels a module; none if a code does not fit into its picture.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(pixels: f64, count: u32, seed: u32) -> Self {
        let mut prng = Prng::new(u64::from(seed) << 32 | u64::from((pixels * 100.0) as u32));
        Self((0..count).filter_map(|_| picture(pixels, &mut prng)).collect())
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether the app's reader reads the code.
    #[must_use]
    pub fn ours(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(|(text, frame)| ours(frame).as_ref() == Some(text))
    }

    /// Whether rqrr does.
    #[must_use]
    pub fn theirs(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(|(text, frame)| theirs(frame).as_ref() == Some(text))
    }
}

fn picture(pixels: f64, prng: &mut Prng) -> Option<(String, Frame)> {
    let payload: Vec<u8> = (0..PAYLOAD).map(|_| prng.byte()).collect();
    let text = format!("https://twoken.example/#m={}", BASE64URL_NOPAD.encode(&payload));
    let frame = Frame::of_code(&text, pixels, prng)?;
    Some((text, frame))
}

fn ours(frame: &Frame) -> Option<String> {
    scan::decode(frame.luma().to_vec(), frame::WIDTH, frame::HEIGHT)
}

fn theirs(frame: &Frame) -> Option<String> {
    let width = frame::WIDTH as usize;
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, frame::HEIGHT as usize, |x, y| {
        frame.luma().get(y * width + x).copied().unwrap_or_default()
    });
    image.detect_grids().iter().find_map(|grid| grid.decode().ok().map(|(_, text)| text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_codes_are_read_by_the_apps_reader() {
        let pictures = Pictures::new(4.0, 2, 7);
        assert_eq!(pictures.count(), 2);
        assert!((0..2).all(|at| pictures.ours(at)));
    }

    #[test]
    fn a_picture_that_is_not_there_is_not_read() {
        let pictures = Pictures::new(4.0, 1, 7);
        assert!(!pictures.ours(1) && !pictures.theirs(1));
    }

    #[test]
    fn a_code_that_does_not_fit_gives_no_picture() {
        assert_eq!(Pictures::new(9.0, 1, 7).count(), 0);
    }

    #[test]
    fn a_seed_always_gives_the_same_pictures() {
        let one = |seed| {
            Pictures::new(2.0, 1, seed).0.into_iter().map(|(text, frame)| (text, frame.luma().to_vec()))
        };
        assert!(one(1).eq(one(1)));
        assert!(!one(1).eq(one(2)));
    }
}
