//! The worker: listens, works, answers.

#![forbid(unsafe_code)]

use twoken_web::platform::{crypto, worker_scope};
use twoken_web::worker::Desk;

fn main() {
    let mut desk = Desk::new(crypto::rng);
    worker_scope::serve(move |head, mut buffer| desk.answer(&head, &mut buffer));
}
