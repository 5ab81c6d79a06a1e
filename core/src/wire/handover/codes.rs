//! A body as texts for QR codes, and back.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{Bytes, ENCOUNTER, Error, Handover, TRANSFER, VERSION, transfer};
use crate::codec::{self, Reader};
use crate::tag::ELEMENT_LENGTH;

/// What every key code begins with.
const PREFIX: &str = "TWOKEN-KEYS-";
/// Bytes of a frame at most: a camera reads a code of so much at arm's length.
pub const MAX_FRAME: usize = 800;
const HEAD: usize = 1 + TRANSFER + 2;
/// Five bits a symbol.
const MAX_SYMBOLS: usize = MAX_FRAME * 8 / 5;

/// A body in pieces that fit a QR code each.
pub struct KeyCodes {
    body: Zeroizing<Vec<u8>>,
    /// Bytes of the encounters, which are the body's last member.
    encounters: usize,
    /// Bytes of each.
    each: usize,
}

impl KeyCodes {
    pub(super) const fn new(body: Zeroizing<Vec<u8>>, encounters: usize) -> Self {
        Self { body, encounters, each: ENCOUNTER }
    }

    pub(super) const fn private(body: Zeroizing<Vec<u8>>, encounters: usize) -> Self {
        Self { body, encounters, each: ELEMENT_LENGTH }
    }

    /// Bytes that the codes carry together, their frames' heads apart.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.body.len()
    }

    /// Tag and status key of each encounter's entry, 32 bytes each, as they stand in the codes; in private mode its element,
    /// 32 bytes.
    pub fn encounters(&self) -> impl Iterator<Item = &[u8]> {
        let begin = self.body.len().saturating_sub(self.encounters);
        self.body.get(begin..).unwrap_or_default().chunks(self.each)
    }

    /// How many codes it takes: 1 to 192.
    #[must_use]
    pub fn len(&self) -> usize {
        self.body.len().div_ceil(MAX_FRAME - HEAD)
    }

    /// Never: a body has at least its version.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The texts of all codes, in order.
    pub fn codes(&self) -> impl Iterator<Item = Zeroizing<String>> {
        let transfer = transfer(&self.body);
        let count = u8::try_from(self.len()).unwrap_or(u8::MAX);
        self.body.chunks(MAX_FRAME - HEAD).zip(0_u8..).map(move |(part, index)| {
            let mut frame = Zeroizing::new(Vec::with_capacity(MAX_FRAME));
            frame.push(VERSION);
            frame.extend_from_slice(&transfer);
            frame.extend_from_slice(&[index, count]);
            frame.extend_from_slice(part);
            let symbols = Zeroizing::new(codec::to_base32(&frame));
            let mut code = Zeroizing::new(String::with_capacity(PREFIX.len() + symbols.len()));
            code.push_str(PREFIX);
            code.push_str(&symbols);
            code
        })
    }
}

impl core::fmt::Debug for KeyCodes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KeyCodes({})", self.len())
    }
}

/// How far a scan has come.
#[derive(Clone, Debug)]
pub enum Progress {
    /// So many different codes of so many.
    Partial {
        /// Codes read.
        read: usize,
        /// Codes in all.
        count: usize,
    },
    /// All of them.
    Whole(Handover),
    /// All of them, and the whole is refused. The same codes may come once more.
    Refused(Error),
}

/// Puts the codes of one patient together again, in whatever order they come.
#[derive(Default)]
pub struct Collector {
    transfer: [u8; TRANSFER],
    count: u8,
    parts: BTreeMap<u8, Bytes>,
}

impl Collector {
    /// Takes in a code. One of another patient, or of another choice, begins anew.
    ///
    /// # Errors
    /// [`Error`], where this text is none of a whole. What was read before stays.
    pub fn take(&mut self, text: &str) -> Result<Progress, Error> {
        let frame = frame_of(text)?;
        let mut reader = Reader::new(&frame);
        let head = |_| Error::Damaged;
        let version = reader.u8().map_err(head)?;
        if version != VERSION {
            return Err(Error::Version(version));
        }
        let transfer = reader.array().map_err(head)?;
        let (index, count) = (reader.u8().map_err(head)?, reader.u8().map_err(head)?);
        let part =
            frame.get(HEAD..).filter(|part| !part.is_empty() && index < count).ok_or(Error::Damaged)?;
        if (transfer, count) != (self.transfer, self.count) {
            *self = Self { transfer, count, parts: BTreeMap::new() };
        }
        self.parts.entry(index).or_insert_with(|| Bytes(part.to_vec()));
        let (read, count) = (self.parts.len(), usize::from(count));
        if read < count {
            return Ok(Progress::Partial { read, count });
        }
        Ok(self.finish().map_or_else(Progress::Refused, Progress::Whole))
    }

    /// Of which whole the code was that was taken in last; zeros before the first.
    #[must_use]
    pub const fn transfer(&self) -> &[u8; TRANSFER] {
        &self.transfer
    }

    fn finish(&mut self) -> Result<Handover, Error> {
        let parts = core::mem::take(&mut self.parts);
        let length = parts.values().map(|part| part.0.len()).sum();
        let mut body = Zeroizing::new(Vec::with_capacity(length));
        parts.values().for_each(|part| body.extend_from_slice(&part.0));
        if transfer(&body) != self.transfer {
            return Err(Error::Damaged);
        }
        Handover::from_bytes(&body)
    }
}

impl core::fmt::Debug for Collector {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Collector({} of {})", self.parts.len(), self.count)
    }
}

/// A code's frame. Hardware scanners may put an identifier before it and a line break after it, a keyboard's lock may
/// turn the case round, and another keyboard layout some of the symbols.
fn frame_of(text: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = Zeroizing::new(text.trim().to_ascii_uppercase());
    let starts = text.char_indices().filter_map(|(at, _)| text.get(at..));
    let (layout, symbols) = starts.filter_map(Layout::of).next().ok_or(Error::NotKeys)?;
    if symbols.len() > MAX_SYMBOLS {
        return Err(Error::Damaged);
    }
    match layout {
        Layout::Same => codec::from_base32(symbols).map_err(|_| Error::Damaged),
        Layout::Swapped => {
            let mut meant = Zeroizing::new(String::with_capacity(symbols.len()));
            meant.extend(symbols.chars().map(y_for_z));
            codec::from_base32(&meant).map_err(|_| Error::Layout)
        }
        Layout::Other => Err(Error::Layout),
    }
}

/// How the keyboard that a hardware scanner believes in differs from the one that the computer believes in. The prefix
/// shows it: `TWOKENßKEZSß` of the US layout on a German keyboard, `TZOKEN)KEYS)` on a French one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// In nothing that a code has.
    Same,
    /// Y and Z stand in each other's place, and the dash elsewhere: QWERTZ and QWERTY.
    Swapped,
    /// In more than that.
    Other,
}

impl Layout {
    /// By the prefix that a text begins with, and what follows it.
    fn of(text: &str) -> Option<(Self, &str)> {
        let mut typed = text.chars();
        let mut layout = Self::Same;
        for meant in PREFIX.chars() {
            layout = match (meant, typed.next()?, layout) {
                (meant, typed, layout) if meant == typed => layout,
                ('W', 'Z', _) => Self::Other,
                ('Y', 'Z', Self::Same) => Self::Swapped,
                ('-', typed, layout) if !typed.is_ascii_alphanumeric() => layout,
                _ => return None,
            };
        }
        Some((layout, typed.as_str()))
    }
}

const fn y_for_z(symbol: char) -> char {
    match symbol {
        'Y' => 'Z',
        'Z' => 'Y',
        symbol => symbol,
    }
}
