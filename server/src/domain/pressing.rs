//! A closed pool becomes batches: read in the order of its pseudorandom tags, which is the shuffle, filled up with
//! dummies to full pages, signed, published in one transaction. No more than a few hundred pages' worth is ever held.
//!
//! A pool that is too large for one batch becomes several of one size: its entries are dealt out in turn, so that each
//! batch has uniform tags.
//!
//! In private mode the pool holds elements, and their second tags have another order than they: they are held until all
//! are made, 32 bytes each, and sorted.

use std::sync::Arc;

use twoken_core::batch::{self, Head, Imprint, Line, PAGE_ENTRIES, Press, SignedHeader};
use twoken_core::psi::DayKey;
use twoken_core::status::{Degree, Mode, Scheme};
use twoken_core::tag::{ELEMENT_LENGTH, ENTRY_LENGTH, Element, Entry, Tag};
use twoken_core::units::Timestamp;

use super::published::Published;
use super::sealing::{Error, Sealed};
use crate::clock::Clock;
use crate::keys::Keys;
use crate::random;
use crate::store::{self, LastHead, NewBatch, PoolState, Store};
use crate::work::Workshop;

/// Fewest pages of a batch.
const MIN_PAGES: usize = 1;
/// Most entries of one batch, 1,024 pages, 22 MB: a header has 34 bytes a page, and a day's headers come in one index.
const MAX_ENTRIES: u64 = 1024 * PAGE_ENTRIES as u64;
/// Entries that are read, written as pages and committed at a time: uploads wait for that long, some milliseconds.
const CHUNK: u32 = 32 * PAGE_ENTRIES as u32;
/// Elements that one core multiplies at a time: some 30 milliseconds.
const PIECE: usize = 512;

/// Pages on their way into the database: batch, number, bytes.
type Staged = Vec<([u8; 16], u32, Vec<u8>)>;
/// A batch's header, and its filter.
type Filtered = (SignedHeader, Vec<u8>);

/// Seals a closed pool. Cut off anywhere, what was done is done again from the beginning, and published once.
///
/// # Errors
/// See [`Error`]; the pool is as it was.
pub(super) async fn press(
    store: &Store,
    keys: &Arc<Keys>,
    published: &Published,
    clock: &Clock,
    pool: &PoolState,
) -> Result<Vec<Sealed>, Error> {
    let now = clock.now();
    let imprint = imprint(published, now, pool)?;
    let count = store.count_entries(pool.number).await?;
    let headers = match published.config().mode {
        Mode::Open => {
            let sheets = Sheets::new(count, MAX_ENTRIES, Press::new)?;
            stage(store, keys, imprint, pool, sheets).await?
        }
        Mode::Private => {
            let key = Arc::new(day_key(store, &imprint).await?);
            let tags = second_tags(store, &key, pool).await?;
            let public = key.public();
            let press = |pages, rng: &mut random::System| Press::private(pages, public, rng);
            // Two elements with one tag: it takes a broken hash, and then one line is enough.
            let sheets = Sheets::new(tags.len() as u64, MAX_ENTRIES, press)?;
            stage_tags(store, keys, imprint, tags, sheets).await?
        }
    };
    publish(store, clock, now, pool, headers).await
}

/// Writes all pages and filters. Nobody sees them yet.
async fn stage(
    store: &Store,
    keys: &Arc<Keys>,
    imprint: Imprint,
    pool: &PoolState,
    mut sheets: Sheets<Entry>,
) -> Result<Vec<SignedHeader>, Error> {
    let damaged = || Error::Damaged { region: pool.key.region.clone() };
    let mut last: Option<[u8; ENTRY_LENGTH]> = None;
    loop {
        let entries = store.entries_after(pool.number, last.as_ref(), CHUNK).await?;
        let Some(end) = entries.last() else { break };
        last = Some(*end);
        // They were decoded in full before they joined the pool.
        let entries: Result<Vec<_>, _> = entries.iter().map(|bytes| Entry::from_trusted(bytes)).collect();
        let entries = entries.map_err(|_| damaged())?;
        let (back, pages) = computed(move || sheets.lay(&entries).map(|pages| (sheets, pages))).await?;
        sheets = back;
        store.stage_pages(&pages).await?;
    }
    finish(store, keys, imprint, sheets).await
}

/// The key of the day on which the pool is sealed, and of its scheme; made when it is needed first.
async fn day_key(store: &Store, imprint: &Imprint) -> Result<DayKey, Error> {
    let fresh = DayKey::generate(&mut random::system()).to_bytes();
    let (day, scheme) = (imprint.sealed_at.day(), imprint.scheme);
    let key = store.day_key_or(day.get(), scheme as u8, &fresh).await?;
    DayKey::from_bytes(&key).map_err(|_| store::Error::Damaged("a day's key").into())
}

/// The second tags of everything that waits, ascending, made on all cores.
async fn second_tags(store: &Store, key: &Arc<DayKey>, pool: &PoolState) -> Result<Vec<Tag>, Error> {
    let damaged = || Error::Damaged { region: pool.key.region.clone() };
    let cores = Workshop::new(1).enter().ok_or(Error::Interrupted)?;
    let (mut tags, mut last) = (Vec::new(), None);
    loop {
        let elements: Vec<[u8; ELEMENT_LENGTH]> =
            store.entries_after(pool.number, last.as_ref(), CHUNK).await?;
        let Some(end) = elements.last() else { break };
        last = Some(*end);
        let pieces = elements.chunks(PIECE).map(|piece| {
            let (key, piece) = (Arc::clone(key), piece.to_vec());
            move || {
                let elements = piece.into_iter().map(Element::checked).collect::<Result<Vec<_>, _>>()?;
                key.tags(&elements)
            }
        });
        for piece in cores.compute_all(pieces.collect::<Vec<_>>()).await.map_err(|_| Error::Interrupted)? {
            tags.extend(piece.map_err(|_| damaged())?);
        }
    }
    tags.sort_unstable();
    tags.dedup();
    Ok(tags)
}

/// As [`stage`], of tags that are there already.
async fn stage_tags(
    store: &Store,
    keys: &Arc<Keys>,
    imprint: Imprint,
    tags: Vec<Tag>,
    mut sheets: Sheets<Tag>,
) -> Result<Vec<SignedHeader>, Error> {
    for tags in tags.chunks(CHUNK as usize) {
        let tags = tags.to_vec();
        let (back, pages) = computed(move || sheets.lay(&tags).map(|pages| (sheets, pages))).await?;
        sheets = back;
        store.stage_pages(&pages).await?;
    }
    finish(store, keys, imprint, sheets).await
}

/// Writes the last pages and the filters.
async fn finish<L: Line + Send + 'static>(
    store: &Store,
    keys: &Arc<Keys>,
    imprint: Imprint,
    sheets: Sheets<L>,
) -> Result<Vec<SignedHeader>, Error> {
    let keys = Arc::clone(keys);
    let (pages, batches) = computed(move || sheets.finish(&imprint, &keys)).await?;
    store.stage_pages(&pages).await?;
    let mut headers = Vec::new();
    for (signed, filter) in batches {
        store.stage_filter(signed.header().id.as_bytes(), &filter).await?;
        headers.push(signed);
    }
    Ok(headers)
}

/// Lists the batches in the index, all at once. Nothing is added to a day that is over: whoever has fetched its index
/// goes on from there.
async fn publish(
    store: &Store,
    clock: &Clock,
    now: Timestamp,
    pool: &PoolState,
    headers: Vec<SignedHeader>,
) -> Result<Vec<Sealed>, Error> {
    let (region, day) = (&pool.key.region, now.day().get());
    let Some(mut publication) = store.begin_publication(pool.number, region, day).await? else {
        return Ok(Vec::new());
    };
    // Asked under the write lock, like every index: no other can be made meanwhile.
    if clock.now().day() != now.day() {
        return Err(Error::DayOver);
    }
    let before = publication.last_head().await?;
    in_time(before, region, now)?;
    let mut head = before.map_or(Head::GENESIS, |last| Head::new(last.head));
    let mut sealed = Vec::new();
    for signed in headers {
        let header = signed.header();
        let pages = u32::try_from(header.pages()).unwrap_or(u32::MAX);
        sealed.push(Sealed { id: header.id, pages });
        head = head.then(&signed);
        let digests = header.page_digests.iter().map(|digest| *digest.as_bytes()).collect();
        let id = *header.id.as_bytes();
        publication.add(&NewBatch { id, pages, header: signed.to_bytes().to_vec(), digests }).await?;
    }
    publication.commit(LastHead { head: *head.as_bytes(), sealed_at: now.seconds() }).await?;
    Ok(sealed)
}

/// Batches of a region are in the order of their times, so none is made with a time before the last one's.
pub(super) fn in_time(last: Option<LastHead>, region: &str, now: Timestamp) -> Result<(), Error> {
    match last.map_or(0, |last| Timestamp::new(last.sealed_at).since(now)) {
        0 => Ok(()),
        seconds => Err(Error::ClockBehind { region: region.to_owned(), seconds }),
    }
}

/// Hashing and making dummies take milliseconds: they are done where nobody waits for them.
async fn computed<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, batch::Error> + Send + 'static,
) -> Result<T, Error> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(|_| Error::Interrupted)??)
}

fn imprint(published: &Published, now: Timestamp, pool: &PoolState) -> Result<Imprint, Error> {
    let damaged = || Error::Damaged { region: pool.key.region.clone() };
    let scheme = [Scheme::Encounter, Scheme::Tcn].into_iter().find(|one| *one as u8 == pool.key.scheme);
    let degree = [Degree::First, Degree::Second].into_iter().find(|one| *one as u8 == pool.key.degree);
    Ok(Imprint {
        region: pool.key.region.parse().map_err(|_| damaged())?,
        scheme: scheme.ok_or_else(damaged)?,
        degree: degree.ok_or_else(damaged)?,
        sealed_at: now,
        config_digest: published.digest(),
    })
}

/// The batches of one pool while they are written, side by side.
struct Sheets<L: Line> {
    sheets: Vec<Sheet<L>>,
    /// Whose turn it is to get the next entry.
    next: usize,
}

/// One batch while it is written.
struct Sheet<L: Line> {
    press: Press<L>,
    /// Descending: the smallest is at the end.
    dummies: Vec<L>,
    /// Lines of the page that is not full yet.
    page: Vec<L>,
    written: u32,
}

impl<L: Line> Sheets<L> {
    /// For a pool of so many entries, of which a batch takes `most`; `press` makes one for so many pages.
    fn new(
        entries: u64,
        most: u64,
        press: impl Fn(usize, &mut random::System) -> Result<Press<L>, batch::Error>,
    ) -> Result<Self, batch::Error> {
        let batches = entries.div_ceil(most);
        // In turns: the first ones get one more where it does not come out even.
        let share = |at: u64| (entries - at).div_ceil(batches);
        let sheets =
            (0..batches).map(|at| Sheet::new(usize::try_from(share(at)).unwrap_or(usize::MAX), &press));
        Ok(Self { sheets: sheets.collect::<Result<_, _>>()?, next: 0 })
    }

    /// Deals out entries that go on ascending; returns the pages that are full.
    fn lay(&mut self, entries: &[L]) -> Result<Staged, batch::Error> {
        let mut staged = Vec::new();
        for entry in entries {
            let at = self.next;
            self.next = (at + 1) % self.sheets.len().max(1);
            if let Some(sheet) = self.sheets.get_mut(at) {
                sheet.lay(*entry, &mut staged)?;
            }
        }
        Ok(staged)
    }

    /// Puts in the last dummies; returns the last pages, and the headers with their filters.
    fn finish(self, imprint: &Imprint, keys: &Keys) -> Result<(Staged, Vec<Filtered>), batch::Error> {
        let mut staged = Vec::new();
        let mut headers = Vec::new();
        for mut sheet in self.sheets {
            while let Some(dummy) = sheet.dummies.pop() {
                sheet.put(dummy, &mut staged)?;
            }
            headers.push(sheet.press.finish(imprint.clone(), &keys.signing)?);
        }
        Ok((staged, headers))
    }
}

impl<L: Line> Sheet<L> {
    fn new(
        entries: usize,
        press: impl Fn(usize, &mut random::System) -> Result<Press<L>, batch::Error>,
    ) -> Result<Self, batch::Error> {
        let pages = entries.div_ceil(PAGE_ENTRIES).max(MIN_PAGES);
        let mut rng = random::system();
        let press = press(pages, &mut rng)?;
        let missing = pages * PAGE_ENTRIES - entries;
        let mut dummies: Vec<_> = (0..missing).map(|_| L::dummy(&mut rng)).collect();
        dummies.sort_unstable_by(|a, b| b.cmp(a));
        Ok(Self { press, dummies, page: Vec::with_capacity(PAGE_ENTRIES), written: 0 })
    }

    /// An entry at its place, after the dummies that come before it.
    fn lay(&mut self, entry: L, staged: &mut Staged) -> Result<(), batch::Error> {
        while let Some(dummy) = self.dummies.pop_if(|dummy| *dummy < entry) {
            self.put(dummy, staged)?;
        }
        self.put(entry, staged)
    }

    fn put(&mut self, entry: L, staged: &mut Staged) -> Result<(), batch::Error> {
        self.page.push(entry);
        if self.page.len() == PAGE_ENTRIES {
            staged.push((*self.press.id().as_bytes(), self.written, self.press.page(&self.page)?));
            self.written += 1;
            self.page.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use twoken_core::batch::{PAGE_BYTES, Pages};
    use twoken_core::wire::Digest;

    use super::*;

    /// Presses `count` entries, `most` in a batch; returns the batches as they are published.
    fn pressed(count: usize, most: u64) -> (Vec<Entry>, Vec<(SignedHeader, Pages)>) {
        let folder = tempfile::tempdir().unwrap();
        let (keys, _) = Keys::open_or_create(folder.path()).unwrap();
        let mut rng = random::system();
        let mut entries: Vec<_> = (0..count).map(|_| Entry::dummy(&mut rng)).collect();
        entries.sort_unstable();
        let mut sheets = Sheets::new(count as u64, most, Press::new).unwrap();
        let mut staged = Vec::new();
        for chunk in entries.chunks(100) {
            staged.extend(sheets.lay(chunk).unwrap());
        }
        let imprint = Imprint {
            region: "root".parse().unwrap(),
            scheme: Scheme::Encounter,
            degree: Degree::First,
            sealed_at: Timestamp::new(1_795_271_460),
            config_digest: Digest::of(b"configuration"),
        };
        let (last, headers) = sheets.finish(&imprint, &keys).unwrap();
        staged.extend(last);
        let batches = headers.into_iter().map(|(signed, filter)| {
            let own = staged.iter().filter(|(id, ..)| id == signed.header().id.as_bytes());
            let file: Vec<_> = own
                .zip(0..)
                .flat_map(|((_, number, bytes), expected)| {
                    assert_eq!((*number, bytes.len()), (expected, PAGE_BYTES));
                    bytes.clone()
                })
                .collect();
            assert_eq!(Digest::of(&filter), signed.header().filter_digest);
            let pages = Pages::verify(signed.header(), file).unwrap();
            (signed, pages)
        });
        (entries, batches.collect())
    }

    #[test]
    fn a_pool_becomes_one_batch_with_dummies_to_the_end_of_its_last_page() {
        for (count, pages) in [(1, 1), (255, 1), (256, 1), (257, 2), (700, 3)] {
            let (entries, batches) = pressed(count, 1024);
            let [(signed, published)] = batches.as_slice() else {
                panic!("{count}: {} batches", batches.len())
            };
            assert_eq!(signed.header().pages(), pages, "{count}");
            let published: Vec<_> = published.entries().collect();
            assert!(entries.iter().all(|entry| published.binary_search(entry).is_ok()), "{count}");
        }
    }

    #[test]
    fn a_pool_too_large_for_one_batch_is_dealt_out_evenly() {
        let (entries, batches) = pressed(1100, 512);
        assert_eq!(batches.len(), 3);
        let mut found = 0;
        for (signed, published) in &batches {
            assert_eq!(signed.header().pages(), 2);
            let published: Vec<_> = published.entries().collect();
            let own = entries.iter().filter(|entry| published.binary_search(entry).is_ok()).count();
            assert!((366..=367).contains(&own), "{own} of 1,100 entries are in one of three batches");
            found += own;
            // From all over: a batch of the lowest tags only would tell which tags are in another one.
            assert!(published.first().unwrap().tag.as_bytes()[0] < 32);
            assert!(published.last().unwrap().tag.as_bytes()[0] > 223);
        }
        assert_eq!(found, entries.len(), "each is in one batch, and in no other");
    }
}
