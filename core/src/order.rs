//! Order, where a program is downloaded. What is sorted here are at most some thousand tags, entries, elements or points; the
//! standard library's sorts are faster with millions, and each takes 5 to 75 KB of a program for every type.

use alloc::collections::{BTreeSet, BinaryHeap};
use alloc::vec::Vec;

/// Sorts in place; those that are the same come in any order.
pub(crate) fn sort<T: Ord>(items: &mut Vec<T>) {
    *items = BinaryHeap::from(core::mem::take(items)).into_sorted_vec();
}

/// Puts it in its place among those that ascend; false if it is there.
pub(crate) fn insert<T: Ord>(ascending: &mut Vec<T>, item: T) -> bool {
    let place = ascending.binary_search(&item);
    if let Err(at) = place {
        ascending.insert(at, item);
    }
    place.is_err()
}

/// A set of these, put in one by one: to `collect` them sorts them first.
pub(crate) fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

/// Sorts in place, so that no copy of a secret stays behind; those with the same bytes keep their order.
pub(crate) fn sort_by_bytes<T>(items: &mut [T], bytes: impl Fn(&T) -> &[u8; 32]) {
    let mut places = places(items.iter().map(|item| *bytes(item)).zip(0..).collect());
    for at in 0..items.len() {
        while let Some(to) = places.get(at).map(|to| *to as usize).filter(|to| *to != at) {
            items.swap(at, to);
            places.swap(at, to);
        }
    }
}

/// Where each belongs, from its bytes and where it is.
fn places(mut last_first: BinaryHeap<([u8; 32], u32)>) -> Vec<u32> {
    let mut places = alloc::vec![0; last_first.len()];
    let mut place = 0..places.len() as u32;
    while let Some(((_, from), place)) = last_first.pop().zip(place.next_back()) {
        places.get_mut(from as usize).into_iter().for_each(|of| *of = place);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_standard_library_sorts_and_stable() {
        for length in 0..200_usize {
            // Few different keys, so that some are the same.
            let key = |at: usize| [u8::try_from(at * at * 7 % 31).unwrap_or(0); 32];
            let mut items: Vec<_> = (0..length).map(|at| (key(at), at)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort_by_bytes(&mut items, |(key, _)| key);
            assert_eq!(items, expected);
        }
    }
}
