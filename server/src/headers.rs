//! Response headers that protect: content security policies, framing, sniffing, sharing. And the date, which apps hold
//! their own clock against: the one that the server goes by.

use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_SECURITY_POLICY, CONTENT_TYPE, DATE, HeaderName, HeaderValue,
    REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::BASE64;
use httpdate::HttpDate;
use sha2::{Digest, Sha256};
use tower_http::cors::{Any, CorsLayer};

use crate::clock::Clock;

/// The signature of the configuration, base64url.
pub const SIGNATURE: HeaderName = HeaderName::from_static("twoken-signature");
/// The permit of an upload, base64url.
pub const PERMIT: HeaderName = HeaderName::from_static("twoken-permit");

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What data may do when a browser opens it as a page: nothing.
const DATA_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// What the API's own page may do: show itself and its one style sheet.
pub const DOCS_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);
/// What pages of this server may ask a device for.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "bluetooth=(self), camera=(self), screen-wake-lock=(self), accelerometer=(), \
     autoplay=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), \
     hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), \
     picture-in-picture=(), publickey-credentials-get=(), serial=(), usb=(), xr-spatial-tracking=()",
);

/// The policy of the app. `scripts` are the texts of the inline scripts of its `index.html`, allowed by their
/// hashes; `loopback` allows connections to servers on this machine, for the demo.
#[must_use]
pub fn app_policy(scripts: &[&str], loopback: bool) -> String {
    let mut hashes = String::new();
    for script in scripts {
        // Writing to a string cannot fail.
        let _ = write!(hashes, " 'sha256-{}'", BASE64.encode(&Sha256::digest(script.as_bytes())));
    }
    let local = if loopback { " http://127.0.0.1:* http://localhost:*" } else { "" };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; \
         img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' https:{local}; worker-src 'self'; \
         manifest-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Middleware: what every response carries, unless its route said otherwise.
pub async fn protect(State(clock): State<Clock>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Some(date) = date(&clock) {
        headers.insert(DATE, date);
    }
    // What any origin may read, any origin may embed; the rest stays at home.
    let shared = headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN);
    let resource = if shared { "cross-origin" } else { "same-origin" };
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, DATA_POLICY),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (PERMISSIONS_POLICY, PERMISSIONS),
        (OPENER_POLICY, HeaderValue::from_static("same-origin")),
        (RESOURCE_POLICY, HeaderValue::from_static(resource)),
    ] {
        headers.entry(name).or_insert(value);
    }
    response
}

/// Now, as RFC 9110 §5.6.7 writes it; nothing after the year 9999, which has no such form.
fn date(clock: &Clock) -> Option<HeaderValue> {
    const LAST_SECOND: u64 = 253_402_300_799;
    let seconds = Some(clock.now().seconds()).filter(|seconds| *seconds <= LAST_SECOND)?;
    let date = HttpDate::from(UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?);
    HeaderValue::from_str(&date.to_string()).ok()
}

/// Public routes answer any origin, without credentials.
pub fn any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE, PERMIT])
        .expose_headers([SIGNATURE, DATE, RETRY_AFTER])
        .max_age(Duration::from_secs(86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_allowed_by_its_hash() {
        // The example of the CSP specification's own documentation.
        let policy = app_policy(&["alert('Hello, world.');"], false);
        assert!(policy.contains("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("127.0.0.1"), "{policy}");
        assert!(
            app_policy(&[], true)
                .contains("connect-src 'self' https: http://127.0.0.1:* http://localhost:*;")
        );
    }
}
