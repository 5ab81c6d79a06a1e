//! The worker: listens, works, answers.

use twoken_web::{platform::worker_scope, worker};

fn main() {
    worker_scope::serve(worker::answer);
}
