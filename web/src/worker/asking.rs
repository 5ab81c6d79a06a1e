//! Private mode's arithmetic: hiding a question, and taking its answer out (docs/protocol.md, 19.5).

use super::messages::{self, AnswerProblem, Outcome};
use minicbor::bytes::ByteVec;
use rand_core::CryptoRng;
use twoken_core::psi::{DayPublicKey, DaySets, Error, Question, Response, Waiting};
use twoken_core::units::Day;

/// Makes the one query of a day set; `sets` are the day sets asked about before.
///
/// # Errors
/// [`AnswerProblem`].
pub fn ask(
    sets: &[u8],
    question: &[u8],
    today: Day,
    rng: &mut impl CryptoRng,
) -> Result<Outcome, AnswerProblem> {
    let mut sets = DaySets::from_bytes(sets)?;
    let waiting = sets.ask(Question::from_bytes(question)?, today, rng)?;
    Ok(query(&sets, &waiting))
}

/// Takes up a query that was stored, to send the same bytes again.
///
/// # Errors
/// [`AnswerProblem`].
pub fn again(sets: &[u8], waiting: &[u8]) -> Result<Outcome, AnswerProblem> {
    let sets = DaySets::from_bytes(sets)?;
    Ok(query(&sets, &sets.resume(waiting)?))
}

/// Takes the answer out, once all of it is as it should be. Of a refused one nothing counts.
///
/// # Errors
/// [`AnswerProblem`] where there is none.
pub fn take_out(sets: &[u8], waiting: &[u8], key: &[u8], response: &[u8]) -> Result<Outcome, AnswerProblem> {
    let mut sets = DaySets::from_bytes(sets)?;
    let waiting = sets.resume(waiting)?;
    let key = DayPublicKey::from_bytes(key.try_into().map_err(|_| AnswerProblem::Form)?)
        .map_err(|_| AnswerProblem::Form)?;
    // What cannot be read is no answer: refusing it tells nothing.
    let response = Response::decode(response)?;
    Ok(match sets.finalize(waiting, &response, &key) {
        Ok(answer) => {
            Outcome::Answered { sets: sets.to_bytes().into(), answer: messages::encode(&answer).into() }
        }
        // Refusals are counted: after three the day set is given up.
        Err(error) => Outcome::Mistrusted { problem: error.into(), sets: Some(sets.to_bytes().into()) },
    })
}

fn query(sets: &DaySets, waiting: &Waiting) -> Outcome {
    let bytes = |bytes: &[u8]| ByteVec::from(bytes.to_vec());
    Outcome::Query {
        sets: sets.to_bytes().into(),
        waiting: bytes(&waiting.to_bytes()),
        query: bytes(waiting.query()),
    }
}

impl From<Error> for AnswerProblem {
    fn from(error: Error) -> Self {
        match error {
            Error::Number { .. } | Error::SetSize(_) | Error::Unequal => Self::Number,
            Error::Repeated => Self::Repeated,
            Error::Probe => Self::Probe,
            Error::Point(_) => Self::Point,
            Error::NotClosed(_) | Error::Asked | Error::NotAsked => Self::Record,
            _ => Self::Form,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::crypto;
    use twoken_core::psi::{DayKey, DaySet, Query, answer};
    use twoken_core::status::Scheme;
    use twoken_core::tag::Secret;
    use wasm_bindgen_test::wasm_bindgen_test;

    const TODAY: Day = Day::new(20_780);
    const SET: DaySet = DaySet { day: Day::new(20_779), scheme: Scheme::Encounter };

    /// Three encounters of the gravest category.
    fn question() -> Vec<u8> {
        let high = [1, 2, 3].map(|byte| Secret::new([byte; 32]).element()).to_vec();
        Question::new(SET, [Vec::new(), Vec::new(), high]).unwrap().to_bytes().to_vec()
    }

    fn asked() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let none = DaySets::default().to_bytes();
        match ask(&none, &question(), TODAY, &mut crypto::rng()) {
            Ok(Outcome::Query { sets, waiting, query }) => (sets.into(), waiting.into(), query.into()),
            other => panic!("{other:?}"),
        }
    }

    fn answered(key: &DayKey, query: &[u8]) -> Vec<u8> {
        answer(&Query::decode(query).unwrap(), key, &mut crypto::rng()).unwrap().encode()
    }

    #[wasm_bindgen_test]
    fn claim_29_a_query_is_made_once_and_repeated_byte_for_byte() {
        let (sets, waiting, query) = asked();
        assert_eq!(ask(&sets, &question(), TODAY, &mut crypto::rng()), Err(AnswerProblem::Record));
        let again = again(&sets, &waiting);
        assert!(matches!(again, Ok(Outcome::Query { query: repeated, .. }) if *repeated == query));
        // Before its day is over there is none.
        let none = DaySets::default().to_bytes();
        assert_eq!(ask(&none, &question(), SET.day, &mut crypto::rng()), Err(AnswerProblem::Record));
    }

    #[wasm_bindgen_test]
    fn claim_28_an_answer_that_is_not_as_it_should_be_is_refused_with_its_reason() {
        let (sets, waiting, query) = asked();
        let (key, other) = (DayKey::generate(&mut crypto::rng()), DayKey::generate(&mut crypto::rng()));
        let out = |response: &[u8]| match take_out(&sets, &waiting, key.public().as_bytes(), response) {
            Ok(Outcome::Mistrusted { problem, sets: Some(_) }) => Err(problem),
            other => other,
        };
        let good = answered(&key, &query);
        assert!(matches!(out(&good), Ok(Outcome::Answered { .. })));
        assert_eq!(out(&answered(&other, &query)), Err(AnswerProblem::Probe));
        assert_eq!(out(&[0xa0]), Err(AnswerProblem::Form));
        // The last point once more in the place of the one before it, and one that is none.
        let end = good.len();
        let mut twice = good.clone();
        twice.copy_within(end - 32.., end - 64);
        assert_eq!(out(&twice), Err(AnswerProblem::Repeated));
        let mut none = good;
        none[end - 32..].fill(0xff);
        assert!(matches!(out(&none), Err(AnswerProblem::Point | AnswerProblem::Probe)));
    }

    #[wasm_bindgen_test]
    fn after_three_refused_answers_the_query_is_over() {
        let (mut sets, waiting, query) = asked();
        let (key, other) = (DayKey::generate(&mut crypto::rng()), DayKey::generate(&mut crypto::rng()));
        for refused in 1..=3 {
            match take_out(&sets, &waiting, key.public().as_bytes(), &answered(&other, &query)) {
                Ok(Outcome::Mistrusted { problem: AnswerProblem::Probe, sets: Some(after) }) => {
                    sets = after.into()
                }
                other => panic!("{other:?}"),
            }
            let waits = DaySets::from_bytes(&sets).unwrap().waiting().any(|set| set == SET);
            assert_eq!(waits, refused < 3);
        }
        assert_eq!(again(&sets, &waiting), Err(AnswerProblem::Record));
    }
}
