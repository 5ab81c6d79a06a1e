//! The app's files: pages, policies, caches.

use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use twoken_server::config::{Profile, Settings};

use crate::support::{Answer, Server, refused};

const INDEX: &str = "<!doctype html><html><head><script type=\"module\">import init from '/app.js'; init();</script>\
                     <script src=\"/app-0123456789abcdef.js\"></script></head><body></body></html>";

fn build(folder: &Path) {
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    put("index.html", INDEX);
    put("app-0123456789abcdef.js", "export default 1;");
    put("app-0123456789abcdef.js.br", "brotli");
    put("app-0123456789abcdef.js.gz", "gzip");
    put("app-0123456789abcdef_bg.wasm", "\0asm");
    put("sw.js", "self");
    put("manifest.webmanifest", "{}");
    std::fs::create_dir(folder.join("icons")).unwrap();
    put("icons/icon-192.png", "png");
}

async fn server(profile: Profile) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path());
    (Server::with_web(Settings::defaults(profile), folder.path()).await, folder)
}

fn protected(answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("set-cookie", ""),
    ] {
        assert_eq!(answer.header(name), value);
    }
    let permissions = answer.header("permissions-policy");
    for allowed in
        ["bluetooth=(self)", "camera=(self)", "screen-wake-lock=(self)", "microphone=()", "geolocation=()"]
    {
        assert!(permissions.contains(allowed), "{permissions}");
    }
}

#[tokio::test]
async fn pages_of_the_app_get_its_document_under_a_strict_policy() {
    let (server, _folder) = server(Profile::Strict).await;
    for path in ["/", "/diary", "/report/send", "/index.html"] {
        let answer = server.get(path).await.ok();
        assert_eq!(answer.body, INDEX.as_bytes(), "{path}");
        assert_eq!(answer.header("content-type").split(';').next().unwrap(), "text/html", "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
        protected(&answer);
        let policy = answer.header("content-security-policy");
        // sha256 of the inline script's text, computed with another tool.
        let script = "'sha256-WN3FHuG6vmV+0abH/qaNAU0XcODQuncbcPlsPt0rWSU='";
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {script}; style-src 'self'; \
                 img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' https:; worker-src 'self'; \
                 manifest-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
            )
        );
    }
    let head = Request::head("/diary").body(Body::empty()).unwrap();
    server.send(head).await.ok();
    let post = Request::post("/diary").body(Body::empty()).unwrap();
    refused(&server.send(post).await, 405, "method-not-allowed");
}

#[tokio::test]
async fn only_the_demo_may_talk_to_this_machine() {
    let (server, _folder) = server(Profile::Demo).await;
    let answer = server.get("/").await.ok();
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("connect-src 'self' https: http://127.0.0.1:* http://localhost:*;"), "{policy}");
}

#[tokio::test]
async fn files_are_kept_for_ever_only_if_their_names_say_so() {
    let (server, _folder) = server(Profile::Strict).await;
    for (path, kind, cache) in [
        ("/app-0123456789abcdef.js", "text/javascript", "public, max-age=31536000, immutable"),
        ("/app-0123456789abcdef_bg.wasm", "application/wasm", "public, max-age=31536000, immutable"),
        ("/sw.js", "text/javascript", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/icons/icon-192.png", "image/png", "no-cache"),
    ] {
        let answer = server.get(path).await.ok();
        assert_eq!(answer.header("content-type"), kind, "{path}");
        assert_eq!(answer.header("cache-control"), cache, "{path}");
        protected(&answer);
    }
    for (accepts, encoding, body) in
        [("br, gzip", "br", "brotli"), ("gzip", "gzip", "gzip"), ("", "", "export default 1;")]
    {
        let request = Request::get("/app-0123456789abcdef.js")
            .header("accept-encoding", accepts)
            .body(Body::empty())
            .unwrap();
        let answer = server.send(request).await.ok();
        assert_eq!((answer.header("content-encoding"), answer.body.as_slice()), (encoding, body.as_bytes()));
        assert_eq!(answer.header("content-type"), "text/javascript");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_the_app() {
    let (server, folder) = server(Profile::Strict).await;
    std::fs::write(folder.path().parent().unwrap().join("outside.txt"), "secret").unwrap();
    for path in [
        "/missing.js",
        "/.env",
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/icons/../../outside.txt",
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/x.js",
    ] {
        let answer = server.get(path).await;
        refused(&answer, 404, "not-found");
        protected(&answer);
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    }
}

#[tokio::test]
async fn without_an_app_the_api_stands_alone() {
    let server = Server::strict().await;
    refused(&server.get("/").await, 404, "not-found");
    server.get("/healthz").await.ok();
    let folder = tempfile::tempdir().unwrap();
    let clock = server.hands.clock();
    let settings = Settings::defaults(Profile::Strict);
    let error =
        twoken_server::app::App::open(settings, folder.path(), Some(folder.path()), clock).await.unwrap_err();
    assert!(error.to_string().contains("index.html") && error.to_string().contains("--web"), "{error}");
}
