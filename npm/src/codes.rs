//! The code of every error of the core. They stay: what reads them is other people's programs.

#[cfg(feature = "full")]
use twoken_core::{age, backup, matching, membership, psi};
use twoken_core::{
    batch, beacon, codec, diary, encounter, filter, gatt, oprf, permit, risk, status, tag, tan, tcn, wire,
};

use crate::refusal::Coded;

/// For each error: its variants' codes, and those that pass on another's.
macro_rules! codes {
    ($($kind:ty { $($variant:pat => $code:expr),+ $(,)? })+) => {$(
        impl Coded for $kind {
            fn code(&self) -> &'static str {
                #[allow(unreachable_patterns, reason = "errors of the core may grow")]
                match self {
                    $($variant => $code,)+
                    _ => "internal",
                }
            }
        }
    )+};
}

codes! {
    codec::Error {
        Self::Base64 => "encoding.base64",
        Self::Base32 => "encoding.base32",
        Self::Hex => "encoding.hex",
        Self::Cbor => "encoding.cbor",
        Self::Length { .. } => "encoding.length",
    }
    beacon::Error {
        Self::NotTwoken => "beacon.not_twoken",
        Self::Encoding => "beacon.encoding",
        Self::Truncated { .. } => "beacon.truncated",
        Self::Oversized { .. } => "beacon.oversized",
        Self::Version(_) => "beacon.version",
        Self::Flags(_) => "beacon.flags",
        Self::PublicKey => "beacon.public_key",
        Self::ClaimKey => "beacon.claim_key",
        Self::Tan(error) => error.code(),
        Self::Server => "beacon.server",
    }
    beacon::TimeError {
        Self::Stale { .. } => "beacon.stale",
        Self::Future { .. } => "beacon.future",
    }
    gatt::Error {
        Self::Truncated { .. } => "gatt.truncated",
        Self::Oversized { .. } => "gatt.oversized",
        Self::Version(_) => "gatt.version",
        Self::TxPower(_) => "gatt.tx_power",
    }
    encounter::Error {
        Self::Time(error) => error.code(),
        Self::Own => "encounter.own",
        Self::LowOrder => "encounter.low_order",
        Self::NoKey => "encounter.no_key",
        Self::Tag(error) => error.code(),
        Self::Decode(error) => error.code(),
    }
    diary::Error {
        Self::NoteTooLong { .. } => "diary.note_too_long",
        Self::LabelTooLong { .. } => "diary.label_too_long",
        Self::Version(_) => "diary.version",
        Self::Decode(error) => error.code(),
    }
    status::Error {
        Self::Sealed => "status.sealed",
        Self::Version(_) => "status.version",
        Self::Field => "status.field",
        Self::Codec(error) => error.code(),
    }
    tag::Error {
        Self::Element => "tag.element",
        Self::Scalar => "tag.scalar",
        Self::Codec(error) => error.code(),
    }
    tan::Error {
        Self::Length { .. } => "tan.length",
        Self::Symbol { .. } => "tan.symbol",
        Self::Check => "tan.check",
    }
    tcn::Error {
        Self::Position => "tcn.position",
        Self::Order => "tcn.order",
        Self::Siblings => "tcn.siblings",
        Self::TooManyNodes { .. } => "tcn.too_many_nodes",
        Self::TooManyDays { .. } => "tcn.too_many_days",
        Self::Future { .. } => "tcn.future",
        Self::Past { .. } => "tcn.past",
        Self::Sealed => "tcn.sealed",
        Self::Field => "tcn.field",
        Self::Codec(error) => error.code(),
    }
    oprf::Error {
        Self::InputLength => "oprf.input_length",
        Self::InvalidInput => "oprf.invalid_input",
        Self::Element => "oprf.element",
        Self::Scalar => "oprf.scalar",
        Self::Verify => "oprf.verify",
        Self::Inverse => "oprf.inverse",
        Self::DeriveKeyPair => "oprf.derive_key_pair",
        Self::Count { .. } => "oprf.count",
    }
    permit::Error {
        Self::Class(_) => "permit.class",
        Self::Oprf(error) => error.code(),
        Self::Codec(error) => error.code(),
        Self::Refused => "permit.refused",
    }
    wire::Error {
        Self::Json => "wire.json",
        Self::Version(_) => "wire.version",
        Self::Member(_) => "wire.member",
        Self::Signature => "wire.signature",
        Self::KeyChanged => "wire.key_changed",
        Self::Region => "wire.region",
        Self::TooMany { .. } => "upload.too_many",
        Self::Nothing => "upload.nothing",
        Self::SizeClass(_) => "upload.size_class",
        Self::CoverClass(_) => "upload.cover_class",
        Self::Cover(error) => error.code(),
        Self::BothTcn => "upload.both_tcn",
        Self::Mode => "upload.mode",
        Self::Order => "upload.order",
        Self::Tag(error) => error.code(),
        Self::Status(error) => error.code(),
        Self::Proof(error) => proof(error),
        Self::Contact => "study.contact",
        Self::Codec(error) => error.code(),
    }
    batch::Error {
        Self::Signature => "batch.signature",
        Self::Version(_) => "batch.version",
        Self::Size { .. } => "batch.size",
        Self::PageDigest { .. } => "batch.page_digest",
        Self::NoPage { .. } => "batch.no_page",
        Self::Incomplete { .. } => "batch.incomplete",
        Self::FilterDigest => "batch.filter_digest",
        Self::FilterLies { .. } => "batch.filter_lies",
        Self::ComesWhole { .. } => "batch.comes_whole",
        Self::Order => "batch.order",
        Self::Mode => "batch.mode",
        Self::DaySet => "batch.day_set",
        Self::BlindingKeys => "batch.blinding_keys",
        Self::Header => "batch.header",
        Self::Region => "batch.region",
        Self::Day(_) => "batch.day",
        Self::Stale => "batch.stale",
        Self::Future => "batch.future",
        Self::Chain => "batch.chain",
        Self::TooMany { .. } => "batch.too_many",
        Self::NotItsPage => "batch.not_its_page",
        Self::Degree => "batch.degree",
        Self::Proof(error) => proof(error),
        Self::Codec(error) => error.code(),
        Self::Filter(error) => error.code(),
        Self::Tag(error) => error.code(),
    }
    filter::Error {
        Self::Truncated { .. } => "filter.truncated",
        Self::Trailing => "filter.trailing",
        Self::Padding => "filter.padding",
        Self::Range => "filter.range",
        Self::Order => "filter.order",
    }
    risk::Error {
        Self(_) => "wire.member",
    }
}

/// Of a proof: bodies and batches speak of them, whether or not proofs are made here.
fn proof(error: &twoken_core::membership::Error) -> &'static str {
    use twoken_core::membership::Error;
    match error {
        Error::Version(_) => "proof.version",
        Error::Kind(_) => "proof.kind",
        Error::Nullifier => "proof.nullifier",
        Error::OtherKind => "proof.other_kind",
        Error::Page => "proof.page",
        Error::NoTag => "proof.no_tag",
        Error::Refused => "proof.refused",
        Error::Codec(error) => error.code(),
        _ => "internal",
    }
}

#[cfg(feature = "full")]
impl Coded for membership::Error {
    fn code(&self) -> &'static str {
        proof(self)
    }
}

#[cfg(feature = "full")]
codes! {
    psi::Error {
        Self::NotClosed(_) => "psi.not_closed",
        Self::Asked => "psi.asked",
        Self::NotAsked => "psi.not_asked",
        Self::TooMany { .. } => "psi.too_many",
        Self::SetSize(_) => "psi.set_size",
        Self::Unequal => "psi.unequal",
        Self::Order => "psi.order",
        Self::Point(error) => error.code(),
        Self::Number { .. } => "psi.number",
        Self::Repeated => "psi.repeated",
        Self::Probe => "psi.probe",
        Self::Pieces => "psi.pieces",
        Self::Version(_) => "psi.version",
        Self::Codec(error) => error.code(),
    }
    matching::FoundOnError {
        Self::Version(_) => "proof.version",
        Self::Codec(error) => error.code(),
    }
    wire::HandoverError {
        Self::NotKeys => "handover.not_keys",
        Self::Version(_) => "handover.version",
        Self::Layout => "handover.layout",
        Self::Damaged => "handover.damaged",
        Self::Cover(error) => error.code(),
        Self::Tag(error) => error.code(),
        Self::Order => "handover.order",
        Self::TooMany { .. } => "handover.too_many",
        Self::Nothing => "handover.nothing",
        Self::Mode => "handover.mode",
    }
    wire::StudyError {
        Self::Version(_) => "study.version",
        Self::Text(_) => "study.text",
        Self::Signature => "study.signature",
        Self::Stale => "study.stale",
        Self::Future => "study.future",
        Self::Order => "study.order",
        Self::TooMany { .. } => "study.too_many",
        Self::Codec(error) => error.code(),
    }
    age::Error {
        Self::NotAge => "backup.not_age",
        Self::Version => "backup.version",
        Self::Header => "backup.header",
        Self::Recipients => "backup.recipients",
        Self::Work { .. } => "backup.work",
        Self::Passphrase => "backup.passphrase",
        Self::Mac => "backup.mac",
        Self::Chunk { .. } => "backup.chunk",
        Self::Truncated { .. } => "backup.truncated",
    }
    backup::Error {
        Self::TooLarge { .. } => "backup.too_large",
        Self::NotOurs => "backup.not_ours",
        Self::Version(_) => "backup.version",
        Self::Malformed => "backup.malformed",
    }
}
