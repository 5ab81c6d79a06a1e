//! The coin cut in two, whose halves only fit each other: the mark, and the coin of a meeting.

use leptos::prelude::*;

const YOU: &str = "M30.5 14A23 23 0 0 0 30.5 60V42.9A11 11 0 0 1 30.5 21.1Z";
const THEM: &str = "M33.5 4A23 23 0 0 1 33.5 50V42.9A11 11 0 0 0 33.5 21.1Z";
const YOU_LEVEL: &str = "M30.5 9A23 23 0 0 0 30.5 55V42.9A11 11 0 0 1 30.5 21.1Z";
const THEM_LEVEL: &str = "M33.5 9A23 23 0 0 1 33.5 55V42.9A11 11 0 0 0 33.5 21.1Z";

/// The mark: two halves about to fit, the token between.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 64 64" aria-hidden="true">
            <path class="m-you" d=YOU />
            <path class="m-them" d=THEM />
            <circle class="m-token" cx="32" cy="32" r="8" />
        </svg>
    }
}

/// How far a meeting has come, as a coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halves {
    /// Two dashed halves: something that can still happen.
    Open,
    /// Their half is here.
    Theirs,
    /// Whole, with the token in it.
    Whole,
}

/// The coin of a meeting. The words beside it say the same.
#[component]
pub fn Coin(
    /// How far the meeting has come.
    #[prop(into)]
    halves: Signal<Halves>,
    /// The large one plays the gesture once: the halves slide level and the token appears.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let class = if large { "coin large join" } else { "coin" };
    let draw = move || match halves.get() {
        Halves::Open => view! {
            <path class="m-open" d=YOU />
            <path class="m-open" d=THEM />
        }
        .into_any(),
        Halves::Theirs => view! {
            <path class="m-open" d=YOU />
            <path class="m-them" d=THEM />
        }
        .into_any(),
        Halves::Whole => view! {
            <path class="m-you" d=YOU_LEVEL />
            <path class="m-them" d=THEM_LEVEL />
            <circle class="m-token" cx="32" cy="32" r="8" />
        }
        .into_any(),
    };
    view! {
        <svg class=class viewBox="0 0 64 64" aria-hidden="true">
            {draw}
        </svg>
    }
}

/// The coin at the corner of a page's panel.
#[component]
pub fn PanelCoin() -> impl IntoView {
    view! {
        <svg class="big" viewBox="0 0 64 64" aria-hidden="true">
            <path class="a" d=YOU_LEVEL />
            <path class="b" d=THEM_LEVEL />
            <circle class="t" cx="32" cy="32" r="8" />
        </svg>
    }
}

/// Two halves, dashed: what an empty page shows, because it can still happen.
#[component]
pub fn EmptyCoin() -> impl IntoView {
    view! {
        <svg width="112" height="72" viewBox="0 0 112 72" aria-hidden="true">
            <path class="dashed" d="M46 14a23 23 0 0 0 0 46z" />
            <path class="dashed" d="M66 10a23 23 0 0 1 0 46z" />
        </svg>
    }
}

/// Two screens held face to face, each seeing the other.
#[component]
pub fn FaceToFace() -> impl IntoView {
    view! {
        <svg class="face" viewBox="17 4 50 50" aria-hidden="true">
            <path class="m-you" d="M20 6 27 8.500V49.500L20 52Z" />
            <path class="m-them" d="M64 6 57 8.500V49.500L64 52Z" />
            <path d="M33 22h18M33 22l3.500-3M33 22l3.500 3M33 36h18M51 36l-3.500-3M51 36l-3.500 3" />
        </svg>
    }
}
