//! Every hash, HKDF, MAC, signature and transcript label of the protocol, in one place. All begin `twoken/v1/`, so
//! that no two uses of one key or hash can be confused, and a new wire version changes them all at once.

/// HKDF salt of an encounter's two secrets and acknowledgements, from the X25519 shared secret.
pub const ENCOUNTER: &[u8] = b"twoken/v1/encounter";
/// HKDF info prefix of a secret: followed by direction, `lo` and `hi`.
pub const ENCOUNTER_SECRET: &[u8] = b"twoken/v1/encounter/secret";
/// HKDF info prefix of an acknowledgement: followed by direction, `lo` and `hi`.
pub const ENCOUNTER_ACKNOWLEDGEMENT: &[u8] = b"twoken/v1/encounter/acknowledgement";
/// HKDF salt of a day's root node, from its day key.
pub const TCN_ROOT: &[u8] = b"twoken/v1/tcn/root";
/// Hash prefix of a node's two children.
pub const TCN_NODE: &[u8] = b"twoken/v1/tcn/node";
/// Hash prefix of a leaf's TCN and metadata key.
pub const TCN_LEAF: &[u8] = b"twoken/v1/tcn/leaf";
/// HMAC prefix of an emission's `siv`, from its metadata.
pub const TCN_SIV: &[u8] = b"twoken/v1/tcn/siv";
/// HMAC prefix of what an emission's metadata is encrypted with, from its `siv`.
pub const TCN_STREAM: &[u8] = b"twoken/v1/tcn/stream";
/// Hash prefix of the secret that all who heard a TCN share.
pub const TCN_SECRET: &[u8] = b"twoken/v1/tcn/secret";
/// DST of `HashToScalar(secret)`, the `w` of a tag (RFC 9497 §4.1 with our own DST).
pub const TAG_SCALAR: &[u8] = b"twoken/v1/tag/HashToScalar";
/// DST of `H2G(secret)`, the element `E` of private mode (RFC 9380 ristretto255_XMD:SHA-512_R255MAP_RO_).
pub const ELEMENT: &[u8] = b"twoken/v1/element/HashToGroup";
/// DST of `HashToScalar(seed ‖ number)`, the `d` of a query's dummies.
pub const PSI_DUMMY: &[u8] = b"twoken/v1/psi/dummy";
/// HKDF salt of the status key, from the secret.
pub const STATUS: &[u8] = b"twoken/v1/status";
/// Hash prefix of a key code's transfer, from its body.
pub const HANDOVER: &[u8] = b"twoken/v1/handover";
/// HMAC prefix of the keyed hash of a TAN that the server keeps.
pub const TAN: &[u8] = b"twoken/v1/tan";
/// Hash prefix of what a server remembers of a redeemed TAN.
pub const REDEEMED: &[u8] = b"twoken/v1/redeemed";
/// HMAC prefix of an account's second factor; never leaves the server but in it.
pub const STAFF_SECOND_FACTOR: &[u8] = b"twoken/v1/staff/second-factor";
/// Hash prefix of a session's token, as the server keeps it.
pub const STAFF_SESSION: &[u8] = b"twoken/v1/staff/session";
/// HMAC message of what a page repeats to show that a request is its own.
pub const STAFF_CSRF: &[u8] = b"twoken/v1/staff/csrf";
/// Hash prefix of an invitation's token, as the server keeps it.
pub const STAFF_INVITATION: &[u8] = b"twoken/v1/staff/invitation";
/// Prefix of the POPRF's public info: followed by class and week, nothing else.
pub const PERMIT: &[u8] = b"twoken/v1/permit";
/// HMAC prefix of an upload's authorisation under a permit.
pub const UPLOAD: &[u8] = b"twoken/v1/upload";
/// Ed25519 prefix of a signed configuration.
pub const CONFIG: &[u8] = b"twoken/v1/config";
/// Ed25519 prefix of a batch header.
pub const HEADER: &[u8] = b"twoken/v1/header";
/// Ed25519 prefix of an index.
pub const INDEX: &[u8] = b"twoken/v1/index";
/// Hash prefix of a chain head.
pub const HEAD: &[u8] = b"twoken/v1/head";
/// Begins the session tag of a membership proof, and names its flavour and suite.
pub const MEMBERSHIP: &[u8] = b"twoken/v1/membership/CMPT/sigma-proofs_TurboShake128_Ristretto255";
/// DST of `HashToGroup(context)`, the base of nullifiers.
pub const MEMBERSHIP_CONTEXT: &[u8] = b"twoken/v1/membership/HashToGroup";
/// Hash prefix of the seed of a membership proof's randomness.
pub const MEMBERSHIP_SEED: &[u8] = b"twoken/v1/membership/seed";
/// Hash prefix of a study's id, from all that it says.
pub const STUDY: &[u8] = b"twoken/v1/study";
/// Ed25519 prefix of the list of studies.
pub const STUDIES: &[u8] = b"twoken/v1/studies";
/// Hash prefix of what a study's report carries of the key that takes it back.
pub const WITHDRAWAL: &[u8] = b"twoken/v1/study/withdrawal";

/// All of them, for the test that they are distinct and carry the version.
pub const ALL: &[&[u8]] = &[
    ENCOUNTER,
    ENCOUNTER_SECRET,
    ENCOUNTER_ACKNOWLEDGEMENT,
    TCN_ROOT,
    TCN_NODE,
    TCN_LEAF,
    TCN_SIV,
    TCN_STREAM,
    TCN_SECRET,
    TAG_SCALAR,
    ELEMENT,
    PSI_DUMMY,
    STATUS,
    HANDOVER,
    TAN,
    REDEEMED,
    STAFF_SECOND_FACTOR,
    STAFF_SESSION,
    STAFF_CSRF,
    STAFF_INVITATION,
    PERMIT,
    UPLOAD,
    CONFIG,
    HEADER,
    INDEX,
    HEAD,
    MEMBERSHIP,
    MEMBERSHIP_CONTEXT,
    MEMBERSHIP_SEED,
    STUDY,
    STUDIES,
    WITHDRAWAL,
];

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn labels_are_versioned_and_distinct() {
        for (i, label) in ALL.iter().enumerate() {
            assert!(label.starts_with(b"twoken/v1/"));
            assert!(!ALL[i + 1..].contains(label));
        }
    }
}
