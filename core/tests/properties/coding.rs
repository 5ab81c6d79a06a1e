//! Coding: TANs, base64url, hexadecimal, days, regions, beacons, statuses.

use proptest::prelude::*;
use twoken_core::beacon::{Acknowledgement, Beacon, Fragment, Payload, Scanned};
use twoken_core::codec;
use twoken_core::status::{Degree, Scheme, Status, TransmissionClass};
use twoken_core::tag::Secret;
use twoken_core::tan::{Error, Tan, TanKey};
use twoken_core::tcn::Emission;
use twoken_core::units::{Day, Interval};
use twoken_core::wire::RegionId;

use crate::support::people::Keys;
use crate::support::rng::{Script, keystream};

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn tan(random: [u8; 13]) -> Tan {
    Tan::generate(&mut Script::new(&[&random]))
}

/// One of the ways in which a symbol may be typed.
fn typed(symbol: char, way: u8) -> String {
    let variants: &[char] = match symbol {
        '0' => &['0', 'O', 'o'],
        '1' => &['1', 'I', 'i', 'L', 'l'],
        _ => &[],
    };
    let way = usize::from(way);
    match variants.get(way % variants.len().max(1)) {
        Some(variant) => (*variant).into(),
        None if way % 2 == 1 => symbol.to_ascii_lowercase().into(),
        None => symbol.into(),
    }
}

proptest! {
    #[test]
    fn a_tan_is_read_however_it_is_typed(
        random: [u8; 13],
        ways in prop::array::uniform14(any::<u8>()),
        gaps in prop::array::uniform14(prop::sample::select(vec!["", "-", " ", "--", "\u{2013}", "\u{a0}", "\t"])),
    ) {
        let tan = tan(random);
        let symbols = tan.display().replace('-', "");
        let text: String = symbols.chars().zip(ways).zip(gaps)
            .map(|((symbol, way), gap)| typed(symbol, way) + gap)
            .collect();
        prop_assert_eq!(&*Tan::parse(&text).unwrap().display(), &*tan.display());
        let key = TanKey::from_hex(&"5a".repeat(32)).unwrap();
        prop_assert_eq!(key.hash(&Tan::parse(&text).unwrap()), key.hash(&tan));
    }

    #[test]
    fn a_tan_with_one_symbol_wrong_or_two_neighbours_swapped_is_refused(
        random: [u8; 13], at in 0_usize..14, by in 1_u8..32,
    ) {
        let good = tan(random).display().replace('-', "").into_bytes();
        let mut wrong = good.clone();
        let value = CROCKFORD.iter().position(|symbol| *symbol == good[at]).unwrap();
        wrong[at] = CROCKFORD[(value + usize::from(by)) % 32];
        prop_assert_eq!(Tan::parse(str::from_utf8(&wrong).unwrap()).unwrap_err(), Error::Check);
        let mut swapped = good.clone();
        swapped.swap(at, (at + 1).min(13));
        if swapped != good {
            prop_assert_eq!(Tan::parse(str::from_utf8(&swapped).unwrap()).unwrap_err(), Error::Check);
        }
    }

    #[test]
    fn base64url_and_hex_round_trip(bytes: Vec<u8>) {
        let text = codec::to_base64url(&bytes);
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
        prop_assert_eq!(codec::from_base64url(&text).unwrap(), bytes.clone());
        prop_assert_eq!(codec::from_hex(&codec::to_hex(&bytes)).unwrap(), bytes);
    }

    #[test]
    fn days_round_trip_and_keep_their_order(one: u16, two: u16) {
        let [one, two] = [one, two].map(Day::new);
        prop_assert_eq!(one.to_string().parse::<Day>().unwrap(), one);
        prop_assert_eq!(one.to_string().cmp(&two.to_string()), one.cmp(&two));
        prop_assert_eq!(one.start().day(), one);
    }

    #[test]
    fn regions_are_just_these(text in "\\PC{0,18}|[a-z0-9-]{0,18}") {
        let allowed = (1..=16).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        prop_assert_eq!(text.parse::<RegionId>().is_ok(), allowed);
    }

    #[test]
    fn payloads_travel(
        interval: u32, name: u64, emission: Option<[u8; 24]>, acknowledgement: [u8; 8],
        app in "https://[a-z]{1,12}\\.example(:[1-9][0-9]{0,3})?(/[a-z]{0,5})?",
    ) {
        // The keys are those of some interval that has a middle; the interval shown is any.
        let keys = Keys::of(&name.to_string(), Interval::new(3_000_000)).beacon();
        let emission = emission.map(|bytes| Emission::from_bytes(&bytes));
        let beacon = Beacon { interval: Interval::new(interval), emission, ..keys };
        prop_assert_eq!(&Beacon::decode(&beacon.encode()).unwrap(), &beacon);
        let payload = Payload { beacon, acknowledgement: Acknowledgement(acknowledgement) };
        let scanned = Scanned::parse(&payload.to_link(&app)).unwrap();
        let origin = app.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        prop_assert_eq!(scanned.origin, Some(origin));
        let Fragment::Meet(read) = scanned.what else { panic!("not a beacon") };
        prop_assert_eq!(read.encode(), payload.encode());
    }

    #[test]
    fn any_text_is_scanned_without_panic(text in "\\PC*|[#=mts:/a-zA-Z0-9_-]{0,200}") {
        let _ = Scanned::parse(&text);
    }

    #[test]
    fn statuses_round_trip_and_open_only_where_they_belong(
        secret: [u8; 32], other: [u8; 32], day: u16, onset in prop::option::of(-14_i8..=14), class: u8, key: [u8; 16],
    ) {
        prop_assume!(secret != other);
        let class = TransmissionClass(class);
        let status = Status { test_day: Day::new(day), onset, class, metadata_key: [0; 16] };
        let receiver = Keys::of("receiver", Interval::new(3_000_000)).beacon().claim_key;
        let (secret, other) = (Secret::new(secret), Secret::new(other));
        let tag = secret.tag(&receiver).unwrap();
        let sealed = status.seal(&secret.status_key(), Scheme::Encounter, Degree::First, &tag, &mut keystream([1; 32]));
        let open = |secret: &Secret, scheme, degree| sealed.open(&secret.status_key(), scheme, degree, &tag);
        prop_assert_eq!(open(&secret, Scheme::Encounter, Degree::First).unwrap(), status.clone());
        prop_assert!(open(&secret, Scheme::Tcn, Degree::First).is_err());
        // Only a TCN's status has a metadata key.
        let status = Status { metadata_key: key, ..status };
        for scheme in [Scheme::Encounter, Scheme::Tcn] {
            let sealed = status.seal(&secret.status_key(), scheme, Degree::First, &tag, &mut keystream([1; 32]));
            let opened = sealed.open(&secret.status_key(), scheme, Degree::First, &tag);
            prop_assert_eq!(opened.is_ok(), scheme == Scheme::Tcn || key == [0; 16]);
        }
        prop_assert!(open(&secret, Scheme::Encounter, Degree::Second).is_err());
        prop_assert!(open(&other, Scheme::Encounter, Degree::First).is_err());
        prop_assert_eq!(Status::of_encounter(Day::new(day), onset).is_ok(), true);
    }
}
