//! Filters of any tags, in pieces of any size, and of any bytes.

use proptest::prelude::*;
use twoken_core::filter::{Decoder, Error, Scale, max_bytes, write};
use twoken_core::tag::Tag;

/// Sorted tags that all begin with the same bytes, as somebody could grind them.
fn tags(begins: &[u8], rest: Vec<[u8; 32]>) -> Vec<Tag> {
    let mut tags: Vec<_> = rest
        .into_iter()
        .map(|mut bytes| {
            bytes[..begins.len()].copy_from_slice(begins);
            bytes[0] &= 0xfe;
            Tag::new(bytes)
        })
        .collect();
    tags.sort_unstable();
    tags
}

fn read(entries: usize, filter: &[u8], piece: usize) -> Result<Vec<u64>, Error> {
    let mut values = Vec::new();
    let mut decoder = Decoder::new(entries.try_into().unwrap());
    filter.chunks(piece).try_for_each(|piece| decoder.feed(piece, |value| values.push(value)))?;
    decoder.finish().map(|()| values)
}

/// The bits that the values' definition asks for, written as text: another way to the same bytes.
fn by_definition(tags: &[Tag]) -> Vec<u8> {
    let mut text = String::new();
    let mut before = 0;
    for tag in tags {
        let bits: String = tag.as_bytes()[..8].iter().map(|byte| format!("{byte:08b}")).collect();
        let leading = u128::from_str_radix(&[&bits[..7], &bits[8..]].concat(), 2).unwrap();
        let value = leading * (tags.len() as u128) * (1 << 40) / (1 << 63);
        let delta = value - before;
        before = value;
        text.extend(std::iter::repeat_n('1', usize::try_from(delta / (1 << 39)).unwrap()));
        text.push('0');
        text.push_str(&format!("{:039b}", delta % (1 << 39)));
    }
    let bytes = text.len().div_ceil(8);
    let text = format!("{text:0<width$}", width = bytes * 8);
    (0..bytes).map(|at| u8::from_str_radix(&text[at * 8..at * 8 + 8], 2).unwrap()).collect()
}

proptest! {
    #[test]
    fn filters_are_as_described_and_give_back_the_order_of_the_tags(
        begins in prop::collection::vec(any::<u8>(), 0..9),
        rest in prop::collection::vec(any::<[u8; 32]>(), 1..300), piece in 1_usize..400,
    ) {
        let tags = tags(&begins, rest);
        let filter = write(tags.iter()).unwrap();
        prop_assert_eq!(&filter, &by_definition(&tags));
        let scale = Scale::new(tags.len().try_into().unwrap());
        let values: Vec<_> = tags.iter().map(|tag| scale.value(tag)).collect();
        prop_assert!(values.is_sorted());
        prop_assert_eq!(read(tags.len(), &filter, piece).unwrap(), values);
        // However the tags were made: 40 to 42 bits each.
        let entries = u32::try_from(tags.len()).unwrap();
        prop_assert!((tags.len() * 5..=max_bytes(entries)).contains(&filter.len()));
    }

    /// Whatever is taken is what would be written: there is no second form.
    #[test]
    fn a_filter_has_one_form(
        rest in prop::collection::vec(any::<[u8; 32]>(), 1..40), at: prop::sample::Index, mask in 1_u8.., cut: bool,
    ) {
        let tags = tags(&[], rest);
        let good = write(tags.iter()).unwrap();
        let values = read(tags.len(), &good, 64).unwrap();
        let mut spoilt = good.clone();
        if cut {
            spoilt.truncate(at.index(good.len()));
        } else {
            spoilt[at.index(good.len())] ^= mask;
        }
        // Other values, or refused; never the same ones in other bytes.
        prop_assert_ne!(read(tags.len(), &spoilt, 64), Ok(values));
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes: Vec<u8>, entries in 0_usize..5000, piece in 1_usize..100) {
        if let Ok(values) = read(entries, &bytes, piece) {
            prop_assert_eq!(values.len(), entries);
            prop_assert!(values.is_sorted());
        }
    }
}

/// Random tags cost 41.54 bits each: 1.04 times the 40 that information theory asks for.
#[test]
fn a_filter_has_41_bits_and_a_half_an_entry() {
    let mut rng = crate::support::rng::keystream([9; 32]);
    let mut tags: Vec<_> = (0..20_000).map(|_| crate::support::batches::stranger(&mut rng).tag).collect();
    tags.sort_unstable();
    let bits = write(tags.iter()).unwrap().len() as f64 * 8.0 / 20_000.0;
    assert!((41.5..41.58).contains(&bits), "{bits}");
}

/// Tags that no element has, or in another order.
#[test]
fn tags_that_do_not_ascend_are_not_written() {
    let tag = |first| Tag::new([first; 32]);
    assert_eq!(write([tag(4), tag(2)].iter()), Err(Error::Order));
    let odd = Tag::new([[3; 1].as_slice(), &[0; 31]].concat().try_into().unwrap());
    assert_eq!(write([tag(2), odd].iter()), Err(Error::Order));
}
