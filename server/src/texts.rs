//! Texts that are asked for again and again, in brotli (RFC 7932) for whoever takes it.
//!
//! Only what compresses and is the same for everybody: the configuration, the API's description. Batches and indexes
//! are random to whoever has no key; the app's files lie compressed on the disk.

use std::fmt;
use std::io::Write;
use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue, VARY};
use axum::response::{IntoResponse, Response};

/// Of 11: the best that comes at once.
const QUALITY: u32 = 9;
/// The largest window (2²² bytes), which a text fits in.
const WINDOW: u32 = 22;
/// Bytes that the compressor takes at a time.
const BUFFER: usize = 4096;

/// A text as it is, and compressed once somebody has asked for that.
pub struct Text {
    plain: Bytes,
    brotli: OnceLock<Option<Bytes>>,
}

impl Text {
    /// From its bytes.
    #[must_use]
    pub fn new(plain: impl Into<Bytes>) -> Self {
        Self { plain: plain.into(), brotli: OnceLock::new() }
    }

    /// The body for whoever asked with these headers, and the headers that say what it is.
    #[must_use]
    pub fn answer(&self, asked: &HeaderMap) -> Response {
        // A cache must not give one form to somebody who takes the other only.
        let mut response = match self.brotli.get_or_init(|| compress(&self.plain)) {
            Some(brotli) if takes_brotli(asked) => {
                ([(CONTENT_ENCODING, HeaderValue::from_static("br"))], brotli.clone()).into_response()
            }
            _ => self.plain.clone().into_response(),
        };
        response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
        response
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text")
    }
}

/// `None` when it would not become smaller.
fn compress(plain: &[u8]) -> Option<Bytes> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), BUFFER, QUALITY, WINDOW);
    // Writing to memory fails only when there is none left: then it goes as it is.
    writer.write_all(plain).ok()?;
    let brotli = writer.into_inner();
    (brotli.len() < plain.len()).then(|| brotli.into())
}

/// Whether `accept-encoding` (RFC 9110 §12.5.3) names brotli and does not refuse it.
fn takes_brotli(asked: &HeaderMap) -> bool {
    let lists = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("br") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn brotli_goes_to_who_takes_it() {
        for value in ["br", "gzip, deflate, br, zstd", "gzip;q=1.0, BR;q=0.5", "br ; q=0.001"] {
            assert!(takes_brotli(&asking(value)), "{value}");
        }
        for value in ["", "gzip", "br;q=0", "br;q=0.0", "br;q=x", "brotli", "*"] {
            assert!(!takes_brotli(&asking(value)), "{value}");
        }
        assert!(!takes_brotli(&HeaderMap::new()));
    }

    #[test]
    fn what_does_not_become_smaller_goes_as_it_is() {
        let text = Text::new(b"x".to_vec());
        let answer = text.answer(&asking("br"));
        assert!(!answer.headers().contains_key(CONTENT_ENCODING));
        assert_eq!(answer.headers()[VARY], "accept-encoding");
    }
}
