//! What is there only at times.

use leptos::children::ViewFn;
use leptos::prelude::*;

/// Shows its children while `when` says so, and something else, or nothing, while it does not.
///
/// As Leptos's own of this name, which makes a type, and the code that goes with it, for each place where it stands.
#[component]
pub fn Show(
    /// Whether.
    #[prop(into)]
    when: Signal<bool>,
    /// What is shown otherwise.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// What is shown then.
    children: ChildrenFn,
) -> impl IntoView {
    let when = Memo::new(move |_| when.get());
    move || if when.get() { children() } else { fallback.run() }
}
