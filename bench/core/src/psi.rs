//! Private mode: a phone's half of a query, and a server's.

use rand_core::Rng;
use twoken_core::batch::{Header, Imprint, PAGE_ENTRIES, Press};
use twoken_core::filter;
use twoken_core::matching::{ByFilter, PrivateMatcher};
use twoken_core::psi::{self, DayKey, DaySet, Query, Question, Response, SETS, Waiting};
use twoken_core::status::{Degree, Scheme};
use twoken_core::tag::{Element, Secret, Tag};
use twoken_core::units::Timestamp;
use twoken_core::wire::{Digest, SigningKey};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::rng;

const SEALED_AT: Timestamp = Timestamp::new(20_778 * 86_400);

/// One query, its answer, and a batch to compare with.
#[wasm_bindgen]
pub struct Asking {
    elements: [Vec<Element>; SETS],
    key: DayKey,
    waiting: Vec<u8>,
    response: Vec<u8>,
    header: Header,
    filter: Vec<u8>,
}

#[wasm_bindgen]
impl Asking {
    /// Of so many elements in each category, half of which stand in a batch of so many pages. Nothing when the core refuses
    /// what is made up here.
    #[must_use]
    pub fn of(low: u32, medium: u32, high: u32, pages: u32) -> Option<Asking> {
        let mut secrets =
            (0_u32..).map(|nth| Secret::new(*Digest::of(&nth.to_be_bytes()).as_bytes()).element());
        let elements =
            [low, medium, high].map(|count| secrets.by_ref().take(count as usize).collect::<Vec<_>>());
        let key = DayKey::generate(&mut rng(7));
        let waiting = question(&elements)?.blind(&mut rng(8)).ok()?;
        let response = psi::answer(&Query::decode(waiting.query()).ok()?, &key, &mut rng(9)).ok()?.encode();
        let known: Vec<_> = elements.iter().flatten().step_by(2).cloned().collect();
        let (header, filter) = batch(key.tags(&known).ok()?, pages as usize, &key)?;
        Some(Self { elements, key, waiting: waiting.to_bytes().to_vec(), response, header, filter })
    }

    /// Points that are sent.
    #[must_use]
    pub fn points(&self) -> usize {
        self.response.len() / 32
    }

    /// All that the phone does: hides what it asks, takes the answer out, compares it with the filter of the batch. How many of
    /// a page's worth may stand there is what it asks for next: four pages, always.
    #[must_use]
    pub fn ask(&self) -> bool {
        self.asked() == Some(4)
    }

    fn asked(&self) -> Option<usize> {
        let waiting = question(&self.elements)?.blind(&mut rng(8)).ok()?;
        (*waiting.to_bytes() == self.waiting).then_some(())?;
        let answer = waiting.finalize(&Response::decode(&self.response).ok()?, &self.key.public()).ok()?;
        let mut by_filter = ByFilter::new(&PrivateMatcher::new(&answer), &self.header, rng(10)).ok()?;
        by_filter.feed(&self.filter).ok()?;
        Some(by_filter.finish().ok()?.pages().len())
    }

    /// All that the server does, on one core.
    #[must_use]
    pub fn answer(&self) -> bool {
        let answered = || {
            let query = Waiting::from_bytes(&self.waiting).ok()?;
            let query = Query::decode(query.query()).ok()?;
            psi::answer(&query, &self.key, &mut rng(9)).ok()
        };
        answered().is_some_and(|answer| answer.encode() == self.response)
    }

    /// What the server does before anybody asks: the second tags of so many elements, sorted, as a filter. Bytes of it.
    #[must_use]
    pub fn set_up(&self, elements: u32) -> Option<usize> {
        let mut rng = rng(11);
        // Uploads stand in the pool already. A few thousand of them again and again cost what others do.
        let uploaded: Vec<_> = (0..4096).map(|_| Element::dummy(&mut rng)).collect();
        let mut tags = Vec::with_capacity(elements as usize);
        while tags.len() < elements as usize {
            let left = elements as usize - tags.len();
            tags.extend(self.key.tags(uploaded.get(..left.min(uploaded.len()))?).ok()?);
        }
        // Only different ones make a filter of the right size.
        tags.iter_mut().for_each(|tag| *tag = stranger(&mut rng));
        tags.sort_unstable();
        filter::write(tags.iter()).ok().map(|filter| filter.len())
    }
}

fn question(elements: &[Vec<Element>; SETS]) -> Option<Question> {
    let day_set = DaySet { day: SEALED_AT.day(), scheme: Scheme::Encounter };
    Question::new(day_set, elements.clone()).ok()
}

/// What looks like a tag to whoever only compares.
fn stranger(rng: &mut impl Rng) -> Tag {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    bytes[0] &= 0xfe;
    bytes[31] &= 0x7f;
    Tag::new(bytes)
}

/// The header and the filter of a batch of these tags and strangers'.
fn batch(mut tags: Vec<Tag>, pages: usize, key: &DayKey) -> Option<(Header, Vec<u8>)> {
    let mut rng = rng(12);
    tags.resize_with(pages * PAGE_ENTRIES, || stranger(&mut rng));
    tags.sort_unstable();
    let mut press = Press::private(pages, key.public(), &mut rng).ok()?;
    for page in tags.chunks(PAGE_ENTRIES) {
        press.page(page).ok()?;
    }
    let imprint = Imprint {
        region: "root".parse().ok()?,
        scheme: Scheme::Encounter,
        degree: Degree::First,
        sealed_at: SEALED_AT,
        config_digest: Digest::of(b"configuration"),
    };
    let (signed, filter) = press.finish(imprint, &SigningKey::from_bytes(&[1; 32])).ok()?;
    Some((signed.header().clone(), filter))
}
