//! Filters: the tags of a batch, in order, in 41.5 bits each.

use serde_json::Value;
use twoken_core::batch::{self, Header, PAGE_BYTES, Pages, SignedHeader};
use twoken_core::codec::to_base64url;
use twoken_core::diary::Diary;
use twoken_core::filter::{Decoder, Error, Scale, max_bytes, write};
use twoken_core::matching::{ByFilter, Matcher};
use twoken_core::tag::Tag;
use twoken_core::wire::Digest;

use super::batch::{NINE_PAGES, ONE_PAGE, resigned};
use super::config;
use crate::file::{Case, File};
use crate::support::named;
use crate::support::rng::keystream;

pub fn files() -> Vec<File> {
    let mut files = vec![good()];
    files.extend(bad());
    files.push(bad_digest());
    files.push(bad_lies());
    files
}

/// A tag that begins like this, and ends in `last`.
fn tag(begins: &[u8], last: u8) -> Tag {
    let mut bytes = [0; 32];
    bytes[..begins.len()].copy_from_slice(begins);
    bytes[31] = last;
    Tag::new(bytes)
}

fn read(entries: u32, filter: &[u8]) -> Result<Vec<u64>, Error> {
    let mut values = Vec::new();
    let mut decoder = Decoder::new(entries);
    decoder.feed(filter, |value| values.push(value))?;
    decoder.finish()?;
    Ok(values)
}

/// As text, because not every reader of JSON keeps 64 bits.
fn hex(value: u64) -> Value {
    format!("{value:016x}").into()
}

fn good() -> File {
    let batch = ONE_PAGE.seal();
    let pages = Pages::verify(batch.header.header(), batch.entries_file).unwrap();
    let batch_tags: Vec<_> = pages.entries().map(|entry| entry.tag).collect();
    let skewed = (0..16).map(|last| tag(&[0xfe; 8], last)).collect();
    let inputs: [(&str, Vec<Tag>); 7] = [
        ("one tag", vec![tag(&[0x40], 1)]),
        (
            "the smallest and the largest beginning",
            vec![tag(&[], 1), tag(&[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1)],
        ),
        (
            "the same tag twice, and one with the same beginning",
            vec![tag(&[0x40], 1), tag(&[0x40], 1), tag(&[0x40], 2)],
        ),
        (
            "values that differ by one, and by two to the 39th",
            vec![
                tag(&[0x10], 0),
                tag(&[0x10, 0, 0, 0, 0, 0, 0x40], 0),
                tag(&[0x10, 0x80], 0),
                tag(&[0x20], 0),
            ],
        ),
        ("sixteen that begin alike, at the end", skewed),
        ("the tags of batch.json's first case", batch_tags.clone()),
        ("the first 100 of them", batch_tags[..100].to_vec()),
    ];
    let cases = inputs.map(|(name, tags)| {
        let filter = write(tags.iter()).unwrap();
        let entries = u32::try_from(tags.len()).unwrap();
        let scale = Scale::new(entries);
        let values: Vec<_> = tags.iter().map(|tag| scale.value(tag)).collect();
        assert_eq!(read(entries, &filter).unwrap(), values, "{name}");
        assert!((tags.len() * 5..=max_bytes(entries)).contains(&filter.len()), "{name}");
        Case::new(name)
            .with("tags", tags.iter().map(Tag::to_string).collect::<Vec<_>>())
            .with("values", values.into_iter().map(hex).collect::<Vec<_>>())
            .hex("filter", filter)
    });
    let note = "values are 64-bit numbers in hexadecimal: floor(v * (N * 2^40) / 2^63), v being the first 8 bytes of a \
                tag without the lowest bit of the first, N the number of tags. filter = Rice codes, k = 39, of their \
                differences, most significant bit first, filled up with zero bits.";
    File::new("filter.json", note, cases.into())
}

fn bad() -> Vec<File> {
    let tags = [tag(&[0x40], 1), tag(&[0x80], 1), tag(&[0xa0], 1)];
    let good = write(tags.iter()).unwrap();
    let bits = |bits: &str| -> Vec<u8> {
        let padded = format!("{bits:0<width$}", width = bits.len().next_multiple_of(8));
        padded
            .as_bytes()
            .chunks(8)
            .map(|byte| u8::from_str_radix(str::from_utf8(byte).unwrap(), 2).unwrap())
            .collect()
    };
    let cut = |got| Error::Truncated { expected: 3, got };
    let last = good.len() - 1;
    let padding = |bit: u8| [&good[..last], &[good[last] | bit]].concat();
    let ones = |count: usize| "1".repeat(count);
    let zeros = "0".repeat(39);
    type Bad = (&'static str, u32, Vec<u8>, Error);
    let files: [(&str, Vec<Bad>); 4] = [
        (
            "filter_bad_truncated.json",
            vec![
                ("empty", 3, vec![], cut(0)),
                ("cut off by a byte", 3, good[..last].to_vec(), cut(2)),
                ("cut off in the second", 3, good[..8].to_vec(), cut(1)),
                ("ends in ones", 5, vec![0xff], Error::Truncated { expected: 5, got: 0 }),
            ],
        ),
        (
            "filter_bad_trailing.json",
            vec![
                ("a zero byte more", 3, [&good[..], &[0]].concat(), Error::Trailing),
                ("twice", 3, [&good[..], &good].concat(), Error::Trailing),
            ],
        ),
        (
            "filter_bad_padding.json",
            vec![
                ("the last bit", 3, padding(1), Error::Padding),
                ("the first bit after the last value", 3, padding(0x20), Error::Padding),
                ("fewer entries announced", 2, good.clone(), Error::Padding),
            ],
        ),
        (
            "filter_bad_range.json",
            vec![
                ("one entry, two to the 40th", 1, bits(&(ones(2) + "0" + &zeros)), Error::Range),
                (
                    "two that sum up to two to the 41st",
                    2,
                    bits(&(ones(3) + "0" + &zeros + "10" + &zeros)),
                    Error::Range,
                ),
                (
                    "the last remainder leads out of range",
                    2,
                    bits(&(ones(3) + "0" + &"1".repeat(39) + "0" + &"0".repeat(38) + "1")),
                    Error::Range,
                ),
                ("nothing but ones", 3, vec![0xff; 20], Error::Range),
            ],
        ),
    ];
    files
        .into_iter()
        .map(|(name, cases)| {
            let cases = cases.into_iter().map(|(name, entries, filter, error)| {
                assert_eq!(read(entries, &filter).unwrap_err(), error, "{name}");
                Case::new(name).with("entries", entries).hex("filter", filter).refused(error)
            });
            File::new(name, "Filters of so many entries that are refused.", cases.collect())
        })
        .collect()
}

fn ask(header: &Header, filter: &[u8], seed: &str) -> Result<twoken_core::matching::Asked, batch::Error> {
    let matcher = Matcher::from_diary(&Diary::default());
    let mut by_filter = ByFilter::new(&matcher, header, keystream(named(seed)))?;
    by_filter.feed(filter)?;
    by_filter.finish()
}

fn bad_digest() -> File {
    let batch = NINE_PAGES.seal();
    let header = batch.header.header();
    let mut turned = batch.filter_file.clone();
    // In the remainder of the first value.
    turned[4] ^= 1;
    let other = super::batch::Sealing { seed: "another batch", ..NINE_PAGES }.seal().filter_file;
    let cases =
        [("a bit of a value", turned), ("the filter of another batch", other)].map(|(name, filter)| {
            let error = ask(header, &filter, "pages").map(|_| ()).unwrap_err();
            assert_eq!(error, batch::Error::FilterDigest, "{name}");
            Case::new(name)
                .hex("header", batch.header.to_bytes())
                .with("filter", to_base64url(&filter))
                .refused(error)
        });
    File::new(
        "filter_bad_digest.json",
        "Filters (base64url) that are not the one that 'header' names.",
        cases.into(),
    )
}

/// The page is the one that was signed, and so is the filter: but they differ.
fn bad_lies() -> File {
    type Lie = (&'static str, fn(&mut [Tag]));
    const PAGE: usize = 4;
    let batch = NINE_PAGES.seal();
    let pages = Pages::verify(batch.header.header(), batch.entries_file.clone()).unwrap();
    let tags: Vec<_> = pages.entries().map(|entry| entry.tag).collect();
    let lies: [Lie; 2] = [
        ("one tag is left out, its neighbour stands twice", |tags| {
            tags[PAGE * 256 + 9] = tags[PAGE * 256 + 8]
        }),
        ("the first is that of the page before", |tags| tags[PAGE * 256] = tags[PAGE * 256 - 1]),
    ];
    let cases = lies.map(|(name, lie)| {
        let mut lying = tags.clone();
        lie(&mut lying);
        lying.sort_unstable();
        let filter = write(lying.iter()).unwrap();
        let header = resigned(&batch, |header| header.filter_digest = Digest::of(&filter));
        let signed = SignedHeader::decode_verified(&header, &config::key().public()).unwrap();
        let bytes = &batch.entries_file[PAGE * PAGE_BYTES..][..PAGE_BYTES];
        let mut seeds = (0..).map(|seed| format!("pages {seed}"));
        let error = seeds
            .find_map(|seed| {
                let mut asked = ask(signed.header(), &filter, &seed).unwrap();
                let number = u32::try_from(PAGE).unwrap();
                asked.pages().contains(&number).then(|| asked.page(number, bytes).unwrap_err())
            })
            .unwrap();
        assert_eq!(error, batch::Error::FilterLies { page: PAGE }, "{name}");
        Case::new(name)
            .hex("header", header)
            .with("filter", to_base64url(&filter))
            .with("page", PAGE)
            .with("bytes", to_base64url(bytes))
            .refused(error)
    });
    let note = "A filter (base64url) that 'header' names, and that says something else than page 'page', whose 'bytes' \
                (base64url) 'header' names too.";
    File::new("filter_bad_lies.json", note, cases.into())
}
