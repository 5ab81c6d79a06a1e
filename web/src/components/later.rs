//! What of a page stands in the second part of the app beside whole pages (ADR 54): it is shown as soon as that has come.

use leptos::prelude::*;

/// What is shown later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// What asks for the passphrase.
    Locked,
    /// What no page may hide: a link that led nowhere, a newer app.
    Standing,
    /// That what was deleted can be brought back.
    Undo,
    /// On Home: why the last check came to nothing or left something out.
    Notes,
}

/// Who has it. The parts themselves are no matter of whoever shows them.
#[derive(Clone, Copy)]
pub struct Pieces(pub Callback<Piece, AnyView>);

/// Shows it, or what is to be said meanwhile.
#[component]
pub fn Later(
    /// What is shown.
    piece: Piece,
) -> impl IntoView {
    let pieces = expect_context::<Pieces>();
    move || pieces.0.run(piece)
}
