//! People with phones, made of the protocol core alone.

use getrandom::SysRng;
use rand_core::{Rng, UnwrapErr};
use twoken_core::batch::Head;
use twoken_core::diary::Diary;
use twoken_core::encounter::{How, KeyRing};
use twoken_core::permit::{Authorised, Class, Pending};
use twoken_core::redaction::Redaction;
use twoken_core::status::{Degree, Status};
use twoken_core::tan::Tan;
use twoken_core::units::Timestamp;
use twoken_core::wire::{PermitResponse, UploadBody};
use twoken_server::store::{NewUpload, Part, PoolKey};

use super::Server;

pub fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// One person's phone.
pub struct Person {
    pub ring: KeyRing,
    pub diary: Diary,
    pub head: Option<Head>,
}

impl Person {
    pub fn new() -> Self {
        Self { ring: KeyRing::new(), diary: Diary::default(), head: None }
    }

    /// Somebody with so many encounters, one each interval before `now`.
    pub fn with_encounters(count: usize, now: Timestamp) -> Self {
        let mut person = Self::new();
        for back in 1..=count as u64 {
            meet(&mut person, &mut Self::new(), now.minus(back * 600));
        }
        person
    }

    fn hears(&mut self, other: &mut Self, now: Timestamp) {
        for phone in [&mut *self, other] {
            phone.ring.advance(now, &mut rng());
        }
        let payload = other.ring.payload(now).unwrap();
        let draft = self.ring.hear(&payload, now, How::Camera, &mut rng()).unwrap();
        self.diary.record(draft);
    }

    /// The body of a report of everything not left out.
    pub fn body(&self, redaction: &Redaction, region: &str, degree: Degree, now: Timestamp) -> UploadBody {
        let status = Status::of_encounter(now.day(), Some(-2)).unwrap();
        let chosen = redaction.apply(&self.diary);
        UploadBody::build(&chosen, &status, &region.parse().unwrap(), degree, &mut rng()).unwrap()
    }
}

/// Two people hold their phones face to face, one interval long.
pub fn meet(one: &mut Person, other: &mut Person, now: Timestamp) {
    one.hears(other, now);
    other.hears(one, now);
}

/// Redeems a TAN and authorises a body with the permit.
pub async fn authorise(server: &Server, tan: &Tan, class: Class, body: UploadBody) -> Authorised {
    let pinned = server.config().await.config().permit_key().unwrap();
    let pending = Pending::new(tan, class, server.now().week(), &mut rng());
    let answer = server.redeem(&pending.request().unwrap()).await.ok();
    let answer: PermitResponse = serde_json::from_slice(&answer.body).unwrap();
    pending.finalize(&answer, &pinned).unwrap().authorise(body)
}

/// A whole report: somebody with `encounters` encounters, a fresh TAN, a body for `region`.
pub async fn report(server: &Server, encounters: usize, region: &str) -> Authorised {
    let now = server.now();
    let person = Person::with_encounters(encounters, now);
    let body = person.body(&Redaction::default(), region, Degree::First, now);
    let tan = server.tan(Class::Patient).await;
    authorise(server, &tan, Class::Patient, body).await
}

/// So many reports, sent.
pub async fn send_reports(server: &Server, count: usize, region: &str) {
    for _ in 0..count {
        let sent = report(server, 1, region).await;
        server.upload(&sent).await.ok();
    }
}

/// So many entries that nobody can claim, in the root's pool: what sealing takes long for. Their tags have the form of
/// elements and are none, which nobody looks at any more once an upload was checked.
pub async fn fill(server: &Server, count: usize) -> Vec<[u8; 84]> {
    let mut entries: Vec<_> = (0..count)
        .map(|_| {
            let mut entry = [0; 84];
            rng().fill_bytes(&mut entry);
            entry[0] &= 0xfe;
            entry
        })
        .collect();
    entries.sort_unstable();
    for part in entries.chunks(2048) {
        let mut t = [0; 32];
        rng().fill_bytes(&mut t);
        let pool = PoolKey { region: "root".to_owned(), scheme: 1, degree: 1 };
        let week = server.now().week().get();
        let parts = vec![Part { pool, line: 84, entries: part.concat() }];
        let upload = NewUpload { t, mac: [0; 32], week, parts };
        server.app.store().record_upload(upload).await.unwrap();
    }
    entries
}
