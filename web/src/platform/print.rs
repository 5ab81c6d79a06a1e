//! Printing the page as its style sheet has it for paper.

use super::clock;

/// Opens the browser's print dialogue, once what was changed on the page just now is on it.
pub async fn page() {
    clock::sleep_ms(0).await;
    if let Some(window) = web_sys::window() {
        // A browser without a printer has no dialogue either.
        let _ = window.print();
    }
}
