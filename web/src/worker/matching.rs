//! Verifying a batch and comparing it as its bytes come: with the diary's tags, in private mode with an answer's second tags.

use super::messages::{self, By, Choice, ListProblem, Outcome};
use rand_core::CryptoRng;
use twoken_core::batch::{Header, SignedHeader};
use twoken_core::matching::{Asked, ByFilter, FoundOn, Hits, Matcher, PrivateMatcher, Seek, Whole};
use twoken_core::psi::Answer;
use twoken_core::status::Mode;
use twoken_core::units::Timestamp;
use twoken_core::wire::VerifyingKey;

/// A comparison under way.
pub struct Comparison<R> {
    number: u32,
    work: Work<R>,
}

enum Work<R> {
    Open(Step<R, Matcher>),
    Private(Step<R, PrivateMatcher>),
}

impl<R: CryptoRng> Comparison<R> {
    /// Begins, with a header whose signature is verified here. `matcher` are a [`Matcher`]'s bytes; of a batch of private mode
    /// an [`Answer`]'s. Says which pages it asks for, where that is known.
    ///
    /// # Errors
    /// What does not hold.
    pub fn begin(
        number: u32,
        matcher: &[u8],
        header: &[u8],
        key: &[u8],
        by: By,
        rng: R,
    ) -> Result<(Self, Outcome), ListProblem> {
        let key = VerifyingKey::new(key.try_into().map_err(|_| ListProblem::Other)?);
        let signed = SignedHeader::decode_verified(header, &key)?;
        let header = signed.header();
        let (work, outcome) = match header.mode {
            Mode::Open => {
                let matcher = Matcher::from_bytes(matcher).map_err(|_| ListProblem::Other)?;
                let step = Step::begin(&matcher, header, by, rng)?;
                let outcome = step.outcome();
                (Work::Open(step), outcome)
            }
            Mode::Private => {
                let answer: Answer = messages::decode(matcher).ok_or(ListProblem::Other)?;
                let step = Step::begin(&PrivateMatcher::new(&answer), header, by, rng)?;
                let outcome = step.outcome();
                (Work::Private(step), outcome)
            }
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
            Work::Open(step) => step.part(bytes),
            Work::Private(step) => step.part(bytes),
        }
    }

    /// Takes in a page that was asked for.
    ///
    /// # Errors
    /// What does not hold.
    pub fn page(&mut self, page: u32, bytes: &[u8]) -> Result<Outcome, ListProblem> {
        match &mut self.work {
            Work::Open(step) => step.page(page, bytes),
            Work::Private(step) => step.page(page, bytes),
        }
    }

    /// All of the file, or all pages, have come. After a filter it goes on with the pages.
    ///
    /// # Errors
    /// What does not hold; nothing of the batch counts then.
    pub fn end(self, found_at: Timestamp) -> Result<(Option<Self>, Outcome), ListProblem> {
        let number = self.number;
        let goes_on = |work, outcome| (Some(Self { number, work }), outcome);
        Ok(match self.work {
            Work::Open(step) => match step.end(found_at)? {
                Ended::Asks(step, outcome) => goes_on(Work::Open(*step), outcome),
                Ended::Found(found, waiting, pages) => (None, Outcome::Compared { found, waiting, pages }),
            },
            Work::Private(step) => match step.end(found_at)? {
                Ended::Asks(step, outcome) => goes_on(Work::Private(*step), outcome),
                Ended::Found(found, waiting, _) => {
                    let mut hits = Hits::default();
                    hits.extend(found);
                    (None, Outcome::Counted { hits: hits.to_bytes().to_vec().into(), waiting })
                }
            },
        })
    }
}

/// By what a batch is compared.
enum Step<R, S: Seek> {
    Entries(Whole<S>),
    Filter(ByFilter<R, S>),
    Pages(Asked<S>),
}

/// What comes after a step.
enum Ended<R, S: Seek> {
    Asks(Box<Step<R, S>>, Outcome),
    Found(Vec<S::Found>, Vec<u32>, Vec<FoundOn>),
}

impl<R: CryptoRng, S: Seek> Step<R, S> {
    fn begin(matcher: &S, header: &Header, by: By, mut rng: R) -> Result<Self, ListProblem> {
        Ok(match by {
            By::Entries => Self::Entries(Whole::new(matcher, header)?),
            By::Filter => Self::Filter(ByFilter::new(matcher, header, rng)?),
            By::Chosen(Choice { pages, waiting, said }) => {
                Self::Pages(Asked::resume(matcher, header, &pages, &waiting, &said)?)
            }
            By::Again(waiting) => Self::Pages(Asked::again(matcher, header, &waiting, &mut rng)?),
        })
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Pages(asked) => {
                let (pages, waiting, said) = (asked.pages(), asked.waiting().to_vec(), asked.said());
                Outcome::Asks(Choice { pages, waiting, said })
            }
            Self::Entries(_) | Self::Filter(_) => Outcome::Goes,
        }
    }

    fn part(&mut self, bytes: &[u8]) -> Result<Outcome, ListProblem> {
        match self {
            Self::Entries(whole) => whole.feed(bytes)?,
            Self::Filter(filter) => filter.feed(bytes)?,
            Self::Pages(_) => return Err(ListProblem::Other),
        }
        Ok(Outcome::Goes)
    }

    fn page(&mut self, page: u32, bytes: &[u8]) -> Result<Outcome, ListProblem> {
        match self {
            Self::Pages(asked) => asked.page(page, bytes)?,
            Self::Entries(_) | Self::Filter(_) => return Err(ListProblem::Other),
        }
        Ok(Outcome::Goes)
    }

    fn end(self, found_at: Timestamp) -> Result<Ended<R, S>, ListProblem> {
        Ok(match self {
            Self::Entries(whole) => {
                let pages = whole.found_on().to_vec();
                Ended::Found(whole.finish(found_at)?, Vec::new(), pages)
            }
            Self::Filter(filter) => {
                let step = Self::Pages(filter.finish()?);
                let outcome = step.outcome();
                Ended::Asks(Box::new(step), outcome)
            }
            Self::Pages(asked) => {
                let pages = asked.found_on().to_vec();
                let found = asked.finish(found_at)?;
                Ended::Found(found.matches, found.waiting, pages)
            }
        })
    }
}
