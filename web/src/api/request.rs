//! One way to ask: without credentials, bounded in silence and size.

use super::{Api, ApiProblem};
use crate::platform::body::Body;
use crate::platform::network::{
    Patience, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect, ResponseType,
};
use crate::platform::{clock, network};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use serde::Deserialize;
use twoken_core::units::Timestamp;
use twoken_core::wire::{Problem, ProblemCode};

/// Whoever has been silent for so long is not going to answer. A slow line may take its time.
const SILENCE_MS: u32 = 30_000;
/// No problem document is longer.
const MAX_PROBLEM_BYTES: usize = 16 * 1024;

/// An answer that is not a problem.
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    pub(super) server_time: Option<Timestamp>,
    response: Response,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.response.headers().get(name)
    }
}

/// An answer whose body is still coming.
pub struct Incoming {
    response: Response,
    body: Option<Body>,
    patience: Option<Patience>,
    /// Bytes that may still come.
    left: usize,
}

impl Incoming {
    /// At most `max_bytes` of an answer.
    fn of(response: Response, max_bytes: usize, patience: Option<Patience>) -> Result<Self, ApiProblem> {
        let announced = response.headers().get("content-length").and_then(|length| length.parse().ok());
        if announced.is_some_and(|length: usize| length > max_bytes) {
            return Err(ApiProblem::TooLarge);
        }
        let stream = response.body();
        let body = stream.map(|stream| Body::of(&stream).ok_or(ApiProblem::Unreachable)).transpose()?;
        Ok(Self { response, body, patience, left: max_bytes })
    }

    /// The next part, of whatever length it came in; none at the end.
    ///
    /// # Errors
    /// [`ApiProblem::Unreachable`], [`ApiProblem::TooLarge`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ApiProblem> {
        let Some(body) = &self.body else { return Ok(None) };
        let part = body.next().await.map_err(|_| ApiProblem::Unreachable)?;
        if let Some(patience) = &self.patience {
            patience.renew();
        }
        let length = part.as_ref().map_or(0, Vec::len);
        self.left = self.left.checked_sub(length).ok_or(ApiProblem::TooLarge)?;
        Ok(part)
    }

    async fn all(mut self) -> Result<Answer, ApiProblem> {
        let server_time = self.response.headers().get("date").and_then(|date| clock::parse_http_date(&date));
        let mut body = Vec::new();
        while let Some(part) = self.next().await? {
            body.extend(part);
        }
        Ok(Answer { body, server_time, response: self.response })
    }
}

impl Api {
    /// Begins to read an answer of at most `max_bytes`.
    pub(super) async fn open(&self, path: &str, max_bytes: usize) -> Result<Incoming, ApiProblem> {
        let patience = Patience::new(SILENCE_MS);
        let signal = patience.as_ref().map(Patience::signal);
        let request = self
            .prepare(Request::get(&self.address(path)))
            .abort_signal(signal.as_ref())
            .build()
            .map_err(|_| ApiProblem::BadAnswer)?;
        answer(request, max_bytes, patience).await
    }

    pub(super) async fn get(&self, path: &str, max_bytes: usize) -> Result<Answer, ApiProblem> {
        self.open(path, max_bytes).await?.all().await
    }

    pub(super) async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        max_bytes: usize,
    ) -> Result<Answer, ApiProblem> {
        let patience = Patience::new(SILENCE_MS);
        let signal = patience.as_ref().map(Patience::signal);
        let mut builder = self.prepare(Request::post(&self.address(path))).abort_signal(signal.as_ref());
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        let request = builder.body(body.to_vec()).map_err(|_| ApiProblem::BadAnswer)?;
        answer(request, max_bytes, patience).await?.all().await
    }

    /// A request of the medical console's, and of nothing else: the only one that carries a cookie, to this page's own
    /// server alone (docs/protocol.md, 20.5). `csrf` is what the session's page repeats.
    pub(super) async fn of_staff(
        &self,
        method: Method,
        path: &str,
        csrf: Option<&str>,
        body: Option<&[u8]>,
        max_bytes: usize,
    ) -> Result<Answer, ApiProblem> {
        let patience = Patience::new(SILENCE_MS);
        let signal = patience.as_ref().map(Patience::signal);
        let mut builder = self
            .prepare(RequestBuilder::new(&self.address(path)).method(method))
            .credentials(RequestCredentials::SameOrigin)
            .abort_signal(signal.as_ref());
        if let Some(csrf) = csrf {
            builder = builder.header("x-twoken-csrf", csrf);
        }
        let request = match body {
            Some(body) => builder.header("content-type", "application/json").body(body.to_vec()),
            None => builder.build(),
        };
        answer(request.map_err(|_| ApiProblem::BadAnswer)?, max_bytes, patience).await?.all().await
    }

    fn prepare(&self, builder: RequestBuilder) -> RequestBuilder {
        builder
            .credentials(RequestCredentials::Omit)
            // Nothing is asked for twice, unless what came did not hold: a copy of that is the
            // last thing to be wanted.
            .cache(RequestCache::NoStore)
            // Nobody is sent on to where the person has not agreed to.
            .redirect(RequestRedirect::Manual)
            .referrer_policy(ReferrerPolicy::NoReferrer)
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

async fn answer(
    request: Request,
    max_bytes: usize,
    patience: Option<Patience>,
) -> Result<Incoming, ApiProblem> {
    if !network::online() {
        return Err(ApiProblem::Offline);
    }
    let response = request.send().await.map_err(|_| ApiProblem::Unreachable)?;
    if response.type_() == ResponseType::Opaqueredirect {
        return Err(ApiProblem::Moved);
    }
    if response.ok() {
        Incoming::of(response, max_bytes, patience)
    } else {
        Err(refusal(response, patience).await)
    }
}

async fn refusal(response: Response, patience: Option<Patience>) -> ApiProblem {
    let status = response.status();
    let retry_after = response.headers().get("retry-after").and_then(|seconds| seconds.trim().parse().ok());
    let answer = match Incoming::of(response, MAX_PROBLEM_BYTES, patience) {
        Ok(incoming) => incoming.all().await,
        Err(problem) => Err(problem),
    };
    let body = answer.map(|answer| answer.body).unwrap_or_default();
    refusal_of(status, retry_after, &body)
}

/// What a status other than 2xx means, with the problem document it came with.
fn refusal_of(status: u16, retry_after: Option<u32>, body: &[u8]) -> ApiProblem {
    let problem = serde_json::from_slice::<Problem>(body).ok();
    // 503 with a time: it is busy, and says until when.
    if status == 429 || status == 503 && retry_after.is_some() {
        let limit = problem.map(|problem| problem.code).filter(|code| *code == ProblemCode::QueryLimit);
        return ApiProblem::Refused { code: limit.unwrap_or(ProblemCode::TooManyRequests), retry_after };
    }
    // 408: it gave up waiting for what was sent, by itself or on the way to it.
    if status >= 500 || status == 408 {
        return ApiProblem::ServerFailed;
    }
    if let Some(problem) = problem {
        return ApiProblem::Refused { code: problem.code, retry_after };
    }
    match serde_json::from_slice::<Unknown>(body) {
        // A code of a newer server: the status is what both know.
        Ok(problem) if problem.status == status => ApiProblem::RefusedOtherwise { status },
        // Something between us and the server answered.
        _ => ApiProblem::BadAnswer,
    }
}

/// A problem document of whatever code.
#[derive(Deserialize)]
struct Unknown {
    #[serde(rename = "type")]
    _code: String,
    status: u16,
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_problem_document_is_read_by_its_code() {
        let body = serde_json::to_vec(&Problem::new(ProblemCode::TanUsed)).unwrap();
        let refused = ApiProblem::Refused { code: ProblemCode::TanUsed, retry_after: None };
        assert_eq!(refusal_of(409, None, &body), refused);
        assert!(!refused.passes());
    }

    #[wasm_bindgen_test]
    fn a_busy_or_failing_server_may_answer_later() {
        assert!(refusal_of(429, Some(9), b"").passes());
        let busy = ApiProblem::Refused { code: ProblemCode::TooManyRequests, retry_after: Some(9) };
        assert_eq!(refusal_of(503, Some(9), b"<html>"), busy);
        assert!(refusal_of(500, None, b"<html>").passes());
        assert!(refusal_of(503, None, br#"{"type":"out-for-lunch","title":"","status":503}"#).passes());
        assert!(refusal_of(408, None, b"").passes());
        assert_eq!(refusal_of(404, None, b"<html>"), ApiProblem::BadAnswer);
        // One question too many is not the whole server.
        let body = serde_json::to_vec(&Problem::new(ProblemCode::QueryLimit)).unwrap();
        let limit = ApiProblem::Refused { code: ProblemCode::QueryLimit, retry_after: Some(9) };
        assert_eq!(refusal_of(429, Some(9), &body), limit);
        assert!(limit.passes());
    }

    #[wasm_bindgen_test]
    fn a_code_of_a_newer_server_is_known_by_its_status() {
        let body = br#"{"type":"moon-full","title":"The moon is full.","status":422}"#;
        let problem = refusal_of(422, None, body);
        assert_eq!(problem, ApiProblem::RefusedOtherwise { status: 422 });
        assert!(!problem.passes());
        // Who says one thing in the document and another in the status is not that server.
        assert_eq!(refusal_of(404, None, body), ApiProblem::BadAnswer);
    }
}
