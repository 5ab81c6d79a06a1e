//! The app's program, and where its two parts are cut.

use twoken_web::parts::Second;

fn main() {
    twoken_web::app::run(Second {
        fetch: || Box::pin(second::arrive()),
        page: |place| Box::pin(second::page(place)),
    });
}

#[cfg(feature = "split")]
#[allow(
    unsafe_code,
    reason = "what wasm_split makes of a function declares it once more, as an import of the first part"
)]
mod second {
    use leptos::prelude::AnyView;
    use twoken_web::parts::{self, Missing};
    use twoken_web::state::Place;
    use wasm_split_helpers::wasm_split;

    pub(super) async fn arrive() -> Result<(), Missing> {
        Ok(fetch().await?)
    }

    #[wasm_split(pages, fallible, preload(fetch))]
    pub(super) fn page(place: Place) -> Result<AnyView, Missing> {
        Ok(parts::page(place))
    }
}

#[cfg(not(feature = "split"))]
mod second {
    use leptos::prelude::AnyView;
    use twoken_web::parts::{self, Missing};
    use twoken_web::state::Place;

    #[allow(clippy::unused_async, reason = "as the one that is fetched")]
    pub(super) async fn arrive() -> Result<(), Missing> {
        Ok(())
    }

    #[allow(clippy::unused_async, reason = "as the one that is fetched")]
    pub(super) async fn page(place: Place) -> Result<AnyView, Missing> {
        Ok(parts::page(place))
    }
}
