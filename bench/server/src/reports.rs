//! Reports ready to be sent, as many as wanted: what apps do in minutes, done with the server's own key.

use getrandom::SysRng;
use hmac::{Hmac, KeyInit, Mac};
use rand_core::{Rng, UnwrapErr};
use sha2::Sha256;
use twoken_core::labels;
use twoken_core::oprf::{SecretKey, partial};
use twoken_core::permit::{Class, PermitHeader, PermitInfo};
use twoken_core::tag::{ENTRY_LENGTH, Entry};
use twoken_server::app::App;
use twoken_server::store::{NewUpload, Part, PoolKey};

use crate::{Result, now};

/// Entries of a report: the smallest size class, and by far the most frequent.
const ENTRIES: usize = 64;

/// One request to `POST /v1/uploads`.
pub(crate) struct Report {
    pub(crate) permit: String,
    pub(crate) body: Vec<u8>,
}

/// So many reports with permits that this server has given.
pub(crate) fn make(app: &App, count: usize) -> Result<Vec<Report>> {
    let key = SecretKey::from_bytes(*app.keys().permit.to_bytes())?;
    (0..count).map(|_| report(&key)).collect()
}

fn report(key: &SecretKey) -> Result<Report> {
    let mut rng = UnwrapErr(SysRng);
    let mut entries: Vec<_> = (0..ENTRIES).map(|_| Entry::dummy(&mut rng)).collect();
    entries.sort_unstable();
    let mut body = minicbor::Encoder::new(Vec::new());
    body.map(4)?.u8(0)?.u8(1)?.u8(1)?.bytes(b"root\0\0\0\0\0\0\0\0\0\0\0\0")?.u8(2)?.u8(1)?.u8(3)?;
    body.bytes(&entries.iter().flat_map(Entry::to_bytes).collect::<Vec<_>>())?;
    let body = body.into_writer();

    let info = PermitInfo { class: Class::Patient, week: now().week() };
    let mut t = [0; 32];
    rng.fill_bytes(&mut t);
    let n = partial::evaluate(key, &t, &info.to_bytes())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(n.as_bytes())?;
    mac.update(labels::UPLOAD);
    mac.update(&body);
    let permit = PermitHeader { t, info, mac: mac.finalize().into_bytes().into() }.encode();
    Ok(Report { permit, body })
}

/// An upload as it is recorded once it was checked, of so many entries that begin with these bits.
pub(crate) fn checked(values: &[u64]) -> NewUpload {
    let mut rng = UnwrapErr(SysRng);
    let mut entries = vec![0; values.len() * ENTRY_LENGTH];
    rng.fill_bytes(&mut entries);
    for (entry, value) in entries.as_chunks_mut::<ENTRY_LENGTH>().0.iter_mut().zip(values) {
        // In canonical form, as an element is: the lowest bit of byte 0 and the highest of byte 31 are zero.
        let [first, rest @ ..] = value.to_be_bytes();
        let [a, b, c, d, e, f, g] = rest;
        let leading = [first << 1, a, b, c, d, e, f, g];
        entry.iter_mut().zip(leading).for_each(|(byte, leading)| *byte = leading);
        if let Some(last) = entry.get_mut(31) {
            *last &= 0x7f;
        }
    }
    let mut t = [0; 32];
    rng.fill_bytes(&mut t);
    let pool = PoolKey { region: "root".to_owned(), scheme: 1, degree: 1 };
    NewUpload {
        t,
        mac: [0; 32],
        week: now().week().get(),
        parts: vec![Part { pool, line: ENTRY_LENGTH, entries }],
    }
}

/// Leading bits of so many tags, ascending.
pub(crate) fn values(count: usize) -> Vec<u64> {
    let mut rng = UnwrapErr(SysRng);
    let mut values: Vec<_> = (0..count).map(|_| rng.next_u64() >> 1).collect();
    values.sort_unstable();
    values
}
