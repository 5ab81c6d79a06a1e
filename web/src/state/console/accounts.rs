//! Who may sign in: accounts, and invitations that nobody has used yet.

use super::{Account, AccountChange, Accounts, Asked, Console, Invitation, Invited, Role};
use crate::api::ApiProblem;
use crate::platform::history;
use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

/// What an administrator sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staffing {
    /// Accounts, by name.
    pub accounts: Vec<Account>,
    /// Open invitations, those that end first before the others.
    pub invitations: Vec<Invitation>,
    /// How far the last question is.
    pub asked: Asked,
    /// How far the last change is, and which it was.
    pub change: Option<(Changed, Asked)>,
    /// The link made last, shown once.
    pub invited: Option<Link>,
}

/// What was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// An account, of this name.
    Account(String),
    /// Somebody was invited.
    Invited,
    /// An invitation was withdrawn.
    Withdrawn,
}

/// An invitation's link. Whoever opens it first gets the account.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// With the origin.
    pub link: Zeroizing<String>,
    /// What the account will be able to do.
    pub role: Role,
    /// When it becomes void.
    pub expires: twoken_core::units::Timestamp,
}

impl core::fmt::Debug for Link {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Link({:?})", self.role)
    }
}

impl Console {
    /// Fetches accounts and open invitations.
    pub fn load_accounts(self) {
        if self.cells.staffing.with_untracked(|staffing| staffing.asked == Asked::Waits) {
            return;
        }
        self.cells.staffing.update(|staffing| staffing.asked = Asked::Waits);
        spawn_local(async move {
            let answer = self.acting(async |api, _| api.accounts().await).await;
            self.cells.staffing.update(|staffing| staffing.take(answer));
        });
    }

    /// Changes an account.
    pub fn change_account(self, account: &Account, change: AccountChange) {
        let id = account.id.clone();
        self.changing(Changed::Account(account.name.clone()), async move {
            self.acting(async |api, csrf| api.change_account(csrf, &id, change).await).await.map(|()| None)
        });
    }

    /// Invites somebody to an account of a role.
    pub fn invite(self, role: Role) {
        self.changing(Changed::Invited, async move {
            let invited = self.acting(async |api, csrf| api.invite(csrf, role).await).await?;
            Ok(Some(Link::of(&invited, role)))
        });
    }

    /// Withdraws an invitation.
    pub fn withdraw(self, invitation: &Invitation) {
        let id = invitation.id.clone();
        self.changing(Changed::Withdrawn, async move {
            self.acting(async |api, csrf| api.withdraw(csrf, &id).await).await.map(|()| None)
        });
    }

    /// Lets go of the link made last, and of what was told.
    pub fn forget_invitation(self) {
        self.cells.staffing.update(|staffing| (staffing.invited, staffing.change) = (None, None));
    }

    /// One change at a time; then the list is fetched anew.
    fn changing(
        self,
        changed: Changed,
        act: impl Future<Output = Result<Option<Link>, ApiProblem>> + 'static,
    ) {
        let busy = |staffing: &Staffing| matches!(staffing.change, Some((_, Asked::Waits)));
        if self.cells.staffing.with_untracked(busy) {
            return;
        }
        self.cells.staffing.update(|staffing| {
            (staffing.invited, staffing.change) = (None, Some((changed.clone(), Asked::Waits)));
        });
        spawn_local(async move {
            let answer = act.await;
            if !self.cells.staffing.with_untracked(busy) {
                return;
            }
            self.cells.staffing.update(|staffing| match answer {
                Ok(link) => {
                    (staffing.invited, staffing.change) = (link, Some((changed, Asked::Answered)));
                }
                Err(problem) => staffing.change = Some((changed, Asked::Refused(problem))),
            });
            self.load_accounts();
        });
    }
}

impl Staffing {
    fn take(&mut self, answer: Result<Accounts, ApiProblem>) {
        if self.asked != Asked::Waits {
            return;
        }
        match answer {
            Ok(Accounts { accounts, mut invitations }) => {
                invitations.sort_by_key(|invitation| invitation.expires);
                (self.accounts, self.invitations) = (accounts, invitations);
                self.accounts.sort_by_cached_key(|account| account.name.to_lowercase());
                self.asked = Asked::Answered;
            }
            Err(problem) => self.asked = Asked::Refused(problem),
        }
    }
}

impl Link {
    fn of(invited: &Invited, role: Role) -> Self {
        let link = Zeroizing::new(format!("{}{}", history::origin(), invited.link));
        Self { link, role, expires: invited.expires }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_link_has_the_origin_and_stays_out_of_debug_output() {
        let invited: Invited = serde_json::from_str(r#"{"link":"/staff#i=SECRET","expires":7}"#).unwrap();
        let link = Link::of(&invited, Role::Supervisor);
        assert!(link.link.starts_with("http") && link.link.ends_with("/staff#i=SECRET"));
        let staffing = Staffing { invited: Some(link), ..Staffing::default() };
        assert!(!format!("{staffing:?}").contains("SECRET"));
    }

    #[wasm_bindgen_test]
    fn people_stand_by_their_names() {
        let answer: Accounts = serde_json::from_str(
            r#"{"accounts":[
                {"id":"b","name":"Zoe","role":"clinician","disabled":false,"locked_out":false,"own":false},
                {"id":"a","name":"adam","role":"supervisor","disabled":true,"locked_out":true,"own":true}],
                "invitations":[{"id":"d","by":"Zoe","role":"clinician","expires":9},{"id":"c","by":"Zoe","role":"clinician","expires":8}]}"#,
        )
        .unwrap();
        let mut staffing = Staffing { asked: Asked::Waits, ..Staffing::default() };
        staffing.take(Ok(answer));
        let names: Vec<&str> = staffing.accounts.iter().map(|account| account.name.as_str()).collect();
        assert_eq!(names, ["adam", "Zoe"]);
        assert_eq!(staffing.invitations.first().map(|invitation| invitation.id.as_str()), Some("c"));
    }
}
