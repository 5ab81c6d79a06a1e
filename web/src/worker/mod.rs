//! What runs off the main thread: reading codes and comparing batches. One worker does both.

pub mod matching;
pub mod messages;
pub mod scan;

use messages::{Outcome, Task};

/// Does one task.
#[must_use]
pub fn work(task: Task, buffer: &[u8]) -> Outcome {
    match task {
        Task::Scan { width, height } => Outcome::Scanned(scan::decode(scan::luma(buffer), width, height)),
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
        Some(task) => work(task, &buffer),
        // Only an app of another build could say that: both come from one.
        None => Outcome::Refused(messages::ListProblem::Other),
    };
    messages::encode(&outcome)
}

#[cfg(test)]
mod tests {
    use super::scan::{decode, luma};
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// A code drawn with `scale` pixels a module, on a light ground.
    fn drawn(text: &str, scale: usize) -> (Vec<u8>, u32) {
        let code = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::M).build().unwrap();
        let side = (code.size + 8) * scale;
        let mut rgba = vec![255; side * side * 4];
        for y in 0..code.size {
            for x in 0..code.size {
                if !code[y][x].value() {
                    continue;
                }
                for dy in 0..scale {
                    for dx in 0..scale {
                        let at = ((y + 4) * scale + dy) * side + (x + 4) * scale + dx;
                        rgba[at * 4..at * 4 + 3].fill(0);
                    }
                }
            }
        }
        (luma(&rgba), side as u32)
    }

    #[wasm_bindgen_test]
    fn reads_what_was_drawn() {
        let text = format!("https://twoken.example/#m={}", "A".repeat(104));
        let (picture, side) = drawn(&text, 4);
        assert_eq!(decode(picture, side, side), Some(text));
    }

    #[wasm_bindgen_test]
    fn a_task_is_answered_and_nonsense_is_refused() {
        let task = messages::encode(&Task::Scan { width: 8, height: 8 });
        let outcome = |head| messages::decode::<Outcome>(&answer(head, vec![255; 8 * 8 * 4]));
        assert_eq!(outcome(task), Some(Outcome::Scanned(None)));
        let refused = Some(Outcome::Refused(messages::ListProblem::Other));
        assert_eq!(outcome(vec![0xff]), refused);
    }

    #[wasm_bindgen_test]
    fn an_empty_or_wrongly_sized_picture_has_none() {
        assert_eq!(decode(vec![128; 64 * 64], 64, 64), None);
        assert_eq!(decode(vec![128; 63], 8, 8), None);
        assert_eq!(decode(Vec::new(), 0, 0), None);
    }

    #[wasm_bindgen_test]
    fn white_is_white_and_black_is_black() {
        assert_eq!(luma(&[255, 255, 255, 255, 0, 0, 0, 255]), [255, 0]);
    }
}
