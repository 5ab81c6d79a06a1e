//! A TAN: the authority's word that a test was positive, short enough to read over a telephone.
//!
//! Thirteen random Crockford base32 symbols (65 bits) and a check symbol, shown 5-5-4:
//!
//! ```text
//! check = Σ αⁱ·sᵢ, i = 1…13, s₁ leftmost, in GF(32) = GF(2)[x]/(x⁵ + x² + 1), α = x
//! ```
//!
//! α has order 31, so every position has another weight, and any one wrong symbol or two swapped neighbours change
//! the check. A mistyped TAN is told before anything is sent. The server keeps only
//! `HMAC-SHA256(TAN key, label ‖ symbols)`. The procedure is TraceCORONA's ("Infection Verification"), the coding is
//! Twoken's.

use alloc::string::String;
use core::fmt;

use rand_core::CryptoRng;
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::codec::{self, public_bytes};
use crate::{labels, mac};

/// Random symbols of a TAN.
pub const SYMBOLS: usize = 13;
/// Symbols as shown, the check symbol included.
pub const LENGTH: usize = SYMBOLS + 1;
/// Crockford's base32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Where the display has a dash: 5-5-4.
const GROUPS: [usize; 2] = [5, 10];

/// Why a text is no TAN. Told before any request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Too few or too many symbols.
    #[error("a TAN has {expected} symbols, this has {got}")]
    Length {
        /// Symbols expected.
        expected: usize,
        /// Symbols given.
        got: usize,
    },
    /// A character that no TAN contains, at this symbol (1 is the first).
    #[error("symbol {position} is not one that a TAN can contain")]
    Symbol {
        /// Which symbol, counted from 1.
        position: usize,
    },
    /// The check symbol does not fit: one symbol is wrong, or two neighbours are swapped.
    #[error("one symbol is off, or two are swapped")]
    Check,
}

/// Fourteen symbols that check. A secret until it is used.
#[derive(Clone, Zeroize, ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Tan(#[cbor(n(0), with = "minicbor::bytes")] [u8; SYMBOLS]);

impl Tan {
    /// A fresh one: 65 random bits.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut symbols = [0; SYMBOLS];
        rng.fill_bytes(&mut symbols);
        // 256 is a multiple of 32, so the low five bits are uniform.
        for symbol in &mut symbols {
            *symbol &= 31;
        }
        Self(symbols)
    }

    /// Reads what a person typed, pasted or scanned: either case, spaces and dashes anywhere, I and L as 1, O as 0.
    ///
    /// # Errors
    /// [`Error`], naming what to look at.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut values = Zeroizing::new([0_u8; LENGTH]);
        let mut got = 0;
        for character in
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        {
            let value = value_of(character).ok_or(Error::Symbol { position: got + 1 });
            if let Some(slot) = values.get_mut(got) {
                *slot = value?;
            }
            got += 1;
        }
        if got != LENGTH {
            return Err(Error::Length { expected: LENGTH, got });
        }
        let [symbols @ .., check_symbol] = &*values;
        if check(symbols) != *check_symbol {
            return Err(Error::Check);
        }
        Ok(Self(*symbols))
    }

    /// As it is shown and read out: `XXXXX-XXXXX-XXXX`.
    #[must_use]
    pub fn display(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH + GROUPS.len()));
        for (i, &value) in self.0.iter().chain([&check(&self.0)]).enumerate() {
            if GROUPS.contains(&i) {
                text.push('-');
            }
            text.push(char::from(symbol_of(value)));
        }
        text
    }

    /// The thirteen random symbols as upper-case ASCII: what is hashed.
    #[must_use]
    pub fn symbols(&self) -> Zeroizing<[u8; SYMBOLS]> {
        Zeroizing::new(self.0.map(symbol_of))
    }
}

impl ConstantTimeEq for Tan {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl fmt::Debug for Tan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tan")
    }
}

fn symbol_of(value: u8) -> u8 {
    ALPHABET.get(usize::from(value & 31)).copied().unwrap_or(b'0')
}

fn value_of(character: char) -> Option<u8> {
    let upper = match character.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let position = ALPHABET.iter().position(|symbol| char::from(*symbol) == upper)?;
    u8::try_from(position).ok()
}

/// `Σ αⁱ·sᵢ` by Horner's rule from the right.
fn check(symbols: &[u8; SYMBOLS]) -> u8 {
    symbols.iter().rev().fold(0, |sum, symbol| times_alpha(sum ^ symbol))
}

/// Multiplication by x modulo x⁵ + x² + 1.
const fn times_alpha(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

/// The key that authority and server share for hashing TANs, 32 bytes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TanKey([u8; 32]);

impl TanKey {
    /// A fresh one.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        Self(key)
    }

    /// From 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`codec::Error`].
    pub fn from_hex(text: &str) -> Result<Self, codec::Error> {
        let bytes = Zeroizing::new(codec::from_hex(text)?);
        codec::exactly(&bytes).map(Self)
    }

    /// As 64 hexadecimal digits, for the authority.
    #[must_use]
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(codec::to_hex(&self.0))
    }

    /// `HMAC-SHA256(TAN key, label ‖ symbols)`: all that a server keeps of a TAN.
    #[must_use]
    pub fn hash(&self, tan: &Tan) -> TanHash {
        TanHash(mac::tag(&self.0, &[labels::TAN, tan.symbols().as_slice()]))
    }
}

impl fmt::Debug for TanKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TanKey")
    }
}

public_bytes! {
    /// The keyed hash of a TAN, 32 bytes.
    TanHash(32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: [u8; SYMBOLS] = [7, 20, 2, 20, 9, 23, 29, 11, 4, 26, 1, 17, 13];

    #[test]
    fn every_single_error_and_every_swap_of_neighbours_is_seen() {
        let good = check(&SAMPLE);
        for i in 0..SYMBOLS {
            for value in (0..32).filter(|value| *value != SAMPLE[i]) {
                let mut wrong = SAMPLE;
                wrong[i] = value;
                assert_ne!(check(&wrong), good, "symbol {i} as {value}");
            }
        }
        // Swaps, over all pairs of values and including the check symbol itself.
        for a in 0..32 {
            for b in (0..32).filter(|b| *b != a) {
                for i in 0..SYMBOLS - 1 {
                    let (mut one, mut two) = (SAMPLE, SAMPLE);
                    (one[i], one[i + 1]) = (a, b);
                    (two[i], two[i + 1]) = (b, a);
                    assert_ne!(check(&one), check(&two));
                }
                let mut last = SAMPLE;
                last[SYMBOLS - 1] = a;
                if check(&last) == b {
                    let mut swapped = SAMPLE;
                    swapped[SYMBOLS - 1] = b;
                    assert_ne!(check(&swapped), a, "last {a} swapped with check {b}");
                }
            }
        }
    }

    #[test]
    fn a_person_may_type_it_as_they_like() {
        let tan = Tan(SAMPLE);
        let shown = tan.display();
        assert_eq!(shown.len(), 16);
        for text in [
            shown.to_lowercase(),
            shown.replace('-', " "),
            shown.replace('1', "l"),
            shown.replace('1', "I"),
            shown.replace('0', "o"),
            shown.replace('-', "\u{2013}"),
        ] {
            assert!(bool::from(Tan::parse(&text).unwrap().ct_eq(&tan)), "{text}");
        }
        assert_eq!(Tan::parse("7K2").unwrap_err(), Error::Length { expected: 14, got: 3 });
        assert_eq!(Tan::parse("7U2").unwrap_err(), Error::Symbol { position: 2 });
        assert_eq!(Tan::parse(&shown[..15]).unwrap_err(), Error::Length { expected: 14, got: 13 });
        assert_eq!(alloc::format!("{tan:?}"), "Tan");
    }
}
