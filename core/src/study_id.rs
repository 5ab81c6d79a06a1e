//! The public name of a study.

use crate::codec::public_bytes;

public_bytes! {
    /// SHA-256 of a study's text, mode and end: 64 hexadecimal digits in a URL. Another text is another study.
    StudyId(32)
}
