//! What looks like a report to whoever watches the line, and is none.

use twoken_core::decoy::{self, Shape};
use wasm_bindgen::prelude::*;

use crate::args::{self, Members, Number};
use crate::encounter::rng;
use crate::out::{self, Out};
use crate::permit::{AuthorisedObject, RequestObject, request};
use crate::refusal::{Given, Refusal};
use crate::words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = "
/** The sizes of the report that a decoy is like, and the server's mode. */
export interface DecoyOptions { entries: number; nodes: number; mode: Mode; now: Time }
";

#[wasm_bindgen]
extern "C" {
    /// What a decoy is like.
    #[wasm_bindgen(typescript_type = "DecoyOptions")]
    pub type DecoyOptions;
}

/// A decoy's request, to the letter as long as one with a TAN.
#[wasm_bindgen(js_name = decoyRequest)]
pub fn decoy_request(week: &Number) -> Given<RequestObject> {
    Ok(request(&decoy::request(args::week(week, "week")?, &mut rng())?))
}

/// A decoy's upload, under a permit that nobody gave.
#[wasm_bindgen(js_name = decoyUpload)]
pub fn decoy_upload(options: &DecoyOptions) -> Given<AuthorisedObject> {
    let members = Members::of(options, "options", &["entries", "nodes", "mode", "now"])?;
    let count = |member| members.need(member, |value, name| args::integer(value, name, 0, 1 << 20));
    let shape = Shape::of(
        usize::try_from(count("entries")?).unwrap_or(0),
        usize::try_from(count("nodes")?).unwrap_or(0),
    );
    let (mode, now) = (members.need("mode", words::mode)?, members.need("now", args::time)?);
    let sent = decoy::upload(shape, mode, now, &mut rng())
        .map_err(|error| Refusal::new("internal", &error.to_string()))?;
    Ok(Out::new().with("header", sent.header.as_str()).with("body", out::bytes(&sent.body)).done())
}

/// Milliseconds until the next decoy, where there are so many of them in a week, in the mean: exponential, which has no memory.
/// `undefined` where there are none.
#[wasm_bindgen(js_name = decoyPause)]
#[expect(clippy::cast_precision_loss, reason = "below 2⁵³")]
pub fn decoy_pause(#[wasm_bindgen(js_name = perWeek)] per_week: &Number) -> Given<Option<f64>> {
    Ok(decoy::pause_ms(args::whole(per_week, "perWeek")?, &mut rng()).map(|pause| pause as f64))
}
