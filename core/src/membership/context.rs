//! What a proof is for.

use alloc::vec::Vec;

use crate::study_id::StudyId;

/// One purpose at one server. A nullifier belongs to a claim and a context, so that the same encounter can serve each
/// purpose once, and nobody can tell that it was the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Sharing one's own entries after an exposure.
    SecondDegree,
    /// Telling a study of a contact.
    Study(StudyId),
}

impl Context {
    /// `server key 32 ‖ purpose u8 [‖ study 32]`: 33 bytes for the second degree (purpose 1), 65 for a study (2). The
    /// purpose tells how many follow, so no two contexts have the same bytes.
    #[must_use]
    pub fn to_bytes(self, server_key: &[u8; 32]) -> Vec<u8> {
        let mut bytes = server_key.to_vec();
        match self {
            Self::SecondDegree => bytes.push(1),
            Self::Study(id) => {
                bytes.push(2);
                bytes.extend_from_slice(id.as_bytes());
            }
        }
        bytes
    }
}
