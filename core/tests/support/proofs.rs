//! Somebody who was warned, the page on which their tag stands, and what is proved about it.

use twoken_core::batch::{Pool, SealedBatch, seal};
use twoken_core::membership::{Context, Error, Kind, Proof, Statement, Verified};
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::Claim;
use twoken_core::wire::Digest;

use super::batches::{NOW, key, met};
use super::named;
use super::people::Person;
use super::rng::keystream;

/// What a statement is made of; each field can be another one.
#[derive(Clone)]
pub struct About {
    pub tags: Vec<[u8; 32]>,
    pub page: [u8; 32],
    pub kind: Kind,
    pub context: Context,
    pub server: [u8; 32],
    pub body: Vec<u8>,
}

impl About {
    pub fn statement(&self) -> Result<Statement, Error> {
        Statement::new(&self.tags, &self.page, self.kind, self.context, &self.server, &self.body)
    }

    pub fn prove(&self, claim: &Claim, seed: &str) -> Result<Proof, Error> {
        self.statement()?.prove(claim, &mut keystream(named(seed)))
    }

    pub fn verify(&self, proof: &Proof) -> Result<Verified, Error> {
        self.statement()?.verify(proof)
    }
}

/// One page of an open batch of encounters, in which two reported having met `warned`.
pub struct Scene {
    pub warned: Person,
    pub batch: SealedBatch,
    pub about: About,
}

impl Scene {
    pub fn new() -> Self {
        let (warned, entries) = met("warned", 2);
        let (region, scheme) = ("root".parse().unwrap(), Scheme::Encounter);
        let pool = Pool { region, scheme, degree: Degree::First, entries };
        let mut rng = keystream(named("a page to prove on"));
        let batch = seal(pool, NOW, Digest::of(b"config"), &key(), 1, &mut rng).unwrap();
        let about = About {
            tags: tags(&batch.entries_file),
            page: *batch.header.header().page_digests[0].as_bytes(),
            kind: batch.header.header().proof_kind(),
            context: Context::SecondDegree,
            server: *key().public().as_bytes(),
            body: b"a body".to_vec(),
        };
        Self { warned, batch, about }
    }

    pub fn claim(&self) -> &Claim {
        self.warned.diary.iter().find_map(|row| row.claim_among(&self.about.tags)).unwrap()
    }
}

/// The tags of a page's bytes.
pub fn tags(page: &[u8]) -> Vec<[u8; 32]> {
    page[..256 * 32].as_chunks().0.to_vec()
}
