//! Contacts of people who were reported, as somebody who was exposed holds them: the claim, and the page it is on.

use rand_core::Rng;
use twoken_core::batch::{Page, SignedHeader};
use twoken_core::membership::Context;
use twoken_core::risk::Distance;
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::{Claim, ENTRY_LENGTH, Secret, TAG_LENGTH};
use twoken_core::units::Day;
use twoken_core::wire::{
    Contact, Digest, DurationClass, PROVEN_MEDIA_TYPE, Proofs, Proven, Report, StudyId, Texts, WithdrawalKey,
};
use twoken_server::domain::studies::{self, AT_MOST, Draft};
use twoken_server::store::{NewUpload, Part, PoolKey};

use super::people::rng;
use super::{Answer, Server};

/// A tag that is known here, on a page that is published.
#[derive(Clone)]
pub struct Exposed {
    pub claim: Claim,
    pub header: SignedHeader,
    pub number: usize,
    pub page: Vec<u8>,
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rng().fill_bytes(&mut bytes);
    bytes
}

/// So many contacts of one report of this scheme and degree, sealed now, in open mode.
pub async fn exposed(server: &Server, count: usize, scheme: Scheme, degree: Degree) -> Vec<Exposed> {
    let claims: Vec<_> = (0..count).map(|_| Secret::new(random()).sole_claim().unwrap()).collect();
    let entry = |claim: &Claim| -> [u8; ENTRY_LENGTH] {
        let mut entry = random();
        entry[..TAG_LENGTH].copy_from_slice(claim.tag().as_bytes());
        entry
    };
    let pool = PoolKey { region: "root".to_owned(), scheme: scheme as u8, degree: degree as u8 };
    let entries = claims.iter().flat_map(entry).collect();
    let parts = vec![Part { pool, line: ENTRY_LENGTH, entries }];
    let upload = NewUpload { t: random(), mac: [0; 32], week: server.now().week().get(), parts };
    server.app.store().record_upload(upload).await.unwrap();
    server.tick().await;
    let mut found = Vec::new();
    for claim in claims {
        found.push(find(server, claim).await);
    }
    found
}

/// Where today's batches of the root have a claim's tag.
pub async fn find(server: &Server, claim: Claim) -> Exposed {
    for signed in server.index("root").await.after(None).unwrap() {
        for number in 0..signed.header().pages() {
            let path = format!("/v1/batches/{}/pages/{number}", signed.header().id);
            let page = server.get(&path).await.ok().body;
            if page.chunks(TAG_LENGTH).take(256).any(|tag| tag == claim.tag().as_bytes()) {
                return Exposed { claim, header: signed.clone(), number, page };
            }
        }
    }
    panic!("no page has the tag")
}

impl Exposed {
    pub fn digest(&self) -> Digest {
        self.header.header().page_digests[self.number]
    }

    pub fn scheme(&self) -> Scheme {
        self.header.header().scheme
    }

    /// A body with its proof.
    pub fn prove(&self, server: &Server, context: Context, body: &[u8]) -> Proven {
        let (header, digest) = (self.header.header(), self.digest());
        let page = Page::verify(header, self.number, &self.page).unwrap();
        let key = server.app.keys().signing.public();
        // Somebody's own app: what it proves is the server's to judge.
        let every = Proofs { depth: 3, ..Proofs::default() };
        let statement = header.statement(&digest, page.tags(), &every, context, &key, body).unwrap();
        let proof = statement.prove(&self.claim, &mut rng()).unwrap();
        Proven::new(digest, proof, body)
    }

    /// What an app sends to a study, and the key that takes it back.
    pub fn report(&self, server: &Server, study: StudyId, contact: Contact) -> (Vec<u8>, WithdrawalKey) {
        let key = WithdrawalKey::generate(&mut rng());
        let report = Report { withdrawal: key.hash(), contact };
        let proven = self.prove(server, Context::Study(study), &report.to_bytes());
        (proven.to_bytes().to_vec(), key)
    }

    /// What an app would tell of it in open mode.
    pub fn contact(&self, day: Day) -> Contact {
        Contact::Open {
            day,
            duration: DurationClass::From15,
            closeness: Distance::Close,
            scheme: self.scheme(),
        }
    }
}

/// A study's draft, recognised by its title.
pub fn draft(title: &str, ends: Day) -> Draft {
    let both = |text: &str| Texts { en: text.to_owned(), de: text.to_owned() };
    Draft {
        title: both(title),
        institution: "Institute of Example Town".to_owned(),
        asked: both("On which days, how long and how close you met somebody who was reported."),
        contact: "study@institute.example".to_owned(),
        ends,
        at_most: AT_MOST,
    }
}

/// An open study of the server's mode, for seven days.
pub async fn study(server: &Server, title: &str) -> StudyId {
    let draft = draft(title, server.now().day().plus(7));
    studies::open(server.app.store(), server.app.published(), server.now(), draft).await.unwrap()
}

/// Sends a report to a study.
pub async fn tell(server: &Server, study: StudyId, body: Vec<u8>) -> Answer {
    let path = format!("/v1/studies/{study}/reports");
    server.post(&path, &[("content-type", PROVEN_MEDIA_TYPE)], body).await
}

/// Takes a report back.
pub async fn withdraw(server: &Server, study: StudyId, key: &WithdrawalKey) -> Answer {
    server.post_json(&format!("/v1/studies/{study}/withdrawals"), &serde_json::json!({ "key": key })).await
}
