//! What a phone keeps of its encounters, for fourteen days.

use twoken_core::diary::{Diary as CoreDiary, Encounter, Exposure, MAX_LABEL, MAX_NOTE};
use wasm_bindgen::prelude::*;

use crate::args::{self, Bytes, Number, Text, Texts, Time};
use crate::encounter::{EncounterDraft, encounter_id};
use crate::matching::Matches;
use crate::out::{self, Out};
use crate::refusal::{Given, Refusal};
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** An encounter, as a diary shows it. The secrets in it stay inside. */
export interface Encounter {
  /** Its name on this device, 32 hexadecimal digits. */
  id: string;
  /** When it was first and last heard, in seconds. */
  firstSeen: number;
  lastSeen: number;
  how: How;
  /** Whether they have heard me, too. */
  both: boolean;
  /** How long it was: as the person said, else from first to last hearing, a minute at least. */
  durationMinutes: number;
  /** The person's own statement of how long it was. */
  statedMinutes?: number;
  /** What a radio signal has lost on the way, in dB. */
  attenuation?: number;
  /** The private note; empty when there is none. */
  note: string;
  /** The private label. */
  label?: string;
  /** Set once it was found in a batch. */
  exposure?: Exposure;
}
/** That an encounter was reported. */
export interface Exposure {
  degree: Degree;
  /** The UTC day of the positive test; in the second degree that of the report. */
  testDay: Day;
  /** Days from the test to the first symptoms, where told. */
  onset?: number;
  /** When this device found it, in seconds. */
  foundAt: number;
  /** The batch it stood in, 32 hexadecimal digits. */
  batch: string;
  /** Why they may not have been there, though a code of theirs was heard. */
  doubt?: 'altered' | 'retimed';
  /** Of a one-way sighting: first and last hearing as it was sent, in seconds. */
  seen?: { first: number; last: number };
}
/** What became of a row that was brought: not known before, more is known of it now, nothing of it was new. */
export type Joined = 'new' | 'more' | 'known';
";

#[wasm_bindgen]
extern "C" {
    /// A row.
    #[wasm_bindgen(typescript_type = "Encounter")]
    pub type EncounterObject;
    /// Rows.
    #[wasm_bindgen(typescript_type = "Encounter[]")]
    pub type EncounterList;
    /// Labels and how many rows have each.
    #[cfg(feature = "full")]
    #[wasm_bindgen(typescript_type = "{ label?: string; encounters: number }[]")]
    pub type LabelCounts;
}

/// The most bytes of one row.
const MAX_ROW: usize = 1 << 20;

/// All encounters of the last fourteen days.
#[wasm_bindgen]
pub struct Diary(pub(crate) CoreDiary);

#[wasm_bindgen]
impl Diary {
    /// An empty one.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self(CoreDiary::default())
    }

    /// How many encounters.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// Records a hearing: a new row, or the same one seen again. The draft is used up.
    pub fn record(&mut self, draft: EncounterDraft) -> EncounterObject {
        row(self.0.record(draft.0))
    }

    /// All rows, newest first.
    pub fn all(&self) -> EncounterList {
        out::list(self.0.iter().map(row))
    }

    /// One row.
    ///
    /// @throws `TwokenError` `argument.type`, `argument.value`
    pub fn get(&self, id: &Text) -> Given<Option<EncounterObject>> {
        Ok(self.0.get(&encounter_id(id, "id")?).map(row))
    }

    /// Takes a row out; false when there was none.
    pub fn remove(&mut self, id: &Text) -> Given<bool> {
        Ok(self.0.remove(&encounter_id(id, "id")?).is_some())
    }

    /// Writes the private note, 280 characters at most.
    ///
    /// @throws `TwokenError` `diary.unknown`, `diary.note_too_long`: nothing was changed
    #[wasm_bindgen(js_name = setNote)]
    pub fn set_note(&mut self, id: &Text, note: &Text) -> Given<()> {
        let note = args::text(note, "note", limit(MAX_NOTE))?;
        Ok(self.row_mut(id)?.set_note(&note)?)
    }

    /// Sets the private label, 32 characters at most; without one it is taken away.
    ///
    /// @throws `TwokenError` `diary.unknown`, `diary.label_too_long`: nothing was changed
    #[wasm_bindgen(js_name = setLabel)]
    pub fn set_label(&mut self, id: &Text, label: Option<Text>) -> Given<()> {
        let label = label.map(|label| args::text(&label, "label", limit(MAX_LABEL))).transpose()?;
        Ok(self.row_mut(id)?.set_label(label.as_ref().map(|label| label.as_str()))?)
    }

    /// States how long it was; without a number the statement is taken back.
    ///
    /// @throws `TwokenError` `diary.unknown`
    #[wasm_bindgen(js_name = setMinutes)]
    pub fn set_minutes(&mut self, id: &Text, minutes: Option<Number>) -> Given<()> {
        let minutes = minutes.map(|minutes| args::minutes(&minutes, "minutes")).transpose()?;
        self.row_mut(id)?.set_minutes(minutes);
        Ok(())
    }

    /// Takes in what a radio signal of theirs has lost on the way, in dB, once for each hearing.
    ///
    /// @throws `TwokenError` `diary.unknown`
    #[wasm_bindgen(js_name = addAttenuation)]
    pub fn add_attenuation(&mut self, id: &Text, attenuation: &Number) -> Given<()> {
        let lost = twoken_core::units::Attenuation::new(args::whole(attenuation, "attenuation")?);
        self.row_mut(id)?.lose(lost);
        Ok(())
    }

    /// Marks what was found. Gives the ids that changed.
    pub fn expose(&mut self, matches: &Matches) -> Texts {
        out::list(self.0.expose(&matches.0).iter().map(ToString::to_string))
    }

    /// Removes what is older than fourteen days; gives the ids removed.
    pub fn sweep(&mut self, now: &Time) -> Given<Texts> {
        Ok(out::list(self.0.sweep(args::time(now, "now")?).iter().map(ToString::to_string)))
    }

    /// A row for storage: store each by its id, after every change of it. Secret.
    ///
    /// @throws `TwokenError` `diary.unknown`
    #[wasm_bindgen(js_name = rowBytes)]
    pub fn row_bytes(&self, id: &Text) -> Given<js_sys::Uint8Array> {
        let row = self.0.get(&encounter_id(id, "id")?).ok_or_else(unknown)?;
        Ok(out::bytes(&zeroize::Zeroizing::new(row.to_cbor())))
    }

    /// Takes in a stored row, in the place of one of the same id.
    ///
    /// @throws `TwokenError` `diary.version`, `encoding.cbor`
    pub fn insert(&mut self, bytes: &Bytes) -> Given<EncounterObject> {
        let encounter = Encounter::from_cbor(&args::bytes(bytes, "bytes", MAX_ROW)?)?;
        let shown = row(&encounter);
        self.0.insert(encounter);
        Ok(shown)
    }

    fn row_mut(&mut self, id: &JsValue) -> Given<&mut Encounter> {
        self.0.get_mut(&encounter_id(id, "id")?).ok_or_else(unknown)
    }
}

#[cfg(feature = "full")]
#[wasm_bindgen]
impl Diary {
    /// Labels in use and how many rows have each; without `label`, the rows that have none.
    pub fn labels(&self) -> LabelCounts {
        out::list(
            self.0.labels().into_iter().map(|(label, rows)| {
                Out::new().may("label", label).with("encounters", rows).done::<JsValue>()
            }),
        )
    }

    /// Takes in a row of a backup: what the person has written here stays.
    ///
    /// @throws `TwokenError` `diary.version`, `encoding.cbor`
    #[wasm_bindgen(unchecked_return_type = "Joined")]
    pub fn join(&mut self, bytes: &Bytes) -> Given<String> {
        use twoken_core::diary::Joined;

        let brought = Encounter::from_cbor(&args::bytes(bytes, "bytes", MAX_ROW)?)?;
        let joined = match self.0.join(brought) {
            Joined::New => "new",
            Joined::More => "more",
            Joined::Known => "known",
        };
        Ok(joined.into())
    }
}

/// No row of this name.
pub(crate) fn unknown() -> Refusal {
    Refusal::new("diary.unknown", "there is no encounter of this id")
}

/// More than fits, so that the core says how much does.
fn limit(characters: usize) -> u32 {
    u32::try_from(characters * 16).unwrap_or(u32::MAX)
}

fn row(of: &Encounter) -> EncounterObject {
    Out::new()
        .with("id", of.id.to_string())
        .with("firstSeen", out::seconds(of.first_seen))
        .with("lastSeen", out::seconds(of.last_seen))
        .with("how", words::how_word(of.how))
        .with("both", of.both)
        .with("durationMinutes", of.duration().get())
        .may("statedMinutes", of.minutes().map(twoken_core::units::Minutes::get))
        .may("attenuation", of.attenuation().map(twoken_core::units::Attenuation::get))
        .with("note", of.note())
        .may("label", of.label())
        .may("exposure", of.exposure.as_ref().map(exposure))
        .done()
}

/// An exposure, as it is shown.
pub(crate) fn exposure(of: &Exposure) -> JsValue {
    let seen = |seen: twoken_core::tcn::Seen| {
        Out::new()
            .with("first", out::seconds(seen.first))
            .with("last", out::seconds(seen.last))
            .done::<JsValue>()
    };
    Out::new()
        .with("degree", words::degree_number(of.degree))
        .with("testDay", of.test_day.to_string())
        .may("onset", of.onset)
        .with("foundAt", out::seconds(of.found_at))
        .with("batch", of.batch.to_string())
        .may("doubt", of.doubt.map(words::doubt_word))
        .may("seen", of.seen.map(seen))
        .done()
}
