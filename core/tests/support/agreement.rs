//! The encounter's key schedule once more, written from its description and not from the code: HKDF over plain
//! concatenations.

use hkdf::Hkdf;
use sha2::Sha256;
use twoken_core::beacon::Beacon;

/// What one X25519 shared secret becomes, seen from one side.
pub struct Derived {
    pub lo: Vec<u8>,
    pub hi: Vec<u8>,
    pub report_secret: [u8; 32],
    pub receive_secret: [u8; 32],
    pub shown: [u8; 8],
    pub expected: [u8; 8],
}

/// `interval ‖ X25519 key ‖ claim key`.
fn party(beacon: &Beacon) -> Vec<u8> {
    [&beacon.interval.get().to_be_bytes()[..], &beacon.public, beacon.claim_key.as_bytes()].concat()
}

/// From the raw shared secret and both beacons.
pub fn derive(shared: &[u8; 32], mine: &Beacon, theirs: &Beacon) -> Derived {
    let (mine, theirs) = (party(mine), party(theirs));
    let i_am_lo = mine < theirs;
    let (lo, hi) = if i_am_lo { (mine, theirs) } else { (theirs, mine) };
    let kdf = Hkdf::<Sha256>::new(Some(b"twoken/v1/encounter"), shared);
    let expand = |what: &str, by_lo: bool, out: &mut [u8]| {
        let label = format!("twoken/v1/encounter/{what}");
        let info = [label.as_bytes(), &[u8::from(!by_lo)], &lo, &hi].concat();
        kdf.expand(&info, out).unwrap();
    };
    let (mut report_secret, mut receive_secret) = ([0; 32], [0; 32]);
    expand("secret", i_am_lo, &mut report_secret);
    expand("secret", !i_am_lo, &mut receive_secret);
    let (mut shown, mut expected) = ([0; 8], [0; 8]);
    expand("acknowledgement", i_am_lo, &mut shown);
    expand("acknowledgement", !i_am_lo, &mut expected);
    Derived { lo, hi, report_secret, receive_secret, shown, expected }
}
