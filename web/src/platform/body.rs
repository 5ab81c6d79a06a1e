//! An answer's body, part by part as it comes (WHATWG Streams, `ReadableStreamDefaultReader`).

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader};

/// The line broke before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// A body that is being read.
pub struct Body {
    reader: ReadableStreamDefaultReader,
}

impl Body {
    /// Begins to read; none where somebody else reads already.
    #[must_use]
    pub fn of(stream: &ReadableStream) -> Option<Self> {
        let reader = ReadableStreamDefaultReader::new(stream).ok()?;
        Some(Self { reader })
    }

    /// The next part, of whatever length it came in; none at the end.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn next(&self) -> Result<Option<Vec<u8>>, Broken> {
        let read = JsFuture::from(self.reader.read()).await.map_err(|_| Broken)?;
        let done = Reflect::get(&read, &"done".into()).map_err(|_| Broken)?;
        if done.is_truthy() {
            return Ok(None);
        }
        let part = Reflect::get(&read, &"value".into()).map_err(|_| Broken)?;
        part.dyn_into::<Uint8Array>().map(|part| Some(part.to_vec())).map_err(|_| Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gloo_net::http::Response;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    async fn a_body_is_read_to_its_end() {
        let answer = Response::builder().body(Some("token")).unwrap();
        let body = Body::of(&answer.body().unwrap()).unwrap();
        let mut read = Vec::new();
        while let Some(part) = body.next().await.unwrap() {
            read.extend(part);
        }
        assert_eq!(read, b"token");
        // It is read once.
        assert!(Body::of(&answer.body().unwrap()).is_none());
    }
}
