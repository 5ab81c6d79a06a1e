//! The bodies that travel between app and server: JSON for control, CBOR for bulk.
//!
//! | body | route | form |
//! | --- | --- | --- |
//! | [`Config`] | `GET /v1/config` | JSON, signed byte for byte |
//! | [`PermitRequest`], [`PermitResponse`] | `POST /v1/permits` | JSON |
//! | [`StaffPermitRequest`], [`PermitResponse`] | `POST /v1/staff/permits` | JSON |
//! | [`UploadBody`], [`Upload`], [`PrivateUpload`] | `POST /v1/uploads` | deterministic CBOR of one of four sizes |
//! | [`Handover`] | a patient's screen to the clinician's camera | deterministic CBOR in QR codes |
//! | [`TanDelivery`] | `POST /v1/authority/tans` | JSON |
//! | [`Proven`] | `POST /v1/uploads`, `POST /v1/studies/{id}/reports` | deterministic CBOR: a body and its proof |
//! | [`Studies`] | `GET /v1/studies` | deterministic CBOR, signed |
//! | [`Report`] | in a [`Proven`] | deterministic CBOR |
//! | [`Withdrawal`] | `POST /v1/studies/{id}/withdrawals` | JSON |
//! | [`Problem`] | every refusal | `application/problem+json` (RFC 9457) |

mod config;
mod handover;
mod permits;
mod problem;
mod proven;
mod region;
mod report;
mod study;
mod upload;

pub use crate::study_id::StudyId;
pub use config::{
    Advice, Config, DelaySeconds, Digest, MAX_DECOYS_PER_WEEK, MAX_DEPTH, MAX_PER_PAGE, PinnedServer,
    Profile, Proofs, Region, SignedConfig, SigningKey, SizeClasses, VerifyingKey,
};
pub use handover::{Collector, Error as HandoverError, Handover, KeyCodes, MAX_FRAME, Progress};
pub use permits::{PermitRequest, PermitResponse, StaffPermitRequest, TanDelivery};
pub use problem::{Problem, ProblemCode};
pub use proven::{MAX_PROVEN_BYTES, PROVEN_MEDIA_TYPE, Proven};
pub use region::RegionId;
pub use report::{
    Contact, DurationClass, MAX_REPORT_BYTES, Report, Withdrawal, WithdrawalHash, WithdrawalKey,
};
pub use study::{
    Error as StudyError, MAX_ASKED, MAX_CONTACT, MAX_INSTITUTION, MAX_STUDIES, MAX_STUDIES_BYTES, MAX_TITLE,
    STUDIES_FRESH_SECONDS, STUDY_KEPT_DAYS, Studies, Study, Texts,
};
pub use upload::{
    COVER_CLASSES, CoverReport, MAX_PRIVATE_UPLOAD_BYTES, MAX_UPLOAD_BYTES, PrivateUpload, SIZE_CLASSES,
    Upload, UploadBody,
};

use crate::{codec, membership, status, tag, tcn};

/// Why a body was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not JSON of the expected shape.
    #[error("not the expected JSON")]
    Json,
    /// Another version than this one.
    #[error("this version is not known")]
    Version(u32),
    /// A member of a configuration that is out of its range, or contradicts another.
    #[error("the configuration's `{0}` is out of range")]
    Member(&'static str),
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// Signed by another key than the one pinned, or with another permit key than the one pinned.
    #[error("the server's key is not the one that was pinned")]
    KeyChanged,
    /// A region id that is not 1 to 16 of `a-z`, `0-9`, `-`.
    #[error("a region is 1 to 16 of a to z, 0 to 9 and -")]
    Region,
    /// More entries than fit in one upload.
    #[error("one upload holds at most {max} entries, this would have {got}")]
    TooMany {
        /// Entries at most.
        max: usize,
        /// Entries chosen.
        got: usize,
    },
    /// Nothing to upload.
    #[error("there is nothing to upload")]
    Nothing,
    /// A number of entries that is no size class.
    #[error("{0} entries are not a size class")]
    SizeClass(usize),
    /// A number of nodes that is no size class.
    #[error("{0} keys are not a size class")]
    CoverClass(usize),
    /// Keys that are no cover.
    #[error(transparent)]
    Cover(#[from] tcn::Error),
    /// A cover beside entries that were regenerated from one.
    #[error("there are both keys and entries made of keys")]
    BothTcn,
    /// A body made for the other of the two modes.
    #[error("the upload is for the other mode")]
    Mode,
    /// Entries that are not strictly ascending: unsorted, or one twice.
    #[error("entries are not strictly ascending")]
    Order,
    /// An entry whose tag is no element.
    #[error(transparent)]
    Tag(#[from] tag::Error),
    /// A field outside its range.
    #[error(transparent)]
    Status(#[from] status::Error),
    /// A proof without its form.
    #[error(transparent)]
    Proof(#[from] membership::Error),
    /// A study's report of no contact, of one in both modes, or of one that is not the study's or the batch's.
    #[error("the report is of no contact that it can be of")]
    Contact,
    /// Malformed text or CBOR.
    #[error(transparent)]
    Codec(#[from] codec::Error),
}
