//! What a membership proof authorises: which page it is of, whether it counts there, whether it holds, and that it counts
//! once. For studies, and for whatever else takes a proven body.
//!
//! A page is found by its digest and by nothing that somebody states; its degree is the signed header's. Verifying costs
//! some tens of milliseconds of a core, the sender nothing. So it has places of its own; what reads can tell is read before; and a
//! try is reserved before and given back when it was good: who sends what does not hold has to wait, as who
//! guesses TANs.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use twoken_core::batch::{self, Header, Page, SignedHeader};
use twoken_core::membership::Context;
use twoken_core::wire::{Digest, Proven};

use super::published::Published;
use crate::backoff::{Asker, Askers};
use crate::clock::Clock;
use crate::keys::Keys;
use crate::store::{self, ProvenPage, Spending, Spent, Store};
use crate::tries::{Tries, Try, Wait};
use crate::work::Workshop;

/// Proofs that are verified at once, those that wait included.
const PLACES: usize = 64;
/// When to come back where there is no place, in seconds.
pub const BUSY_SECONDS: u64 = 5;

/// Why a proof authorises nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No published batch has this page.
    #[error("no batch of this server has this page, or not any more")]
    PageUnknown,
    /// A page of a degree that authorises nothing.
    #[error("a proof on a page of this degree authorises nothing")]
    PageRefused,
    /// No more proofs are admitted on this page in this context.
    #[error("no more proofs are admitted on this page for this purpose")]
    PageSpent,
    /// It does not hold.
    #[error("the proof does not hold: {0}")]
    Refused(batch::Error),
    /// Too many that did not hold, or came to nothing, came from this address.
    #[error("too many proofs that do not hold or were used before; the next try is in {seconds} s")]
    Wait {
        /// Seconds to wait.
        seconds: u64,
    },
    /// Too many at once.
    #[error("too many proofs are being verified")]
    Busy,
    /// The check was cut off.
    #[error("the check was interrupted")]
    Interrupted,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<Wait> for Error {
    fn from(wait: Wait) -> Self {
        match wait {
            Wait::Seconds(seconds) => Self::Wait { seconds },
            Wait::UnderWay => Self::Busy,
        }
    }
}

/// Where proofs are verified, and who sent wrong ones lately.
pub struct Bench {
    workshop: Workshop,
    askers: Askers,
    tries: Tries,
}

impl Bench {
    /// On these cores.
    #[must_use]
    pub fn new(clock: &Clock, cores: &Workshop) -> Self {
        Self { workshop: cores.beside(PLACES), askers: Askers::new(), tries: Tries::new(clock.clone()) }
    }

    /// The keyed hash of an address.
    #[must_use]
    pub fn asker(&self, address: IpAddr) -> Asker {
        self.askers.of(address)
    }

    /// Who sent wrong proofs lately.
    #[must_use]
    pub const fn tries(&self) -> &Tries {
        &self.tries
    }
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bench")
    }
}

/// Everything that a proof is looked at with.
#[derive(Clone, Copy, Debug)]
pub struct Prover<'a> {
    /// Where.
    pub bench: &'a Bench,
    /// The database.
    pub store: &'a Store,
    /// The keys: the signing key is part of every context.
    pub keys: &'a Keys,
    /// How far proofs reach, and how many a page admits.
    pub published: &'a Published,
}

/// A request for one purpose, known by its bytes.
#[derive(Clone, Debug)]
pub struct Request {
    context: Context,
    digest: Digest,
    /// The nullifier that it states, else its digest.
    mark: [u8; 32],
}

/// A proof that holds. What becomes of it, and so what the try has cost, is told to its [`Try`].
#[derive(Debug)]
#[must_use]
pub struct Proved<'a> {
    /// What counts from now on.
    pub spending: Spending,
    /// The try that it was.
    pub attempt: Try<'a>,
}

/// A page that was found, on which proofs count.
#[derive(Debug)]
pub struct Found {
    page: ProvenPage,
    header: SignedHeader,
}

impl Request {
    /// Whether this very request counted before. Then it was verified then.
    ///
    /// # Errors
    /// [`store::Error`].
    pub async fn is_spent(&self, store: &Store) -> store::Result<bool> {
        store.is_spent_by(&name(self.context), &self.mark, self.digest.as_bytes()).await
    }
}

impl Found {
    /// What its batch says of itself.
    #[must_use]
    pub const fn header(&self) -> &Header {
        self.header.header()
    }
}

impl<'a> Prover<'a> {
    /// Whether this asker may try now.
    ///
    /// # Errors
    /// [`Error::Wait`], [`Error::Busy`].
    pub fn may_try(&self, asker: Asker) -> Result<(), Error> {
        Ok(self.bench.tries.may_try(asker)?)
    }

    /// What a request is known by: all its bytes.
    #[must_use]
    pub fn request(&self, context: Context, bytes: &[u8], proven: &Proven) -> Request {
        let digest = Digest::of(bytes);
        let mark = proven.proof.stated_nullifier().map_or(*digest.as_bytes(), |one| *one.as_bytes());
        Request { context, digest, mark }
    }

    /// The page that has this digest, if proofs on it count.
    ///
    /// # Errors
    /// [`Error::PageUnknown`], [`Error::PageRefused`], [`Error::Store`].
    pub async fn find(&self, digest: &Digest) -> Result<Found, Error> {
        let page = self.store.page_of_digest(digest.as_bytes()).await?.ok_or(Error::PageUnknown)?;
        let header = SignedHeader::decode_verified(&page.header, &self.keys.signing.public())
            .map_err(|_| store::Error::Damaged("a batch's header"))?;
        if !self.published.config().proofs.counts_on(header.header().degree) {
            return Err(Error::PageRefused);
        }
        Ok(Found { page, header })
    }

    /// What would become of the request if its proof held, as it stands now: two reads in the place of a verification for
    /// nothing. The transaction decides.
    ///
    /// What is asked for here is not proved yet, and tells nobody anything about others. A nullifier is known to whoever holds the
    /// claim that it is made with, and to nobody else: who states one that was used either used it, or could prove it and be
    /// told the same; or has read that proof, and knows already that it was sent. That a page's budget for a purpose is used up (512 proofs, unless the operator says otherwise), whoever knows
    /// the page learns without a proof; it names none of those who made them.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn foresee(&self, request: &Request, found: &Found) -> Result<Spent, Error> {
        Ok(self.store.foresee_proof(&self.spending(request, found)).await?)
    }

    /// Verifies. A proof that does not hold counts against the asker, and so does one whose asker is gone meanwhile.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Wait`], [`Error::Busy`], [`Error::Interrupted`].
    pub async fn verify(
        &self,
        asker: Asker,
        request: &Request,
        found: Found,
        proven: Proven,
    ) -> Result<Proved<'a>, Error> {
        let attempt = self.bench.tries.begin(asker)?;
        let Some(place) = self.bench.workshop.enter() else {
            attempt.was_good();
            return Err(Error::Busy);
        };
        let spending = self.spending(request, &found);
        let (context, server_key) = (request.context, self.keys.signing.public());
        let Found { page: ProvenPage { number, bytes, .. }, header } = found;
        let proofs = self.published.config().proofs;
        let held = place.compute(move || {
            let page = Page::verify(header.header(), number as usize, &bytes)?;
            let (page, tags, body) = (&proven.page, page.tags(), proven.body());
            let statement = header.header().statement(page, tags, &proofs, context, &server_key, body)?;
            Ok::<_, batch::Error>(statement.verify(&proven.proof)?)
        });
        match held.await {
            Ok(Ok(_)) => Ok(Proved { spending, attempt }),
            // Dropped, it counts. How long to wait, the next one is told.
            Ok(Err(error)) => Err(Error::Refused(error)),
            Err(_) => {
                attempt.was_good();
                Err(Error::Interrupted)
            }
        }
    }

    fn spending(&self, request: &Request, found: &Found) -> Spending {
        let Request { context, digest, mark } = request;
        let Found { page: ProvenPage { batch, number, .. }, .. } = found;
        Spending {
            context: name(*context),
            mark: *mark,
            request: *digest.as_bytes(),
            batch: *batch,
            page: *number,
            per_page: self.published.config().proofs.per_page,
        }
    }
}

/// What a context is kept by: its purpose, and which study. The server's key is the same for all.
fn name(context: Context) -> Vec<u8> {
    context.to_bytes(&[0; 32]).split_off(32)
}

/// Makes the pages of batches known that were sealed before proofs were.
///
/// # Errors
/// [`store::Error`].
pub async fn find_older_pages(store: &Store, keys: &Arc<Keys>) -> store::Result<()> {
    for (batch, header) in store.batches_without_digests().await? {
        let header = SignedHeader::decode_verified(&header, &keys.signing.public())
            .map_err(|_| store::Error::Damaged("a batch's header"))?;
        let digests: Vec<_> = header.header().page_digests.iter().map(|digest| *digest.as_bytes()).collect();
        store.add_digests(&batch, &digests).await?;
    }
    Ok(())
}
