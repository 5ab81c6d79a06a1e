//! What the console's requests are refused for, in words.

use crate::components::icon::Glyph;
use crate::components::message::Said;
use crate::components::problems::{Problems, use_problems};
use crate::components::words::{Words, use_words};
use crate::i18n::{I18n, t_string, use_i18n};
use crate::state::ApiProblem;
use crate::state::console::{Desk, Role, TanAnswer, TanState};
use twoken_core::units::Timestamp;
use twoken_core::wire::ProblemCode;

/// A wait that is the day's limit rather than a pause, in seconds.
pub(super) const LONG_WAIT: u32 = 3_600;

/// The console's own words.
#[derive(Clone, Copy)]
pub(super) struct StaffWords {
    i18n: I18n,
    problems: Problems,
    words: Words,
}

/// The [`StaffWords`] in the reader's language.
pub(super) fn use_staff_words() -> StaffWords {
    StaffWords { i18n: use_i18n(), problems: use_problems(), words: use_words() }
}

impl StaffWords {
    /// Why a request came to nothing.
    pub(super) fn problem(self, problem: &ApiProblem) -> Said {
        match problem {
            ApiProblem::Refused { code, retry_after } => self.refused(*code, *retry_after),
            ApiProblem::KeyChanged => {
                let i18n = self.i18n;
                Said::bad(t_string!(i18n, staff.keys_changed), t_string!(i18n, staff.keys_changed_text))
            }
            ApiProblem::Offline | ApiProblem::Unreachable => {
                let i18n = self.i18n;
                let (title, text) =
                    (t_string!(i18n, staff_refused.offline), t_string!(i18n, staff_refused.offline_text));
                Said::plain(Glyph::Offline, title, text)
            }
            ApiProblem::ServerFailed => {
                let i18n = self.i18n;
                Said::bad(t_string!(i18n, staff_refused.failed), t_string!(i18n, staff_refused.failed_text))
            }
            other => self.problems.api(other),
        }
    }

    fn refused(self, code: ProblemCode, retry_after: Option<u32>) -> Said {
        use ProblemCode as C;
        let i18n = self.i18n;
        let (title, text) = match code {
            C::SignInRefused => {
                (t_string!(i18n, staff_refused.sign_in), t_string!(i18n, staff_refused.sign_in_text))
            }
            C::CodeRefused => (t_string!(i18n, staff_refused.code), t_string!(i18n, staff_refused.code_text)),
            C::PasswordRefused => {
                (t_string!(i18n, staff_refused.password), t_string!(i18n, staff_refused.password_text))
            }
            C::PasswordWeak => {
                (t_string!(i18n, staff_refused.weak), t_string!(i18n, staff_refused.weak_text))
            }
            C::NameRefused => (t_string!(i18n, staff_refused.name), t_string!(i18n, staff_refused.name_text)),
            C::NameTaken => (t_string!(i18n, staff_refused.taken), t_string!(i18n, staff_refused.taken_text)),
            C::InvitationUnknown => {
                (t_string!(i18n, staff_refused.invitation), t_string!(i18n, staff_refused.invitation_text))
            }
            C::LastAdministrator => {
                (t_string!(i18n, staff_refused.last), t_string!(i18n, staff_refused.last_text))
            }
            C::RoleRefused => (t_string!(i18n, staff_refused.role), t_string!(i18n, staff_refused.role_text)),
            C::OriginRefused => {
                (t_string!(i18n, staff_refused.origin), t_string!(i18n, staff_refused.origin_text))
            }
            C::SessionEnded | C::SessionLocked | C::SignInUnfinished => {
                (t_string!(i18n, staff_refused.session), t_string!(i18n, staff_refused.session_text))
            }
            C::TooManyRequests => {
                let seconds = retry_after.unwrap_or(60);
                if seconds >= LONG_WAIT {
                    let text = t_string!(i18n, staff_refused.day_text, count = seconds.div_ceil(3_600));
                    return Said::plain(Glyph::Clock, t_string!(i18n, staff_refused.day), text.to_string());
                }
                let text = t_string!(i18n, staff_refused.busy_text, count = seconds.div_ceil(60));
                return Said::plain(Glyph::Clock, t_string!(i18n, staff_refused.busy), text);
            }
            C::WeekRefused => (t_string!(i18n, staff_refused.week), t_string!(i18n, staff_refused.week_text)),
            C::PermitMalformed | C::PermitRefused => {
                (t_string!(i18n, staff_refused.permit), t_string!(i18n, staff_refused.permit_text))
            }
            C::PermitUsed => {
                (t_string!(i18n, staff_refused.permit_used), t_string!(i18n, staff_refused.permit_used_text))
            }
            C::EntriesRefused | C::UploadMalformed | C::UploadSize | C::BodyMalformed | C::BodyTooLarge => {
                (t_string!(i18n, staff_refused.entries), t_string!(i18n, staff_refused.entries_text))
            }
            C::ModeRefused => (t_string!(i18n, desk.mode), t_string!(i18n, desk.mode_text)),
            C::RegionUnknown => {
                (t_string!(i18n, staff_refused.region), t_string!(i18n, staff_refused.region_text))
            }
            code => return self.problems.refused(code),
        };
        Said::bad(title, text)
    }

    /// A role's name.
    pub(super) fn role(self, role: Role) -> &'static str {
        let i18n = self.i18n;
        match role {
            Role::Clinician => t_string!(i18n, staff.clinician),
            Role::Supervisor => t_string!(i18n, staff.supervisor),
            Role::Administrator => t_string!(i18n, staff.administrator),
        }
    }

    /// A page's name.
    pub(super) fn desk(self, desk: Desk) -> &'static str {
        let i18n = self.i18n;
        match desk {
            Desk::Patient => t_string!(i18n, staff.patient),
            Desk::Tans => t_string!(i18n, staff.tans),
            Desk::Audit => t_string!(i18n, staff.audit),
            Desk::Overview => t_string!(i18n, staff.overview),
            Desk::Accounts => t_string!(i18n, staff.accounts),
        }
    }

    /// How a TAN stands, and until when it is valid. One whose time ran out on the page has expired there too.
    pub(super) fn tan_state(self, answer: TanAnswer, now: Timestamp) -> String {
        let i18n = self.i18n;
        let text = match (answer.state, answer.valid_until) {
            (TanState::New | TanState::Valid, Some(until)) if until > now => {
                return t_string!(i18n, staff_tans.valid, at = self.words.moment(until, now));
            }
            (TanState::New | TanState::Valid | TanState::Expired, _) => t_string!(i18n, staff_tans.expired),
            (TanState::Unknown, _) => t_string!(i18n, staff_tans.unknown),
            (TanState::Redeemed, _) => t_string!(i18n, staff_tans.redeemed),
            (TanState::Revoked, _) => t_string!(i18n, staff_tans.revoked),
        };
        text.to_owned()
    }

    /// What that means.
    pub(super) fn tan_means(self, state: TanState) -> &'static str {
        let i18n = self.i18n;
        match state {
            TanState::New | TanState::Valid => t_string!(i18n, staff_tans.valid_means),
            TanState::Unknown => t_string!(i18n, staff_tans.unknown_means),
            TanState::Redeemed => t_string!(i18n, staff_tans.redeemed_means),
            TanState::Revoked => t_string!(i18n, staff_tans.revoked_means),
            TanState::Expired => t_string!(i18n, staff_tans.expired_means),
        }
    }
}
