//! Single pages of a batch too large to come whole.

use alloc::vec::Vec;

use rand_core::CryptoRng;

use super::{FoundOn, Match, Matcher, Seek};
use crate::batch::{self, Error, Header, PAGES_ASKED};
use crate::draw;
use crate::filter::Scale;
use crate::order;
use crate::tag::Tag;
use crate::units::Timestamp;
use crate::wire::Digest;

/// A page by its number, with what the filter said of it.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) number: u32,
    /// [`digest`] of its 256 values; none where no filter was read.
    pub(super) said: Option<Digest>,
}

impl Page {
    pub(super) const fn new(number: u32) -> Self {
        Self { number, said: None }
    }
}

/// SHA-256 of a page's values in the filter, eight bytes each.
pub(super) fn digest(values: impl Iterator<Item = u64>) -> Digest {
    Digest::of(&values.flat_map(u64::to_be_bytes).collect::<Vec<_>>())
}

/// Compares the four pages that are asked of a batch, in any order. Nothing counts before [`Asked::finish`].
#[derive(Clone)]
pub struct Asked<S: Seek = Matcher> {
    matcher: S,
    header: Header,
    asked: Vec<Page>,
    came: Vec<u32>,
    waiting: Vec<u32>,
    finds: S::Finds,
}

/// What came of the pages asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Found<F = Match> {
    /// What of mine was reported there, each once.
    pub matches: Vec<F>,
    /// Pages with more, ascending: for [`Asked::again`] at a later check.
    pub waiting: Vec<u32>,
}

/// Its name only: how somebody's health is, belongs in no log.
impl<F> core::fmt::Debug for Found<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Found")
    }
}

impl<S: Seek> Asked<S> {
    pub(super) fn new(matcher: S, header: Header, chosen: Vec<Page>, mut waiting: Vec<u32>) -> Self {
        let mut asked = Vec::<Page>::with_capacity(chosen.len());
        for page in chosen {
            asked.insert(asked.partition_point(|other| other.number < page.number), page);
        }
        order::sort(&mut waiting);
        Self { matcher, header, asked, came: Vec::new(), waiting, finds: S::Finds::default() }
    }

    /// Asks pages of a batch that was compared before: up to four of those that wait, drawn by lot, filled up to four
    /// with others. Numbers that the batch does not have are left out.
    ///
    /// # Errors
    /// [`Error::Mode`], [`Error::DaySet`], [`Error::ComesWhole`].
    pub fn again(
        matcher: &S,
        header: &Header,
        waiting: &[u32],
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        comes_in_pages(matcher, header)?;
        let mut waiting: Vec<_> =
            waiting.iter().copied().filter(|page| *page < header.page_count()).collect();
        order::sort(&mut waiting);
        waiting.dedup();
        let mut pages = Vec::with_capacity(PAGES_ASKED);
        while pages.len() < PAGES_ASKED
            && let Ok(left) = u32::try_from(waiting.len())
            && left > 0
        {
            pages.push(waiting.swap_remove(draw::below(left, rng) as usize));
        }
        while pages.len() < PAGES_ASKED {
            let page = draw::below(header.page_count(), rng);
            if !pages.contains(&page) {
                pages.push(page);
            }
        }
        let pages = pages.into_iter().map(Page::new).collect();
        Ok(Self::new(matcher.clone(), header.clone(), pages, waiting))
    }

    /// Asks for the same pages as before, when a check is tried again: another choice beside the same hits would show
    /// which are hits (ADR 22). `pages`, `waiting` and `said` are those of the first time: the filter is no longer at hand,
    /// but what it said still binds it.
    ///
    /// # Errors
    /// [`Error::Mode`], [`Error::DaySet`], [`Error::ComesWhole`]; [`Error::NoPage`] for a page that the batch does not have;
    /// [`Error::Incomplete`] for other than four different pages, or some without what was said of them.
    pub fn resume(
        matcher: &S,
        header: &Header,
        pages: &[u32],
        waiting: &[u32],
        said: &[Digest],
    ) -> Result<Self, Error> {
        comes_in_pages(matcher, header)?;
        if let Some(page) = pages.iter().chain(waiting).find(|page| **page >= header.page_count()) {
            return Err(Error::NoPage { page: *page as usize });
        }
        let is_new = |(at, page): &(usize, &u32)| !pages.iter().take(*at).any(|before| before == *page);
        let different = pages.iter().enumerate().take(PAGES_ASKED + 1).filter(is_new).count();
        if pages.len() != PAGES_ASKED || different != PAGES_ASKED {
            return Err(Error::Incomplete { asked: PAGES_ASKED, got: different });
        }
        if !said.is_empty() && said.len() != PAGES_ASKED {
            return Err(Error::Incomplete { asked: PAGES_ASKED, got: said.len() });
        }
        let mut said = said.iter().copied();
        let asked = pages.iter().map(|page| Page { number: *page, said: said.next() }).collect();
        Ok(Self::new(matcher.clone(), header.clone(), asked, waiting.to_vec()))
    }

    /// What the filter said of [`Asked::pages`], in their order: to be stored beside them, so that a filter that lied is
    /// still found out when they are asked for again. Empty where none was read.
    #[must_use]
    pub fn said(&self) -> Vec<Digest> {
        self.asked.iter().filter_map(|page| page.said).collect()
    }

    /// The pages to ask for, from 0: four, ascending. To be stored before the first is asked for.
    #[must_use]
    pub fn pages(&self) -> Vec<u32> {
        self.asked.iter().map(|page| page.number).collect()
    }

    /// Pages with hits that are not asked for this time, ascending. To be stored beside [`Asked::pages`].
    #[must_use]
    pub fn waiting(&self) -> &[u32] {
        &self.waiting
    }

    /// Takes in one of them.
    ///
    /// # Errors
    /// [`Error::NoPage`] for one that was not asked for or came already; [`Error::Size`], [`Error::PageDigest`],
    /// [`Error::Order`]; [`Error::FilterLies`].
    pub fn page(&mut self, number: u32, bytes: &[u8]) -> Result<(), Error> {
        let at = number as usize;
        let asked = self.asked.iter().find(|page| page.number == number && !self.came.contains(&number));
        let said = asked.ok_or(Error::NoPage { page: at })?.said;
        let page = batch::Page::verify(&self.header, at, bytes)?;
        let scale = Scale::new(self.header.entries);
        let true_values = || page.tags().iter().map(|tag| scale.value(&Tag::new(*tag)));
        if said.is_some_and(|said| said != digest(true_values())) {
            return Err(Error::FilterLies { page: at });
        }
        self.matcher.take(&mut self.finds, &self.header, number, &page);
        self.came.push(number);
        Ok(())
    }

    /// The page of each encounter found so far; to be asked before [`Asked::finish`], and worth nothing if that refuses.
    #[must_use]
    pub fn found_on(&self) -> &[FoundOn] {
        S::found_on(&self.finds)
    }

    /// What of mine was reported in the pages: all of them must have come.
    ///
    /// # Errors
    /// [`Error::Incomplete`].
    pub fn finish(self, found_at: Timestamp) -> Result<Found<S::Found>, Error> {
        let (asked, got) = (self.asked.len(), self.came.len());
        if got < asked {
            return Err(Error::Incomplete { asked, got });
        }
        Ok(Found { matches: S::found(self.finds, &self.header, found_at), waiting: self.waiting })
    }
}

/// Whether single pages of it are asked for.
pub(super) fn comes_in_pages(matcher: &impl Seek, header: &Header) -> Result<(), Error> {
    matcher.accepts(header)?;
    if header.comes_whole() {
        return Err(Error::ComesWhole { pages: header.pages() });
    }
    Ok(())
}
