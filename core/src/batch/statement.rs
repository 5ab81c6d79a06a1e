//! What a membership proof on a batch's page is about.

use super::{Error, Header};
use crate::membership::{Context, Statement};
use crate::tag::TAG_LENGTH;
use crate::wire::{Digest, Proofs, VerifyingKey};

impl Header {
    /// What a membership proof on one of its pages is about: the page with that digest and those tags, where the batch is
    /// of a degree that authorises.
    ///
    /// # Errors
    /// [`Error::NotItsPage`], [`Error::Degree`]; [`Error::Proof`] for tags that no page has.
    pub fn statement(
        &self,
        page: &Digest,
        tags: &[[u8; TAG_LENGTH]],
        proofs: &Proofs,
        context: Context,
        server_key: &VerifyingKey,
        body: &[u8],
    ) -> Result<Statement, Error> {
        if !self.page_digests.contains(page) {
            return Err(Error::NotItsPage);
        }
        if !proofs.counts_on(self.degree) {
            return Err(Error::Degree);
        }
        let statement =
            Statement::new(tags, page.as_bytes(), self.proof_kind(), context, server_key.as_bytes(), body)?;
        Ok(statement)
    }
}
