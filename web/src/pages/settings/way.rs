//! The way to a page of its own, from Settings.

use crate::components::link::Link;
use crate::state::Place;
use leptos::prelude::*;

/// What is there, and the link: nothing is asked for before it is followed.
#[component]
pub(super) fn Way(
    /// The heading's id in the page.
    id: &'static str,
    title: Signal<&'static str>,
    text: Signal<&'static str>,
    /// What the link says.
    go: Signal<&'static str>,
    to: Place,
) -> impl IntoView {
    view! {
        <section class="sec" aria-labelledby=id>
            <h2 class="head" id=id>
                {title}
            </h2>
            <p class="small">{text}</p>
            <div>
                <Link to class="btn plain compact">
                    {go}
                </Link>
            </div>
        </section>
    }
}
