//! `GET /v1/docs`: the API's description as a page, written by the server, without a script. Its own policy allows
//! its one style sheet and nothing else.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::response::IntoResponse;
use serde_json::Value;

use super::openapi::description;
use crate::app::App;
use crate::headers::DOCS_POLICY;
use crate::problem::Refusal;

const STYLE: &str = include_str!("docs.css");
const METHODS: [&str; 4] = ["get", "post", "patch", "delete"];

/// The description as a page.
#[utoipa::path(
    get,
    path = "/v1/docs",
    tag = "operations",
    responses(
        (status = 200, description = "The page.", content_type = "text/html"),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn page(State(app): State<App>) -> Result<impl IntoResponse, Refusal> {
    let api =
        serde_json::to_value(description(app.settings().public_origin.as_deref())).map_err(|error| {
            tracing::error!(%error, "the API's description could not be written");
            Refusal::internal()
        })?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (CONTENT_SECURITY_POLICY, DOCS_POLICY),
    ];
    Ok((headers, html(&api)))
}

/// The page's style sheet.
#[utoipa::path(
    get,
    path = "/v1/docs/docs.css",
    tag = "operations",
    responses(
        (status = 200, description = "The style sheet.", content_type = "text/css"),
        (status = 429, response = super::openapi::TooManyRequests),
        (status = 500, response = super::openapi::Internal),
        (status = 503, response = super::openapi::Timeout),
    )
)]
pub(super) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")], STYLE)
}

fn html(api: &Value) -> String {
    let mut out = String::with_capacity(64 * 1024);
    let title = text(at(api, "/info/title"));
    let _ = write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}: the API</title>\
         <link rel=\"stylesheet\" href=\"/v1/docs/docs.css\"></head><body>\
         <a class=\"skip\" href=\"#routes\">Skip to the routes</a>\
         <header><p class=\"coin\" aria-hidden=\"true\"><span></span><span></span></p><h1>{title}</h1><p class=\"lead\">{}</p>\
         <p class=\"small\">Version {} · <a href=\"/v1/openapi.json\">OpenAPI as JSON</a></p></header><main id=\"routes\">",
        prose(at(api, "/info/description")),
        text(at(api, "/info/version")),
    );
    for tag in items(&api["tags"]) {
        let _ = write!(out, "<section><h2>{}</h2><p>{}</p>", text(&tag["name"]), prose(&tag["description"]));
        for (path, method, operation) in operations(api) {
            if items(&operation["tags"]).first() == Some(&tag["name"]) {
                route(&mut out, api, path, method, operation);
            }
        }
        out.push_str("</section>");
    }
    out.push_str("<section><h2>Shapes</h2>");
    for (name, schema) in fields(at(api, "/components/schemas")) {
        shape(&mut out, name, schema);
    }
    out.push_str("</section></main></body></html>");
    out
}

fn route(out: &mut String, api: &Value, path: &str, method: &str, operation: &Value) {
    let id = escape(operation["operationId"].as_str().unwrap_or(path));
    let _ = write!(
        out,
        "<article id=\"{id}\"><h3><span class=\"method {method}\">{}</span> <code>{}</code></h3><p class=\"lead\">{}</p><p>{}</p>",
        method.to_uppercase(),
        escape(path),
        prose(&operation["summary"]),
        prose(&operation["description"]),
    );
    if !items(&operation["security"]).is_empty() {
        out.push_str("<p class=\"key\">Needs the API key: <code>Authorization: Bearer …</code></p>");
    }
    let parameters = items(&operation["parameters"]);
    if !parameters.is_empty() {
        out.push_str("<h4>Parameters</h4><dl>");
        for parameter in parameters {
            let _ = write!(
                out,
                "<dt><code>{}</code> <span class=\"small\">in the {}</span></dt><dd>{}</dd>",
                text(&parameter["name"]),
                text(&parameter["in"]),
                prose(&parameter["description"])
            );
        }
        out.push_str("</dl>");
    }
    let body = content(at(operation, "/requestBody/content"));
    if !body.is_empty() {
        let _ = write!(out, "<h4>Body</h4><p>{body}</p>");
    }
    out.push_str("<h4>Answers</h4><dl>");
    for (status, answer) in fields(&operation["responses"]) {
        let answer = resolve(api, answer);
        let _ = write!(
            out,
            "<dt><span class=\"status s{}\">{}</span> <span class=\"small\">{}</span></dt><dd>{}</dd>",
            escape(status.get(..1).unwrap_or_default()),
            escape(status),
            content(&answer["content"]),
            prose(&answer["description"])
        );
    }
    out.push_str("</dl></article>");
}

fn shape(out: &mut String, name: &str, schema: &Value) {
    let name = escape(name);
    let _ = write!(
        out,
        "<article id=\"shape-{name}\"><h3><code>{name}</code></h3><p>{}</p>",
        prose(&schema["description"])
    );
    let properties: Vec<_> = fields(&schema["properties"]).collect();
    if !properties.is_empty() {
        out.push_str("<dl>");
        for (name, property) in properties {
            let needed = items(&schema["required"]).iter().any(|required| required == name);
            let _ = write!(
                out,
                "<dt><code>{}</code> <span class=\"small\">{}{}</span></dt><dd>{}</dd>",
                escape(name),
                kind(property),
                if needed { "" } else { ", optional" },
                prose(&property["description"])
            );
        }
        out.push_str("</dl>");
    }
    out.push_str("</article>");
}

/// Media types and shapes of a body.
fn content(content: &Value) -> String {
    let described = fields(content).map(|(media, described)| {
        let kind = kind(&described["schema"]);
        let of = if kind.is_empty() { String::new() } else { format!(" of {kind}") };
        format!("<code>{}</code>{of}", escape(media))
    });
    described.collect::<Vec<_>>().join(", ")
}

/// A schema in few words: a link to a shape, a list of something, or a type's name.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#shape-{name}\">{name}</a>");
    }
    if let Some(either) = schema["oneOf"].as_array() {
        return either.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().map(|value| format!("<code>{}</code>", text(value)));
        return format!("one of {}", values.collect::<Vec<_>>().join(", "));
    }
    match &schema["type"] {
        Value::String(name) if name == "array" => format!("list of {}", kind(&schema["items"])),
        Value::String(name) => escape(name),
        Value::Array(names) => names.iter().map(text).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}

fn resolve<'a>(api: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|reference| api.pointer(reference.strip_prefix('#')?));
    target.unwrap_or(value)
}

fn operations(api: &Value) -> impl Iterator<Item = (&str, &'static str, &Value)> {
    fields(&api["paths"]).flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| Some((path, method, item.get(method)?)))
    })
}

/// What stands at a JSON pointer; null when nothing does.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn fields(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

/// Escaped text in which what stands between backticks is code.
fn prose(value: &Value) -> String {
    let escaped = text(value);
    let parts = escaped.split('`').enumerate();
    let marked =
        parts.map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() });
    marked.collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_backticks_are_code() {
        assert_eq!(prose(&Value::from("a `<b>` & c")), "a <code>&lt;b&gt;</code> &amp; c");
    }

    #[test]
    fn the_page_has_every_route_and_nothing_inline() {
        let api = serde_json::to_value(description(None)).unwrap();
        let page = html(&api);
        for (path, _, operation) in operations(&api) {
            assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
            assert!(page.contains(&prose(&operation["summary"])), "{path}");
        }
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("<style"));
        for link in page.split("href=\"#").skip(1) {
            let target = link.split('"').next().unwrap();
            assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
        }
    }
}
