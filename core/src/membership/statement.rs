//! What is proved, about which bytes.
//!
//! ```text
//! relation       there is one of the page's 256 tags and an x with  tag = x·G  [ and  H = x·n ]
//! H              = HashToGroup(context)                                         n = x⁻¹·H, the nullifier
//! session tag    = label ‖ kind u8 ‖ page digest 32 ‖ SHA-256(body) 32 ‖ length of context u16 ‖ context
//! challenge      = Hash(session tag; all 256 branches: tags, n, H; all commitments)
//! ```
//!
//! Each branch of the OR holds both equations and a scalar of its own: an AND of two ORs would let one branch serve the
//! tag and another the nullifier. Transcript and challenge are the crate's `sigma-proofs` (compact form:
//! `draft-irtf-cfrg-sigma-protocols`, `draft-irtf-cfrg-fiat-shamir`, over TurboSHAKE128); docs/adr/0036 says what was found in
//! it, and what stands for the argument.

use curve25519_dalek::RistrettoPoint;
use sha2::{Digest as _, Sha256};
use sigma_proofs::{DefaultHash, SessionId, derive_session_id};

use super::relation::{Relation, Tags};
use super::{Context, Error, Kind, Nullifier};
use crate::{group, labels};

/// Tags of a page.
pub const PAGE_TAGS: usize = 256;

/// A page, a purpose and a body, of which a proof is made or verified.
#[derive(Clone)]
pub struct Statement {
    pub(super) tags: Tags,
    pub(super) kind: Kind,
    pub(super) session: SessionId,
    /// SHA-256 of the session tag.
    pub(super) bound: [u8; 32],
    /// `HashToGroup(context)`.
    pub(super) base: RistrettoPoint,
}

impl Statement {
    /// Of a page's 256 tags, whose digest it is bound to. Whether the page is one that authorises, and with which kind of
    /// proof, the header says in which that digest stands ([`Header::statement`](crate::batch::Header::statement)).
    ///
    /// # Errors
    /// [`Error::Page`] for another number of tags, and for a tag that is no element: nobody can prove anything about such
    /// a page, and none is ever sealed.
    pub fn new(
        tags: &[[u8; 32]],
        page: &[u8; 32],
        kind: Kind,
        context: Context,
        server_key: &[u8; 32],
        body: &[u8],
    ) -> Result<Self, Error> {
        if tags.len() != PAGE_TAGS {
            return Err(Error::Page);
        }
        let points =
            tags.iter().map(|tag| group::decode(tag).ok_or(Error::Page)).collect::<Result<_, _>>()?;
        let context = context.to_bytes(server_key);
        let length = u16::try_from(context.len()).unwrap_or(u16::MAX).to_be_bytes();
        let body: [u8; 32] = Sha256::digest(body).into();
        let session = [labels::MEMBERSHIP, &[kind as u8], page, &body, &length, &context].concat();
        Ok(Self {
            tags: Tags { points, bytes: tags.to_vec() },
            kind,
            session: derive_session_id::<DefaultHash>(&session),
            bound: Sha256::digest(&session).into(),
            base: group::hash_to_group(&[&context], &[labels::MEMBERSHIP_CONTEXT]),
        })
    }

    /// The OR of all tags, with the nullifier in every branch where there is one.
    pub(super) fn relation(&self, nullifier: Option<&Nullifier>) -> Result<Relation<'_>, Error> {
        match (self.kind, nullifier) {
            (Kind::WithNullifier, Some(nullifier)) => {
                Relation::with_nullifier(&self.tags, nullifier, &self.base).ok_or(Error::Nullifier)
            }
            (Kind::Without, None) => Ok(Relation::new(&self.tags)),
            (Kind::WithNullifier, None) | (Kind::Without, Some(_)) => Err(Error::OtherKind),
        }
    }
}

impl core::fmt::Debug for Statement {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Statement")
    }
}
