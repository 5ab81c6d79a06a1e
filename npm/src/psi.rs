//! Private mode: how many of one's encounters were reported, and not which. Both sides.

use getrandom::SysRng;
use rand_core::UnwrapErr;
use twoken_core::matching::{
    self, Asked, ByFilter, Hit, Hits as CoreHits, PrivateMatcher as CoreMatcher, Whole,
};
use twoken_core::psi::{
    self, Answer as CoreAnswer, DayKey as CoreDayKey, DayPublicKey, DaySet, DaySets as CoreDaySets,
    MAX_QUERY_BYTES, MAX_RESPONSE_BYTES, Query, Question as CoreQuestion, Response, Waiting,
};
use twoken_core::risk::Level;
use twoken_core::status::Degree;
use twoken_core::tag::Element;
use twoken_core::wire::Digest;
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, BytesList, DayText, Members, Number, Numbers, Time};
use crate::batch::BatchHeader;
use crate::config::RiskObject;
use crate::diary::Diary;
use crate::encounter::rng;
use crate::matching::{comparing, numbers, over};
use crate::out::{self, Out};
use crate::refusal::Given;
use crate::risk::thresholds;
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** What one query asks about: the batches that one UTC day sealed of one scheme. */
export interface DaySet { day: Day; scheme: Scheme }
/** Byte strings of 32 each, by category. */
export interface ByLevel { low: Uint8Array[]; medium: Uint8Array[]; high: Uint8Array[] }
/** How many were found reported, by category and degree. */
export interface HitCounts {
  total: number;
  low: { first: number; second: number };
  medium: { first: number; second: number };
  high: { first: number; second: number };
}
";

#[wasm_bindgen]
extern "C" {
    /// A day set.
    #[wasm_bindgen(typescript_type = "DaySet")]
    pub type DaySetObject;
    /// Day sets.
    #[wasm_bindgen(typescript_type = "DaySet[]")]
    pub type DaySetList;
    /// By category.
    #[wasm_bindgen(typescript_type = "ByLevel")]
    pub type ByLevelObject;
    /// Counts.
    #[wasm_bindgen(typescript_type = "HitCounts")]
    pub type HitCountsObject;
    /// What a query asks.
    #[wasm_bindgen(typescript_type = "DaySet & { setSize: number }")]
    pub type QueryObject;
    /// What came of the pages asked for.
    #[wasm_bindgen(typescript_type = "{ found: Hits; waiting: number[] }")]
    pub type FoundHits;
}

/// The most bytes of a stored record.
const MAX_STORED: usize = 1 << 26;

/// What is to be asked: each category's elements, each once. Secret.
#[wasm_bindgen]
pub struct Question(CoreQuestion);

#[wasm_bindgen]
impl Question {
    /// Of the encounters that had begun by that day, each in the category that it would be by itself.
    ///
    /// @throws `TwokenError` `psi.too_many`
    #[wasm_bindgen(js_name = fromDiary)]
    pub fn from_diary(
        diary: &Diary,
        risk: &RiskObject,
        #[wasm_bindgen(js_name = daySet)] day_set: &DaySetObject,
    ) -> Given<Question> {
        Ok(Self(matching::question(&diary.0, &thresholds(risk)?, day_set_of(day_set)?)?))
    }

    /// Of elements, as {@link Secret.element} makes them.
    ///
    /// @throws `TwokenError` `psi.too_many`, `tag.element`
    #[wasm_bindgen(js_name = fromElements)]
    pub fn from_elements(
        #[wasm_bindgen(js_name = daySet)] day_set: &DaySetObject,
        elements: &ByLevelObject,
    ) -> Given<Question> {
        let members = Members::of(elements, "elements", &["low", "medium", "high"])?;
        let set = |level| {
            members.need(level, |list, name| {
                args::list(list, name, |bytes| Ok(Element::checked(args::array(bytes, name)?)?))
            })
        };
        Ok(Self(CoreQuestion::new(day_set_of(day_set)?, [set("low")?, set("medium")?, set("high")?])?))
    }

    /// Points of each set that will be sent: 64, 256, 1,024 or 4,096.
    #[wasm_bindgen(getter, js_name = setSize)]
    pub fn set_size(&self) -> usize {
        self.0.set_size()
    }

    /// Hides it under a fresh key, among dummies, without a record of what was asked: {@link DaySets.ask} keeps one.
    ///
    /// @throws `TwokenError` `tag.element`
    pub fn blind(&self) -> Given<PendingQuery> {
        Ok(PendingQuery(CoreQuestion::from_bytes(&self.0.to_bytes())?.blind(&mut rng())?))
    }

    /// For another thread of the same device. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// From {@link Question.toBytes}.
    ///
    /// @throws `TwokenError` `encoding.cbor`, `psi.too_many`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<Question> {
        Ok(Self(CoreQuestion::from_bytes(&args::bytes(bytes, "bytes", MAX_STORED)?)?))
    }
}

/// A query that is asked: what takes the answer out, and the very bytes to send. Store it before it is sent. Secret.
#[wasm_bindgen]
pub struct PendingQuery(Waiting);

#[wasm_bindgen]
impl PendingQuery {
    /// The body of `POST /v1/psi`: the same bytes however often.
    pub fn query(&self) -> js_sys::Uint8Array {
        out::bytes(self.0.query())
    }

    /// Takes the answer out.
    ///
    /// @param key - the day's public key, 32 bytes, of all of its signed headers
    /// @throws `TwokenError` `psi.number`, `psi.repeated`, `psi.probe`, `tag.element`, `encoding.cbor`: nothing counts
    pub fn finalize(&self, response: &Bytes, key: &Bytes) -> Given<Answer> {
        let waiting = Waiting::from_bytes(&self.0.to_bytes())?;
        Ok(Answer(waiting.finalize(&response_of(response)?, &public_key(key)?)?))
    }

    /// For storage. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// From storage. Of one that {@link DaySets} has recorded, {@link DaySets.resume}.
    ///
    /// @throws `TwokenError` `psi.version`, `encoding.cbor`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<PendingQuery> {
        Ok(Self(Waiting::from_bytes(&args::bytes(bytes, "bytes", MAX_STORED)?)?))
    }
}

/// The day sets that were asked about on this device: each once.
#[wasm_bindgen]
pub struct DaySets(CoreDaySets);

#[wasm_bindgen]
impl DaySets {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self(CoreDaySets::default())
    }

    /// That this one may still be asked about: its day is over by `today`, and no query of it was made.
    ///
    /// @throws `TwokenError` `psi.not_closed`, `psi.asked`
    #[wasm_bindgen(js_name = mayAsk)]
    pub fn may_ask(
        &self,
        #[wasm_bindgen(js_name = daySet)] day_set: &DaySetObject,
        today: &DayText,
    ) -> Given<()> {
        Ok(self.0.may_ask(day_set_of(day_set)?, args::day(today, "today")?)?)
    }

    /// Makes the one query of a day set. Store the record, and what it gives, before that is sent.
    ///
    /// @throws `TwokenError` `psi.not_closed`, `psi.asked`, `tag.element`
    pub fn ask(&mut self, question: &Question, today: &DayText) -> Given<PendingQuery> {
        let question = CoreQuestion::from_bytes(&question.0.to_bytes())?;
        Ok(PendingQuery(self.0.ask(question, args::day(today, "today")?, &mut rng())?))
    }

    /// Takes up a query that was stored, to send it again.
    ///
    /// @throws `TwokenError` `psi.not_asked` when it is not the one that was recorded, or has its answer
    pub fn resume(&self, bytes: &Bytes) -> Given<PendingQuery> {
        Ok(PendingQuery(self.0.resume(&args::bytes(bytes, "bytes", MAX_STORED)?)?))
    }

    /// Takes the answer out. After three refused answers the day set is given up. Store the record either way.
    ///
    /// @throws `TwokenError` `psi.not_asked`; as {@link PendingQuery.finalize}
    pub fn finalize(&mut self, query: &PendingQuery, response: &Bytes, key: &Bytes) -> Given<Answer> {
        let waiting = Waiting::from_bytes(&query.0.to_bytes())?;
        Ok(Answer(self.0.finalize(waiting, &response_of(response)?, &public_key(key)?)?))
    }

    /// Gives a day set up: it has no batches, or the server no key of it any more.
    #[wasm_bindgen(js_name = giveUp)]
    pub fn give_up(&mut self, #[wasm_bindgen(js_name = daySet)] day_set: &DaySetObject) -> Given<()> {
        self.0.give_up(day_set_of(day_set)?);
        Ok(())
    }

    /// Whether its question is over: answered, or given up.
    #[wasm_bindgen(js_name = isDone)]
    pub fn is_done(&self, #[wasm_bindgen(js_name = daySet)] day_set: &DaySetObject) -> Given<bool> {
        Ok(self.0.is_done(day_set_of(day_set)?))
    }

    /// Those with a query that has no answer yet.
    pub fn waiting(&self) -> DaySetList {
        out::list(self.0.waiting().map(day_set_object))
    }

    /// Forgets those of days before `oldest`, whose batches are gone.
    pub fn sweep(&mut self, oldest: &DayText) -> Given<()> {
        self.0.sweep(args::day(oldest, "oldest")?);
        Ok(())
    }

    /// For storage.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// From storage.
    ///
    /// @throws `TwokenError` `psi.version`, `encoding.cbor`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<DaySets> {
        Ok(Self(CoreDaySets::from_bytes(&args::bytes(bytes, "bytes", MAX_STORED)?)?))
    }
}

/// What came of a query: the second tags of each category. Which belongs to which encounter is not known. Secret.
#[wasm_bindgen]
pub struct Answer(CoreAnswer);

#[wasm_bindgen]
impl Answer {
    /// The second tags, by category.
    pub fn tags(&self) -> ByLevelObject {
        let [low, medium, high] = self.0.sets();
        let tags = |set: &[psi::Second]| -> js_sys::Array {
            out::list(set.iter().map(|second| out::bytes(second.tag.as_bytes())))
        };
        Out::new().with("low", tags(low)).with("medium", tags(medium)).with("high", tags(high)).done()
    }
}

/// An answer's second tags, to be found in the batches of its day set.
#[wasm_bindgen]
pub struct PrivateMatcher(CoreMatcher);

#[wasm_bindgen]
impl PrivateMatcher {
    /// Of one answer.
    #[wasm_bindgen(constructor)]
    pub fn new(answer: &Answer) -> Self {
        Self(CoreMatcher::new(&answer.0))
    }
}

comparing! {
    PrivateMatcher of CoreMatcher;
    "Compares an entries file of private mode as it arrives, in pieces of any size."
    WholePrivateBatch;
    "Compares a large batch's filter as it arrives, in private mode, and chooses the four pages to ask for."
    FilteredPrivateBatch;
    "The four pages that are asked of a large batch of private mode, hit or not. Store as {@link AskedPages}."
    AskedPrivatePages;
    Hits, FoundHits
}

/// What was found reported of one day set: each tag once. Secret: it holds claims.
#[wasm_bindgen]
pub struct Hits(pub(crate) CoreHits);

#[wasm_bindgen]
impl Hits {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self(CoreHits::default())
    }

    /// Takes in what was found in another batch of the day set.
    pub fn join(&mut self, other: &Hits) {
        self.0.extend(other.0.iter().cloned());
    }

    /// How many of each category and degree.
    pub fn counts(&self) -> HitCountsObject {
        let counts = self.0.counts();
        let of = |level| -> JsValue {
            Out::new()
                .with("first", counts.get(level, Degree::First))
                .with("second", counts.get(level, Degree::Second))
                .done()
        };
        Out::new()
            .with("total", counts.total())
            .with("low", of(Level::Low))
            .with("medium", of(Level::Medium))
            .with("high", of(Level::High))
            .done()
    }

    /// The second tags of all of them, 32 bytes each: what {@link ProofGround.ofHit} names them by.
    pub fn tags(&self) -> BytesList {
        out::list(self.0.iter().map(|hit| out::bytes(hit.second.tag.as_bytes())))
    }

    /// For storage. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(&self.0.to_bytes())
    }

    /// From storage.
    ///
    /// @throws `TwokenError` `encoding.cbor`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<Hits> {
        Ok(Self(CoreHits::from_bytes(&args::bytes(bytes, "bytes", MAX_STORED)?)?))
    }
}

impl Hits {
    /// Of a comparison.
    fn of(found: Vec<Hit>) -> Self {
        let mut hits = CoreHits::default();
        hits.extend(found);
        Self(hits)
    }
}

/// A server's key of one batch day and one scheme: to be deleted with that day's batches.
#[wasm_bindgen]
pub struct DayKey(pub(crate) CoreDayKey);

#[wasm_bindgen]
impl DayKey {
    /// A fresh one.
    pub fn generate() -> DayKey {
        Self(CoreDayKey::generate(&mut rng()))
    }

    /// From 32 bytes.
    ///
    /// @throws `TwokenError` `argument.length`, `tag.scalar`
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &Bytes) -> Given<DayKey> {
        Ok(Self(CoreDayKey::from_bytes(&args::array(bytes, "bytes")?)?))
    }

    /// Its 32 bytes. Secret.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> js_sys::Uint8Array {
        out::bytes(self.0.to_bytes().as_slice())
    }

    /// Its public half, 32 bytes, for the headers of its day's batches.
    #[wasm_bindgen(js_name = publicKey)]
    pub fn public_key(&self) -> js_sys::Uint8Array {
        out::bytes(self.0.public().as_bytes())
    }

    /// Answers a query: every point times the key, each set shuffled. Some 0.2 ms a point.
    ///
    /// @throws `TwokenError` as {@link decodeQuery}; `tag.element`
    pub fn answer(&self, query: &Bytes) -> Given<js_sys::Uint8Array> {
        let query = Query::decode(&args::bytes(query, "query", MAX_QUERY_BYTES)?)?;
        Ok(out::bytes(&psi::answer(&query, &self.0, &mut rng())?.encode()))
    }
}

/// Reads what a query asks about. Its points are looked at when they are multiplied.
///
/// @throws `TwokenError` `encoding.cbor`, `psi.version`, `psi.set_size`, `psi.unequal`, `psi.order`
#[wasm_bindgen(js_name = decodeQuery)]
pub fn decode_query(bytes: &Bytes) -> Given<QueryObject> {
    let query = Query::decode(&args::bytes(bytes, "bytes", MAX_QUERY_BYTES)?)?;
    Ok(Out::new()
        .with("day", query.day_set().day.to_string())
        .with("scheme", words::scheme_word(query.day_set().scheme))
        .with("setSize", query.set_size())
        .done())
}

fn response_of(bytes: &JsValue) -> Given<Response> {
    Ok(Response::decode(&args::bytes(bytes, "response", MAX_RESPONSE_BYTES)?)?)
}

fn public_key(bytes: &JsValue) -> Given<DayPublicKey> {
    Ok(DayPublicKey::from_bytes(args::array(bytes, "key")?)?)
}

/// A day set.
pub(crate) fn day_set_of(value: &JsValue) -> Given<DaySet> {
    let members = Members::of(value, "daySet", &["day", "scheme"])?;
    Ok(DaySet { day: members.need("day", args::day)?, scheme: members.need("scheme", words::scheme)? })
}

fn day_set_object(of: DaySet) -> JsValue {
    Out::new().with("day", of.day.to_string()).with("scheme", words::scheme_word(of.scheme)).done()
}
