//! A batch against the diary: which of my encounters were reported?

use getrandom::SysRng;
use rand_core::UnwrapErr;
use twoken_core::matching::{Asked, ByFilter, Match, Matcher as CoreMatcher, Whole};
use twoken_core::wire::Digest;
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, BytesList, DegreeNumber, Number, Numbers, Time};
use crate::batch::BatchHeader;
use crate::diary::{Diary, exposure};
use crate::encounter::rng;
use crate::out::{self, Out};
use crate::refusal::{Given, Refusal};
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** An encounter that was found in a batch. {@link Diary.expose} takes it into the diary. */
export interface Match { encounter: string; exposure: Exposure }
";

#[wasm_bindgen]
extern "C" {
    /// What was found.
    #[wasm_bindgen(typescript_type = "Match[]")]
    pub type MatchList;
    /// What came of the pages asked for.
    #[wasm_bindgen(typescript_type = "{ found: Matches; waiting: number[] }")]
    pub type FoundObject;
}

/// The most bytes of a matcher, or of what was found.
pub(crate) const MAX_STORED: usize = 1 << 26;

/// The tags that would be mine, with what opens the statuses beside them; no claims, no notes, no times.
#[wasm_bindgen]
pub struct Matcher(pub(crate) CoreMatcher);

#[wasm_bindgen]
impl Matcher {
    /// Of every encounter in the diary, and every TCN heard.
    #[wasm_bindgen(js_name = fromDiary)]
    pub fn from_diary(diary: &Diary) -> Matcher {
        Self(CoreMatcher::from_diary(&diary.0))
    }

    /// The same without encounters about which a report of this degree says nothing new: for filters, so that nobody learns from
    /// copies of a published tag who asks for its page each time.
    #[wasm_bindgen(js_name = forNews)]
    pub fn for_news(diary: &Diary, degree: &DegreeNumber) -> Given<Matcher> {
        Ok(Self(CoreMatcher::for_news(&diary.0, words::degree(degree, "degree")?)))
    }

    /// How many tags it looks for.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }
}

/// What was found in a batch, each encounter once.
#[wasm_bindgen]
pub struct Matches(pub(crate) Vec<Match>);

#[wasm_bindgen]
impl Matches {
    /// How many.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn all(&self) -> MatchList {
        out::list(self.0.iter().map(|found| {
            Out::new()
                .with("encounter", found.encounter.to_string())
                .with("exposure", exposure(&found.exposure))
                .done::<JsValue>()
        }))
    }
}

/// The three classes that compare batches, for one of the two matchers.
macro_rules! comparing {
    (
        $matcher:ident of $seek:ty;
        $whole_doc:literal $whole:ident;
        $filtered_doc:literal $filtered:ident;
        $asked_doc:literal $asked:ident;
        $found:ident, $found_object:ident
    ) => {
        #[doc = $whole_doc]
        #[wasm_bindgen]
        pub struct $whole(pub(crate) Option<Whole<$seek>>);

        #[wasm_bindgen]
        impl $whole {
            /// At the start of a batch's entries file.
            ///
            /// @throws `TwokenError` `batch.mode` for a batch of the other mode, `batch.day_set`
            #[wasm_bindgen(constructor)]
            pub fn new(matcher: &$matcher, header: &BatchHeader) -> Given<$whole> {
                Ok(Self(Some(Whole::new(&matcher.0, header.0.header())?)))
            }

            /// Reads on. What was refused once stays refused.
            ///
            /// @throws `TwokenError` `batch.size`, `batch.page_digest`, `batch.order`
            pub fn feed(&mut self, bytes: &Bytes) -> Given<()> {
                let bytes = args::bytes(bytes, "bytes", MAX_STORED)?;
                Ok(self.0.as_mut().ok_or_else(over)?.feed(&bytes)?)
            }

            /// What of mine was reported in the batch: all of the file must have come and been verified. Once.
            ///
            /// @throws `TwokenError` `batch.size`, or why it was refused before; `finished`
            pub fn finish(&mut self, now: &Time) -> Given<$found> {
                let now = args::time(now, "now")?;
                Ok($found::of(self.0.take().ok_or_else(over)?.finish(now)?))
            }
        }

        #[doc = $filtered_doc]
        #[wasm_bindgen]
        pub struct $filtered(Option<ByFilter<UnwrapErr<SysRng>, $seek>>);

        #[wasm_bindgen]
        impl $filtered {
            /// At the start of a batch's filter.
            ///
            /// @throws `TwokenError` `batch.mode`, `batch.day_set`; `batch.comes_whole` for a batch that is to be fetched whole
            #[wasm_bindgen(constructor)]
            pub fn new(matcher: &$matcher, header: &BatchHeader) -> Given<$filtered> {
                Ok(Self(Some(ByFilter::new(&matcher.0, header.0.header(), UnwrapErr(SysRng))?)))
            }

            /// Reads on. What was refused once stays refused.
            ///
            /// @throws `TwokenError` `filter.trailing`, `filter.padding`, `filter.range`
            pub fn feed(&mut self, bytes: &Bytes) -> Given<()> {
                let bytes = args::bytes(bytes, "bytes", MAX_STORED)?;
                Ok(self.0.as_mut().ok_or_else(over)?.feed(&bytes)?)
            }

            /// The pages to ask for, once all of the filter has come and is the one that was signed. Once.
            ///
            /// @throws `TwokenError` `filter.truncated`, `batch.filter_digest`, or why it was refused before; `finished`
            pub fn finish(&mut self) -> Given<$asked> {
                Ok($asked(Some(self.0.take().ok_or_else(over)?.finish()?)))
            }
        }

        #[doc = $asked_doc]
        #[wasm_bindgen]
        pub struct $asked(Option<Asked<$seek>>);

        #[wasm_bindgen]
        impl $asked {
            /// Asks pages of a batch that was compared before: up to four of those that wait, filled up to four with others.
            ///
            /// @throws `TwokenError` `batch.mode`, `batch.day_set`, `batch.comes_whole`
            pub fn again(matcher: &$matcher, header: &BatchHeader, waiting: &Numbers) -> Given<$asked> {
                let waiting = numbers(waiting, "waiting")?;
                Ok(Self(Some(Asked::again(&matcher.0, header.0.header(), &waiting, &mut rng())?)))
            }

            /// Asks for the same pages as before, when a check is tried again: another choice beside the same hits would show
            /// which are hits.
            ///
            /// @throws `TwokenError` `batch.mode`, `batch.day_set`, `batch.comes_whole`, `batch.no_page`, `batch.incomplete`
            pub fn resume(
                matcher: &$matcher,
                header: &BatchHeader,
                pages: &Numbers,
                waiting: &Numbers,
                said: &BytesList,
            ) -> Given<$asked> {
                let (pages, waiting) = (numbers(pages, "pages")?, numbers(waiting, "waiting")?);
                let said = args::list(said, "said", |digest| args::array(digest, "said").map(Digest::new))?;
                Ok(Self(Some(Asked::resume(&matcher.0, header.0.header(), &pages, &waiting, &said)?)))
            }

            /// The pages to ask for, from 0: four, ascending.
            #[wasm_bindgen(getter)]
            pub fn pages(&self) -> Given<Numbers> {
                Ok(out::list(self.asked()?.pages()))
            }

            /// Pages with hits that are not asked for this time, ascending.
            #[wasm_bindgen(getter)]
            pub fn waiting(&self) -> Given<Numbers> {
                Ok(out::list(self.asked()?.waiting().iter().copied()))
            }

            /// What the filter said of the pages, in their order: a digest each.
            #[wasm_bindgen(getter)]
            pub fn said(&self) -> Given<BytesList> {
                Ok(out::list(self.asked()?.said().iter().map(|digest| out::bytes(digest.as_bytes()))))
            }

            /// Takes in one of them.
            ///
            /// @throws `TwokenError` `batch.no_page`, `batch.size`, `batch.page_digest`, `batch.order`, `batch.filter_lies`
            pub fn page(&mut self, number: &Number, bytes: &Bytes) -> Given<()> {
                let (number, bytes) = (args::whole(number, "number")?, args::bytes(bytes, "bytes", 1 << 20)?);
                Ok(self.0.as_mut().ok_or_else(over)?.page(number, &bytes)?)
            }

            /// What of mine was reported in the pages: all of them must have come. `waiting` is for `again`, at a later check.
            /// Once.
            ///
            /// @throws `TwokenError` `batch.incomplete`, `finished`
            pub fn finish(&mut self, now: &Time) -> Given<$found_object> {
                let now = args::time(now, "now")?;
                let found = self.0.take().ok_or_else(over)?.finish(now)?;
                let waiting: js_sys::Array = out::list(found.waiting);
                Ok(Out::new().with("found", $found::of(found.matches)).with("waiting", waiting).done())
            }

            pub(crate) fn asked(&self) -> Given<&Asked<$seek>> {
                self.0.as_ref().ok_or_else(over)
            }
        }
    };
}
#[cfg(feature = "full")]
pub(crate) use comparing;

comparing! {
    Matcher of CoreMatcher;
    "Compares an entries file as it arrives, in pieces of any size. Nothing counts before {@link WholeBatch.finish}."
    WholeBatch;
    "Compares a large batch's filter as it arrives, and chooses the four pages to ask for. Its matcher is of {@link Matcher.forNews}."
    FilteredBatch;
    "The four pages that are asked of a large batch, hit or not, so that the number of requests tells nothing.\n\nStore {@link AskedPages.pages}, {@link AskedPages.waiting} and {@link AskedPages.said} before the first is asked for."
    AskedPages;
    Matches, FoundObject
}

/// Numbers of pages.
pub(crate) fn numbers(list: &JsValue, name: &str) -> Given<Vec<u32>> {
    args::list(list, name, |page| args::whole(page, name))
}

impl Matches {
    /// Of a comparison.
    fn of(found: Vec<Match>) -> Self {
        Self(found)
    }
}

/// What was finished goes no further.
pub(crate) fn over() -> Refusal {
    Refusal::new("finished", "this was finished: begin anew")
}
