//! Day keys, TCNs, emissions and covers.

use std::collections::BTreeSet;

use serde_json::Value;
use twoken_core::codec;
use twoken_core::status::{Degree, Scheme, Status};
use twoken_core::tcn::{
    Cover, DayKey, Emission, Error, MAX_COVER_NODES, Metadata, MetadataKey, SealedMetadata, TxPower,
};
use twoken_core::units::{Day, INTERVALS_PER_DAY, Interval};

use super::{INTERVAL, at, sha256};
use crate::file::{Case, File};
use crate::support::rng::keystream;
use crate::support::{named, stored};

const DAY: Day = Day::new(20_778);

pub fn files() -> Vec<File> {
    vec![good(), covers(), entries(), bad_cover(), bad_metadata(), bad_time()]
}

fn key(name: &str) -> DayKey {
    DayKey::new(named(name))
}

fn interval(day: Day, leaf: u32) -> Interval {
    Interval::new(day.start().interval().get() + leaf)
}

fn cover(days: &[(Day, &str)], chosen: &BTreeSet<Interval>) -> Cover {
    let keys: Vec<_> = days.iter().map(|(day, name)| (*day, key(name))).collect();
    Cover::of_days(keys.iter().map(|(day, key)| (*day, key)), chosen)
}

fn good() -> File {
    let cases = [
        ("first interval of the day, a screen", "day key one", interval(DAY, 0), 0, TxPower::SCREEN),
        ("the interval of the other vectors", "day key one", INTERVAL, 180, TxPower(-20)),
        ("last interval of the day, last second", "day key one", interval(DAY, 143), 599, TxPower(20)),
        ("another key", "day key two", INTERVAL, 180, TxPower(-20)),
        ("the same key on the next day", "day key one", interval(DAY.next(), 73), 180, TxPower(-20)),
    ];
    let cases = cases.map(|(name, day_key, interval, second, tx_power)| {
        let leaf = key(day_key).leaf(interval);
        let metadata = Metadata { second, tx_power };
        let sealed = metadata.seal(&leaf.metadata_key);
        assert_eq!(sealed.open(&leaf.metadata_key), Ok(metadata));
        let emission = Emission { tcn: leaf.tcn.clone(), metadata: sealed };
        assert_eq!(Emission::from_bytes(&emission.to_bytes()), emission);
        let secret = leaf.secret();
        let claim = secret.sole_claim().unwrap();
        Case::new(name)
            .hex("day_key", named(day_key))
            .with("day", interval.day().get())
            .with("interval", interval.get())
            .hex("tcn", leaf.tcn.as_bytes())
            .hex("metadata_key", leaf.metadata_key.as_bytes())
            .with("second", second)
            .with("tx_power", tx_power.0)
            .hex("emission", emission.to_bytes())
            .hex(
                "secret",
                sha256(
                    &[b"twoken/v1/tcn/secret", &leaf.tcn.as_bytes()[..], &interval.get().to_be_bytes()]
                        .concat(),
                ),
            )
            .hex("claim", stored(&claim))
            .hex("tag", claim.tag().as_bytes())
            .hex("element", stored(&secret.element()))
            .hex("status_key", stored(&secret.status_key()))
    });
    let note = "From a day key by eight levels to the interval's leaf, its TCN and metadata key; metadata sealed \
                into an emission; secret = SHA-256('twoken/v1/tcn/secret', TCN, interval u32), claim = \
                HashToScalar(secret), tag = encode(claim * G).";
    File::new("tcn.json", note, cases.into())
}

fn covers() -> File {
    let next = DAY.next();
    let day = |leaves: &mut dyn Iterator<Item = u32>| {
        leaves.map(|leaf| interval(DAY, leaf)).collect::<BTreeSet<_>>()
    };
    let mut two_days = day(&mut (140..144));
    two_days.extend((0..4).map(|leaf| interval(next, leaf)));
    let sets = [
        ("one interval", day(&mut (73..74))),
        ("the whole day", day(&mut (0..INTERVALS_PER_DAY))),
        ("all but the first", day(&mut (1..INTERVALS_PER_DAY))),
        ("the last two", day(&mut (142..144))),
        ("a morning without a coffee break", day(&mut (48..72).filter(|leaf| *leaf != 60))),
        ("over midnight", two_days),
        ("every other interval", day(&mut (0..INTERVALS_PER_DAY).step_by(2))),
    ];
    let cases = sets.map(|(name, chosen)| {
        let cover = cover(&[(DAY, "day key one"), (next, "day key two")], &chosen);
        let tcns: Vec<Value> = cover.leaves().map(|leaf| codec::to_hex(leaf.tcn.as_bytes()).into()).collect();
        Case::new(name)
            .hex("day_key", named("day key one"))
            .hex("next_day_key", named("day key two"))
            .with("day", DAY.get())
            .with("intervals", chosen.iter().map(|interval| interval.get()).collect::<Vec<_>>())
            .hex("nodes", cover.to_bytes())
            .with("tcns", tcns)
    });
    let note = "The one cover of a set of intervals: nodes of day u16, depth u8, index u8, key 16, ascending; and what \
                they expand to.";
    File::new("tcn_cover.json", note, cases.into())
}

fn entries() -> File {
    let chosen = BTreeSet::from([INTERVAL, INTERVAL.next()]);
    let cover = cover(&[(DAY, "day key one")], &chosen);
    let status = Status::of_encounter(DAY, Some(-2)).unwrap();
    let entries = cover.entries(&status, Degree::First, &mut keystream(named("nonces"))).unwrap();
    let cases = cover.leaves().map(|leaf| {
        let secret = leaf.secret();
        let tag = secret.sole_claim().unwrap().tag();
        let entry = entries.iter().find(|entry| entry.tag == tag).unwrap();
        let opened = entry.sealed.open(&secret.status_key(), Scheme::Tcn, Degree::First, &tag).unwrap();
        assert_eq!(opened.metadata_key, *leaf.metadata_key.as_bytes());
        Case::new(format!("interval {}", leaf.interval.get()))
            .hex("nodes", cover.to_bytes())
            .with("test_day", DAY.get())
            .with("onset", -2)
            .hex("tag", tag.as_bytes())
            .hex("status_key", stored(&secret.status_key()))
            .hex("metadata_key", opened.metadata_key)
            .hex("entry", entry.to_bytes())
    });
    let note = "What a cover's entries are: their statuses open under the status key of each interval's secret, with \
                scheme 2 and degree 1, and hold its metadata key. Nonces are random.";
    File::new("tcn_entry.json", note, cases.collect())
}

/// `day u16 | depth u8 | index u8 | key 16`.
fn node(day: Day, depth: u8, index: u8) -> Vec<u8> {
    [&day.get().to_be_bytes()[..], &[depth, index], &named("node")[..16]].concat()
}

fn bad_cover() -> File {
    let leaf = |index| node(DAY, 8, index);
    let day = |nth| node(DAY.plus(nth), 1, 0);
    let position = |bytes: Vec<u8>| (bytes, Error::Position);
    let order = |bytes: Vec<Vec<u8>>| (bytes.concat(), Error::Order);
    let siblings = |bytes: [Vec<u8>; 2]| (bytes.concat(), Error::Siblings);
    let many = (0..MAX_COVER_NODES + 1).map(|_| leaf(0)).collect::<Vec<_>>().concat();
    let cases = [
        ("the root", position(node(DAY, 0, 0))),
        ("deeper than the leaves", position(node(DAY, 9, 0))),
        ("an index that its depth does not have", position(node(DAY, 3, 8))),
        ("the first leaf past the day", position(leaf(144))),
        ("a node that reaches past the day", position(node(DAY, 3, 4))),
        ("a node wholly past the day", position(node(DAY, 1, 1))),
        ("twice the same", order(vec![leaf(7), leaf(7)])),
        ("descending", order(vec![leaf(9), leaf(7)])),
        ("a leaf below a node before it", order(vec![node(DAY, 4, 0), leaf(3)])),
        ("a node above a leaf before it", order(vec![leaf(3), node(DAY, 4, 0)])),
        ("days descending", order(vec![day(1), day(0)])),
        ("two leaves of one node", siblings([leaf(6), leaf(7)])),
        ("two halves of one node", siblings([node(DAY, 4, 0), node(DAY, 4, 1)])),
        ("one node too many", (many, Error::TooManyNodes { max: 1008, got: 1009 })),
        ("fifteen days", ((0..15).flat_map(day).collect(), Error::TooManyDays { max: 14, got: 15 })),
        ("cut off", (leaf(0)[..19].to_vec(), Error::Codec(codec::Error::Length { expected: 20, got: 19 }))),
    ];
    let cases = cases.map(|(name, (bytes, error))| {
        assert_eq!(Cover::from_bytes(&bytes).err(), Some(error), "{name}");
        Case::new(name).hex("nodes", bytes).refused(error)
    });
    File::new("tcn_bad_cover.json", "Nodes that are no cover.", cases.into())
}

fn bad_metadata() -> File {
    let key = MetadataKey::new([7; 16]);
    let good = Metadata { second: 180, tx_power: TxPower(-20) }.seal(&key).to_bytes();
    let changed = |at: usize| {
        let mut bytes = good;
        bytes[at] ^= 1;
        bytes
    };
    let late = Metadata { second: 600, tx_power: TxPower(-20) }.seal(&key).to_bytes();
    let cases = [
        ("a bit of the siv", changed(0), Error::Sealed),
        ("a bit of the ciphertext", changed(7), Error::Sealed),
        (
            "another key's",
            Metadata { second: 180, tx_power: TxPower(-20) }.seal(&MetadataKey::new([8; 16])).to_bytes(),
            Error::Sealed,
        ),
        ("a second outside the interval", late, Error::Field),
    ];
    let cases = cases.map(|(name, sealed, error)| {
        assert_eq!(SealedMetadata::new(sealed).open(&key), Err(error), "{name}");
        Case::new(name).hex("metadata_key", key.as_bytes()).hex("sealed", sealed).refused(error)
    });
    File::new("tcn_bad_metadata.json", "Sealed metadata that makes a sighting doubtful.", cases.into())
}

fn bad_time() -> File {
    let now = at(13, 0);
    let of = |interval: Interval| cover(&[(interval.day(), "day key one")], &BTreeSet::from([interval]));
    let past = |days| Day::minus(DAY, days);
    let cases = [
        ("the next interval", of(INTERVAL.next()), Error::Future { interval: INTERVAL.next() }),
        ("tomorrow", of(interval(DAY.next(), 0)), Error::Future { interval: interval(DAY.next(), 0) }),
        ("fifteen days ago", of(interval(past(15), 143)), Error::Past { day: past(15) }),
    ];
    let cases = cases.map(|(name, cover, error)| {
        assert_eq!(cover.check_time(now), Err(error), "{name}");
        Case::new(name).with("now", now.seconds()).hex("nodes", cover.to_bytes()).refused(error)
    });
    File::new("tcn_bad_time.json", "Covers that are not for now.", cases.into())
}
