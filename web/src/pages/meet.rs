//! My code beside the camera, so that two phones held face to face scan each other.

mod bluetooth;
mod confirm;
mod done;
mod other_ways;

use crate::components::camera_view::CameraView;
use crate::components::link::Link;
use crate::components::mark::{Coin, FaceToFace, Halves};
use crate::components::message::Message;
use crate::components::problems::use_problems;
use crate::components::qr::Code;
use crate::components::show::Show;
use crate::components::switch::Switch;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Direction, MeetProblem, Place, use_app};
use bluetooth::ByBluetooth;
use confirm::Confirm;
use done::Done;
use leptos::prelude::*;
use other_ways::Typed;
use twoken_core::encounter::How;

/// The page on which people meet.
#[component]
pub fn Meet() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    app.meet_open(true);
    on_cleanup(move || app.meet_open(false));
    // The person may leave it at one way; a new encounter asks anew.
    let enough = RwSignal::new(false);
    let encounter = Memo::new(move |_| app.meet.with(|meet| meet.encounter));
    let direction = Memo::new(move |_| app.meet.with(|meet| meet.direction));
    Effect::new(move |_| {
        encounter.track();
        enough.set(false);
    });
    let done = Memo::new(move |_| {
        encounter.get().filter(|_| match direction.get() {
            Direction::Both => true,
            Direction::HeardThem => enough.get(),
            Direction::Ready => false,
        })
    });
    let asks = move || app.meet.with(|meet| meet.unconfirmed.is_some());
    let link = Signal::derive(move || app.meet.with(|meet| meet.link.clone()));
    let renews_at = Signal::derive(move || app.meet.with(|meet| meet.renews_at));
    let foreign = move || app.meet.with(|meet| meet.unknown_origin.clone());
    // Where nothing can be stored, nothing is emitted, whatever the setting says.
    let emits = move || app.meet.with(|meet| meet.emits);
    let note = move || {
        if done.get().is_some() {
            t_string!(i18n, meet.hold)
        } else if emits() {
            t_string!(i18n, meet.code_one_way)
        } else {
            t_string!(i18n, meet.code_note)
        }
    };
    view! {
        <h1 class="title desk-title">{t!(i18n, meet.title)}</h1>
        <Show when=asks>
            <Confirm />
        </Show>
        <div class="two even meeting">
            <div class="stack mid">
                <Code link renews_at now=app.now />
                {move || {
                    foreign()
                        .map(|origin| {
                            let text = t_string!(i18n, meet.foreign, origin = origin);
                            view! { <p class="small centred address">{text}</p> }
                        })
                }}
                <p class="caption centred code-note" class:kept=move || done.get().is_some() || emits()>
                    {note}
                </p>
            </div>
            {move || match done.get() {
                Some(id) => view! { <Done id direction=direction.get_untracked() /> }.into_any(),
                None => view! { <Meeting direction enough /> }.into_any(),
            }}
        </div>
        <ByBluetooth />
    }
}

/// The meeting while it goes on: how far it is, the camera, and the ways without one.
#[component]
fn Meeting(direction: Memo<Direction>, enough: RwSignal<bool>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let halves = Signal::derive(move || match direction.get() {
        Direction::Ready => Halves::Open,
        Direction::HeardThem => Halves::Theirs,
        Direction::Both => Halves::Whole,
    });
    let one_way = move || direction.get() == Direction::HeardThem;
    let typing = RwSignal::new(false);
    let heard = Callback::new(move |(text, how): (String, How)| app.hear(text, how));
    view! {
        <div class="stack mid">
            <div class="row state-row">
                <Coin halves />
                <div class="grow" aria-live="polite">
                    <p class="head state-head">
                        {move || match direction.get() {
                            Direction::Ready => t_string!(i18n, meet.ready),
                            Direction::HeardThem => t_string!(i18n, meet.one),
                            Direction::Both => t_string!(i18n, meet.both),
                        }}
                    </p>
                    <p class="small">
                        {move || {
                            if one_way() {
                                t_string!(i18n, meet.one_text)
                            } else {
                                t_string!(i18n, meet.ready_text)
                            }
                        }}
                    </p>
                    <Show when=one_way>
                        <button class="linkish small" type="button" on:click=move |_| enough.set(true)>
                            {t!(i18n, meet.enough)}
                        </button>
                    </Show>
                </div>
            </div>
            <Problem />
            <CameraView on_text=heard starts=true read=Signal::derive(one_way) typing>
                <div class="note level">
                    <FaceToFace />
                    <p class="small">{t!(i18n, meet.face)}</p>
                </div>
            </CameraView>
            <Show when=move || typing.get()>
                <Typed />
            </Show>
            <Switch
                title=Signal::derive(move || t_string!(i18n, meet.one_way))
                text=Signal::derive(move || t_string!(i18n, meet.one_way_text))
                on=Signal::derive(move || app.settings.with(|settings| settings.one_way))
                change=move |on| app.set_one_way(on)
            />
        </div>
    }
}

/// Why the last code led to no encounter.
#[component]
fn Problem() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let problems = use_problems();
    let problem = Memo::new(move |_| app.meet.with(|meet| meet.problem.clone()));
    move || {
        problem.get().map(|problem| {
            let said = problems.meet(&problem);
            view! {
                <Message said>
                    <div class="row wrap far">
                        {(problem == MeetProblem::IsTan)
                            .then(|| {
                                view! {
                                    <Link to=Place::Report class="linkish">
                                        {t!(i18n, meet_problem.is_tan_go)}
                                    </Link>
                                }
                            })}
                        <button
                            class="linkish"
                            type="button"
                            on:click=move |_| app.dismiss_meet_problem()
                        >
                            {t!(i18n, outgoing.dismiss)}
                        </button>
                    </div>
                </Message>
            }
        })
    }
}
