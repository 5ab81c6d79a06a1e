//! Two soft notes when a code was read, where the browser lets a page be heard (W3C, Web Audio API): one rises when
//! both directions are done.

use std::cell::RefCell;
use web_sys::AudioContext;

/// In hertz: a fifth apart.
const FIRST: f32 = 523.25;
const SECOND: f32 = 783.99;
/// In seconds.
const LENGTH: f64 = 0.16;
/// Of the whole: to be heard beside a voice, not over it.
const LOUDNESS: f32 = 0.12;

thread_local! {
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Makes ready to be heard. Safari wants this while the person touches something.
pub fn prepare() {
    CONTEXT.with_borrow_mut(|context| {
        if context.is_none() {
            // Missing where a device has nothing to be heard with.
            *context = AudioContext::new().ok();
        }
        if let Some(context) = context {
            // Until something was touched it waits; then the next call is heard.
            let _ = context.resume();
        }
    });
}

/// One note: their code was read.
pub fn once() {
    play(&[FIRST]);
}

/// Two notes: both directions are done.
pub fn twice() {
    play(&[FIRST, SECOND]);
}

fn play(notes: &[f32]) {
    prepare();
    CONTEXT.with_borrow(|context| {
        let Some(context) = context else { return };
        let mut at = context.current_time();
        for &hertz in notes {
            // A note that cannot be played is not missed: the page says the same.
            let _ = note(context, hertz, at);
            at += LENGTH;
        }
    });
}

fn note(context: &AudioContext, hertz: f32, at: f64) -> Result<(), wasm_bindgen::JsValue> {
    let loudness = context.create_gain()?;
    let gain = loudness.gain();
    gain.set_value_at_time(LOUDNESS, at)?;
    gain.exponential_ramp_to_value_at_time(0.001, at + LENGTH)?;
    loudness.connect_with_audio_node(&context.destination())?;
    let note = context.create_oscillator()?;
    note.frequency().set_value(hertz);
    note.connect_with_audio_node(&loudness)?;
    note.start_with_when(at)?;
    note.stop_with_when(at + LENGTH)?;
    Ok(())
}
