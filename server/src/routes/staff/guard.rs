//! Whose request it is: from this server's own page, with a session, and meant.
//!
//! `origin` and `sec-fetch-site` are written by browsers and by no page: where one of them names another site, the request is
//! refused, whatever cookie it carries. Who sends neither is no browser, and has the session's token or nothing.
//!
//! Where the operator has not said what the own site is, only the `host` header says it, which any name that leads here satisfies
//! (DNS rebinding), and the cookie would go over plain HTTP. So the strict profile then lets staff in under this machine's own
//! names alone.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::header::{COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use twoken_core::wire::ProblemCode;

use crate::app::App;
use crate::config::Profile;
use crate::domain::staff::sessions::Session;
use crate::domain::staff::{Role, Token};
use crate::problem::Refusal;

/// Repeats what the session's page was given.
const CSRF: HeaderName = HeaderName::from_static("x-twoken-csrf");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Where the cookie goes, and nowhere else: uploads are outside.
const PATH: &str = "/v1/staff";

/// Middleware: what another site's page made is refused before anything is looked at.
pub(crate) async fn own_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    let own = app.settings().public_origin.as_deref();
    let strict = app.settings().profile == Profile::Strict;
    if own.is_none() && strict && request.headers().get(HOST).is_some_and(|host| !is_this_machine(host)) {
        tracing::warn!("a request for staff's routes was refused: `public_origin` is not set");
        let why = "The operator has to set `public_origin` before staff can sign in from elsewhere than this machine.";
        return Refusal::because(ProblemCode::OriginRefused, why).into_response();
    }
    if is_own(request.method(), request.headers(), own) {
        next.run(request).await
    } else {
        tracing::warn!("a request for staff's routes came from another site and was refused");
        Refusal::new(ProblemCode::OriginRefused).into_response()
    }
}

fn is_own(method: &Method, headers: &HeaderMap, own: Option<&str>) -> bool {
    let site_fits = headers.get_all(FETCH_SITE).iter().all(|site| {
        // `none` is a person who typed the address; that changes nothing, and so may only look.
        site == "same-origin" || (site == "none" && *method == Method::GET)
    });
    site_fits && headers.get_all(ORIGIN).iter().all(|origin| origin_fits(origin, headers.get(HOST), own))
}

/// Whether a `host` header names the machine that the browser runs on.
fn is_this_machine(host: &HeaderValue) -> bool {
    let Ok(Ok(host)) = host.to_str().map(str::parse::<Authority>) else { return false };
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    !host.as_str().contains('@') && is_own_name(name)
}

fn is_own_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn origin_fits(origin: &HeaderValue, host: Option<&HeaderValue>, own: Option<&str>) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    if let Some(own) = own {
        return origin.eq_ignore_ascii_case(own);
    }
    let (Some((_, origin_host)), Some(Ok(host))) = (origin.split_once("://"), host.map(HeaderValue::to_str))
    else {
        return false;
    };
    origin_host.eq_ignore_ascii_case(host)
}

/// The session of a request that only looks.
pub(super) async fn session(app: &App, headers: &HeaderMap) -> Result<Session, Refusal> {
    let token = cookie(app, headers).ok_or_else(|| Refusal::new(ProblemCode::SessionEnded))?;
    Ok(app.office().session(token).await?)
}

/// The session of a request that changes something: with what its page was given.
pub(super) async fn meant(app: &App, headers: &HeaderMap) -> Result<Session, Refusal> {
    let session = session(app, headers).await?;
    let presented = headers.get(CSRF).and_then(|value| value.to_str().ok());
    if presented.is_some_and(|presented| session.is_csrf(presented)) {
        Ok(session)
    } else {
        tracing::warn!("a request of staff came without its page's token and was refused");
        Err(Refusal::because(ProblemCode::OriginRefused, "The `x-twoken-csrf` header is missing or wrong."))
    }
}

/// Somebody who is signed in, of at least this role, looks.
pub(super) async fn looks(app: &App, headers: &HeaderMap, role: Role) -> Result<Session, Refusal> {
    let session = session(app, headers).await?;
    active(app, session, role).await
}

/// Somebody who is signed in, of at least this role, does something.
pub(super) async fn acts(app: &App, headers: &HeaderMap, role: Role) -> Result<Session, Refusal> {
    let session = meant(app, headers).await?;
    active(app, session, role).await
}

async fn active(app: &App, mut session: Session, role: Role) -> Result<Session, Refusal> {
    session.require(role)?;
    app.office().touch(&mut session).await?;
    Ok(session)
}

/// From which address somebody asks, for a back-off alone.
pub(super) fn address(app: &App, connection: SocketAddr, headers: &HeaderMap) -> IpAddr {
    app.asked_from(connection, headers)
}

/// The header that gives a browser its session, or takes it.
pub(super) fn set_cookie(app: &App, token: Option<&Token>) -> [(HeaderName, HeaderValue); 1] {
    let secure = if is_secure(app) { "; Secure" } else { "" };
    let text = token.map(Token::to_text);
    let (value, end) = text.as_ref().map_or(("", "; Max-Age=0"), |text| (text.as_str(), ""));
    let name = cookie_name(app);
    let line = format!("{name}={value}; Path={PATH}; HttpOnly; SameSite=Strict{secure}{end}");
    let mut value = HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    [(header::SET_COOKIE, value)]
}

/// The one cookie of the name. Of two, one is from elsewhere (a sibling host may set it for the whole domain), and which
/// one, nothing says; neither is taken, nor is either taken away: what stayed might be the stranger's.
fn cookie(app: &App, headers: &HeaderMap) -> Option<Token> {
    let name = cookie_name(app);
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut given = pairs.filter(|(given, _)| *given == name);
    let (_, token) = given.next()?;
    if given.next().is_some() {
        tracing::warn!("a browser has two session cookies of staff: another host of this domain has set one");
        return None;
    }
    Token::parse(token)
}

/// With `__Secure-` a browser takes it over TLS alone.
fn cookie_name(app: &App) -> &'static str {
    if is_secure(app) { "__Secure-twoken-staff" } else { "twoken-staff" }
}

fn is_secure(app: &App) -> bool {
    app.settings().public_origin.as_deref().is_some_and(|origin| origin.starts_with("https://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(method: &Method, pairs: &[(&'static str, &str)], origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        is_own(method, &headers, origin)
    }

    #[test]
    fn this_machine_is_known_by_its_own_names_alone() {
        for own in
            ["localhost", "LocalHost:8787", "127.0.0.1", "127.0.0.1:8787", "127.9.9.9", "[::1]", "[::1]:8787"]
        {
            assert!(is_this_machine(&HeaderValue::from_static(own)), "{own}");
        }
        for other in [
            "",
            "clinic.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1:8787",
            "[::2]",
            "a@localhost",
        ] {
            assert!(!is_this_machine(&HeaderValue::from_static(other)), "{other}");
        }
    }

    #[test]
    fn only_what_this_servers_own_pages_made_passes() {
        let host = ("host", "clinic.example:8443");
        let here = ("origin", "https://clinic.example:8443");
        let (get, post) = (&Method::GET, &Method::POST);
        assert!(own(post, &[host, here, ("sec-fetch-site", "same-origin")], None));
        assert!(own(post, &[host], None), "no browser");
        assert!(own(get, &[host, ("sec-fetch-site", "none")], None));
        assert!(!own(post, &[host, ("sec-fetch-site", "none")], None));
        for site in ["cross-site", "same-site"] {
            assert!(!own(get, &[host, ("sec-fetch-site", site)], None));
            assert!(!own(post, &[host, here, ("sec-fetch-site", site)], None));
        }
        for origin in [
            "null",
            "https://elsewhere.example",
            "https://clinic.example",
            "https://clinic.example:8443.evil",
            "",
        ] {
            assert!(!own(post, &[host, ("origin", origin)], None), "{origin}");
        }
        assert!(!own(post, &[host, here, ("origin", "https://elsewhere.example")], None));
        // A proxy that writes its own host: what the operator says counts.
        let behind = [("host", "127.0.0.1:8787"), here];
        assert!(own(post, &behind, Some("https://clinic.example:8443")));
        assert!(!own(post, &behind, Some("https://other.example")));
        assert!(!own(post, &behind, None));
    }
}
