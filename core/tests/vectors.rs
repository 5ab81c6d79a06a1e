//! Known answers: published vectors through our code, and our own, good and bad. The same files are read natively
//! and in a browser; every value is made again there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

#[path = "vectors/file.rs"]
mod file;
#[path = "vectors/own/mod.rs"]
mod own;
#[path = "vectors/published/mod.rs"]
mod published;

use std::collections::BTreeSet;

/// So many files are there, with so many cases in all. A file or case that goes missing is seen here.
const FILES: usize = 127;
const CASES: usize = 744;

macro_rules! tests {
    ($($(#[$attribute:meta])* $name:ident => $run:expr;)+) => {$(
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
        #[cfg_attr(not(target_arch = "wasm32"), test)]
        $(#[$attribute])*
        fn $name() {
            $run
        }
    )+};
}

tests! {
    rfc_5869_hkdf => published::primitives::rfc_5869();
    rfc_7748_x25519_through_an_encounter => published::x25519::rfc_7748();
    rfc_8032_ed25519 => published::primitives::rfc_8032();
    rfc_8439_chacha20_poly1305 => published::primitives::rfc_8439();
    rfc_9496_ristretto255 => published::ristretto::rfc_9496();
    rfc_9497_oprf_voprf_poprf => published::oprf::rfc_9497();
    claim_02_low_order_keys_are_refused => published::x25519::low_order();
    an_encounter_is_bound_to_the_claim_key => published::x25519::the_claim_key_is_bound();
    #[cfg(not(target_arch = "wasm32"))]
    wycheproof_x25519_through_an_encounter => published::x25519::wycheproof();
    beacons => file::check(&own::beacon::files());
    scanned_texts => file::check(&own::scanned::files());
    claim_04_encounters_near_a_boundary_share_one_tag => file::check(&own::encounter::files());
    what_a_peripheral_says_of_itself => file::check(&own::gatt::files());
    tcns_and_covers => file::check(&own::tcn::files());
    key_codes => file::check(&own::handover::files());
    tags_and_claims => file::check(&own::tag::files());
    statuses => file::check(&own::status::files());
    tans => file::check(&own::tan::files());
    permits => file::check(&own::permit::files());
    uploads => file::check(&own::upload::files());
    uploads_with_one_way_parts => file::check(&own::one_way::files());
    batches => file::check(&own::batch::files());
    private_mode => file::check(&own::private::files());
    private_set_intersection => file::check(&own::psi::files());
    filters => file::check(&own::filter::files());
    indexes => file::check(&own::index::files());
    configurations => file::check(&own::config::files());
    claim_34_decoys_and_what_is_nearly_one => file::check(&own::decoy::files());
    studies_and_what_is_told_to_them => file::check(&own::study::files());
    claim_25_membership_proofs_and_what_they_authorise => file::check(&own::membership::files());
    every_file_is_read => all_files_are_read();
}

fn all_files_are_read() {
    let listed: BTreeSet<_> = file::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    let own = own::files().into_iter().map(|file| file.name.to_owned());
    let read: BTreeSet<_> = own.chain(published::FILES.iter().map(|name| (*name).to_owned())).collect();
    assert_eq!(listed, read, "files listed, and files that a test reads");
    assert_eq!(listed.len(), FILES, "files");
    assert_eq!(file::ALL.iter().map(|(_, text)| file::count(text)).sum::<usize>(), CASES, "cases");

    #[cfg(not(target_arch = "wasm32"))]
    {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/v1");
        let there: BTreeSet<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(listed, there, "files listed, and files in the folder");
    }
}
