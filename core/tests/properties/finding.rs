//! Own tags among published ones: exactly those, whatever bytes they share.

use proptest::prelude::*;
use twoken_core::matching::Matcher;

/// Tags whose bytes are drawn from few values, so that many share their beginnings, their middles, or nearly all.
fn tags(most: usize) -> impl Strategy<Value = Vec<[u8; 32]>> {
    let byte = prop_oneof![Just(0_u8), Just(1), Just(0x7f), Just(0xff), any::<u8>()];
    let tag = (proptest::collection::vec(byte, 9), 0..3_u8).prop_map(|(bytes, last)| {
        let mut tag = [0; 32];
        tag[..9].copy_from_slice(&bytes);
        tag[31] = last;
        tag
    });
    proptest::collection::vec(tag, 0..most)
}

/// A matcher's bytes: `[* [tag, encounter, status key, scheme]]`, ascending.
fn matcher(own: &[[u8; 32]]) -> Matcher {
    let mut bytes = Vec::new();
    let mut cbor = minicbor::Encoder::new(&mut bytes);
    cbor.array(own.len() as u64).unwrap();
    for tag in own {
        cbor.array(4)
            .unwrap()
            .bytes(tag)
            .unwrap()
            .bytes(&[0; 16])
            .unwrap()
            .bytes(&[0; 32])
            .unwrap()
            .u8(1)
            .unwrap();
    }
    Matcher::from_bytes(&bytes).unwrap()
}

proptest! {
    /// Among others are own ones, and such as differ from them in one byte.
    #[test]
    fn own_tags_are_found_and_no_others(
        own in tags(60),
        others in tags(20),
        near in proptest::collection::vec((0..60_usize, 0..32_usize, any::<u8>()), 0..60),
    ) {
        let mut own = own;
        own.sort_unstable();
        let alike = near.into_iter().filter_map(|(which, at, byte)| {
            let mut tag = *own.get(which)?;
            tag[at] &= byte;
            Some(tag)
        });
        let published: Vec<_> = others.into_iter().chain(alike).collect();
        let by_definition: Vec<_> = (0..published.len()).filter(|at| own.contains(&published[*at])).collect();
        prop_assert_eq!(matcher(&own).find(&published), by_definition);
    }
}
