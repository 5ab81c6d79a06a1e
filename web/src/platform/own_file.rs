//! A text file of the app's own, from where the app came from: most often what the service worker has kept.

use super::network::{ReferrerPolicy, RequestCredentials};
use super::scope;
use gloo_net::http::Request;

/// Fetches it. None where it cannot be had.
///
/// A page's request passes through the service worker, which answers with what it has kept. The service worker's own does
/// not: it looks there itself, and asks nobody.
pub async fn text(path: &str) -> Option<String> {
    if scope::is_service_worker() {
        let caches = scope::of_global("caches")?;
        let kept = scope::call_and_wait(&caches, "match", &[path.into()]).await?;
        return scope::call_and_wait(&kept, "text", &[]).await?.as_string();
    }
    let request = Request::get(path)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .build()
        .ok()?;
    let answer = request.send().await.ok()?;
    if answer.ok() { answer.text().await.ok() } else { None }
}
