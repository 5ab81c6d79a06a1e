//! Verifying a batch and comparing it with the diary's tags, as its bytes come.

use super::messages::{By, Choice, ListProblem, Outcome};
use rand_core::CryptoRng;
use twoken_core::batch::SignedHeader;
use twoken_core::matching::{Asked, ByFilter, Matcher, Whole};
use twoken_core::units::Timestamp;
use twoken_core::wire::VerifyingKey;

/// A comparison under way.
pub struct Comparison<R> {
    number: u32,
    work: Work<R>,
}

enum Work<R> {
    Entries(Whole),
    Filter(ByFilter<R>),
    Pages(Asked),
}

impl<R: CryptoRng> Comparison<R> {
    /// Begins, with a header whose signature is verified here. Says which pages it asks for, where that is known.
    ///
    /// # Errors
    /// What does not hold.
    pub fn begin(
        number: u32,
        matcher: &[u8],
        header: &[u8],
        key: &[u8],
        by: By,
        mut rng: R,
    ) -> Result<(Self, Outcome), ListProblem> {
        let matcher = Matcher::from_bytes(matcher).map_err(|_| ListProblem::Other)?;
        let key = VerifyingKey::new(key.try_into().map_err(|_| ListProblem::Other)?);
        let signed = SignedHeader::decode_verified(header, &key)?;
        let header = signed.header();
        let work = match by {
            By::Entries => Work::Entries(Whole::new(&matcher, header)?),
            By::Filter => Work::Filter(ByFilter::new(&matcher, header, rng)?),
            By::Chosen(Choice { pages, waiting, said }) => {
                Work::Pages(Asked::resume(&matcher, header, &pages, &waiting, &said)?)
            }
            By::Again(waiting) => Work::Pages(Asked::again(&matcher, header, &waiting, &mut rng)?),
        };
        let outcome = match &work {
            Work::Pages(asked) => asks(asked),
            Work::Entries(_) | Work::Filter(_) => Outcome::Goes,
        };
        Ok((Self { number, work }, outcome))
    }

    /// Its number.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Reads on in the entries file or in the filter.
    ///
    /// # Errors
    /// What does not hold.
    pub fn part(&mut self, bytes: &[u8]) -> Result<Outcome, ListProblem> {
        match &mut self.work {
            Work::Entries(whole) => whole.feed(bytes)?,
            Work::Filter(filter) => filter.feed(bytes)?,
            Work::Pages(_) => return Err(ListProblem::Other),
        }
        Ok(Outcome::Goes)
    }

    /// Takes in a page that was asked for.
    ///
    /// # Errors
    /// What does not hold.
    pub fn page(&mut self, page: u32, bytes: &[u8]) -> Result<Outcome, ListProblem> {
        match &mut self.work {
            Work::Pages(asked) => asked.page(page, bytes)?,
            Work::Entries(_) | Work::Filter(_) => return Err(ListProblem::Other),
        }
        Ok(Outcome::Goes)
    }

    /// All of the file, or all pages, have come. After a filter it goes on with the pages.
    ///
    /// # Errors
    /// What does not hold; nothing of the batch counts then.
    pub fn end(self, found_at: Timestamp) -> Result<(Option<Self>, Outcome), ListProblem> {
        let number = self.number;
        Ok(match self.work {
            Work::Entries(whole) => {
                let found = whole.finish(found_at)?;
                (None, Outcome::Compared { found, waiting: Vec::new() })
            }
            Work::Filter(filter) => {
                let asked = filter.finish()?;
                let outcome = asks(&asked);
                (Some(Self { number, work: Work::Pages(asked) }), outcome)
            }
            Work::Pages(asked) => {
                let found = asked.finish(found_at)?;
                let matches = found.matches;
                (None, Outcome::Compared { found: matches, waiting: found.waiting })
            }
        })
    }
}

fn asks(asked: &Asked) -> Outcome {
    let (pages, waiting, said) = (asked.pages(), asked.waiting().to_vec(), asked.said());
    Outcome::Asks(Choice { pages, waiting, said })
}
