//! From a moving or still picture to pixels.
//!
//! A code of 53 modules is read from 2.5 pixels a module on: 133 pixels. A frame is scaled to
//! 640 pixels, which reads a code that fills a quarter of the view; every other frame is the
//! middle of the view unscaled, which reads the same code from farther away.

use js_sys::{ArrayBuffer, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, ImageBitmap};

/// The longer side of what is handed to the worker.
const FRAME_SIDE: u32 = 640;
/// The longer sides at which a picture file is tried: a code that fills it, then a small one.
pub const PICTURE_SIDES: [u32; 3] = [1_000, 2_000, 500];

/// Pixels on their way to the worker: RGBA, row by row.
pub struct Frame {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The bytes.
    pub rgba: ArrayBuffer,
}

/// What part of the view a frame shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// All of it, scaled.
    Whole,
    /// Its middle, as it is.
    Middle,
}

/// A part of a source and the size it is drawn at.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cut {
    left: f64,
    top: f64,
    source_width: f64,
    source_height: f64,
    width: u32,
    height: u32,
}

/// A canvas that is drawn on and read from, again and again.
pub struct Frames {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Frames {
    /// None where the browser has no canvas.
    #[must_use]
    pub fn new() -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
        let options = Object::new();
        // Keeps the pixels where they are read, instead of on the graphics card.
        Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE).ok()?;
        let context = canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()?;
        Some(Self { canvas, context })
    }

    /// What `video` shows now; none before its first picture.
    #[must_use]
    pub fn of_video(&self, video: &HtmlVideoElement, view: View) -> Option<Frame> {
        let cut = cut(video.video_width(), video.video_height(), FRAME_SIDE, view)?;
        self.draw(cut, || {
            self.context.draw_image_with_html_video_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                video,
                cut.left,
                cut.top,
                cut.source_width,
                cut.source_height,
                0.0,
                0.0,
                f64::from(cut.width),
                f64::from(cut.height),
            )
        })
    }

    /// A still picture, scaled to at most `side`.
    #[must_use]
    pub fn of_picture(&self, picture: &ImageBitmap, side: u32) -> Option<Frame> {
        let cut = cut(picture.width(), picture.height(), side, View::Whole)?;
        self.draw(cut, || {
            self.context.draw_image_with_image_bitmap_and_dw_and_dh(
                picture,
                0.0,
                0.0,
                f64::from(cut.width),
                f64::from(cut.height),
            )
        })
    }

    fn draw(&self, cut: Cut, paint: impl Fn() -> Result<(), JsValue>) -> Option<Frame> {
        if self.canvas.width() != cut.width || self.canvas.height() != cut.height {
            self.canvas.set_width(cut.width);
            self.canvas.set_height(cut.height);
        }
        paint().ok()?;
        let (width, height) = (f64::from(cut.width), f64::from(cut.height));
        let pixels = self.context.get_image_data(0.0, 0.0, width, height).ok()?;
        // The pixels' own buffer: it can be handed over without a copy.
        let data = Reflect::get(&pixels, &"data".into()).ok()?;
        let rgba = Reflect::get(&data, &"buffer".into()).ok()?.dyn_into().ok()?;
        Some(Frame { width: cut.width, height: cut.height, rgba })
    }
}

/// Waits for the browser's next repaint; while the page is hidden there is none.
pub async fn next_repaint() {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.request_animation_frame(&resolve);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// A picture file's pixels.
///
/// # Errors
/// Nothing more than that it is no picture that this browser knows.
pub async fn decode_picture(file: &web_sys::Blob) -> Result<ImageBitmap, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let bitmap = JsFuture::from(window.create_image_bitmap_with_blob(file)?).await?;
    bitmap.dyn_into()
}

fn cut(width: u32, height: u32, side: u32, view: View) -> Option<Cut> {
    let longer = width.max(height);
    if width == 0 || height == 0 {
        return None;
    }
    let (whole_width, whole_height) = (f64::from(width), f64::from(height));
    if longer <= side {
        return Some(Cut {
            left: 0.0,
            top: 0.0,
            source_width: whole_width,
            source_height: whole_height,
            width,
            height,
        });
    }
    let scale = f64::from(side) / f64::from(longer);
    // Rounded to at least one pixel, and never above `side`.
    let scaled = |length: f64| ((length * scale).round().max(1.0)) as u32;
    let (small_width, small_height) = (scaled(whole_width), scaled(whole_height));
    Some(match view {
        View::Whole => Cut {
            left: 0.0,
            top: 0.0,
            source_width: whole_width,
            source_height: whole_height,
            width: small_width,
            height: small_height,
        },
        View::Middle => Cut {
            left: ((whole_width - f64::from(small_width)) / 2.0).floor(),
            top: ((whole_height - f64::from(small_height)) / 2.0).floor(),
            source_width: f64::from(small_width),
            source_height: f64::from(small_height),
            width: small_width,
            height: small_height,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_large_view_is_scaled_and_its_middle_is_not() {
        let whole = cut(1280, 720, 640, View::Whole).unwrap();
        assert_eq!((whole.width, whole.height), (640, 360));
        assert_eq!((whole.source_width, whole.left), (1280.0, 0.0));
        let middle = cut(1280, 720, 640, View::Middle).unwrap();
        assert_eq!((middle.width, middle.height), (640, 360));
        assert_eq!((middle.source_width, middle.left, middle.top), (640.0, 320.0, 180.0));
    }

    #[wasm_bindgen_test]
    fn a_small_view_stays_as_it_is_and_an_empty_one_is_none() {
        let small = cut(480, 640, 640, View::Middle).unwrap();
        assert_eq!((small.width, small.height, small.left), (480, 640, 0.0));
        assert_eq!(cut(0, 480, 640, View::Whole), None);
        assert_eq!(cut(5_000, 1, 640, View::Whole).unwrap().height, 1);
    }
}
