//! Whoever reads or writes waits for those who came before: sealing takes its time, and what is written last must be what
//! was asked for last.

use futures_channel::oneshot::{Receiver, Sender, channel};
use std::cell::RefCell;

/// A line of those who wait.
#[derive(Debug, Default)]
pub(super) struct Line {
    last: RefCell<Option<Receiver<()>>>,
}

/// One's turn; the next comes when it is dropped.
#[derive(Debug)]
pub(super) struct Served {
    _next: Sender<()>,
}

impl Line {
    /// Waits behind those who wait already.
    pub(super) async fn wait(&self) -> Served {
        let (next, behind) = channel();
        let before = self.last.replace(Some(behind));
        if let Some(before) = before {
            // Nobody sends anything: a turn ends by being dropped.
            let _ = before.await;
        }
        Served { _next: next }
    }
}
