//! UTF-8, with the names of other encodings, in the place of the crate `encoding_rs`.
//!
//! `rxing`, which reads our codes, turns their bytes into text by `encoding_rs`, whose tables of East Asian encodings are
//! a quarter of what the app's worker weighs (docs/adr/0046). Every code of Twoken is ASCII. `rxing` reads ASCII, Latin-1 and
//! UTF-32 by itself; it finds UTF-8 here, and is told of any other encoding that it cannot be read: a code in one is
//! none of ours. Names and signatures are those of `encoding_rs` 0.8, as far as `rxing` 0.9 uses them.

#![forbid(unsafe_code)]

use std::borrow::Cow;

/// A character encoding.
#[derive(Debug, PartialEq, Eq)]
pub struct Encoding {
    is_utf_8: bool,
}

/// UTF-8.
pub static UTF_8: &Encoding = &Encoding { is_utf_8: true };

macro_rules! unread {
    ($($name:ident)+) => {
        $(
            /// Only its name: nothing in it can be read.
            pub static $name: &Encoding = &Encoding { is_utf_8: false };
        )+
    };
}

unread! {
    BIG5 EUC_KR GB18030 GBK SHIFT_JIS UTF_16BE UTF_16LE
    ISO_8859_2 ISO_8859_3 ISO_8859_4 ISO_8859_5 ISO_8859_6 ISO_8859_7 ISO_8859_8 ISO_8859_10 ISO_8859_13 ISO_8859_14
    ISO_8859_15 ISO_8859_16
    WINDOWS_874 WINDOWS_1250 WINDOWS_1251 WINDOWS_1252 WINDOWS_1254 WINDOWS_1256
}

impl Encoding {
    /// None: `rxing` asks for ASCII alone, and reads that by itself.
    #[must_use]
    pub const fn for_label(_: &[u8]) -> Option<&'static Self> {
        None
    }

    /// The text of these bytes, and whether some of them are none. A byte order mark is no part of it.
    #[must_use]
    pub fn decode<'a>(&'static self, bytes: &'a [u8]) -> (Cow<'a, str>, &'static Self, bool) {
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        let failed = !self.is_utf_8 || matches!(text, Cow::Owned(_));
        (text, self, failed)
    }

    /// The bytes of this text, and whether it cannot be written so.
    #[must_use]
    pub fn encode<'a>(&'static self, text: &'a str) -> (Cow<'a, [u8]>, &'static Self, bool) {
        (Cow::Borrowed(text.as_bytes()), self, !self.is_utf_8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_is_read_and_written_and_nothing_else_is() {
        let text = "https://twoken.example/#m=Ä";
        assert_eq!(UTF_8.decode(text.as_bytes()), (text.into(), UTF_8, false));
        assert_eq!(UTF_8.decode(b"\xef\xbb\xbfa").0, "a");
        assert_eq!(UTF_8.encode(text), (text.as_bytes().into(), UTF_8, false));
        assert!(UTF_8.decode(b"\xff").2 && SHIFT_JIS.decode(b"a").2 && SHIFT_JIS.encode("a").2);
        assert_eq!(Encoding::for_label(b"ascii"), None);
    }
}
