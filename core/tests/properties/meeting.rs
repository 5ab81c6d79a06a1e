//! Two phones, whatever their keys, their clocks and the moment.

use proptest::prelude::*;
use twoken_core::beacon::Beacon;
use twoken_core::encounter::{EncounterDraft, How, KeyRing};
use twoken_core::tag::Secret;
use twoken_core::units::{Interval, Timestamp};

use crate::support::agreement::derive;
use crate::support::people::Keys;
use crate::support::rng::keystream;
use crate::support::stored;

fn keys(x25519: [u8; 32], mut claim: [u8; 32], interval: Interval) -> Keys {
    claim[31] &= 0x0f;
    claim[0] |= 1;
    Keys { interval, x25519, claim, idle: [9; 8] }
}

/// One phone with its own clock.
struct Phone {
    ring: KeyRing,
    ahead: i64,
    seed: [u8; 32],
}

impl Phone {
    fn advance(&mut self, moment: u64) -> Timestamp {
        let now = Timestamp::new(moment.checked_add_signed(self.ahead).unwrap());
        self.seed[31] = self.seed[31].wrapping_add(1);
        self.ring.advance(now, &mut keystream(self.seed));
        now
    }

    fn scans(&mut self, other: &mut Self, moment: u64) -> EncounterDraft {
        let shown_at = other.advance(moment);
        let payload = other.ring.payload(shown_at).unwrap();
        let now = self.advance(moment);
        self.ring.hear(&payload, now, How::Camera, &mut keystream(self.seed)).unwrap()
    }
}

proptest! {
    #[test]
    fn claim_01_both_sides_derive_the_same_tags(
        a: ([u8; 32], [u8; 32]), b: ([u8; 32], [u8; 32]), start in 1_u32..u32::MAX - 1, apart in -1_i32..=1,
    ) {
        prop_assume!(a.0 != b.0 && a.1 != b.1);
        let one = keys(a.0, a.1, Interval::new(start));
        let two = keys(b.0, b.1, Interval::new(start.checked_add_signed(apart).unwrap()));
        // A moment at which both intervals' keys live: in the later one's first minute, or in the middle of both.
        let later = one.interval.max(two.interval);
        let now = if apart == 0 { one.middle() } else { later.start() };
        let hear = |own: &Keys, theirs: &Beacon| {
            let payload = twoken_core::beacon::Payload {
                beacon: theirs.clone(),
                acknowledgement: twoken_core::beacon::Acknowledgement([0; 8]),
            };
            own.ring().hear(&payload, now, How::Camera, &mut keystream([3; 32])).unwrap()
        };
        let (mine, theirs) = (hear(&one, &two.beacon()), hear(&two, &one.beacon()));
        prop_assert_eq!((mine.pairings.len(), theirs.pairings.len()), (1, 1));
        let (mine, theirs) = (&mine.pairings[0], &theirs.pairings[0]);
        prop_assert_eq!(mine.reported_tag(), theirs.received_tag());
        prop_assert_eq!(mine.received_tag(), theirs.reported_tag());
        prop_assert_ne!(mine.reported_tag(), mine.received_tag());

        // And they are those of the description.
        let shared = x25519_dalek::x25519(one.x25519, two.beacon().public);
        let expected = derive(&shared, &one.beacon(), &two.beacon());
        let report = Secret::new(expected.report_secret);
        prop_assert_eq!(*mine.reported_tag(), report.tag(&two.beacon().claim_key).unwrap());
        let receiver = super::secrets::claim_secret(&two.claim);
        prop_assert_eq!(report.claim(&receiver).unwrap().tag(), *theirs.received_tag());
        prop_assert_ne!(stored(&report.claim(&receiver).unwrap()), stored(&receiver));
    }

    /// Clocks up to 40 s apart and scans up to 20 s apart, anywhere about a boundary.
    #[test]
    fn claim_04_one_common_tag_wherever_the_boundary_falls(
        boundary in 1_000_u64..4_000_000_000, offset in -700_i64..700, gap in -20_i64..=20, ahead in -40_i64..=40,
        seeds: [[u8; 32]; 2],
    ) {
        prop_assume!(seeds[0] != seeds[1]);
        let first = boundary.checked_mul(600).unwrap().checked_add_signed(offset).unwrap();
        let second = first.checked_add_signed(gap).unwrap();
        let phone = |seed, ahead| Phone { ring: KeyRing::new(), ahead, seed };
        let (mut a, mut b) = (phone(seeds[0], ahead), phone(seeds[1], 0));
        let (mine, theirs) = if gap >= 0 {
            let mine = a.scans(&mut b, first);
            (mine, b.scans(&mut a, second))
        } else {
            let theirs = b.scans(&mut a, second);
            (a.scans(&mut b, first), theirs)
        };
        let common = |one: &EncounterDraft, two: &EncounterDraft| {
            let received: Vec<_> = two.pairings.iter().map(|pairing| pairing.received_tag()).collect();
            one.pairings.iter().filter(|pairing| received.contains(&pairing.reported_tag())).count()
        };
        prop_assert_eq!((common(&mine, &theirs), common(&theirs, &mine)), (1, 1));
    }

    #[test]
    fn claim_05_an_acknowledgement_tells_only_whom_it_is_for(seeds: [[u8; 32]; 3], moment in 600_u64..4_000_000_000) {
        prop_assume!(seeds[0] != seeds[1] && seeds[1] != seeds[2] && seeds[0] != seeds[2]);
        let [mut a, mut b, mut c] = seeds.map(|seed| Phone { ring: KeyRing::new(), ahead: 0, seed });
        prop_assert!(!a.scans(&mut b, moment).both);
        // B now hears A, who acknowledges B; C hears the same screen.
        prop_assert!(b.scans(&mut a, moment).both);
        prop_assert!(!c.scans(&mut a, moment).both);
        prop_assert!(a.scans(&mut b, moment).both);
    }

    #[test]
    fn claim_03_nothing_private_outlives_the_grace(seed: [u8; 32], start in 1_u32..7_000_000, late in 61_u64..100_000) {
        let keys = Keys { x25519: seed, ..Keys::of("own", Interval::new(start)) };
        let mut ring = keys.ring();
        let other = Keys::of("other", Interval::new(start)).beacon();
        let payload = twoken_core::beacon::Payload {
            beacon: other.clone(),
            acknowledgement: twoken_core::beacon::Acknowledgement([0; 8]),
        };
        ring.hear(&payload, keys.middle(), How::Camera, &mut keystream(seed)).unwrap();
        let contains = |ring: &KeyRing, part: &[u8]| ring.to_bytes().windows(part.len()).any(|window| window == part);
        prop_assert!(contains(&ring, &keys.x25519) && contains(&ring, &keys.claim) && contains(&ring, &other.public));
        let expiry = ring.expires_at().unwrap();
        prop_assert_eq!(expiry, keys.interval.end().plus(61));
        ring.advance(keys.interval.end().plus(late), &mut keystream([0xaa; 32]));
        prop_assert!(!contains(&ring, &keys.x25519) && !contains(&ring, &keys.claim));
        prop_assert!(!contains(&ring, &other.public));
    }
}
