//! `/v1/staff/…`: the medical console's routes (docs/protocol.md, 20.5), one function each.

mod answers;

pub use answers::{
    Account, AccountChange, Accounts, AuditPage, Csrf, DayFigures, Event, Invitation, Invited, Role, Session,
    SessionState, TanAnswer, TanState,
};

use super::{Api, ApiProblem};
use gloo_net::http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use twoken_core::wire::{PermitResponse, StaffPermitRequest};
use zeroize::Zeroizing;

/// A page of the audit is the longest answer.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

#[derive(Deserialize)]
struct Figures {
    days: Vec<DayFigures>,
}

#[derive(Deserialize)]
struct Tans {
    tans: Vec<TanAnswer>,
}

#[derive(Deserialize)]
struct OfRole {
    role: Role,
}

#[derive(Deserialize)]
struct Accepted {
    otpauth: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// An answer of which nothing is wanted but that it came.
#[derive(Deserialize)]
struct Done {}

/// The routes, on this page's own server.
#[derive(Clone, Debug)]
pub struct StaffApi {
    api: Api,
}

impl StaffApi {
    /// The console's routes of the server that `api` asks.
    #[must_use]
    pub const fn new(api: Api) -> Self {
        Self { api }
    }

    /// The session there is.
    ///
    /// # Errors
    /// `session-ended`; else as every request.
    pub async fn session(&self) -> Result<Session, ApiProblem> {
        self.get("/session").await
    }

    /// Begins to sign in.
    ///
    /// # Errors
    /// `sign-in-refused`, `too-many-requests`; else as every request.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<Session, ApiProblem> {
        self.post("/session", None, &json!({ "name": name, "password": password })).await
    }

    /// The second factor.
    ///
    /// # Errors
    /// `code-refused`, `session-ended`; else as every request.
    pub async fn enter_code(&self, csrf: &Csrf, code: &str) -> Result<Session, ApiProblem> {
        self.post("/session/code", Some(csrf), &json!({ "code": code })).await
    }

    /// Begins the idle time anew.
    ///
    /// # Errors
    /// As of every running session.
    pub async fn stay(&self, csrf: &Csrf) -> Result<Session, ApiProblem> {
        self.post("/session/stay", Some(csrf), &json!({})).await
    }

    /// Locks the session until the password is given again.
    ///
    /// # Errors
    /// As of every running session.
    pub async fn lock(&self, csrf: &Csrf) -> Result<Session, ApiProblem> {
        self.post("/session/lock", Some(csrf), &json!({})).await
    }

    /// Unlocks it.
    ///
    /// # Errors
    /// `password-refused`; else as of every running session.
    pub async fn unlock(&self, csrf: &Csrf, password: &str) -> Result<Session, ApiProblem> {
        self.post("/session/unlock", Some(csrf), &json!({ "password": password })).await
    }

    /// Chooses another password.
    ///
    /// # Errors
    /// `password-refused`, `password-weak`; else as of every running session.
    pub async fn change_password(
        &self,
        csrf: &Csrf,
        current: &str,
        new: &str,
    ) -> Result<Session, ApiProblem> {
        self.post("/session/password", Some(csrf), &json!({ "current": current, "new": new })).await
    }

    /// Signs out.
    ///
    /// # Errors
    /// As of every running session.
    pub async fn sign_out(&self, csrf: &Csrf) -> Result<(), ApiProblem> {
        self.send::<Done>(Method::DELETE, "/session", Some(csrf), None).await.map(drop)
    }

    /// Which role an invitation is for.
    ///
    /// # Errors
    /// `invitation-unknown`; else as every request.
    pub async fn invitation(&self, token: &str) -> Result<Role, ApiProblem> {
        let answer: OfRole = self.post("/invitations/state", None, &json!({ "token": token })).await?;
        Ok(answer.role)
    }

    /// Gives an invited account a name and a password: the secret of its second factor comes back, as a URI.
    ///
    /// # Errors
    /// `invitation-unknown`, `name-refused`, `name-taken`, `password-weak`; else as every request.
    pub async fn accept(
        &self,
        token: &str,
        name: &str,
        password: &str,
    ) -> Result<Zeroizing<String>, ApiProblem> {
        let wish = json!({ "token": token, "name": name, "password": password });
        let answer: Accepted = self.post("/invitations/accept", None, &wish).await?;
        Ok(Zeroizing::new(answer.otpauth))
    }

    /// Shows that the second factor works; then the account is there. Its name comes back.
    ///
    /// # Errors
    /// `code-refused`, `invitation-unknown`; else as every request.
    pub async fn confirm(&self, token: &str, code: &str) -> Result<String, ApiProblem> {
        let wish = json!({ "token": token, "code": code });
        let answer: Named = self.post("/invitations/confirm", None, &wish).await?;
        Ok(answer.name)
    }

    /// Asks for a permit of the staff's class. The same request again gets the same.
    ///
    /// # Errors
    /// `week-refused`, `too-many-requests`; else as of every running session.
    pub async fn permit(
        &self,
        csrf: &Csrf,
        request: &StaffPermitRequest,
    ) -> Result<PermitResponse, ApiProblem> {
        let body = serde_json::to_value(request).map_err(|_| ApiProblem::BadAnswer)?;
        self.post("/permits", Some(csrf), &body).await
    }

    /// Makes up to 100 TANs valid, or finds how those stand that are known already.
    ///
    /// # Errors
    /// `tan-malformed`, `too-many-requests`; else as of every running session.
    pub async fn issue(
        &self,
        csrf: &Csrf,
        tans: &[Zeroizing<String>],
        hours: Option<u16>,
    ) -> Result<Vec<TanAnswer>, ApiProblem> {
        let tans: Vec<&str> = tans.iter().map(|tan| tan.as_str()).collect();
        let wish = match hours {
            Some(hours) => json!({ "tans": tans, "hours": hours }),
            None => json!({ "tans": tans }),
        };
        let answer: Tans = self.post("/tans", Some(csrf), &wish).await?;
        if answer.tans.len() != tans.len() {
            return Err(ApiProblem::BadAnswer);
        }
        Ok(answer.tans)
    }

    /// How a TAN stands.
    ///
    /// # Errors
    /// `tan-malformed`, `too-many-requests`; else as of every running session.
    pub async fn look_up(&self, csrf: &Csrf, tan: &str) -> Result<TanAnswer, ApiProblem> {
        self.post("/tans/state", Some(csrf), &json!({ "tan": tan })).await
    }

    /// Makes a valid TAN invalid, and tells how it stands then.
    ///
    /// # Errors
    /// As [`StaffApi::look_up`].
    pub async fn revoke(&self, csrf: &Csrf, tan: &str) -> Result<TanAnswer, ApiProblem> {
        self.post("/tans/revocation", Some(csrf), &json!({ "tan": tan })).await
    }

    /// What was done, before the event of a number where one is given.
    ///
    /// # Errors
    /// `role-refused`; else as of every running session.
    pub async fn audit(&self, before: Option<i64>) -> Result<AuditPage, ApiProblem> {
        let path = before.map_or_else(|| "/audit".to_owned(), |before| format!("/audit?before={before}"));
        self.get(&path).await
    }

    /// The sums of the last 180 days, of those on which there was something.
    ///
    /// # Errors
    /// `role-refused`; else as of every running session.
    pub async fn figures(&self) -> Result<Vec<DayFigures>, ApiProblem> {
        self.get::<Figures>("/figures").await.map(|figures| figures.days)
    }

    /// Accounts and open invitations.
    ///
    /// # Errors
    /// `role-refused`; else as of every running session.
    pub async fn accounts(&self) -> Result<Accounts, ApiProblem> {
        self.get("/accounts").await
    }

    /// Changes an account.
    ///
    /// # Errors
    /// `role-refused`, `last-administrator`, `not-found`; else as of every running session.
    pub async fn change_account(
        &self,
        csrf: &Csrf,
        id: &str,
        change: AccountChange,
    ) -> Result<(), ApiProblem> {
        let body = serde_json::to_vec(&change).map_err(|_| ApiProblem::BadAnswer)?;
        self.send::<Done>(Method::PATCH, &format!("/accounts/{id}"), Some(csrf), Some(&body)).await.map(drop)
    }

    /// Invites somebody.
    ///
    /// # Errors
    /// `role-refused`; else as of every running session.
    pub async fn invite(&self, csrf: &Csrf, role: Role) -> Result<Invited, ApiProblem> {
        self.post("/invitations", Some(csrf), &json!({ "role": role })).await
    }

    /// Withdraws an invitation: its link is void.
    ///
    /// # Errors
    /// `role-refused`, `not-found`; else as of every running session.
    pub async fn withdraw(&self, csrf: &Csrf, id: &str) -> Result<(), ApiProblem> {
        self.send::<Done>(Method::DELETE, &format!("/invitations/{id}"), Some(csrf), None).await.map(drop)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiProblem> {
        self.send(Method::GET, path, None, None).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        csrf: Option<&Csrf>,
        body: &serde_json::Value,
    ) -> Result<T, ApiProblem> {
        // As far as it can be: what the browser makes of it cannot be wiped from here.
        let body = Zeroizing::new(body.to_string());
        self.send(Method::POST, path, csrf, Some(body.as_bytes())).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        csrf: Option<&Csrf>,
        body: Option<&[u8]>,
    ) -> Result<T, ApiProblem> {
        let path = format!("/v1/staff{path}");
        let csrf = csrf.map(|csrf| csrf.0.as_str());
        let answer = self.api.of_staff(method, &path, csrf, body, MAX_ANSWER_BYTES).await?;
        serde_json::from_slice(&answer.body).map_err(|_| ApiProblem::BadAnswer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn answers_are_read_as_the_protocol_has_them() {
        let session: Session = serde_json::from_str(
            r#"{"state":"open","name":"dr","role":"supervisor","csrf":"secret","now":10,"idle_ends":20,"absolute_ends":30}"#,
        )
        .unwrap();
        assert_eq!((session.state, session.role), (SessionState::Open, Role::Supervisor));
        assert!(!format!("{session:?}").contains("secret"));
        let figures: Figures = serde_json::from_str(
            r#"{"days":[{"day":"2026-11-21","issued":3,"redeemed":2,"revoked":1,"patient_permits":2,"staff_permits":4}]}"#,
        )
        .unwrap();
        assert_eq!(figures.days.first().map(|day| day.day.to_string()).as_deref(), Some("2026-11-21"));
        let known: TanAnswer = serde_json::from_str(r#"{"state":"known","valid_until":7}"#).unwrap();
        assert_eq!(known.state, TanState::Valid);
        assert_eq!(serde_json::to_string(&AccountChange::default()).unwrap(), "{}");
    }
}
