//! A file of the app's own, from where the app came from: most often what the service worker has kept.

use super::network::{ReferrerPolicy, RequestCredentials};
use gloo_net::http::Request;

/// Fetches a text file. None where it cannot be had.
pub async fn text(path: &str) -> Option<String> {
    let request = Request::get(path)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .build()
        .ok()?;
    let answer = request.send().await.ok()?;
    if answer.ok() { answer.text().await.ok() } else { None }
}
