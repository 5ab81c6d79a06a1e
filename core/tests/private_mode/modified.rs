//! Claim 30: what private mode does not stop, and that no text says otherwise.

use std::collections::BTreeSet;

use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::{RistrettoPoint, Scalar};
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::{Element, Secret};

use crate::support::named;
use crate::support::private::{TODAY, ask, day_key, sealed, uploaded};
use crate::support::rng::keystream;
use crate::{QUERY_HEAD, asked, met_for};

/// The limit of private mode, told as it is: whoever blinds each point for itself learns from one query which of their
/// encounters were reported. The server cannot tell, and no probe is in the way.
#[test]
fn claim_30_a_modified_client_names_its_matches_in_one_query() {
    let (person, others) = met_for(&[1, 7, 20, 30]);
    let elements = [1, 3].iter().flat_map(|at| uploaded(&others[*at], Degree::First)).collect();
    let batch = sealed(elements, Degree::First, Scheme::Encounter, "b", 1);
    let published: BTreeSet<_> = batch.entries_file.chunks(32).map(<[u8]>::to_vec).collect();

    // A blind for each encounter; the rest of the sets is whatever points.
    let scalar = |name: &str| Scalar::from_bytes_mod_order(named(name));
    let rows: Vec<_> = person.diary.iter().collect();
    let (mut query, mut rng) = (asked(&person, TODAY).query().to_vec(), keystream(named("points")));
    let blinds: Vec<_> = (0..rows.len()).map(|at| scalar(&format!("blind {at}"))).collect();
    let mut points: Vec<[u8; 32]> =
        rows.iter().zip(&blinds).map(|(row, blind)| blinded(row, *blind)).collect();
    points.resize_with(64, || *Element::dummy(&mut rng).as_bytes());
    points.sort_unstable();
    query[QUERY_HEAD..][..2048].copy_from_slice(&points.concat());
    let response = ask(&query, &day_key("b"), "shuffle");

    // Every answer is tried with every blind: 64 × 4 trials, some milliseconds.
    let mut named_ids = BTreeSet::new();
    for point in response[8..][..2048].chunks(32) {
        let point = CompressedRistretto(point.try_into().unwrap()).decompress().unwrap();
        for (row, blind) in rows.iter().zip(&blinds) {
            let z = (point * blind.invert()).compress().to_bytes();
            let tag = Secret::new(z).sole_claim().unwrap().tag();
            if published.contains(&tag.as_bytes()[..]) {
                named_ids.insert(row.minutes().unwrap().get());
            }
        }
    }
    assert_eq!(named_ids.into_iter().collect::<Vec<_>>(), [7, 30], "by name, not by number");
}

/// `c·E` of an encounter. `E` stands in the diary's row, after the claim of the receiving direction.
fn blinded(row: &twoken_core::diary::Encounter, blind: Scalar) -> [u8; 32] {
    (received_element(row) * blind).compress().to_bytes()
}

fn received_element(row: &twoken_core::diary::Encounter) -> RistrettoPoint {
    let cbor = row.to_cbor();
    let tag = row.pairings()[0].received_tag();
    let at = cbor.windows(32).position(|window| window == tag.as_bytes()).unwrap();
    // tag 32, claim 2 + 32, element 2 + 32.
    let bytes: [u8; 32] = cbor[at + 32 + 34 + 2..][..32].try_into().unwrap();
    CompressedRistretto(bytes).decompress().unwrap()
}

/// No document and no text of the app says that private mode keeps a camera off.
#[test]
fn claim_30_no_text_promises_protection_from_the_camera() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let files =
        ["README.md", "docs/protocol.md", "docs/threat-model.md", "docs/glossary.md", "docs/requirements.md"];
    let locales = std::fs::read_dir(format!("{root}/www/locales")).unwrap();
    let locales = locales.map(|file| file.unwrap().path().to_str().unwrap().to_owned());
    let mut read = 0;
    for file in files.iter().map(|file| format!("{root}/{file}")).chain(locales) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        read += 1;
        for line in text.lines().map(str::to_lowercase) {
            for sentence in line.split(['.', ';', '|']) {
                let both = ["private mode", "privater modus", "privaten modus"]
                    .iter()
                    .any(|name| sentence.contains(name))
                    && ["camera", "kamera"].iter().any(|word| sentence.contains(word));
                let denies = ["not ", "no text", "nicht", "kein"].iter().any(|word| sentence.contains(word));
                assert!(!both || denies, "{file}: {sentence}");
            }
        }
    }
    assert!(read >= files.len(), "{read} files");
    let model = std::fs::read_to_string(format!("{root}/docs/threat-model.md")).unwrap();
    assert!(model.contains("claim_30_a_modified_client_names_its_matches_in_one_query"));
}
