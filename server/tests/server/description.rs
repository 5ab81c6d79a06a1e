//! The API's description is what the server does. (Every answer of every other test is held against it too.)

use std::collections::BTreeSet;

use serde_json::{Value, json};
use twoken_core::permit::{Class, Pending, StaffPending};
use twoken_core::tan::Tan;
use twoken_core::wire::{ProblemCode, TanDelivery};
use twoken_server::domain::staff::Role;

use crate::support::people::rng;
use crate::support::staff::{Desk, code};
use crate::support::{NOW, Server};

fn description() -> Value {
    serde_json::to_value(twoken_server::routes::description(Some("https://twoken.example"))).unwrap()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

/// A real body has exactly the described fields, and the required ones are there.
fn hold(schema: &str, real: &Value) {
    let api = description();
    let shape = &api["components"]["schemas"][schema];
    assert_eq!(keys(&shape["properties"]), keys(real), "{schema}");
    for required in shape["required"].as_array().unwrap() {
        assert!(real.get(required.as_str().unwrap()).is_some(), "{schema} needs {required}");
    }
    for (name, property) in shape["properties"].as_object().unwrap() {
        let kind = match &real[name] {
            Value::Null => continue,
            Value::Bool(_) => "boolean",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => continue,
        };
        let described = &property["type"];
        let fits = *described == kind
            || described.as_array().is_some_and(|kinds| kinds.iter().any(|one| *one == kind));
        assert!(fits, "{schema}.{name} is {kind}, described as {described}");
    }
}

#[tokio::test]
async fn the_described_shapes_are_the_real_ones() {
    let server = Server::strict().await;
    let config: Value = server.get("/v1/config").await.ok().json();
    hold("Config", &config);
    hold("Region", &config["regions"][0]);
    hold("SizeClasses", &config["size_classes"]);
    hold("DelaySeconds", &config["upload_delay_seconds"]);
    hold("Risk", &config["risk"]);
    hold("Advice", &config["advice"]);
    let tan = server.tan(Class::Patient).await;
    let request = Pending::new(&tan, Class::Patient, NOW.week(), &mut rng()).request().unwrap();
    hold("PermitRequest", &serde_json::to_value(&request).unwrap());
    hold("PermitResponse", &server.redeem(&request).await.ok().json());
    hold("Problem", &server.get("/v1/nothing").await.json());
    hold("Health", &server.get("/healthz").await.ok().json());
    hold("Ready", &server.get("/readyz").await.ok().json());
    let delivery = TanDelivery { class: Class::Staff, hashes: Vec::new(), expires_in_hours: Some(1) };
    hold("Proofs", &config["proofs"]);
    let key = twoken_core::wire::WithdrawalKey::new([1; 32]);
    hold("Withdrawal", &serde_json::to_value(twoken_core::wire::Withdrawal { key }).unwrap());
    hold("TanDelivery", &serde_json::to_value(&delivery).unwrap());
}

#[tokio::test]
async fn the_described_shapes_of_the_desk_are_the_real_ones() {
    let server = Server::strict().await;
    let mut desk = Desk::signed_in(&server, Role::Administrator).await;
    hold("StaffSession", &desk.get("/v1/staff/session").await.ok().json());
    let link = desk.post("/v1/staff/invitations", &json!({ "role": "clinician" })).await.ok().json();
    hold("StaffInvitation", &link);
    let token = link["link"].as_str().unwrap().split("#i=").nth(1).unwrap().to_owned();
    let told = server.post_json("/v1/staff/invitations/state", &json!({ "token": token })).await;
    hold("StaffInvitedAs", &told.ok().json());
    let accept = json!({ "token": token, "name": "Grace", "password": "a long password" });
    hold("StaffAcceptance", &accept);
    let factor = server.post_json("/v1/staff/invitations/accept", &accept).await.ok().json();
    hold("StaffSecondFactor", &factor);
    let all = desk.get("/v1/staff/accounts").await.ok().json();
    hold("StaffAccounts", &all);
    hold("StaffAccount", &all["accounts"][0]);
    hold("StaffInvited", &all["invitations"][0]);
    let code = code(factor["otpauth"].as_str().unwrap(), server.now());
    let confirm = json!({ "token": token, "code": code });
    hold("StaffConfirmation", &confirm);
    let joined = server.post_json("/v1/staff/invitations/confirm", &confirm).await.ok().json();
    hold("StaffJoined", &joined);
    let tan = Tan::generate(&mut rng()).display().to_string();
    let tans = json!({ "tans": [tan], "hours": 5 });
    hold("StaffTans", &tans);
    let issued = desk.post("/v1/staff/tans", &tans).await.ok().json();
    hold("StaffTansIssued", &issued);
    hold("StaffTanIssued", &issued["tans"][0]);
    hold("StaffTanState", &desk.post("/v1/staff/tans/state", &json!({ "tan": tan })).await.ok().json());
    let request = StaffPending::new(NOW.week(), &mut rng()).request().unwrap();
    hold("StaffPermitRequest", &serde_json::to_value(&request).unwrap());
    let figures = desk.get("/v1/staff/figures").await.ok().json();
    hold("StaffFigures", &figures);
    hold("StaffDay", &figures["days"][0]);
    let audit = desk.get("/v1/staff/audit").await.ok().json();
    hold("StaffAudit", &audit);
    let described = keys(&description()["components"]["schemas"]["StaffEvent"]["properties"]);
    let real: BTreeSet<_> = audit["events"].as_array().unwrap().iter().flat_map(keys).collect();
    assert_eq!(described, real);
    hold("StaffDone", &desk.delete("/v1/staff/session").await.ok().json());
}

#[tokio::test]
async fn every_code_is_described_and_every_described_code_exists() {
    let api = description();
    let listed: BTreeSet<_> = api["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(listed, ProblemCode::ALL.iter().map(|code| code.as_str().to_owned()).collect());
    let mut told = BTreeSet::new();
    for (_, response) in api["components"]["responses"].as_object().unwrap() {
        assert_eq!(
            response["content"]["application/problem+json"]["schema"]["$ref"], "#/components/schemas/Problem",
            "{response}"
        );
        let text = response["description"].as_str().unwrap();
        for code in text.split(':').next().unwrap().split('`').skip(1).step_by(2) {
            assert!(listed.contains(code), "{code}");
            told.insert(code.to_owned());
        }
    }
    // This one belongs to no operation: it is the answer to a method that has none.
    told.insert("method-not-allowed".to_owned());
    assert_eq!(told, listed);
}

#[tokio::test]
async fn the_document_is_served_and_whole() {
    let server = Server::strict().await;
    let answer = server.get("/v1/openapi.json").await.ok();
    assert_eq!(answer.header("content-type"), "application/json");
    let api = answer.json();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(
        keys(&api["paths"]),
        [
            "/healthz",
            "/readyz",
            "/v1/authority/tans",
            "/v1/batches/{id}/entries",
            "/v1/batches/{id}/filter",
            "/v1/batches/{id}/pages/{page}",
            "/v1/config",
            "/v1/docs",
            "/v1/docs/docs.css",
            "/v1/openapi.json",
            "/v1/permits",
            "/v1/psi",
            "/v1/regions/{region}/{day}",
            "/v1/staff/accounts",
            "/v1/staff/accounts/{id}",
            "/v1/staff/audit",
            "/v1/staff/figures",
            "/v1/staff/invitations",
            "/v1/staff/invitations/accept",
            "/v1/staff/invitations/confirm",
            "/v1/staff/invitations/state",
            "/v1/staff/invitations/{id}",
            "/v1/staff/permits",
            "/v1/staff/session",
            "/v1/staff/session/code",
            "/v1/staff/session/lock",
            "/v1/staff/session/password",
            "/v1/staff/session/stay",
            "/v1/staff/session/unlock",
            "/v1/staff/tans",
            "/v1/staff/tans/revocation",
            "/v1/staff/tans/state",
            "/v1/studies",
            "/v1/studies/{id}/reports",
            "/v1/studies/{id}/withdrawals",
            "/v1/uploads",
        ]
        .map(str::to_owned)
        .into()
    );
    // Every reference leads somewhere.
    let text = api.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(api.pointer(pointer).is_some(), "{pointer}");
    }
    assert_eq!(
        api["paths"]["/v1/authority/tans"]["post"]["security"][0],
        serde_json::json!({ "api_key": [] })
    );
    assert_eq!(description()["servers"][0]["url"], "https://twoken.example");
}

#[tokio::test]
async fn the_page_has_its_own_strict_policy_and_a_style() {
    let server = Server::strict().await;
    let page = server.get("/v1/docs").await.ok();
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.contains("href=\"/v1/docs/docs.css\""));
    let style = server.get("/v1/docs/docs.css").await.ok();
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
}
