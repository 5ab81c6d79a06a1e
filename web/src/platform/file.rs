//! Files that the person chooses to be read here, and such that are saved on their device. Neither goes anywhere else.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlInputElement, Url};

/// A file that the person chose.
#[derive(Clone, Debug)]
pub struct Chosen(File);

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It has more bytes than were asked for.
    TooLarge,
    /// The browser could not.
    Unreadable,
}

/// The file chosen in an `<input type="file">`, by its `change` event. The input is emptied, so that the same file can
/// be chosen again.
#[must_use]
pub fn chosen(event: &leptos::ev::Event) -> Option<Chosen> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0)?;
    input.set_value("");
    Some(Chosen(file))
}

impl Chosen {
    /// All of it, where it has at most `max_bytes`.
    ///
    /// # Errors
    /// [`Unread`].
    pub async fn read(&self, max_bytes: u32) -> Result<Vec<u8>, Unread> {
        if self.0.size() > f64::from(max_bytes) {
            return Err(Unread::TooLarge);
        }
        let bytes = JsFuture::from(self.0.array_buffer()).await.map_err(|_| Unread::Unreadable)?;
        Ok(Uint8Array::new(&bytes).to_vec())
    }
}

/// Has a text saved as a file of this name. Returns whether the browser took it.
pub fn save(name: &str, kind: &str, text: &str) -> bool {
    download(name, kind, &JsValue::from_str(text)).is_ok()
}

/// The same with bytes.
pub fn save_bytes(name: &str, bytes: &[u8]) -> bool {
    download(name, "application/octet-stream", &Uint8Array::from(bytes)).is_ok()
}

fn download(name: &str, kind: &str, part: &JsValue) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::UNDEFINED)?;
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(part), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: web_sys::HtmlElement = document.create_element("a")?.dyn_into()?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.click();
    // The browser holds what it saves; the address is of no use to anybody else.
    Url::revoke_object_url(&address)
}
