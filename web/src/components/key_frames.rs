//! A key code on the screen: one QR code, or several one after another, round and round, with a ring that is the round.
//!
//! Eight codes a second are what a camera of 30 frames a second reads without missing many; where the person wants less
//! motion it is one a second. It can be stopped and turned by hand. The codes are dark on white in every theme, as small in their
//! modules as a flicker may be (WCAG 2.3.1 leaves out patterns finer than a tenth of a degree), and large as a whole.

use super::qr::{Drawing, draw_secret};
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::wake_lock::Purpose;
use crate::platform::{clock, document, wake_lock};
use fast_qr::ECL;
use leptos::prelude::*;
use leptos::svg;
use std::sync::Arc;
use twoken_core::wire::KeyCodes;

/// Milliseconds that each code is shown.
const FRAME_MS: u32 = 125;
/// The same where less motion is wanted.
const CALM_MS: u32 = 1_000;

/// The codes. While they are shown, the screen stays on; when they go, texts and drawings of them are wiped. What the
/// document and `fast_qr` have had of them nobody can wipe.
#[component]
pub fn KeyFrames(
    /// What they carry.
    codes: Arc<KeyCodes>,
) -> impl IntoView {
    let i18n = use_i18n();
    let count = codes.len();
    let several = count > 1;
    // Wiped with the page.
    let texts = StoredValue::new(codes.codes().collect::<Vec<_>>());
    // Each is drawn once.
    let drawn = StoredValue::new((0..count).map(|_| None::<Drawing>).collect::<Vec<_>>());
    let at = RwSignal::new(0_usize);
    let playing = RwSignal::new(several);
    let turn = move |by: usize| at.update(|at| *at = (*at + by) % count.max(1));
    let by_hand = move |by: usize| {
        playing.set(false);
        turn(by);
    };
    let period = if document::wants_less_motion() { CALM_MS } else { FRAME_MS };
    let ticking = StoredValue::new_local(Some(clock::every(period, move || {
        if playing.get_untracked() {
            turn(1);
        }
    })));
    wake_lock::hold(Purpose::Keys);
    on_cleanup(move || {
        ticking.try_set_value(None);
        wake_lock::release(Purpose::Keys);
    });
    let (group, dark) = (NodeRef::<svg::G>::new(), NodeRef::<svg::Path>::new());
    // Straight to the document: an attribute of the view's would be a copy that nobody wipes.
    Effect::new(move |_| {
        let at = at.get();
        let (Some(group), Some(dark)) = (group.get(), dark.get()) else { return };
        drawn.update_value(|drawn| {
            let Some(slot) = drawn.get_mut(at) else { return };
            if slot.is_none() {
                // The lowest level has the fewest modules: what one camera misses comes round again.
                *slot = texts.with_value(|texts| texts.get(at).and_then(|text| draw_secret(text, ECL::L)));
            }
            if let Some(Drawing { path, place }) = slot {
                let _ = group.set_attribute("transform", place);
                let _ = dark.set_attribute("d", path);
            }
        });
    });
    let dashes = move || format!("{} 100", (at.get() + 1) * 100 / count.max(1));
    let place = move || t_string!(i18n, keys.frame, at = at.get() + 1, count = count);
    view! {
        <div class="qr full">
            <svg class="q" viewBox="-2 -2 304 304" role="img" aria-label=move || t_string!(i18n, keys.code)>
                <rect class="light" x="8" y="8" width="284" height="284" rx="8" />
                <rect class="ring-bg" x="2" y="2" width="296" height="296" rx="14" />
                <path
                    class="ring-fg"
                    d="M150 2H284A14 14 0 0 1 298 16V284A14 14 0 0 1 284 298H16A14 14 0 0 1 2 284V16A14 14 0 0 1 16 2H150"
                    pathLength="100"
                    stroke-dasharray=dashes
                />
                <g node_ref=group>
                    <path class="dark" node_ref=dark />
                </g>
            </svg>
            <p class="caption num centred">{place}</p>
            <Show when=move || several>
                <div class="row wrap middle">
                    <button class="btn plain compact" type="button" on:click=move |_| by_hand(count - 1)>
                        {t!(i18n, keys.previous)}
                    </button>
                    <button
                        class="btn plain compact"
                        type="button"
                        on:click=move |_| playing.update(|playing| *playing = !*playing)
                    >
                        {move || {
                            if playing.get() { t_string!(i18n, keys.pause) } else { t_string!(i18n, keys.play) }
                        }}
                    </button>
                    <button class="btn plain compact" type="button" on:click=move |_| by_hand(1)>
                        {t!(i18n, keys.next)}
                    </button>
                </div>
            </Show>
        </div>
    }
}
