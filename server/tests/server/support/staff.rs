//! Somebody at the desk: a browser that keeps its cookie and its page's token.

use axum::body::Body;
use axum::http::{Method, Request};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use twoken_core::codec;
use twoken_core::units::Timestamp;
use twoken_server::domain::staff::Role;

use super::{Answer, Server, refused};

pub const NAME: &str = "Dr. Ada";

/// Where a desk's browser finds the server that nobody has given a public origin.
pub const ORIGIN: &str = "http://localhost:8787";

/// The code of a moment, computed as an authenticator app does from what it scanned.
pub fn code(uri: &str, now: Timestamp) -> String {
    let secret = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    let secret = codec::from_base32(secret).unwrap();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&secret).unwrap();
    mac.update(&(now.seconds() / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let bits = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", bits % 1_000_000)
}

/// Somebody with an account, at a browser.
pub struct Desk<'a> {
    pub server: &'a Server,
    pub name: String,
    pub password: String,
    pub uri: String,
    pub cookie: String,
    pub csrf: String,
    pub address: String,
}

impl<'a> Desk<'a> {
    /// An account that the operator made, whose password need not be changed; nobody is signed in yet.
    pub async fn account(server: &'a Server, name: &str, role: Role) -> Self {
        let made = server.app.office().add_account(name, role, true).await.unwrap();
        Self {
            server,
            name: name.to_owned(),
            password: made.password.to_string(),
            uri: made.uri.to_string(),
            cookie: String::new(),
            csrf: String::new(),
            address: "203.0.113.77:4711".to_owned(),
        }
    }

    /// Somebody who is signed in.
    pub async fn signed_in(server: &'a Server, role: Role) -> Self {
        let mut desk = Self::account(server, NAME, role).await;
        desk.sign_in().await;
        desk
    }

    /// The same person at another browser, not signed in.
    pub fn another(&self) -> Self {
        let (name, password, uri) = (self.name.clone(), self.password.clone(), self.uri.clone());
        let (cookie, csrf) = (String::new(), String::new());
        Self { server: self.server, name, password, uri, cookie, csrf, address: self.address.clone() }
    }

    /// Both steps, with a code of its own.
    pub async fn sign_in(&mut self) {
        assert_eq!(self.give_password().await.ok().json()["state"], "code");
        self.server.hands.forward(30);
        self.give_code().await.ok();
    }

    pub async fn give_password(&mut self) -> Answer {
        self.cookie.clear();
        let body = json!({ "name": self.name, "password": self.password });
        self.post("/v1/staff/session", &body).await
    }

    pub async fn give_code(&mut self) -> Answer {
        let body = json!({ "code": self.code() });
        self.post("/v1/staff/session/code", &body).await
    }

    pub fn code(&self) -> String {
        code(&self.uri, self.server.now())
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// As a browser does it: with the cookie, the page's token, and what browsers say of themselves.
    pub async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let origin = self.server.app.settings().public_origin.as_deref().unwrap_or(ORIGIN);
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header("host", origin.split("://").nth(1).unwrap())
            .header("sec-fetch-site", "same-origin");
        if !self.cookie.is_empty() {
            request = request.header("cookie", format!("other=1; {}", self.cookie));
        }
        if method != Method::GET {
            request = request.header("origin", origin).header("x-twoken-csrf", &self.csrf);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let answer = self.server.send_from(&self.address, request.body(body).unwrap()).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        self.take(&answer);
        answer
    }

    fn take(&mut self, answer: &Answer) {
        let line = answer.header("set-cookie");
        if !line.is_empty() {
            self.cookie = line.split(';').next().unwrap().to_owned();
        }
        if answer.status == 200
            && let Some(csrf) = answer.json().get("csrf")
        {
            csrf.as_str().unwrap().clone_into(&mut self.csrf);
        }
    }

    /// What staff did, the latest first: `who what about role count`.
    pub async fn events(&mut self) -> Vec<String> {
        let events = self.get("/v1/staff/audit?limit=200").await.ok().json();
        let word = |event: &Value, member: &str| match &event[member] {
            Value::Null => String::new(),
            Value::String(text) => format!(" {text}"),
            other => format!(" {other}"),
        };
        let line = |event: &Value| {
            let by = event["by"].as_str().unwrap_or("-");
            let rest = ["what", "about", "role", "count"].map(|member| word(event, member));
            format!("{by}{}", rest.concat())
        };
        events["events"].as_array().unwrap().iter().map(line).collect()
    }

    pub async fn state(&mut self) -> String {
        self.get("/v1/staff/session").await.ok().json()["state"].as_str().unwrap().to_owned()
    }

    pub async fn is_out(&mut self) {
        refused(&self.get("/v1/staff/session").await, 401, "session-ended");
    }
}
