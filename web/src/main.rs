//! The app's program, and where its parts are cut.

use twoken_web::parts::Further;
use twoken_web::{app, background};

fn main() {
    let further = Further {
        fetch: || Box::pin(further::arrive()),
        page: |place| Box::pin(further::page(place)),
        work: |app, work| Box::pin(further::done(app, work)),
        piece: |piece| Box::pin(further::piece(piece)),
        fetch_seldom: || Box::pin(further::seldom_arrives()),
        seldom: |place| Box::pin(further::seldom(place)),
        fetch_console: || Box::pin(further::console_arrives()),
        console: |fragment| Box::pin(further::console(fragment)),
    };
    if background::is_here() { background::serve(further) } else { app::run(further) }
}

#[cfg(feature = "split")]
#[allow(
    unsafe_code,
    reason = "what wasm_split makes of a function declares it once more, as an import of the first part"
)]
mod further {
    use core::pin::Pin;
    use leptos::prelude::AnyView;
    use twoken_web::components::later::Piece;
    use twoken_web::parts::{self, Missing};
    use twoken_web::state::work::Work;
    use twoken_web::state::{App, Place};
    use wasm_split_helpers::wasm_split;

    /// Each function has a loader of its own, and waits for nothing once that has seen the part.
    pub(super) async fn arrive() -> Result<(), Missing> {
        fetch().await?;
        Ok(fetch_piece().await?)
    }

    pub(super) async fn seldom_arrives() -> Result<(), Missing> {
        Ok(fetch_seldom().await?)
    }

    pub(super) async fn console_arrives() -> Result<(), Missing> {
        Ok(fetch_console().await?)
    }

    #[wasm_split(pages, fallible, preload(fetch))]
    pub(super) fn page(place: Place) -> Result<AnyView, Missing> {
        Ok(parts::page(place))
    }

    /// What it begins is in the second part; whoever has it done has seen it come.
    pub(super) async fn done(app: App, work: Work) {
        if let Ok(doing) = begin(app, work).await {
            doing.await;
        }
    }

    #[wasm_split(pages, fallible)]
    fn begin(app: App, work: Work) -> Result<Pin<Box<dyn Future<Output = ()>>>, Missing> {
        Ok(Box::pin(app.work(work)))
    }

    #[wasm_split(pages, fallible, preload(fetch_piece))]
    pub(super) fn piece(piece: Piece) -> Result<AnyView, Missing> {
        Ok(parts::piece(piece))
    }

    #[wasm_split(seldom, fallible, preload(fetch_seldom))]
    pub(super) fn seldom(place: Place) -> Result<AnyView, Missing> {
        Ok(parts::seldom(place))
    }

    #[wasm_split(staff, fallible, preload(fetch_console))]
    pub(super) fn console(fragment: Option<String>) -> Result<AnyView, Missing> {
        Ok(parts::console(fragment))
    }
}

#[cfg(not(feature = "split"))]
mod further {
    use leptos::prelude::AnyView;
    use twoken_web::components::later::Piece;
    use twoken_web::parts::{self, Missing};
    use twoken_web::state::work::Work;
    use twoken_web::state::{App, Place};

    pub(super) async fn done(app: App, work: Work) {
        app.work(work).await;
    }

    #[allow(clippy::unused_async, reason = "as the one that is fetched")]
    pub(super) async fn arrive() -> Result<(), Missing> {
        Ok(())
    }

    #[allow(clippy::unused_async, reason = "as the one that is fetched")]
    pub(super) async fn seldom_arrives() -> Result<(), Missing> {
        Ok(())
    }

    #[allow(clippy::unused_async, reason = "as the one that is fetched")]
    pub(super) async fn console_arrives() -> Result<(), Missing> {
        Ok(())
    }

    #[allow(clippy::unused_async, reason = "as the one that is fetched")]
    pub(super) async fn page(place: Place) -> Result<AnyView, Missing> {
        Ok(parts::page(place))
    }

    #[allow(clippy::unused_async, reason = "as the one that is fetched")]
    pub(super) async fn piece(piece: Piece) -> Result<AnyView, Missing> {
        Ok(parts::piece(piece))
    }

    #[allow(clippy::unused_async, reason = "as the one that is fetched")]
    pub(super) async fn seldom(place: Place) -> Result<AnyView, Missing> {
        Ok(parts::seldom(place))
    }

    #[allow(clippy::unused_async, reason = "as the one that is fetched")]
    pub(super) async fn console(fragment: Option<String>) -> Result<AnyView, Missing> {
        Ok(parts::console(fragment))
    }
}
