//! `GET /v1/openapi.json`: the API's description, made from the routes themselves.
//!
//! The types here are the shapes of bodies as the description tells them; a test holds them against what the protocol
//! core really reads and writes.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use twoken_core::wire::ProblemCode;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, ServerBuilder};
use utoipa::{OpenApi, ToSchema};

use crate::app::App;
use crate::problem::Refusal;
use crate::texts::Text;

pub(super) use super::refusals::*;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Twoken server",
        description = "Anonymous contact tracing: TANs in, permits out, sealed batches published. Public routes answer \
                       any origin and never read or set a cookie; the ones of staff do, for the server's own pages. Every refusal is `application/problem+json` (RFC \
                       9457) with a stable code as its `type`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    paths(
        super::config::get,
        super::permits::redeem,
        super::uploads::receive,
        super::regions::index,
        super::batches::entries,
        super::batches::filter,
        super::batches::page,
        super::psi::answer,
        super::studies::list,
        super::studies::report,
        super::studies::withdraw,
        super::tans::deliver,
        super::staff::session::look,
        super::staff::session::sign_in,
        super::staff::session::sign_out,
        super::staff::session::enter_code,
        super::staff::session::stay,
        super::staff::session::lock,
        super::staff::session::unlock,
        super::staff::session::change_password,
        super::staff::accounts::list,
        super::staff::accounts::change,
        super::staff::invitations::invite,
        super::staff::invitations::withdraw,
        super::staff::invitations::state,
        super::staff::invitations::accept,
        super::staff::invitations::confirm,
        super::staff::tans::issue,
        super::staff::tans::look_up,
        super::staff::tans::revoke,
        super::staff::permits::give,
        super::staff::audit::events,
        super::staff::audit::figures,
        super::health::alive,
        super::health::ready,
        json,
        super::docs::page,
        super::docs::style,
    ),
    components(schemas(Problem), responses(
        AccountConflict, AccountUnfit, BodyMalformed, BodyTooLarge, CodeRefused, Internal, InvitationUnknown, NotFound,
        OriginRefused, PasswordRefused, SessionEnded, SessionLocked, SignInRefused, StaffForbidden, StaffPermitNotRight,
        StaffPermitRefused, StaffTanNotRight, PermitNotRight, PermitRefused, RegionUnknown,
        TanExpired, TanUnknown, TanUsed, Timeout, TooManyRequests, Unauthorized, UnsupportedMediaType, UploadNotRight,
        UploadConflict, UploadRefused, UploadUnfit, ProofRefused, ReportConflict, ReportNotRight, ReportUnfit,
        StudyEnded, StudyUnknown, WithdrawalLate, WithdrawalUnknown, DaySetExpired, DaySetOpen, DaySetUnknown,
        QueryLimit, QueryNotRight, QueryUnfit,
    )),
    tags(
        (name = "public", description = "For apps, from any origin, without credentials."),
        (name = "authority", description = "For the health authority, with its API key."),
        (name = "staff", description = "For the medical console: this server's own pages alone, by session."),
        (name = "operations", description = "For whoever runs the server."),
    )
)]
struct Api;

/// The description, with the origin people reach this server under, if it is known.
#[must_use]
pub fn description(origin: Option<&str>) -> utoipa::openapi::OpenApi {
    let mut api = Api::openapi();
    api.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let key = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    api.components.get_or_insert_with(Components::new).add_security_scheme("api_key", key);
    let components = api.components.get_or_insert_with(Components::new);
    let cookie =
        ApiKeyValue::with_description("twoken-staff", "`__Secure-twoken-staff` where the origin is https.");
    components.add_security_scheme("staff_session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let csrf = ApiKeyValue::with_description("x-twoken-csrf", "`csrf` of the session's answer.");
    components.add_security_scheme("staff_csrf", SecurityScheme::ApiKey(ApiKey::Header(csrf)));
    api.servers = origin.map(|origin| vec![ServerBuilder::new().url(origin).build()]);
    api
}

/// This description.
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    tag = "operations",
    responses(
        (status = 200, description = "OpenAPI 3.1.", content_type = "application/json"),
        (status = 429, response = TooManyRequests),
        (status = 500, response = Internal),
        (status = 503, response = Timeout),
    )
)]
pub(super) async fn json(State(app): State<App>, asked: HeaderMap) -> Result<Response, Refusal> {
    let text = match app.description().get() {
        Some(text) => text,
        None => {
            let made = serde_json::to_vec(&description(app.settings().public_origin.as_deref()));
            let made = made.map_err(|error| {
                tracing::error!(%error, "the API's description could not be written");
                Refusal::internal()
            })?;
            app.description().get_or_init(|| Text::new(made))
        }
    };
    let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((json, text.answer(&asked)).into_response())
}

/// The signed configuration.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description; the core writes the real one")]
pub(super) struct Config {
    /// 1.
    version: u32,
    /// Who runs the server, as shown to people.
    name: String,
    /// `open`: entries are published; `private`: nothing that tests a token offline is.
    #[schema(pattern = "^(open|private)$")]
    mode: String,
    /// `demo` is for trying out, `strict` for use.
    #[schema(pattern = "^(demo|strict)$")]
    profile: String,
    /// base64url of the Ed25519 key that signs configuration, batch headers and indexes.
    signing_key: String,
    /// base64url of the permit key's public half, a ristretto255 element.
    permit_key: String,
    /// A tree; the one without parent is the root.
    regions: Vec<Region>,
    /// Allowed sizes of an upload.
    size_classes: SizeClasses,
    /// How long batches are kept, in days.
    retention_days: u16,
    /// How often pools are sealed, in seconds.
    seal_every_seconds: u32,
    /// Below so many uploads a pool waits.
    min_uploads: u32,
    /// How long it waits before it joins the wider region's, in hours; at the root the operator is alerted.
    max_wait_hours: u32,
    /// After how many hours a pool is sealed although it is below the minimum; null for never.
    #[schema(required)]
    seal_anyway_after_hours: Option<u32>,
    /// The random pause between redeeming and uploading.
    upload_delay_seconds: DelaySeconds,
    /// How often an open app checks, in seconds.
    check_every_seconds: u32,
    /// Decoys that each app sends in a week, in the mean; 0 for none.
    decoys_per_week: u32,
    /// From when on an exposure is grave.
    risk: Risk,
    /// What a membership proof may authorise.
    proofs: Proofs,
    /// The authority's words to an exposed person.
    #[schema(required)]
    advice: Option<Advice>,
    /// SHA-256 of earlier configurations that batches still kept may name, hexadecimal.
    previous_digests: Vec<String>,
}

/// A region.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Region {
    /// 1 to 16 of a-z, 0-9 and -.
    #[schema(pattern = "^[a-z0-9-]{1,16}$")]
    id: String,
    /// As shown to people.
    name: String,
    /// The wider region; null for the root.
    #[schema(required)]
    parent: Option<String>,
}

/// Allowed sizes of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct SizeClasses {
    /// Numbers of entries.
    entries: Vec<u32>,
}

/// What a membership proof may authorise.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Proofs {
    /// A proof counts on pages of a degree below this one.
    depth: u8,
    /// Proofs admitted on one page in one context.
    per_page: u32,
}

/// A uniform random pause.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct DelaySeconds {
    /// At least.
    min: u32,
    /// At most.
    max: u32,
}

/// Thresholds and weights of exposures.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Risk {
    /// Weighted minutes in a day from which it is high.
    high_minutes: u16,
    /// Weighted minutes in a day from which it is medium.
    medium_minutes: u16,
    /// Radio that lost up to so many dB counts as close.
    close_attenuation_db: u8,
    /// Radio that lost up to so many dB counts as near.
    near_attenuation_db: u8,
    /// Weight of a near minute, in percent of a close one.
    near_percent: u8,
    /// Weight of a minute with a contact of somebody who tested positive, in percent.
    second_degree_percent: u8,
}

/// What to do after an exposure.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Advice {
    /// Who says so.
    source: String,
    /// Since when, `YYYY-MM-DD`.
    date: String,
    /// In English, one step an item.
    en: Vec<String>,
    /// In German.
    de: Vec<String>,
}

/// A TAN to be redeemed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description; the core reads the real one")]
pub(super) struct PermitRequest {
    /// The TAN's fourteen symbols, no dashes.
    tan: String,
    /// base64url of the blinded element, 32 bytes.
    blinded: String,
    /// `patient` or `staff`; must be the TAN's.
    #[schema(pattern = "^(patient|staff)$")]
    class: String,
    /// The client's week: ⌊days since 1970-01-01 / 7⌋, at most one from the server's.
    week: u16,
}

/// A permit of the staff's class.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description; the core reads the real one")]
pub(super) struct StaffPermitRequest {
    /// base64url of the blinded element, 32 bytes.
    blinded: String,
    /// The client's week: ⌊days since 1970-01-01 / 7⌋; the server's, by a clock that may be five minutes off.
    week: u16,
}

/// An evaluation.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description; the core writes the real one")]
pub(super) struct PermitResponse {
    /// base64url of the evaluated element, 32 bytes.
    evaluated: String,
    /// base64url of the proof `c ‖ s`, 64 bytes.
    proof: String,
}

/// Keyed hashes of valid TANs.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description; the core reads the real one")]
pub(super) struct TanDelivery {
    /// `patient` or `staff`.
    #[schema(pattern = "^(patient|staff)$")]
    class: String,
    /// 64 lower-case hexadecimal digits each, 10,000 at most.
    #[schema(max_items = 10_000)]
    hashes: Vec<String>,
    /// How long they are valid, rounded up to the full hour. 24 when absent.
    #[schema(minimum = 1, maximum = 336)]
    expires_in_hours: Option<u16>,
}

/// What became of a delivery.
#[derive(Serialize, ToSchema)]
pub(super) struct Delivered {
    /// Valid from now on.
    pub(super) new: u64,
    /// Known before, and left as they were.
    pub(super) known: u64,
}

/// What became of an upload: always this.
#[derive(Serialize, ToSchema)]
pub(super) struct Stored {
    /// true.
    pub(super) stored: bool,
}

/// Deterministic CBOR: `{ 0: 1, 1: day, 2: scheme, 3: [low, medium, high] }`; each set a byte string of 64, 256, 1,024 or
/// 4,096 points of 32 bytes, strictly ascending, all three of one size.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Query(Vec<u8>);

/// Deterministic CBOR: `{ 0: 1, 3: [low, medium, high] }`, the points times the day's key, each set in an order of its own.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Multiplied(Vec<u8>);

/// What became of a withdrawal: always this.
#[derive(Serialize, ToSchema)]
pub(super) struct Withdrawn {
    /// true.
    pub(super) withdrawn: bool,
}

/// What takes a report back.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description; the core reads the real one")]
pub(super) struct Withdrawal {
    /// base64url of the report's withdrawal key, 32 bytes.
    key: String,
}

/// `Ed25519 signature 64 ‖ deterministic CBOR { 0: 1, 1: studies (16 at most, ascending by id), 2: signed at }`; each study
/// a byte string of `{ 0: 1, 1: mode, 2: title, 3: institution, 4: what is asked, 5: contact, 6: last day }`.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Studies(Vec<u8>);

/// Deterministic CBOR: `{ 0: 1, 1: page digest, 2: membership proof, 3: body }`. The body is an upload of degree 2, or a report, `{ 0: 1, 1:
/// withdrawal hash, 2: [day, duration, closeness, scheme] }`, in private mode `3: [batch day, category, scheme]` in the place
/// of 2.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Proven(Vec<u8>);

/// The server's health.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    pub(super) status: String,
}

/// What the server stands on.
#[derive(Serialize, ToSchema)]
pub(super) struct Ready {
    /// `ready` or `not ready`.
    pub(super) status: String,
    /// The database can be written.
    pub(super) database: bool,
    /// The database has this program's schema.
    pub(super) schema: bool,
    /// Pools are sealed in time, and none failed at the last tick.
    pub(super) sealing: bool,
    /// There is room on the disk.
    pub(super) disk: bool,
}

/// Deterministic CBOR: `{ 0: 1, 1: region (16 bytes, zero-filled), 2: degree, 3: entries (84 bytes each, strictly
/// ascending; 64, 256, 1,024 or 2,048 of them) }`.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Upload(Vec<u8>);

/// `Ed25519 signature 64 ‖ deterministic CBOR { 0: 1, 1: region, 2: day, 3: previous head, 4: signed headers, 5: signed at }`.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Index(Vec<u8>);

/// Pages of 21,504 bytes: 256 tags of 32 bytes, then their 256 sealed statuses of 52.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Pages(Vec<u8>);

/// The tags of a batch as a Golomb-Rice-coded set, in the order of its entries.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a shape for the description")]
pub(super) struct Filter(Vec<u8>);

/// RFC 9457 problem details.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the description; the core writes the real one")]
pub(super) struct Problem {
    /// The stable code.
    #[schema(schema_with = codes)]
    r#type: String,
    /// A sentence for developers.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What exactly, where that says more.
    #[schema(nullable = false)]
    detail: Option<String>,
}

fn codes() -> utoipa::openapi::schema::Object {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::Type::String)
        .description(Some("The stable code."))
        .enum_values(Some(ProblemCode::ALL.iter().map(|code| code.as_str())))
        .build()
}
