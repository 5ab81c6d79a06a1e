//! The app itself: the files that Trunk built. Any path without a file extension is a page of the app and answered
//! with `index.html`, under a policy that allows its inline scripts by their hashes.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::headers::app_policy;
use crate::problem::Refusal;

/// Names with a hash in them never change their content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Everything else is asked for again each time.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");
/// Fewest hexadecimal digits that make a name a hashed one.
const HASH_DIGITS: usize = 12;

/// Why the app cannot be served.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no app in {}: {source}; build it with `cargo xtask serve`, or leave out --web to serve the API alone",
    index.display()
)]
pub struct Missing {
    index: PathBuf,
    source: io::Error,
}

/// A built app, ready to be served.
#[derive(Clone)]
pub struct Web {
    index: Bytes,
    policy: HeaderValue,
    files: ServeDir,
}

impl Web {
    /// Reads `index.html` in `folder` and computes its policy. `loopback` allows the app to talk to servers on this
    /// machine.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn open(folder: &Path, loopback: bool) -> Result<Self, Missing> {
        let path = folder.join("index.html");
        let missing = |source| Missing { index: path.clone(), source };
        let index = std::fs::read_to_string(&path).map_err(missing)?;
        let policy = app_policy(&inline_scripts(&index), loopback);
        let policy = HeaderValue::from_str(&policy).map_err(|error| missing(io::Error::other(error)))?;
        let files = ServeDir::new(folder)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        Ok(Self { index: index.into(), policy, files })
    }

    /// A file, or a page of the app.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        if !is_file(request.uri().path()) {
            return self.page();
        }
        let forever = is_hashed(request.uri().path());
        // The path alone: a query says nothing about a file, and bodies are not read.
        let Ok(answer) = self.files.clone().oneshot(request).await;
        if answer.status() == StatusCode::NOT_FOUND {
            return Refusal::not_found("There is no such file.").into_response();
        }
        let mut answer = answer.map(Body::new);
        answer.headers_mut().insert(CACHE_CONTROL, if forever { FOREVER } else { ASK });
        // A document among the files (there is none today) gets the app's policy too.
        answer.headers_mut().insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        answer
    }

    fn page(&self) -> Response {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (CACHE_CONTROL, ASK),
            (CONTENT_SECURITY_POLICY, self.policy.clone()),
        ];
        (headers, self.index.clone()).into_response()
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Web")
    }
}

/// Whether the last part of a path has an extension.
fn is_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// Whether a name carries its content's hash, as in `app-0f3a…9c.js` or `app-0f3a…9c_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split(['-', '.', '_']).any(|part| {
        part.len() >= HASH_DIGITS
            && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

/// The texts of a document's inline scripts, as a browser hashes them: everything between the tags.
fn inline_scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, body)) = after.split_once('>') else { break };
        let Some((text, after)) = body.split_once("</script") else { break };
        if !attributes.split_ascii_whitespace().any(|attribute| attribute.starts_with("src=")) {
            scripts.push(text);
        }
        rest = after;
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_files_are_told_apart() {
        for page in ["/", "/diary", "/report/send", "/v", "/.hidden/page"] {
            assert!(!is_file(page), "{page}");
        }
        for file in ["/sw.js", "/icons/icon-192.png", "/.env"] {
            assert!(is_file(file), "{file}");
        }
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        for name in [
            "/twoken-web-0a1b2c3d4e5f6789.js",
            "/twoken-web-0a1b2c3d4e5f6789_bg.wasm",
            "/base-00112233445566ff.css",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["/sw.js", "/manifest.webmanifest", "/icons/icon-192.png", "/facade.js", "/twoken-web.js"]
        {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn inline_scripts_are_found_as_a_browser_sees_them() {
        let html = "<head><script type=\"module\">\nstart();\n</script><script src=\"a.js\"></script>\
                    <script nonce defer src=x></script><script>two</script></head>";
        assert_eq!(inline_scripts(html), ["\nstart();\n", "two"]);
        assert_eq!(inline_scripts("<script>open"), Vec::<&str>::new());
    }
}
