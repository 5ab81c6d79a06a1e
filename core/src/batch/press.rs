//! A batch written page by page, so that whoever seals a country's pool never holds more of it than a page.

use alloc::vec::Vec;

use rand_core::CryptoRng;

use super::{Error, Header, Line, MAX_PAGES, PAGE_ENTRIES, SignedHeader, page};
use crate::batch_id::BatchId;
use crate::filter::Encoder;
use crate::psi::DayPublicKey;
use crate::status::{Degree, Scheme};
use crate::tag::{Entry, Tag};
use crate::units::Timestamp;
use crate::wire::{Digest, RegionId, SigningKey};

/// What a header says that its entries do not.
#[derive(Clone, Debug)]
pub struct Imprint {
    /// Whose reports.
    pub region: RegionId,
    /// How its tags came to be.
    pub scheme: Scheme,
    /// How far from a test.
    pub degree: Degree,
    /// When it is sealed.
    pub sealed_at: Timestamp,
    /// Digest of the configuration it is sealed under.
    pub config_digest: Digest,
}

/// A batch on its way: its pages in order, one after another, then its header and filter. Holds, beside the page that
/// is being written, the digests and the filter: 1.4 KB a page.
#[derive(Clone, Debug)]
pub struct Press<L: Line = Entry> {
    id: BatchId,
    /// In private mode.
    blinding_key: Option<DayPublicKey>,
    pages: usize,
    digests: Vec<Digest>,
    filter: Encoder,
    last: Option<L>,
}

impl Press<Entry> {
    /// For a batch of open mode, of so many pages, under a fresh random name.
    ///
    /// # Errors
    /// [`Error::TooMany`]; [`Error::Header`] for none.
    pub fn new(pages: usize, rng: &mut impl CryptoRng) -> Result<Self, Error> {
        Self::begin(pages, None, rng)
    }
}

impl Press<Tag> {
    /// For a batch of private mode: its lines are second tags ([`DayKey::tags`](crate::psi::DayKey::tags)) of the key whose
    /// public half this is.
    ///
    /// # Errors
    /// [`Error::TooMany`]; [`Error::Header`] for none.
    pub fn private(pages: usize, key: DayPublicKey, rng: &mut impl CryptoRng) -> Result<Self, Error> {
        Self::begin(pages, Some(key), rng)
    }
}

impl<L: Line> Press<L> {
    fn begin(
        pages: usize,
        blinding_key: Option<DayPublicKey>,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        if pages > MAX_PAGES {
            return Err(Error::TooMany { max: MAX_PAGES * PAGE_ENTRIES, got: pages * PAGE_ENTRIES });
        }
        if pages == 0 {
            return Err(Error::Header);
        }
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let filter = Encoder::new(u32::try_from(pages * PAGE_ENTRIES).map_err(|_| Error::Header)?);
        let digests = Vec::with_capacity(pages);
        Ok(Self { id: BatchId::new(id), blinding_key, pages, digests, filter, last: None })
    }

    /// The batch's name.
    #[must_use]
    pub const fn id(&self) -> BatchId {
        self.id
    }

    /// The bytes of the next page, of 256 lines that go on ascending.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::Order`]; [`Error::Header`] for a page too many; [`Error::Filter`] for a tag that is no
    /// element.
    pub fn page(&mut self, lines: &[L]) -> Result<Vec<u8>, Error> {
        if lines.len() != PAGE_ENTRIES {
            return Err(Error::Size { expected: PAGE_ENTRIES, got: lines.len() });
        }
        if self.digests.len() == self.pages {
            return Err(Error::Header);
        }
        if !self.last.iter().chain(lines).is_sorted_by(|a, b| a < b) {
            return Err(Error::Order);
        }
        self.last = lines.last().copied();
        lines.iter().try_for_each(|line| self.filter.push(line.tag()))?;
        let page = page::write(lines);
        self.digests.push(Digest::of(&page));
        Ok(page)
    }

    /// The signed header and the filter file, once all pages were written.
    ///
    /// # Errors
    /// [`Error::Header`] while pages are missing.
    pub fn finish(self, imprint: Imprint, key: &SigningKey) -> Result<(SignedHeader, Vec<u8>), Error> {
        if self.digests.len() != self.pages {
            return Err(Error::Header);
        }
        let Imprint { region, scheme, degree, sealed_at, config_digest } = imprint;
        let filter = self.filter.finish()?;
        let header = Header::new(
            self.id,
            region,
            scheme,
            self.blinding_key,
            degree,
            sealed_at,
            config_digest,
            Digest::of(&filter),
            self.digests,
        )?;
        Ok((header.sign(key), filter))
    }
}
