//! What a proof stands on: an encounter that was found; in private mode a hit, of which nobody knows the encounter.

use super::App;
use core::fmt;
use core::str::FromStr;
use leptos::prelude::*;
use twoken_core::codec;
use twoken_core::diary::EncounterId;
use twoken_core::matching::ProofPage;
use twoken_core::tag::{Claim, Tag};

/// What stands before a hit's tag in a stored text. An encounter's id stands alone.
const HIT: &str = "hit/";

/// One of the two.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// The row in the diary.
    Encounter(EncounterId),
    /// The second tag that was found.
    Hit(Tag),
}

/// A text that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoGround;

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encounter(id) => id.fmt(f),
            Self::Hit(tag) => write!(f, "{HIT}{}", codec::to_hex(tag.as_bytes())),
        }
    }
}

impl FromStr for Ground {
    type Err = NoGround;

    fn from_str(text: &str) -> Result<Self, NoGround> {
        match text.strip_prefix(HIT) {
            Some(tag) => {
                codec::array_from_hex(tag).map(|bytes| Self::Hit(Tag::new(bytes))).map_err(|_| NoGround)
            }
            None => text.parse().map(Self::Encounter).map_err(|_| NoGround),
        }
    }
}

/// Its kind only: what was reported of somebody belongs in no log.
impl fmt::Debug for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encounter(_) => "Encounter",
            Self::Hit(_) => "Hit",
        })
    }
}

impl App {
    /// The page that was kept of it, and the claim of a tag on that page.
    pub(super) fn provable(self, ground: &Ground) -> Option<(ProofPage, Claim)> {
        match ground {
            Ground::Encounter(id) => {
                let page =
                    self.cells.found.with_untracked(|all| all.get(id).map(|found| found.on.page.clone()))?;
                let claim =
                    self.diary.with_untracked(|diary| diary.get(id)?.claim_among(page.tags()).cloned())?;
                Some((page, claim))
            }
            Ground::Hit(tag) => self.with_hit(tag, |hit| ((*hit.page).clone(), hit.claim().clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_ground_is_stored_as_a_text_of_one_form() {
        for ground in [Ground::Encounter(EncounterId::new([7; 16])), Ground::Hit(Tag::new([9; 32]))] {
            assert_eq!(ground.to_string().parse(), Ok(ground));
        }
        for text in ["", "7", "hit/", "hit/09", "HIT/0909", &"09".repeat(32)] {
            assert_eq!(text.parse::<Ground>(), Err(NoGround), "{text}");
        }
    }
}
