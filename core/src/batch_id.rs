//! The public name of a batch.

use crate::codec::public_bytes;

public_bytes! {
    /// Sixteen random bytes that name one sealed batch; 32 hexadecimal digits in a URL.
    BatchId(16)
}
