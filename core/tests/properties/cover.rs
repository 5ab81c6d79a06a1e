//! Covers: they give back what was chosen and nothing else, and none is smaller.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use twoken_core::tcn::{Cover, DayKey, Error, MAX_COVER_NODES, NODE_LENGTH};
use twoken_core::units::{Day, INTERVALS_PER_DAY, Interval};

use crate::support::named;

const FIRST: Day = Day::new(20_770);

fn keys(days: u16) -> BTreeMap<Day, DayKey> {
    (0..days).map(|nth| (FIRST.plus(nth), DayKey::new(named(&format!("day key {nth}"))))).collect()
}

fn interval(leaf: u32) -> Interval {
    Interval::new(FIRST.start().interval().get() + leaf)
}

fn cover(keys: &BTreeMap<Day, DayKey>, chosen: &BTreeSet<Interval>) -> Cover {
    Cover::of_days(keys.iter().map(|(day, key)| (*day, key)), chosen)
}

/// Where a node stands and what it holds, from its 20 bytes.
fn place(node: &[u8]) -> (u8, u32, std::ops::Range<u32>) {
    let (day, depth, index) = (u16::from_be_bytes([node[0], node[1]]), node[2], u32::from(node[3]));
    let width = 1 << (8 - depth);
    let start = u32::from(day - FIRST.get()) * INTERVALS_PER_DAY + index * width;
    (depth, index, start..start + width)
}

/// Sets as people make them: stretches of time, some taken out.
fn chosen(days: u32) -> impl Strategy<Value = BTreeSet<u32>> {
    let all = days * INTERVALS_PER_DAY;
    let stretch = (0..all, 1..200_u32, any::<bool>());
    prop::collection::vec(stretch, 1..24).prop_map(move |stretches| {
        let mut set = BTreeSet::new();
        for (start, length, taken) in stretches {
            for leaf in start..(start + length).min(all) {
                if taken {
                    set.insert(leaf)
                } else {
                    set.remove(&leaf)
                };
            }
        }
        set
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_cover_gives_back_what_was_chosen_and_nothing_else(leaves in chosen(14)) {
        let keys = keys(14);
        let set: BTreeSet<_> = leaves.iter().copied().map(interval).collect();
        let bytes = cover(&keys, &set).to_bytes();
        let read = Cover::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&*read.to_bytes(), &*bytes);
        prop_assert!(read.len() <= MAX_COVER_NODES);
        let expanded: Vec<_> = read.leaves().map(|leaf| leaf.interval).collect();
        prop_assert!(expanded.iter().eq(&set));
        prop_assert!(read.intervals().eq(set.iter().copied()));
        // Each leaf is the one that the phone itself showed.
        for leaf in read.leaves().step_by(37) {
            let shown = keys[&leaf.interval.day()].leaf(leaf.interval);
            prop_assert_eq!(&shown.tcn, &leaf.tcn);
            prop_assert_eq!(shown.metadata_key.as_bytes(), leaf.metadata_key.as_bytes());
        }
    }

    #[test]
    fn claim_22_no_node_stands_above_what_was_left_out_and_none_could_be_spared(leaves in chosen(3)) {
        let set: BTreeSet<_> = leaves.iter().copied().map(interval).collect();
        let bytes = cover(&keys(3), &set).to_bytes();
        for node in bytes.chunks(NODE_LENGTH) {
            let (depth, index, below) = place(node);
            prop_assert!(below.clone().all(|leaf| leaves.contains(&leaf)));
            // No leaf of another day, and none past the day's last.
            prop_assert_eq!(below.start / INTERVALS_PER_DAY, (below.end - 1) / INTERVALS_PER_DAY);
            // Its parent would reach what was left out, or past the day.
            let width = below.end - below.start;
            let parent = if index % 2 == 0 { below.start..below.end + width } else { below.start - width..below.end };
            let in_day = depth > 1 && (parent.end - 1) / INTERVALS_PER_DAY == below.start / INTERVALS_PER_DAY;
            prop_assert!(!in_day || parent.clone().any(|leaf| !leaves.contains(&leaf)));
        }
    }

    #[test]
    fn claim_22_each_set_has_one_cover(leaves in chosen(2), at in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()) {
        let set: BTreeSet<_> = leaves.iter().copied().map(interval).collect();
        let bytes = cover(&keys(2), &set).to_bytes();
        let nodes: Vec<_> = bytes.chunks(NODE_LENGTH).collect();
        prop_assume!(nodes.len() > 1);
        let (at, other) = (at.index(nodes.len()), other.index(nodes.len()));
        let mut swapped = nodes.clone();
        swapped.swap(at, other);
        let refused = (at != other).then_some(Error::Order);
        prop_assert_eq!(Cover::from_bytes(&swapped.concat()).err(), refused);
        let mut twice = nodes.clone();
        twice.insert(at, nodes[at]);
        prop_assert_eq!(Cover::from_bytes(&twice.concat()).err(), Some(Error::Order));
        // Halves instead of the whole.
        let (depth, ..) = place(nodes[at]);
        if depth < 8 {
            let halves = [0, 1].map(|side| {
                let mut half = nodes[at].to_vec();
                (half[2], half[3]) = (depth + 1, half[3] * 2 + side);
                half
            });
            let mut split: Vec<_> = nodes.clone();
            split.splice(at..=at, halves.iter().map(Vec::as_slice));
            prop_assert_eq!(Cover::from_bytes(&split.concat()).err(), Some(Error::Siblings));
        }
    }

    #[test]
    fn covers_are_read_or_refused_whatever_comes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        if let Ok(cover) = Cover::from_bytes(&bytes) {
            prop_assert_eq!(&*cover.to_bytes(), &bytes);
        }
    }
}

#[test]
fn claim_22_every_other_interval_is_the_worst_case() {
    for (days, nodes) in [(1, 72), (14, 1008)] {
        for phase in 0..2 {
            let set = (0..u32::from(days) * INTERVALS_PER_DAY).filter(|leaf| leaf % 2 == phase);
            let cover = cover(&keys(days), &set.map(interval).collect());
            assert_eq!(cover.len(), nodes);
            assert_eq!(Cover::from_bytes(&cover.to_bytes()).unwrap().len(), nodes);
        }
    }
    // Whole days are two nodes each: 128 intervals and 16.
    let all = (0..14 * INTERVALS_PER_DAY).map(interval).collect();
    assert_eq!(cover(&keys(14), &all).len(), 28);
}

/// Fourteen days with twenty redactions, as MUSTS 22 counts them: 125 nodes on average, 136 at most of 400 draws.
#[test]
fn claim_22_a_fortnight_with_twenty_redactions_fits_one_large_code() {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};
    let keys = keys(14);
    let mut rng = ChaCha20Rng::seed_from_u64(22);
    let mut sizes = Vec::new();
    for _ in 0..100 {
        let mut set: BTreeSet<_> = (0..14 * INTERVALS_PER_DAY).map(interval).collect();
        for _ in 0..20 {
            set.remove(&interval(rng.next_u32() % (14 * INTERVALS_PER_DAY)));
        }
        sizes.push(cover(&keys, &set).len());
    }
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    assert!((115..=145).contains(&mean), "{mean}");
    // QR version 40 at level L holds 2,953 bytes.
    assert!(sizes.iter().all(|size| size * NODE_LENGTH + 16 <= 2953));
}
