//! The test as the clinician states it, and the one button that sends.

use super::super::accounts::Sure;
use super::ready::Outcome;
use super::typing::Typing;
use crate::components::icon::{Glyph, Icon};
use crate::components::problems::use_problems;
use crate::components::regions::placed;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::console::{Patient, Test, use_console};
use crate::state::{TestDayProblem, TestDays};
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use twoken_core::status::Mode;
use twoken_core::units::RETENTION_DAYS;
use twoken_core::wire::RegionId;

/// Why what was entered does not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    /// The days, read.
    Test(TestDayProblem),
    /// The day of the first symptoms is not whole, or no day.
    OnsetHalf,
}

/// Whether something stands in a date's field that is no day: its value is empty then, as if there were nothing.
fn half_typed(field: NodeRef<html::Input>) -> bool {
    field.get_untracked().is_some_and(|field| field.validity().bad_input())
}

/// The test, and the one button that sends.
#[component]
pub(super) fn TestForm(
    /// Whether the camera begins by itself for the next code.
    camera: RwSignal<bool>,
) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let words = use_words();
    let problems = use_problems();
    let fields = console.test;
    let problem = RwSignal::new(None::<Problem>);
    let (day, onset) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let typing = StoredValue::new(Typing::default());
    let today = Memo::new(move |_| format::calendar_day(console.now.get()));
    let begun = Memo::new(move |_| console.patient.with(|patient| matches!(patient, Patient::Waits(..))));
    let sending = Memo::new(move |_| console.patient.with(|patient| matches!(patient, Patient::Sending(..))));
    // There nothing travels of the test.
    let private = move || {
        console
            .config
            .with(|config| config.as_ref().is_some_and(|config| config.config().mode == Mode::Private))
    };
    let fixed = move || begun.get() || sending.get();
    let entries = move || {
        console.patient.with(|patient| match patient {
            Patient::Ready(scanned, _) | Patient::Sending(scanned, _) | Patient::Waits(scanned, _) => {
                scanned.entries()
            }
            _ => 0,
        })
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let read = match (half_typed(day), half_typed(onset)) {
            (true, _) => Err(Problem::Test(TestDayProblem::Missing)),
            (_, true) => Err(Problem::OnsetHalf),
            _ => fields
                .with_untracked(|fields| TestDays::read(&fields.day, &fields.onset, today.get_untracked()))
                .map_err(Problem::Test),
        };
        problem.set(read.err());
        let region = fields.with_untracked(|fields| fields.region.clone()).or_else(|| {
            console.config.with_untracked(|config| Some(config.as_ref()?.config().root()?.id.clone()))
        });
        match (read, region) {
            (Ok(days), Some(region)) => console.upload(Test { days, region }),
            (Ok(_), None) => console.load_rules(),
            (Err(_), _) => {}
        }
    };
    let told = move || {
        let text = match problem.get()? {
            Problem::Test(TestDayProblem::OnsetFar) => t_string!(i18n, desk.onset_far),
            Problem::Test(problem) => problems.test_day(problem),
            Problem::OnsetHalf => t_string!(i18n, desk.onset_half),
        };
        Some(view! {
            <p class="err">
                <Icon glyph=Glyph::Warning small=true />
                <span>{text}</span>
            </p>
        })
    };
    let keep_out = move |event: KeyboardEvent| {
        let scanned = typing.try_update_value(|typing| typing.is_a_scanners(&event)).unwrap_or_default();
        if scanned {
            event.prevent_default();
        }
    };
    // The button sends: an Enter in a field may be a scanner's.
    let no_submit = move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
        }
    };
    let action = move || match (sending.get(), begun.get()) {
        (true, _) => t_string!(i18n, desk.uploading).to_owned(),
        (_, true) => t_string!(i18n, desk.go_on).to_owned(),
        _ => t_string!(i18n, desk.upload, entries = words.entries(entries())),
    };
    view! {
        <form class="stack mid" novalidate=true on:submit=submit on:keydown=keep_out>
            <div class="range" hidden=private>
                <div class="field">
                    <label for="test-day">{t!(i18n, report.test_day)}</label>
                    <input
                        class="input"
                        id="test-day"
                        type="date"
                        min=move || today.get().minus(RETENTION_DAYS).to_string()
                        max=move || today.get().to_string()
                        disabled=fixed
                        node_ref=day
                        // Once: a day that is being typed is empty in between, and must not be made so.
                        prop:value=fields.with_untracked(|fields| fields.day.clone())
                        on:keydown=no_submit
                        on:input=move |event| {
                            fields.update(|fields| fields.day = event_target_value(&event));
                        }
                    />
                </div>
                <div class="field">
                    <label for="onset">
                        {t!(i18n, desk.onset)} " "
                        <span class="over light">"· " {t!(i18n, welcome.optional)}</span>
                    </label>
                    <input
                        class="input"
                        id="onset"
                        type="date"
                        max=move || today.get().to_string()
                        disabled=fixed
                        node_ref=onset
                        prop:value=fields.with_untracked(|fields| fields.onset.clone())
                        on:keydown=no_submit
                        on:input=move |event| {
                            fields.update(|fields| fields.onset = event_target_value(&event));
                        }
                    />
                </div>
            </div>
            <div role="alert">{told}</div>
            <RegionField fixed=Signal::derive(fixed) />
            <Outcome />
            <div class="pair">
                <button class="btn" type="submit" disabled=move || sending.get()>
                    {action}
                </button>
                <Discard camera />
            </div>
            <p class="caption">{t!(i18n, desk.wiped)}</p>
        </form>
    }
}

/// Lets go of the keys. Where they may have arrived, it asks; while they are being sent, there is nothing to let go of.
#[component]
fn Discard(
    /// Whether the camera begins by itself: it would read the same screen again at once.
    camera: RwSignal<bool>,
) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let asks = RwSignal::new(false);
    let stage = Memo::new(move |_| {
        console.patient.with(|patient| match patient {
            Patient::Ready(..) => Some(false),
            Patient::Waits(..) => Some(true),
            _ => None,
        })
    });
    let discard = move || {
        camera.set(false);
        console.forget_keys();
    };
    let click = move |_| match stage.get_untracked() {
        Some(true) => asks.set(true),
        Some(false) => discard(),
        None => {}
    };
    move || match (stage.get(), asks.get()) {
        (None, _) => ().into_any(),
        (Some(true), true) => view! {
            <Sure
                text=t_string!(i18n, desk.discard_text).to_owned()
                action=t_string!(i18n, desk.discard_sure)
                on_sure=Callback::new(move |()| discard())
                on_leave=Callback::new(move |()| asks.set(false))
            />
        }
        .into_any(),
        _ => view! {
            <button class="btn plain" type="button" on:click=click>
                {t!(i18n, desk.discard)}
            </button>
        }
        .into_any(),
    }
}

/// Where it counts: a choice only where there are several.
#[component]
fn RegionField(fixed: Signal<bool>) -> impl IntoView {
    let console = use_console();
    let i18n = use_i18n();
    let regions = Memo::new(move |_| {
        console
            .config
            .with(|config| config.as_ref().map(|config| placed(&config.config().regions)).unwrap_or_default())
    });
    let chosen = Memo::new(move |_| {
        let widest = console.config.with(|config| Some(config.as_ref()?.config().root()?.id.clone()));
        console.test.with(|fields| fields.region.clone()).or(widest)
    });
    let choose = move |event| {
        let region: Option<RegionId> = event_target_value(&event).parse().ok();
        console.test.update(|fields| fields.region = region);
    };
    move || {
        regions.with(|regions| {
            (regions.len() > 1).then(|| {
                let options = regions.iter().cloned().map(|region| {
                    let id = region.id.clone();
                    let selected = move || chosen.with(|chosen| chosen.as_ref() == Some(&id));
                    view! {
                        <option value=region.id.to_string() selected=selected>
                            {region.path}
                        </option>
                    }
                });
                view! {
                    <div class="field">
                        <label for="region">{t!(i18n, settings.region)}</label>
                        <div class="select">
                            <select
                                class="input"
                                id="region"
                                disabled=move || fixed.get()
                                on:change=choose
                            >
                                {options.collect_view()}
                            </select>
                            <Icon glyph=Glyph::Down />
                        </div>
                    </div>
                }
            })
        })
    }
}
