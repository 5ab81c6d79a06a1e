//! The ways in which bytes are spoilt.

use rand_core::Rng;

use crate::support::named;
use crate::support::rng::keystream;

/// Every single bit turned, every length cut to, a byte inserted, doubled or left out at every place, neighbouring
/// fields of 1, 2, 8, 16 and 32 bytes swapped at every place.
pub fn each(bytes: &[u8], mut check: impl FnMut(&[u8])) {
    for at in 0..bytes.len() {
        for bit in 0..8 {
            turned(bytes, at, 1 << bit, &mut check);
        }
    }
    reshaped(bytes, 1, &mut check);
}

/// The same for many bytes: one bit of every `turn`th byte, and every `step`th of the other places.
pub fn each_of_many(bytes: &[u8], turn: usize, step: usize, mut check: impl FnMut(&[u8])) {
    for at in (0..bytes.len()).step_by(turn) {
        turned(bytes, at, 1 << (at % 8), &mut check);
    }
    reshaped(bytes, step, &mut check);
}

fn turned(bytes: &[u8], at: usize, mask: u8, check: &mut impl FnMut(&[u8])) {
    let mut spoilt = bytes.to_vec();
    spoilt[at] ^= mask;
    check(&spoilt);
}

fn reshaped(bytes: &[u8], step: usize, check: &mut impl FnMut(&[u8])) {
    let mut changed = |spoilt: &[u8]| {
        if spoilt != bytes {
            check(spoilt);
        }
    };
    for at in (0..bytes.len()).step_by(step) {
        let (head, tail) = bytes.split_at(at);
        changed(head);
        for inserted in [0, 0xff, tail[0]] {
            changed(&[head, &[inserted], tail].concat());
        }
        changed(&[head, &tail[1..]].concat());
        for length in [1, 2, 8, 16, 32] {
            if tail.len() >= 2 * length {
                let (one, rest) = tail.split_at(length);
                let (two, rest) = rest.split_at(length);
                changed(&[head, two, one, rest].concat());
            }
        }
    }
    changed(&[bytes, &[0]].concat());
    changed(&[bytes, bytes].concat());
}

/// Bytes that never were anything: random ones of every length up to 300, and CBOR that promises too much.
pub fn garbage(mut check: impl FnMut(&[u8])) {
    let mut rng = keystream(named("garbage"));
    for length in 0..300 {
        for first in [None, Some(0), Some(1), Some(2)] {
            let mut bytes = vec![0; length];
            rng.fill_bytes(&mut bytes);
            if let (Some(slot), Some(first)) = (bytes.first_mut(), first) {
                *slot = first;
            }
            check(&bytes);
        }
    }
    for version in [&[][..], &[1]] {
        for head in [0x81_u8, 0x9f, 0xbf, 0xc1, 0xd8] {
            check(&[version, &vec![head; 100_000]].concat());
        }
        let many_maps = [0xa1, 0x00].repeat(50_000);
        check(&[version, &many_maps].concat());
        for major in [0x5b_u8, 0x7b, 0x9b, 0xbb] {
            let promise = [&[major][..], &[0xff; 8]].concat();
            check(&[version, &promise].concat());
            check(&[version, &[0x82, 0x82], &promise].concat());
            check(&[version, &[0xa1, 0x03], &promise].concat());
        }
    }
}
