//! Reporting a positive test: TAN, day of the test, what stays out, a last look. Nothing but the
//! last button sends, and everything filled in survives until it was sent. Or without TAN and network:
//! what stays out, a last look, and a code for the camera of health staff.

mod choose;
mod key_code;
mod look;
mod outlook;
mod singles;
mod tan;
mod telling;
mod test_day;
mod time_span;

use crate::components::icon::Glyph;
use crate::components::message::{Message, Said};
use crate::components::outgoing_view::OutgoingView;
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::clock;
use crate::state::{App, Prepared, ReportProblem, use_app};
use choose::Choose;
use key_code::{KeysLook, use_keys_ahead};
use leptos::context::Provider;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use look::Look;
use tan::TanStep;
use test_day::TestDay;
use twoken_core::status::Mode;

/// Choices made in quick succession are prepared once.
const PAUSE_MS: u32 = 200;

/// The steps, in order. The draft remembers how far one had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The TAN.
    Tan,
    /// The day of the test.
    Test,
    /// What stays out.
    Choose,
    /// The last look.
    Send,
}

impl Step {
    const ALL: [Self; 4] = [Self::Tan, Self::Test, Self::Choose, Self::Send];

    const fn number(self) -> u8 {
        match self {
            Self::Tan => 0,
            Self::Test => 1,
            Self::Choose => 2,
            Self::Send => 3,
        }
    }

    const fn of(number: u8) -> Self {
        match number {
            0 => Self::Tan,
            1 => Self::Test,
            2 => Self::Choose,
            _ => Self::Send,
        }
    }
}

/// What will be sent as things stand, once it is made.
#[derive(Clone, Copy)]
pub struct Ahead {
    made: RwSignal<Option<Result<Prepared, ReportProblem>>>,
    /// Whether it is made of the choice as it is now. Until then nothing can be sent.
    current: RwSignal<bool>,
    /// How often it was asked for anew.
    asked: RwSignal<u32>,
}

impl Ahead {
    fn new() -> Self {
        Self { made: RwSignal::new(None), current: RwSignal::new(false), asked: RwSignal::new(0) }
    }

    /// Makes it anew: something that it was made of is not as it was.
    pub(super) fn make_anew(self) {
        self.current.set(false);
        self.asked.update(|asked| *asked = asked.wrapping_add(1));
    }

    /// Looks at it. It may still be of the choice before, for a moment.
    pub(super) fn with<T>(self, look: impl FnOnce(Option<&Result<Prepared, ReportProblem>>) -> T) -> T {
        self.made.with(|made| look(made.as_ref()))
    }

    /// Whether it can be sent.
    pub(super) fn is_ready(self) -> bool {
        self.current.get() && self.made.with(|made| matches!(made, Some(Ok(_))))
    }

    /// What can be sent, if it can.
    pub(super) fn ready(self) -> Option<Prepared> {
        let made = self.made.get_untracked().filter(|_| self.current.get_untracked());
        made.and_then(Result::ok)
    }
}

/// The report, as the server has it that it is for.
#[component]
pub fn Report() -> impl IntoView {
    let app = use_app();
    let server = Memo::new(move |_| app.draft_server().server_origin());
    move || {
        // Another server, another form.
        let origin = server.get();
        view! {
            <Provider value=untrack(|| app.on(Some(&origin)))>
                <Reporting />
            </Provider>
        }
    }
}

#[component]
fn Reporting() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    // A refused report is filled in again; any other one is on its way or done.
    let going = Memo::new(move |_| {
        app.outgoing.with(|outgoing| outgoing.as_ref().is_some_and(|outgoing| !outgoing.state.is_back()))
    });
    view! {
        <Show
            when=move || going.get()
            fallback=move || {
                view! {
                    <OutgoingView />
                    <Filling />
                }
            }
        >
            <h1 class="statement">{t!(i18n, report.title)}</h1>
            <OutgoingView />
        </Show>
    }
}

/// The form, one step at a time.
#[component]
fn Filling() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let by_keys = Memo::new(move |_| app.draft.with(|draft| draft.by_keys));
    let step = Memo::new(move |_| {
        let private = is_private(app);
        app.draft.with(|draft| {
            let at_once = draft.by_keys || draft.exposure.is_some();
            reached(draft.step, draft.test_day.is_some(), at_once, private)
        })
    });
    let ahead = use_ahead(step);
    let keys = use_keys_ahead(step);
    // That a code was shown is said until one goes on.
    let handed = RwSignal::new(false);
    Effect::new(move |_| {
        if step.get() > Step::Tan {
            handed.set(false);
        }
    });
    let said = move || {
        handed.get().then(|| {
            let (title, text) = (t_string!(i18n, keys.done_title), t_string!(i18n, keys.done_text));
            view! { <Message said=Said::plain(Glyph::Check, title, text) /> }
        })
    };
    // Another step begins at its top, for the eye and for the keyboard.
    let top = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<Step>| {
        let step = step.get();
        if before.is_some_and(|before| before != step)
            && let Some(top) = top.get_untracked()
        {
            top.scroll_into_view();
            let _ = top.focus();
        }
        step
    });
    view! {
        <div class="stack step" tabindex="-1" node_ref=top>
            {said}
            {move || match (step.get(), by_keys.get()) {
                (Step::Tan, _) => view! { <TanStep /> }.into_any(),
                (Step::Test, _) => view! { <TestDay /> }.into_any(),
                (Step::Choose, _) => view! { <Choose ahead keys /> }.into_any(),
                (Step::Send, false) => view! { <Look ahead /> }.into_any(),
                (Step::Send, true) => view! { <KeysLook ahead=keys handed /> }.into_any(),
            }}
        </div>
    }
}

/// Whether the server is one of private mode: nothing goes of the test then, and nobody is asked when it was.
pub(super) fn is_private(app: App) -> bool {
    app.mode() == Mode::Private
}

/// The words for the server's mode.
pub(super) fn by_mode(
    app: App,
    open: impl FnOnce() -> &'static str,
    private: impl FnOnce() -> &'static str,
) -> &'static str {
    if is_private(app) { private() } else { open() }
}

/// A step is only reached with what it needs. To show keys, or to tell of an exposure, takes neither TAN nor day; in private
/// mode no report takes a day.
fn reached(number: u8, has_day: bool, at_once: bool, private: bool) -> Step {
    let step = Step::of(number);
    match (at_once, private, has_day) {
        (true, _, _) => step.max(Step::Choose),
        (false, true, _) if step == Step::Test => Step::Choose,
        (false, true, _) | (false, false, true) => step,
        (false, false, false) => step.min(Step::Test),
    }
}

/// Goes to a step, past one that there is not.
pub(super) fn go(app: App, step: Step) {
    let private = untrack(|| is_private(app));
    app.draft.update(|draft| {
        let step = match step {
            Step::Test if private && Step::of(draft.step) >= Step::Choose => Step::Tan,
            Step::Test if private => Step::Choose,
            step => step,
        };
        draft.step = step.number();
        // The ways part at the TAN.
        draft.by_keys &= step > Step::Tan;
        draft.exposure = draft.exposure.filter(|_| step > Step::Test);
    });
}

/// Makes the very bytes that will be sent, anew whenever the choice changes.
fn use_ahead(step: Memo<Step>) -> Ahead {
    let app = use_app();
    let ahead = Ahead::new();
    let turn = StoredValue::new(0_u32);
    let wish = Memo::new(move |_| {
        let wanted = step.get() >= Step::Choose && !app.draft.with(|draft| draft.by_keys);
        // The server's configuration and the diary count, too.
        let known = app.server.with(|server| server.config.as_ref().map(|config| config.config().mode));
        let met = app.diary.with(|diary| {
            let reported = diary.iter().filter(|row| row.exposure.is_some());
            (diary.len(), reported.count())
        });
        let asked = ahead.asked.get();
        wanted.then(|| {
            let chosen = app.draft.with(|draft| {
                (draft.redaction.clone(), draft.test_day, draft.onset, (draft.exposure, draft.heard_too))
            });
            (chosen, known, met, asked)
        })
    });
    Effect::new(move |_| {
        // Before anything else can be pressed: what was made of another choice must not go.
        ahead.current.set(false);
        let Some(((redaction, ..), ..)) = wish.get() else {
            return;
        };
        let status = app.draft.with_untracked(|draft| app.draft_status(draft));
        if status.is_none() && !untrack(|| is_private(app)) {
            return;
        }
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        spawn_local(async move {
            clock::sleep_ms(PAUSE_MS).await;
            if turn.try_get_value() == Some(mine) {
                ahead.made.try_set(Some(app.prepare(&redaction, status.as_ref())));
                ahead.current.try_set(true);
            }
        });
    });
    ahead
}

/// The way back to the step before.
#[component]
pub(super) fn Return(to: Step) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    view! {
        <button class="btn plain wide compact" type="button" on:click=move |_| go(app, to)>
            {t!(i18n, report.back)}
        </button>
    }
}

/// The steps, and which one this is.
#[component]
pub(super) fn Trail(at: Step) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let (by_keys, told) = app.draft.with_untracked(|draft| (draft.by_keys, draft.exposure.is_some()));
    let name = move |step: Step| match step {
        Step::Tan => t_string!(i18n, report.step_tan),
        Step::Test => t_string!(i18n, report.step_test),
        Step::Choose => t_string!(i18n, report.step_choose),
        Step::Send if by_keys => t_string!(i18n, keys.step_show),
        Step::Send => t_string!(i18n, report.step_send),
    };
    let private = untrack(|| is_private(app));
    let steps = Step::ALL
        .into_iter()
        .filter(|step| !(by_keys || told) || *step >= Step::Choose)
        .filter(|step| !private || *step != Step::Test)
        .map(|step| {
            let (done, current) = (step < at, (step == at).then_some("step"));
            view! {
                <li class:done=done aria-current=current>
                    {move || name(step)}
                </li>
            }
        })
        .collect_view();
    view! {
        <ol class="trail" aria-label=move || t_string!(i18n, report.steps)>
            {steps}
        </ol>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_step_needs_what_comes_before() {
        assert_eq!(reached(3, true, false, false), Step::Send);
        assert_eq!(reached(3, false, false, false), Step::Test);
        assert_eq!(reached(0, false, false, false), Step::Tan);
        assert_eq!(reached(0, false, true, false), Step::Choose);
        assert_eq!(reached(3, false, true, false), Step::Send);
        // Nobody is asked for a day that goes nowhere.
        let private = [0, 1, 2, 3].map(|number| reached(number, false, false, true));
        assert_eq!(private, [Step::Tan, Step::Choose, Step::Choose, Step::Send]);
        assert!(Step::ALL.into_iter().all(|step| Step::of(step.number()) == step));
    }
}
