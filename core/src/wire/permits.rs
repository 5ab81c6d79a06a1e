//! JSON of the TAN delivery and of redeeming.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::permit::Class;
use crate::tan::TanHash;
use crate::units::Week;

/// `POST /v1/permits`: a TAN for an evaluation. The TAN stands in the body only.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitRequest {
    /// Fourteen symbols, no dashes.
    #[serde(with = "zeroizing_text")]
    pub tan: Zeroizing<String>,
    /// Base64url of the blinded element.
    pub blinded: String,
    /// What the client believes to redeem; must be the TAN's class.
    pub class: Class,
    /// The client's week.
    pub week: Week,
}

impl core::fmt::Debug for PermitRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PermitRequest")
    }
}

mod zeroizing_text {
    use alloc::string::String;

    use serde::{Deserialize, Deserializer, Serializer};
    use zeroize::Zeroizing;

    pub(super) fn serialize<S: Serializer>(
        text: &Zeroizing<String>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Zeroizing<String>, D::Error> {
        String::deserialize(deserializer).map(Zeroizing::new)
    }
}

/// `POST /v1/staff/permits`: a session of health staff for an evaluation under the staff's class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffPermitRequest {
    /// Base64url of the blinded element.
    pub blinded: String,
    /// The client's week.
    pub week: Week,
}

/// The answer: the evaluated element and the proof that the pinned key made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitResponse {
    /// Base64url of 32 bytes.
    pub evaluated: String,
    /// Base64url of 64 bytes.
    pub proof: String,
}

/// `POST /v1/authority/tans`: keyed hashes of valid TANs. The server never sees whom they belong to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TanDelivery {
    /// What they permit.
    pub class: Class,
    /// `HMAC-SHA256(TAN key, label ‖ symbols)` of each, hexadecimal.
    pub hashes: Vec<TanHash>,
    /// How long they are valid, in hours: 1 to 336. The server's default when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_hours: Option<u16>,
}
