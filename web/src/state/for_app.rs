//! A link that was opened in the browser although the app lies on the home screen: on iOS no link leads there, and the
//! two have a diary each. It can be copied, and pasted in the app.

use super::{App, Offer};
use crate::platform::{clipboard, history};
use leptos::prelude::*;
use zeroize::Zeroizing;

impl App {
    /// Holds a link in memory that may belong into the app on the home screen.
    pub(super) fn hold_for_app(self, fragment: &str) {
        if self.install_offer() == Offer::ByHand {
            let link = Zeroizing::new(format!("{}/#{fragment}", history::origin()));
            self.cells.for_app.set(Some(link));
        }
    }

    /// Copies it. Returns whether it is on the clipboard.
    pub async fn copy_for_app(self) -> bool {
        let link = self.cells.for_app.with_untracked(Clone::clone);
        match link {
            Some(link) => clipboard::write(&link).await,
            None => false,
        }
    }

    /// It stays here.
    pub fn dismiss_for_app(self) {
        self.cells.for_app.set(None);
    }
}
