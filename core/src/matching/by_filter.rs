//! A batch too large to come whole: first its filter.

use alloc::vec::Vec;

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};

use super::asked::{Asked, Page, comes_in_pages, digest};
use super::{Matcher, Seek};
use crate::batch::{Error, Header, PAGE_ENTRIES, PAGES_ASKED};
use crate::draw;
use crate::filter::{Decoder, Scale};
use crate::order;
use crate::wire::Digest;

/// Compares a filter as it arrives, in pieces of any size, and chooses the pages to ask for.
#[derive(Clone)]
pub struct ByFilter<R, S: Seek = Matcher> {
    decoder: Decoder,
    hash: Sha256,
    choice: Choice<R, S>,
    refused: Option<Error>,
}

impl<R: CryptoRng, S: Seek> ByFilter<R, S> {
    /// At the start of a batch's filter.
    ///
    /// # Errors
    /// [`Error::Mode`], [`Error::DaySet`], [`Error::ComesWhole`].
    pub fn new(matcher: &S, header: &Header, rng: R) -> Result<Self, Error> {
        comes_in_pages(matcher, header)?;
        let decoder = Decoder::new(header.entries);
        let choice = Choice::new(matcher, header, rng);
        Ok(Self { decoder, hash: Sha256::new(), choice, refused: None })
    }

    /// Reads on. What was refused once stays refused.
    ///
    /// # Errors
    /// [`Error::Filter`].
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        self.hash.update(bytes);
        let read = self.decoder.feed(bytes, |value| self.choice.take(value));
        read.map_err(Error::from).inspect_err(|error| self.refused = Some(error.clone()))
    }

    /// The pages to ask for, once all of the filter has come and is the one that was signed.
    ///
    /// # Errors
    /// [`Error::Filter`], [`Error::FilterDigest`], or why it was refused before.
    pub fn finish(self) -> Result<Asked<S>, Error> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        self.decoder.finish()?;
        if Digest::new(self.hash.finalize().into()) != self.choice.header.filter_digest {
            return Err(Error::FilterDigest);
        }
        Ok(self.choice.asked())
    }
}

/// Follows the values page by page. Pages to fill up with are drawn before the first value; of the pages with hits
/// up to four are chosen, each equally likely, whichever page they are and however many.
#[derive(Clone)]
struct Choice<R, S> {
    matcher: S,
    header: Header,
    rng: R,
    /// Values of my tags, ascending, and the first of them that may still come.
    sought: Vec<u64>,
    next: usize,
    /// The page that is being read, its values so far, and whether one of mine is in it.
    page: u32,
    values: Vec<u64>,
    hit: bool,
    /// Drawn in advance; what is said of them is kept when they come by.
    fill: Vec<Page>,
    hits: Vec<Page>,
    /// How many pages had hits, and those of them that were not chosen.
    pages_with_hits: u32,
    waiting: Vec<u32>,
}

impl<R: CryptoRng, S: Seek> Choice<R, S> {
    fn new(matcher: &S, header: &Header, mut rng: R) -> Self {
        let scale = Scale::new(header.entries);
        let mut sought: Vec<_> = matcher.tags(header).iter().map(|tag| scale.value(tag)).collect();
        order::sort(&mut sought);
        let pages = header.page_count();
        let fill = draw::distinct(PAGES_ASKED, pages, &mut rng).into_iter().map(Page::new).collect();
        Self {
            matcher: matcher.clone(),
            header: header.clone(),
            rng,
            sought,
            next: 0,
            page: 0,
            values: Vec::with_capacity(PAGE_ENTRIES),
            hit: false,
            fill,
            hits: Vec::new(),
            pages_with_hits: 0,
            waiting: Vec::new(),
        }
    }

    /// Takes in the next value of the filter.
    fn take(&mut self, value: u64) {
        while self.sought.get(self.next).is_some_and(|sought| *sought < value) {
            self.next += 1;
        }
        self.hit |= self.sought.get(self.next) == Some(&value);
        self.values.push(value);
        if self.values.len() == PAGE_ENTRIES {
            self.turn();
        }
    }

    /// Keeps what is worth keeping of the page that ends here.
    fn turn(&mut self) {
        let said = || Some(digest(self.values.iter().copied()));
        if let Some(fill) = self.fill.iter_mut().find(|fill| fill.number == self.page) {
            fill.said = said();
        }
        if self.hit {
            self.choose(Page { number: self.page, said: said() });
        }
        self.hit = false;
        self.page += 1;
        self.values.clear();
    }

    /// Reservoir sampling (Vitter 1985, algorithm R): after k pages with hits each is chosen with probability 4 / k.
    fn choose(&mut self, page: Page) {
        self.pages_with_hits += 1;
        if self.hits.len() < PAGES_ASKED {
            return self.hits.push(page);
        }
        let place = draw::below(self.pages_with_hits, &mut self.rng) as usize;
        match self.hits.get_mut(place) {
            Some(chosen) => {
                self.waiting.push(chosen.number);
                *chosen = page;
            }
            None => self.waiting.push(page.number),
        }
    }

    /// The hits chosen, filled up to four.
    fn asked(self) -> Asked<S> {
        let mut pages = self.hits;
        for fill in self.fill {
            if pages.len() < PAGES_ASKED && !pages.iter().any(|page| page.number == fill.number) {
                pages.push(fill);
            }
        }
        Asked::new(self.matcher, self.header, pages, self.waiting)
    }
}
