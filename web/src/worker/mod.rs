//! What runs off the main thread: reading codes and comparing batches. One worker does both.

pub mod matching;
pub mod messages;
pub mod scan;

use messages::{Outcome, Task};

/// Does one task.
#[must_use]
pub fn work(task: Task, buffer: Vec<u8>) -> Outcome {
    match task {
        Task::Scan { width, height } => {
            Outcome::Scanned(scan::decode(scan::luma(&buffer), width, height))
        }
        Task::Compare { matcher, header, key, found_at } => {
            match matching::compare(&matcher, &header, &key, buffer, found_at) {
                Ok(found) => Outcome::Compared(found),
                Err(problem) => Outcome::Refused(problem),
            }
        }
    }
}

/// Answers one message of the page's: a task's head, and the bytes that it is about.
#[must_use]
pub fn answer(head: Vec<u8>, buffer: Vec<u8>) -> Vec<u8> {
    let outcome = match messages::decode(&head) {
        Some(task) => work(task, buffer),
        // Only an app of another build could say that: both come from one.
        None => Outcome::Refused(messages::ListProblem::Other),
    };
    messages::encode(&outcome)
}
