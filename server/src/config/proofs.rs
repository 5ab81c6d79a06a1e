//! What a membership proof authorises: the `[proofs]` section. What is not said there stays as the protocol core has it.

use serde::{Deserialize, Serialize};
use twoken_core::wire;

/// How far proofs reach, and how many a page takes, as apps get them in the signed configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Proofs {
    /// A proof counts on pages of a degree below this one: 1 turns proofs off, 2 is the default, 3 lets warnings of the second
    /// degree go on.
    pub depth: u8,
    /// Proofs admitted on one page for one purpose.
    pub per_page: u32,
}

impl Default for Proofs {
    fn default() -> Self {
        let wire::Proofs { depth, per_page } = wire::Proofs::default();
        Self { depth, per_page }
    }
}

impl From<Proofs> for wire::Proofs {
    fn from(Proofs { depth, per_page }: Proofs) -> Self {
        Self { depth, per_page }
    }
}
