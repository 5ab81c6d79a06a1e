//! Batches too large to come whole: a filter, then four pages, hit or not; and a filter that lies.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

use std::collections::BTreeSet;

use twoken_core::batch::{Error, MAX_WHOLE_PAGES, PAGE_BYTES, PAGE_ENTRIES, PAGES_ASKED, Pages, SealedBatch};
use twoken_core::diary::Diary;
use twoken_core::filter;
use twoken_core::matching::{Asked, ByFilter, Found, FoundOn, FoundOnError, Match, Matcher, Whole};
use twoken_core::status::Degree;
use twoken_core::tag::Tag;

use support::batches::{NOW, batch, met};
use support::named;
use support::rng::keystream;

/// The filter, in pieces of this size.
fn ask(diary: &Diary, batch: &SealedBatch, piece: usize, seed: &str) -> Result<Asked, Error> {
    let matcher = Matcher::from_diary(diary);
    let mut by_filter = ByFilter::new(&matcher, batch.header.header(), keystream(named(seed)))?;
    batch.filter_file.chunks(piece).try_for_each(|piece| by_filter.feed(piece))?;
    by_filter.finish()
}

fn page(batch: &SealedBatch, number: u32) -> &[u8] {
    &batch.entries_file[number as usize * PAGE_BYTES..][..PAGE_BYTES]
}

fn answer(mut asked: Asked, batch: &SealedBatch) -> Result<Found, Error> {
    for number in asked.pages() {
        asked.page(number, page(batch, number))?;
    }
    asked.finish(NOW)
}

fn whole(diary: &Diary, batch: &SealedBatch) -> Vec<Match> {
    let mut whole = Whole::new(&Matcher::from_diary(diary), batch.header.header()).unwrap();
    whole.feed(&batch.entries_file).unwrap();
    whole.finish(NOW).unwrap()
}

fn ids(matches: &[Match]) -> BTreeSet<String> {
    matches.iter().map(|found| found.encounter.to_string()).collect()
}

#[test]
fn four_pages_are_asked_with_no_hit_with_one_and_with_many() {
    for reporters in [0, 1, 5, 12] {
        let (person, entries) = met("somebody", reporters);
        let batch = batch(entries, 40, "forty pages");
        let asked = ask(&person.diary, &batch, 4096, "choice").unwrap();
        let pages = asked.pages();
        assert_eq!(pages.len(), PAGES_ASKED, "{reporters} hits");
        assert!(pages.is_sorted_by(|a, b| a < b) && pages.iter().all(|page| *page < 40));

        let mut found = answer(asked, &batch).unwrap();
        let mut seen = ids(&found.matches);
        // What waits is found at later checks, four pages at a time, and the last one fills up too.
        let mut checks = 1;
        while !found.waiting.is_empty() {
            let matcher = Matcher::from_diary(&person.diary);
            let mut rng = keystream(named(&format!("later {checks}")));
            let again = Asked::again(&matcher, batch.header.header(), &found.waiting, &mut rng).unwrap();
            assert_eq!(again.pages().len(), PAGES_ASKED);
            found = answer(again, &batch).unwrap();
            seen.extend(ids(&found.matches));
            checks += 1;
        }
        assert_eq!(seen, ids(&whole(&person.diary, &batch)));
        assert_eq!(seen.len(), reporters);
        assert!(checks >= reporters.div_ceil(5).max(1), "{checks} checks for {reporters}");
    }
}

/// Nothing waits: the same four requests all the same.
#[test]
fn an_earlier_batch_is_asked_again_whether_or_not_something_waits() {
    let (person, entries) = met("somebody", 1);
    let batch = batch(entries, 9, "nine pages");
    let (matcher, header) = (Matcher::from_diary(&person.diary), batch.header.header());
    let mut rng = keystream(named("again"));
    let mut chosen = BTreeSet::new();
    for waiting in [&[][..], &[3], &[8, 3, 3, 1], &[0, 1, 2, 3, 4, 5], &[9, u32::MAX]] {
        let again = Asked::again(&matcher, header, waiting, &mut rng).unwrap();
        let pages = again.pages();
        assert_eq!(pages.len(), PAGES_ASKED);
        assert!(pages.is_sorted_by(|a, b| a < b) && pages.iter().all(|page| *page < 9));
        let asked = waiting.iter().filter(|page| pages.contains(page)).collect::<BTreeSet<_>>().len();
        let there: BTreeSet<_> = waiting.iter().filter(|page| **page < 9).collect();
        assert_eq!(asked, there.len().min(PAGES_ASKED));
        let found = answer(again, &batch).unwrap();
        assert_eq!(found.waiting.len(), there.len() - asked, "the rest waits on");
        chosen.extend(pages);
    }
    assert!(chosen.len() > 6, "pages are drawn: {chosen:?}");
}

/// A check that broke off is tried again with the same pages, and finds the same.
#[test]
fn a_choice_is_repeated() {
    let (person, entries) = met("somebody", 12);
    let batch = batch(entries, 40, "forty pages");
    let first = ask(&person.diary, &batch, 4096, "choice").unwrap();
    let (pages, waiting) = (first.pages(), first.waiting().to_vec());
    let (matcher, header) = (Matcher::from_diary(&person.diary), batch.header.header());
    let said = first.said();
    assert_eq!(said.len(), PAGES_ASKED);
    let again = |pages: &[u32]| Asked::resume(&matcher, header, pages, &waiting, &said);
    assert_eq!(again(&pages).unwrap().pages(), pages);
    assert_eq!(answer(again(&pages).unwrap(), &batch), answer(first, &batch));
    let refused = |pages: &[u32]| again(pages).map(|_| ()).unwrap_err();
    assert_eq!(refused(&pages[..3]), Error::Incomplete { asked: 4, got: 3 });
    assert_eq!(refused(&[1, 2, 3, 3]), Error::Incomplete { asked: 4, got: 3 });
    assert_eq!(refused(&[1, 2, 3, 40]), Error::NoPage { page: 40 });
    let some = Asked::resume(&matcher, header, &pages, &waiting, &said[..3]).map(|_| ()).unwrap_err();
    assert_eq!(some, Error::Incomplete { asked: 4, got: 3 });
}

/// What is exposed already is not looked for in a filter; a report of a lower degree would be news.
#[test]
fn a_copy_of_a_published_tag_is_no_hit_for_whoever_knows_already() {
    let (mut person, entries) = met("somebody", 3);
    let batch = batch(entries, 40, "forty pages");
    let found = whole(&person.diary, &batch);
    let asked = |diary: &Diary, degree| Matcher::for_news(diary, degree).len();
    assert_eq!(asked(&person.diary, Degree::First), 3);
    person.diary.expose(&found[..1]);
    assert_eq!((asked(&person.diary, Degree::First), asked(&person.diary, Degree::Second)), (2, 2));
    let mut second = found[1];
    second.exposure.degree = Degree::Second;
    person.diary.expose(&[second]);
    assert_eq!((asked(&person.diary, Degree::First), asked(&person.diary, Degree::Second)), (2, 1));
    assert_eq!(Matcher::from_diary(&person.diary).len(), 3);
}

/// Hits take the places of what was drawn, each with the same chance, wherever it stands in the batch.
#[test]
fn with_many_hits_those_asked_are_drawn_by_lot() {
    let (person, entries) = met("somebody", 12);
    let batch = batch(entries, 40, "forty pages");
    let all = ask(&person.diary, &batch, 4096, "any").unwrap();
    let hits: BTreeSet<_> = all.pages().into_iter().chain(answer(all, &batch).unwrap().waiting).collect();
    assert!(hits.len() > 2 * PAGES_ASKED, "{hits:?}");
    let mut asked = std::collections::BTreeMap::<u32, u32>::new();
    for seed in 0..200 {
        for page in ask(&person.diary, &batch, 4096, &format!("lot {seed}")).unwrap().pages() {
            *asked.entry(page).or_default() += 1;
        }
    }
    assert_eq!(asked.keys().copied().collect::<BTreeSet<_>>(), hits);
    // 200 · 4 / n each, about 70; 35 is more than five standard deviations away.
    assert!(asked.values().all(|times| *times > 35), "{asked:?}");
}

#[test]
fn pieces_of_any_size_give_the_same() {
    let (person, entries) = met("somebody", 3);
    let batch = batch(entries, 9, "nine pages");
    let expected = answer(ask(&person.diary, &batch, usize::MAX, "seed").unwrap(), &batch).unwrap();
    assert_eq!(expected.matches.len(), 3);
    for piece in [1, 2, 7, 1000, 4096] {
        assert_eq!(answer(ask(&person.diary, &batch, piece, "seed").unwrap(), &batch).unwrap(), expected);
    }
}

#[test]
fn a_filter_that_is_not_the_signed_one_is_refused() {
    let (person, entries) = met("somebody", 1);
    let good = batch(entries, 9, "nine pages");
    let file = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut batch = good.clone();
        change(&mut batch.filter_file);
        ask(&person.diary, &batch, 1000, "seed").map(|_| ()).unwrap_err()
    };
    let entries = 9 * 256;
    assert!(matches!(
        file(&|file| file.truncate(6000)),
        Error::Filter(filter::Error::Truncated { expected, got }) if expected == entries && (1000..entries).contains(&got)
    ));
    assert_eq!(
        file(&|file| file.clear()),
        Error::Filter(filter::Error::Truncated { expected: entries, got: 0 })
    );
    assert_eq!(file(&|file| file.push(0)), Error::Filter(filter::Error::Trailing));
    assert_eq!(file(&|file| file.fill(0xff)), Error::Filter(filter::Error::Range));
    assert_eq!(file(&|file| file[20] ^= 1), Error::FilterDigest);
    // Refused once, refused for good.
    let matcher = Matcher::from_diary(&person.diary);
    let mut by_filter = ByFilter::new(&matcher, good.header.header(), keystream(named("seed"))).unwrap();
    assert!(by_filter.feed(&[0xff; 8192]).is_err());
    assert_eq!(by_filter.feed(&[]), Err(Error::Filter(filter::Error::Range)));
    assert_eq!(by_filter.finish().map(|_| ()).unwrap_err(), Error::Filter(filter::Error::Range));
}

/// A server that signs a filter without one person's tag: whoever fetches the page sees that it lies.
#[test]
fn a_filter_that_lies_is_caught_by_whoever_fetches_the_page() {
    let (person, entries) = met("somebody", 1);
    let target = entries[0].tag;
    let mut batch = batch(entries, 9, "nine pages");
    let honest = batch.header.header().clone();
    let pages = Pages::verify(&honest, batch.entries_file.clone()).unwrap();
    let mut tags: Vec<Tag> = pages.entries().map(|entry| entry.tag).collect();
    let at = tags.iter().position(|tag| *tag == target).unwrap();
    // Hidden behind its neighbour.
    tags[at] = tags[at - 1];
    batch.filter_file = filter::write(tags.iter()).unwrap();
    let mut header = honest;
    header.filter_digest = twoken_core::wire::Digest::of(&batch.filter_file);

    let matcher = Matcher::from_diary(&person.diary);
    let hidden = u32::try_from(at / PAGE_ENTRIES).unwrap();
    let mut caught = 0;
    for seed in 0..40 {
        let mut by_filter =
            ByFilter::new(&matcher, &header, keystream(named(&format!("seed {seed}")))).unwrap();
        by_filter.feed(&batch.filter_file).unwrap();
        let mut asked = by_filter.finish().unwrap();
        let numbers = asked.pages();
        // A check that is tried again is no way around it.
        let mut again = Asked::resume(&matcher, &header, &numbers, asked.waiting(), &asked.said()).unwrap();
        for number in &numbers {
            let result = asked.page(*number, page(&batch, *number));
            assert_eq!(again.page(*number, page(&batch, *number)), result);
            if *number == hidden {
                assert_eq!(result, Err(Error::FilterLies { page: hidden as usize }));
            } else {
                result.unwrap();
            }
        }
        if numbers.contains(&hidden) {
            caught += 1;
            assert!(matches!(asked.finish(NOW), Err(Error::Incomplete { asked: 4, got: 3 })));
        }
    }
    assert!(caught > 5, "four of nine pages are fetched: {caught} of 40");
}

#[test]
fn pages_are_taken_once_if_asked_for_and_only_as_signed() {
    let (person, entries) = met("somebody", 1);
    let batch = batch(entries, 9, "nine pages");
    let mut asked = ask(&person.diary, &batch, 4096, "seed").unwrap();
    let numbers = asked.pages();
    let (first, second) = (numbers[0], numbers[1]);
    let other = (0..9).find(|page| !numbers.contains(page)).unwrap();
    assert_eq!(asked.page(other, page(&batch, other)), Err(Error::NoPage { page: other as usize }));
    assert_eq!(asked.page(first, page(&batch, second)), Err(Error::PageDigest { page: first as usize }));
    let cut = &page(&batch, first)[1..];
    assert_eq!(asked.page(first, cut), Err(Error::Size { expected: PAGE_BYTES, got: PAGE_BYTES - 1 }));
    asked.page(first, page(&batch, first)).unwrap();
    assert_eq!(asked.page(first, page(&batch, first)), Err(Error::NoPage { page: first as usize }));
    assert_eq!(asked.finish(NOW).unwrap_err(), Error::Incomplete { asked: 4, got: 1 });
}

#[test]
fn a_batch_that_comes_whole_is_not_asked_by_its_filter() {
    let (person, entries) = met("somebody", 1);
    let batch = batch(entries, MAX_WHOLE_PAGES, "eight pages");
    assert!(batch.header.header().comes_whole());
    let refused = Error::ComesWhole { pages: MAX_WHOLE_PAGES };
    assert_eq!(ask(&person.diary, &batch, 4096, "seed").map(|_| ()).unwrap_err(), refused);
    let matcher = Matcher::from_diary(&person.diary);
    let again = Asked::again(&matcher, batch.header.header(), &[], &mut keystream(named("seed")));
    assert_eq!(again.map(|_| ()).unwrap_err(), refused);
    assert_eq!(whole(&person.diary, &batch).len(), 1);
}

/// What a proof is made over comes with the hit, in pages as in a whole batch: nothing has to be asked for again.
#[test]
fn the_page_of_what_was_found_is_kept() {
    let (person, entries) = met("somebody", 3);
    for pages in [2, 40] {
        let batch = batch(entries.clone(), pages, "pages");
        let header = batch.header.header();
        let kept = if header.comes_whole() {
            let mut whole = Whole::new(&Matcher::from_diary(&person.diary), header).unwrap();
            whole.feed(&batch.entries_file).unwrap();
            whole.found_on().to_vec()
        } else {
            let mut asked = ask(&person.diary, &batch, 4096, "choice").unwrap();
            for number in asked.pages() {
                asked.page(number, page(&batch, number)).unwrap();
            }
            asked.found_on().to_vec()
        };
        assert_eq!(kept.len(), 3, "of {pages} pages");
        for found in kept {
            let page = &found.page;
            assert!(header.page_digests.contains(&page.digest));
            assert_eq!((page.batch, page.scheme, page.degree), (header.id, header.scheme, header.degree));
            assert_eq!(page.kind(), header.proof_kind());
            let row = person.diary.get(&found.encounter).unwrap();
            assert!(row.pairings().iter().any(|pairing| found.page.has(pairing.received_tag())));
            let stored = found.to_bytes();
            assert!(FoundOn::from_bytes(&stored) == Ok(found.clone()));
            assert!(matches!(
                FoundOn::from_bytes(&[&[9], &stored[1..]].concat()),
                Err(FoundOnError::Version(9))
            ));
            for bad in [&stored[..stored.len() - 1], &[][..], &[&stored[..], &[0]].concat()] {
                assert!(matches!(FoundOn::from_bytes(bad), Err(FoundOnError::Codec(_))));
            }
        }
    }
}
