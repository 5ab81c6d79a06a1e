//! A link to another page of the app: a real one, for keyboards and screen readers, whose address
//! says nothing (see [`place`](crate::state::Place)).

use crate::state::{Place, use_app};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// Leads to a page. Opened in another window it leads to the app's beginning.
#[component]
pub fn Link(
    /// Where to.
    to: Place,
    /// How it looks.
    #[prop(optional)]
    class: &'static str,
    /// What it is called where it has no text.
    #[prop(optional, into)]
    name: MaybeProp<String>,
    /// Whether it leads to where one is.
    #[prop(optional, into)]
    current: Signal<bool>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    let app = use_app();
    let follow = move |event: MouseEvent| {
        let elsewhere = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
        if event.button() == 0 && !elsewhere {
            event.prevent_default();
            app.go(to);
        }
    };
    view! {
        <a
            class=(!class.is_empty()).then_some(class)
            href="/"
            aria-label=move || name.get()
            aria-current=move || current.get().then_some("page")
            on:click=follow
        >
            {children()}
        </a>
    }
}
