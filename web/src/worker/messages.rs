//! What app and worker say to each other: a small head in CBOR, and one large buffer beside it
//! that changes hands without being copied.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use twoken_core::backup::Passphrase;
use twoken_core::batch::Head;
use twoken_core::matching::{FoundOn, Match, ProofPage};
use twoken_core::tag::Claim;
use twoken_core::units::{Day, Timestamp};
use twoken_core::wire::Digest;
use twoken_core::wire::StudyId;
use twoken_core::{batch, codec};

/// A task. Its buffer is named at each variant.
#[derive(Clone, Debug, Encode, Decode)]
pub enum Task {
    /// Read a QR code. The buffer is the picture, RGBA, row by row.
    #[n(0)]
    Scan {
        /// Pixels in a row.
        #[n(0)]
        width: u32,
        /// Rows.
        #[n(1)]
        height: u32,
    },
    /// Begin to verify and compare a batch; a comparison that was begun before ends. The buffer is empty.
    #[n(1)]
    Begin {
        /// Its number, which the tasks that follow name.
        #[n(0)]
        number: u32,
        /// The matcher's bytes; of a batch of private mode an answer's, in CBOR.
        #[n(1)]
        matcher: ByteVec,
        /// The signed header's bytes.
        #[n(2)]
        header: ByteVec,
        /// The server's pinned verifying key.
        #[n(3)]
        key: ByteVec,
        /// By what.
        #[n(4)]
        by: By,
    },
    /// The buffer is the next part of the entries file, or of the filter.
    #[n(2)]
    Part {
        /// Whose.
        #[n(0)]
        number: u32,
    },
    /// The buffer is a page that was asked for.
    #[n(3)]
    Page {
        /// Of which comparison.
        #[n(0)]
        number: u32,
        /// Which, from 0.
        #[n(1)]
        page: u32,
    },
    /// All has come. The buffer is empty.
    #[n(4)]
    End {
        /// Which comparison ends.
        #[n(0)]
        number: u32,
        /// What an exposure found now bears as its time.
        #[n(1)]
        found_at: Timestamp,
    },
    /// Verify an index. The buffer is its bytes.
    #[n(5)]
    Index {
        /// The server's pinned verifying key.
        #[n(0)]
        key: ByteVec,
        /// Of which region it must be.
        #[n(1)]
        region: String,
        /// Of which day.
        #[n(2)]
        day: Day,
        /// What time it is.
        #[n(3)]
        now: Timestamp,
        /// The last head seen, which it must continue; none at first contact.
        #[n(4)]
        known: Option<Head>,
    },
    /// Make the upload of a patient's keys, as staff send it. The buffer is the key code's body; it is wiped.
    #[n(6)]
    Regenerate {
        /// The day of the test.
        #[n(0)]
        test_day: Day,
        /// Days from it to the first symptoms, where they are known.
        #[n(1)]
        onset: Option<i8>,
        /// Where it counts.
        #[n(2)]
        region: String,
    },
    /// Make the one query of a day set of private mode. The buffer is empty.
    #[n(7)]
    Ask {
        /// The day sets asked about before: the core's bytes.
        #[n(0)]
        sets: ByteVec,
        /// What is asked: the core's bytes.
        #[n(1)]
        question: ByteVec,
        /// Which day it is.
        #[n(2)]
        today: Day,
    },
    /// Take up a query that was stored. The buffer is empty.
    #[n(8)]
    AskAgain {
        /// The day sets asked about before.
        #[n(0)]
        sets: ByteVec,
        /// The query, with its secrets.
        #[n(1)]
        waiting: ByteVec,
    },
    /// Take an answer out. The buffer is the server's response.
    #[n(9)]
    TakeOut {
        /// The day sets asked about before.
        #[n(0)]
        sets: ByteVec,
        /// The query, with its secrets.
        #[n(1)]
        waiting: ByteVec,
        /// The day's key, from its signed headers.
        #[n(2)]
        key: ByteVec,
    },
    /// Prove to hold a claim, and bind that to a body. The buffer is the body; it is wiped.
    #[n(10)]
    Prove {
        /// The page that has the claim's tag.
        #[n(0)]
        page: ProofPage,
        /// The claim.
        #[n(1)]
        claim: Claim,
        /// The server's pinned verifying key.
        #[n(2)]
        key: ByteVec,
        /// For which study; none for the second degree.
        #[n(3)]
        study: Option<StudyId>,
    },
    /// Derive a key of a passphrase, which is the buffer; it is wiped.
    #[n(11)]
    Derive {
        /// What makes this passphrase another one elsewhere: 16 bytes.
        #[n(0)]
        salt: ByteVec,
        /// In KiB.
        #[n(1)]
        memory: u32,
        /// How often all of it is gone through.
        #[n(2)]
        passes: u32,
    },
    /// Seal a backup. The buffer is its bytes; it is wiped.
    #[n(12)]
    Seal(#[n(0)] Passphrase),
    /// Open the file of a backup. The buffer is its bytes.
    #[n(13)]
    Open(#[n(0)] Passphrase),
}

/// What of a batch is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum By {
    /// All of it.
    #[n(0)]
    Entries,
    /// Its filter, and then the pages that it leads to.
    #[n(1)]
    Filter,
    /// Pages that were chosen before.
    #[n(2)]
    Chosen(#[n(0)] Choice),
    /// Pages of a batch that was compared before: these wait.
    #[n(3)]
    Again(#[n(0)] Vec<u32>),
}

/// Pages of a large batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Choice {
    /// To be asked for.
    #[n(0)]
    pub pages: Vec<u32>,
    /// With hits, for a later check.
    #[n(1)]
    pub waiting: Vec<u32>,
    /// What the filter said of the pages, in their order; empty where none was read.
    #[n(2)]
    pub said: Vec<Digest>,
}

/// What an index has that was not seen before.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct News {
    /// The signed headers after the last head seen, verified.
    #[n(0)]
    pub headers: Vec<ByteVec>,
    /// The head after them.
    #[n(1)]
    pub head: Head,
    /// When the server signed it.
    #[n(2)]
    pub signed_at: Timestamp,
    /// The head before the first of them.
    #[n(3)]
    pub before: Head,
}

/// What came of a task.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
    /// The code's text, if one was read.
    #[n(0)]
    Scanned(#[n(0)] Option<String>),
    /// The batch holds: these encounters are in it, and these pages have more.
    #[n(1)]
    Compared {
        /// Encounters.
        #[n(0)]
        found: Vec<Match>,
        /// Pages for a later check.
        #[n(1)]
        waiting: Vec<u32>,
        /// The page of each encounter.
        #[n(2)]
        pages: Vec<FoundOn>,
    },
    /// The batch does not hold. Nothing of it counts.
    #[n(2)]
    Refused(#[n(0)] ListProblem),
    /// So far it holds: go on.
    #[n(3)]
    Goes,
    /// These pages are to be asked for next.
    #[n(4)]
    Asks(#[n(0)] Choice),
    /// The index holds.
    #[n(5)]
    Index(#[n(0)] News),
    /// The body of the upload.
    #[n(6)]
    Regenerated(#[n(0)] ByteVec),
    /// A query of private mode: to be stored, and then sent.
    #[n(7)]
    Query {
        /// The day sets asked about, this one among them.
        #[n(0)]
        sets: ByteVec,
        /// The query, with its secrets.
        #[n(1)]
        waiting: ByteVec,
        /// What goes to the server.
        #[n(2)]
        query: ByteVec,
    },
    /// The answer holds: second tags and claims of each category, in CBOR.
    #[n(8)]
    Answered {
        /// The day sets asked about, this one done.
        #[n(0)]
        sets: ByteVec,
        /// What came of it.
        #[n(1)]
        answer: ByteVec,
    },
    /// The answer does not hold. Nothing of it counts.
    #[n(9)]
    Mistrusted {
        /// Why.
        #[n(0)]
        problem: AnswerProblem,
        /// The day sets asked about, where that was counted: this one is given up when it was refused too often.
        #[n(1)]
        sets: Option<ByteVec>,
    },
    /// The batch of private mode holds.
    #[n(10)]
    Counted {
        /// What is in it: the core's bytes of the hits.
        #[n(0)]
        hits: ByteVec,
        /// Pages for a later check.
        #[n(1)]
        waiting: Vec<u32>,
    },
    /// The body with its proof.
    #[n(11)]
    Proven(#[n(0)] ByteVec),
    /// The key: 32 bytes.
    #[n(12)]
    Derived(#[n(0)] ByteVec),
    /// The file of a backup.
    #[n(13)]
    Sealed(#[n(0)] ByteVec),
    /// What was in it.
    #[n(14)]
    Opened(#[n(0)] ByteVec),
    /// It was not opened.
    #[n(15)]
    Unopened(#[n(0)] SealProblem),
}

/// Why the file of a backup was not opened, as far as anybody has to tell these apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum SealProblem {
    /// It is no such file.
    #[n(0)]
    NotAge,
    /// Of a later version of the format.
    #[n(1)]
    Version,
    /// It was not made for a passphrase.
    #[n(2)]
    Recipients,
    /// It asks for more work than is done here.
    #[n(3)]
    Work,
    /// Another passphrase.
    #[n(4)]
    Passphrase,
    /// It was altered, or cut off in the middle of a part.
    #[n(5)]
    Damaged,
    /// Its end is missing.
    #[n(6)]
    Truncated,
}

/// Why an answer of private mode does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum AnswerProblem {
    /// Other than the number of points asked for.
    #[n(0)]
    Number,
    /// A point stands in it twice.
    #[n(1)]
    Repeated,
    /// A dummy did not come back under the day's key.
    #[n(2)]
    Probe,
    /// A point is none.
    #[n(3)]
    Point,
    /// It cannot be read.
    #[n(4)]
    Form,
    /// What is stored of the query does not fit what was asked.
    #[n(5)]
    Record,
}

/// Why an index or a batch does not hold, as far as anybody has to tell these apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ListProblem {
    /// The signature is not the pinned key's.
    #[n(0)]
    Signature,
    /// The entries are not in order.
    #[n(1)]
    Order,
    /// It ends too early.
    #[n(2)]
    Size,
    /// There are bytes after its end.
    #[n(3)]
    Trailing,
    /// A page is not the one that was signed, or an entry is none.
    #[n(4)]
    Content,
    /// The list is older, or newer, than an honest one can be.
    #[n(5)]
    Stale,
    /// The list does not continue the one seen before.
    #[n(6)]
    History,
    /// It cannot be read, or is of something else.
    #[n(7)]
    Other,
    /// The filter is not the one that was signed, or says other than the pages.
    #[n(8)]
    Filter,
    /// Headers of one day set of private mode bear two keys, or another one than was asked under.
    #[n(9)]
    Keys,
}

impl From<batch::Error> for ListProblem {
    fn from(error: batch::Error) -> Self {
        use batch::Error as E;
        match error {
            // Too short to hold even a signature: it is not signed either.
            E::Signature | E::Codec(codec::Error::Length { .. }) => Self::Signature,
            E::Order => Self::Order,
            E::Size { expected, got } if got > expected => Self::Trailing,
            E::Size { .. } => Self::Size,
            E::PageDigest { .. } | E::Tag(_) => Self::Content,
            E::Stale | E::Future => Self::Stale,
            E::Chain => Self::History,
            E::Filter(_) | E::FilterDigest | E::FilterLies { .. } => Self::Filter,
            E::BlindingKeys | E::DaySet => Self::Keys,
            _ => Self::Other,
        }
    }
}

/// The bytes of a message's head.
pub fn encode<T: Encode<()>>(head: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a vector cannot fail.
    let _ = minicbor::encode(head, &mut bytes);
    bytes
}

/// A message's head; none where it cannot be read.
pub fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Option<T> {
    minicbor::decode(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn heads_survive_the_line() {
        for outcome in [
            Outcome::Scanned(None),
            Outcome::Scanned(Some("m=AQ".to_owned())),
            Outcome::Compared { found: Vec::new(), waiting: vec![7], pages: Vec::new() },
            Outcome::Asks(Choice {
                pages: vec![1, 2, 3, 4],
                waiting: Vec::new(),
                said: vec![Digest::new([7; 32]); 4],
            }),
            Outcome::Goes,
            Outcome::Refused(ListProblem::Order),
        ] {
            assert_eq!(decode::<Outcome>(&encode(&outcome)), Some(outcome));
        }
        assert_eq!(decode::<Outcome>(&[0xff]), None);
    }

    #[wasm_bindgen_test]
    fn a_file_too_long_and_one_too_short_are_told_apart() {
        let size = |expected, got| ListProblem::from(batch::Error::Size { expected, got });
        assert_eq!(size(10, 9), ListProblem::Size);
        assert_eq!(size(10, 11), ListProblem::Trailing);
    }
}
