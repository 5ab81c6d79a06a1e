//! Failures in words: what happened, what is safe, what to do next. Every kind has its own.

use super::icon::Glyph;
use super::message::Said;
use super::words::{Words, use_words};
use crate::i18n::{I18n, t_string, use_i18n};
use crate::state::{
    AnswerProblem, ApiProblem, App, CheckProblem, ListProblem, MeetProblem, ReportProblem, StorageProblem,
    TanProblem, TestDayProblem, Unasked, use_app,
};
use leptos::prelude::*;
use twoken_core::tan;
use twoken_core::wire::ProblemCode;

/// The words for what did not work.
#[derive(Clone, Copy)]
pub struct Problems {
    i18n: I18n,
    words: Words,
    app: App,
}

/// The [`Problems`] in the reader's language.
#[must_use]
pub fn use_problems() -> Problems {
    Problems { i18n: use_i18n(), words: use_words(), app: use_app() }
}

impl Problems {
    /// The device does not store.
    #[must_use]
    pub fn storage(self, problem: &StorageProblem) -> Said {
        let i18n = self.i18n;
        match problem {
            StorageProblem::Refused => {
                Said::bad(t_string!(i18n, storage.refused), t_string!(i18n, storage.refused_text))
            }
            StorageProblem::Insecure => {
                Said::bad(t_string!(i18n, storage.insecure), t_string!(i18n, storage.insecure_text))
            }
            StorageProblem::Full => {
                Said::bad(t_string!(i18n, storage.full), t_string!(i18n, storage.full_text))
            }
            StorageProblem::Newer => {
                Said::bad(t_string!(i18n, storage.newer), t_string!(i18n, storage.newer_text))
            }
            StorageProblem::Damaged => {
                Said::bad(t_string!(i18n, storage.damaged), t_string!(i18n, storage.damaged_text))
            }
            StorageProblem::Closed => Said::plain(
                Glyph::Refresh,
                t_string!(i18n, storage.closed),
                t_string!(i18n, storage.closed_text),
            ),
            StorageProblem::Taken => Said::plain(
                Glyph::Refresh,
                t_string!(i18n, elsewhere.statement),
                t_string!(i18n, elsewhere.text),
            ),
            StorageProblem::Locked | StorageProblem::WrongPassphrase => {
                Said::bad(t_string!(i18n, lock.wrong), t_string!(i18n, lock.wrong_text))
            }
            StorageProblem::Unknown(said) => Said::bad(
                t_string!(i18n, storage.other),
                t_string!(i18n, storage.other_text, said = said.clone()),
            ),
        }
    }

    /// The device's clock is off, in seconds; ahead if positive.
    #[must_use]
    pub fn clock(self, seconds: i64) -> Said {
        let i18n = self.i18n;
        let amount = self.words.off_by(seconds.unsigned_abs());
        let title = if seconds > 0 {
            t_string!(i18n, api.clock_ahead, amount = amount)
        } else {
            t_string!(i18n, api.clock_behind, amount = amount)
        };
        Said::plain(Glyph::Clock, title, t_string!(i18n, api.clock_text))
    }

    /// The server, or the way to it.
    #[must_use]
    pub fn api(self, problem: &ApiProblem) -> Said {
        let i18n = self.i18n;
        match problem {
            ApiProblem::Offline => {
                Said::plain(Glyph::Offline, t_string!(i18n, api.offline), t_string!(i18n, api.offline_text))
            }
            ApiProblem::Unreachable => Said::plain(
                Glyph::Refresh,
                t_string!(i18n, api.unreachable),
                t_string!(i18n, api.unreachable_text),
            ),
            ApiProblem::Moved => Said::bad(t_string!(i18n, api.moved), t_string!(i18n, api.moved_text)),
            ApiProblem::ServerFailed => {
                Said::plain(Glyph::Server, t_string!(i18n, api.failed), t_string!(i18n, api.failed_text))
            }
            ApiProblem::Refused { code, .. } => self.refused(*code),
            ApiProblem::RefusedOtherwise { status } => self.refused_otherwise(&format!("HTTP {status}")),
            ApiProblem::KeyChanged => {
                Said::bad(t_string!(i18n, api.key_changed), t_string!(i18n, api.key_changed_text))
            }
            ApiProblem::BadSignature => {
                Said::bad(t_string!(i18n, api.signature), t_string!(i18n, api.signature_text))
            }
            ApiProblem::BadAnswer => Said::bad(t_string!(i18n, api.bad), t_string!(i18n, api.bad_text)),
            ApiProblem::BadRules => Said::bad(t_string!(i18n, api.rules), t_string!(i18n, api.rules_text)),
            ApiProblem::TooLarge => Said::bad(t_string!(i18n, api.large), t_string!(i18n, api.large_text)),
            ApiProblem::Version => {
                Said::plain(Glyph::Refresh, t_string!(i18n, api.version), t_string!(i18n, api.version_text))
            }
            ApiProblem::ClockOff { seconds } => self.clock(*seconds),
        }
    }

    /// The server's own reasons, by their stable codes.
    #[must_use]
    pub fn refused(self, code: ProblemCode) -> Said {
        let i18n = self.i18n;
        match code.as_str() {
            "tan-unknown" => {
                Said::bad(t_string!(i18n, refused.tan_unknown), t_string!(i18n, refused.tan_unknown_text))
            }
            "tan-expired" => {
                Said::bad(t_string!(i18n, refused.tan_expired), t_string!(i18n, refused.tan_expired_text))
            }
            "tan-revoked" => {
                Said::bad(t_string!(i18n, refused.tan_revoked), t_string!(i18n, refused.tan_revoked_text))
            }
            "tan-used" => {
                Said::bad(t_string!(i18n, refused.tan_used), t_string!(i18n, refused.tan_used_text))
            }
            "tan-malformed" => {
                Said::bad(t_string!(i18n, refused.tan_malformed), t_string!(i18n, refused.tan_malformed_text))
            }
            "class-refused" => {
                Said::bad(t_string!(i18n, refused.tan_class), t_string!(i18n, refused.tan_class_text))
            }
            "permit-malformed" | "permit-refused" => {
                Said::bad(t_string!(i18n, refused.permit), t_string!(i18n, refused.permit_text))
            }
            "permit-used" => {
                Said::bad(t_string!(i18n, refused.permit_used), t_string!(i18n, refused.permit_used_text))
            }
            "week-refused" => {
                Said::plain(Glyph::Clock, t_string!(i18n, refused.week), t_string!(i18n, refused.week_text))
            }
            "body-malformed" | "upload-malformed" | "upload-size" | "body-too-large" => {
                Said::bad(t_string!(i18n, refused.upload), t_string!(i18n, refused.upload_text))
            }
            "mode-refused" => {
                Said::plain(Glyph::Server, t_string!(i18n, refused.mode), t_string!(i18n, refused.mode_text))
            }
            "proof-refused" | "degree-refused" => {
                Said::bad(t_string!(i18n, refused.proof), t_string!(i18n, refused.proof_text))
            }
            "proof-used" => {
                Said::bad(t_string!(i18n, refused.proof_used), t_string!(i18n, refused.proof_used_text))
            }
            "page-unknown" => {
                Said::bad(t_string!(i18n, refused.page_unknown), t_string!(i18n, refused.page_unknown_text))
            }
            "page-refused" => {
                Said::bad(t_string!(i18n, refused.page_refused), t_string!(i18n, refused.page_refused_text))
            }
            "page-spent" => {
                Said::bad(t_string!(i18n, refused.page_spent), t_string!(i18n, refused.page_spent_text))
            }
            "region-unknown" => {
                Said::bad(t_string!(i18n, refused.region), t_string!(i18n, refused.region_text))
            }
            "too-many-requests" => {
                Said::plain(Glyph::Clock, t_string!(i18n, refused.busy), t_string!(i18n, refused.busy_text))
            }
            code => self.refused_otherwise(code),
        }
    }

    fn refused_otherwise(self, code: &str) -> Said {
        let i18n = self.i18n;
        Said::bad(t_string!(i18n, refused.other), t_string!(i18n, refused.other_text, code = code.to_owned()))
    }

    /// Why something waits, in one short sentence.
    #[must_use]
    pub fn why(self, problem: &ApiProblem) -> &'static str {
        let i18n = self.i18n;
        match problem {
            ApiProblem::Offline => t_string!(i18n, api.why_offline),
            ApiProblem::Unreachable => t_string!(i18n, api.why_unreachable),
            ApiProblem::ServerFailed => t_string!(i18n, api.why_failed),
            ApiProblem::Refused { code, .. } if *code == ProblemCode::TooManyRequests => {
                t_string!(i18n, api.why_busy)
            }
            _ => t_string!(i18n, api.why_other),
        }
    }

    /// Why the days of a test are not taken.
    #[must_use]
    pub fn test_day(self, problem: TestDayProblem) -> &'static str {
        let i18n = self.i18n;
        match problem {
            TestDayProblem::Missing => t_string!(i18n, report.day_missing),
            TestDayProblem::Future => t_string!(i18n, report.day_future),
            TestDayProblem::Old => t_string!(i18n, report.day_old),
            TestDayProblem::OnsetFar => t_string!(i18n, report.onset_far),
        }
    }

    /// Days could not be asked about. What is safe, and when they are asked about again, is said too.
    #[must_use]
    pub fn unasked(self, unasked: &Unasked) -> Said {
        let i18n = self.i18n;
        let mut said = self.no_check(&unasked.why);
        let days = unasked.days.iter().map(|day| self.words.format().day_long(*day));
        let days = days.collect::<Vec<_>>().join(i18n.comma());
        let which = t_string!(i18n, check_problem.unasked, days = days);
        said.text = [which.as_str(), &said.text].join(" ");
        match unasked.why {
            CheckProblem::AskedToWait(_) => said,
            _ => self.with_next(said),
        }
    }

    /// A check came to nothing. Where it left the mark is said too.
    #[must_use]
    pub fn check(self, problem: &CheckProblem) -> Said {
        let i18n = self.i18n;
        let mut said = self.no_check(problem);
        let now = self.app.now.get_untracked();
        let mark = match self.app.check.with(|check| check.checked_until) {
            Some(until) => {
                let when = self.words.moment(until, now);
                t_string!(i18n, check_problem.until, when = when)
            }
            None => t_string!(i18n, check_problem.until_never).to_owned(),
        };
        said.text = [said.text.as_str(), &mark].join(" ");
        self.with_next(said)
    }

    /// When it is tried again by itself.
    fn with_next(self, mut said: Said) -> Said {
        let (next, now) = (self.app.check.with(|check| check.next_at), self.app.now.get_untracked());
        if let Some(next) = next.filter(|next| *next > now) {
            let time = self.words.format().time(next);
            let next = t_string!(self.i18n, check_problem.next, time = time);
            said.text = [said.text.as_str(), &next].join(" ");
        }
        said
    }

    /// Why something was not compared.
    fn no_check(self, problem: &CheckProblem) -> Said {
        let i18n = self.i18n;
        match problem {
            CheckProblem::Api(problem) => self.api(problem),
            CheckProblem::RegionGone => Said::plain(
                Glyph::Region,
                t_string!(i18n, check_problem.region),
                t_string!(i18n, check_problem.region_text),
            ),
            CheckProblem::BadIndex(problem) | CheckProblem::BadBatch(problem) => self.list(problem),
            CheckProblem::Mistrusted(problem) => self.mistrusted(*problem),
            CheckProblem::AskedToWait(until) => {
                let when = self.words.moment(*until, self.app.now.get_untracked());
                let text = t_string!(i18n, check_problem.wait_text, when = when);
                Said::plain(Glyph::Clock, t_string!(i18n, check_problem.wait), text)
            }
            CheckProblem::TooManyToAsk { max, got } => {
                let format = self.words.format();
                let (max, got) = (format.number(*max), format.number(*got));
                let text = t_string!(i18n, check_problem.too_many_text, max = max, got = got);
                Said::bad(t_string!(i18n, check_problem.too_many), text)
            }
            CheckProblem::UnknownConfig => {
                Said::bad(t_string!(i18n, check_problem.config), t_string!(i18n, check_problem.config_text))
            }
            CheckProblem::NotStored(_) => Said::bad(
                t_string!(i18n, check_problem.unstored),
                t_string!(i18n, check_problem.unstored_text),
            ),
            CheckProblem::Worker => {
                Said::bad(t_string!(i18n, check_problem.worker), t_string!(i18n, check_problem.worker_text))
            }
            CheckProblem::Cancelled => Said::plain(
                Glyph::Info,
                t_string!(i18n, check_problem.cancelled),
                t_string!(i18n, check_problem.cancelled_text),
            ),
        }
    }

    /// An answer of private mode does not hold.
    fn mistrusted(self, problem: AnswerProblem) -> Said {
        let i18n = self.i18n;
        let title = match problem {
            AnswerProblem::Number => t_string!(i18n, check_problem.answer_number),
            AnswerProblem::Repeated => t_string!(i18n, check_problem.answer_repeated),
            AnswerProblem::Probe => {
                return Said::bad(
                    t_string!(i18n, check_problem.answer_probe),
                    t_string!(i18n, check_problem.answer_probe_text),
                );
            }
            AnswerProblem::Point => t_string!(i18n, check_problem.answer_point),
            AnswerProblem::Form => t_string!(i18n, check_problem.answer_form),
            AnswerProblem::Record => {
                return Said::bad(
                    t_string!(i18n, check_problem.answer_record),
                    t_string!(i18n, check_problem.answer_record_text),
                );
            }
        };
        Said::bad(title, t_string!(i18n, check_problem.answer_text))
    }

    fn list(self, problem: &ListProblem) -> Said {
        let i18n = self.i18n;
        let text = t_string!(i18n, check_problem.list_text);
        let title = match problem {
            ListProblem::Signature => t_string!(i18n, check_problem.batch_signature),
            ListProblem::Order => t_string!(i18n, check_problem.batch_order),
            ListProblem::Size => t_string!(i18n, check_problem.batch_size),
            ListProblem::Trailing => t_string!(i18n, check_problem.batch_trailing),
            ListProblem::Content => t_string!(i18n, check_problem.batch_changed),
            ListProblem::Stale => {
                return Said::bad(
                    t_string!(i18n, check_problem.batch_stale),
                    t_string!(i18n, check_problem.batch_stale_text),
                );
            }
            ListProblem::History => {
                return Said::bad(
                    t_string!(i18n, check_problem.history),
                    t_string!(i18n, check_problem.history_text),
                );
            }
            ListProblem::Filter => t_string!(i18n, check_problem.batch_filter),
            ListProblem::Keys => t_string!(i18n, check_problem.batch_keys),
            ListProblem::Other => t_string!(i18n, check_problem.list),
        };
        Said::bad(title, text)
    }

    /// A text led to no encounter.
    #[must_use]
    pub fn meet(self, problem: &MeetProblem) -> Said {
        let i18n = self.i18n;
        let moment = |at| self.words.moment(at, self.app.now.get_untracked());
        match problem {
            MeetProblem::NotTwoken => Said::plain(
                Glyph::Code,
                t_string!(i18n, meet_problem.not_twoken),
                t_string!(i18n, meet_problem.not_twoken_text),
            ),
            MeetProblem::Malformed => Said::bad(
                t_string!(i18n, meet_problem.malformed),
                t_string!(i18n, meet_problem.malformed_text),
            ),
            MeetProblem::Truncated => Said::bad(
                t_string!(i18n, meet_problem.truncated),
                t_string!(i18n, meet_problem.truncated_text),
            ),
            MeetProblem::Oversized => Said::bad(
                t_string!(i18n, meet_problem.oversized),
                t_string!(i18n, meet_problem.oversized_text),
            ),
            MeetProblem::Version(version) => Said::bad(
                t_string!(i18n, meet_problem.version),
                t_string!(i18n, meet_problem.version_text, version = *version),
            ),
            MeetProblem::Stale { shown } => Said::plain(
                Glyph::Clock,
                t_string!(i18n, meet_problem.stale),
                t_string!(i18n, meet_problem.stale_text, when = moment(*shown)),
            ),
            MeetProblem::Future { shown } => Said::plain(
                Glyph::Clock,
                t_string!(i18n, meet_problem.future),
                t_string!(i18n, meet_problem.future_text, when = moment(*shown)),
            ),
            MeetProblem::Own => Said::plain(
                Glyph::Person,
                t_string!(i18n, meet_problem.own),
                t_string!(i18n, meet_problem.own_text),
            ),
            MeetProblem::LowOrder => Said::bad(
                t_string!(i18n, meet_problem.low_order),
                t_string!(i18n, meet_problem.low_order_text),
            ),
            MeetProblem::NoKey => Said::plain(
                Glyph::Clock,
                t_string!(i18n, meet_problem.no_key),
                t_string!(i18n, meet_problem.no_key_text),
            ),
            MeetProblem::IsTan => Said::plain(
                Glyph::Report,
                t_string!(i18n, meet_problem.is_tan),
                t_string!(i18n, meet_problem.is_tan_text),
            ),
            MeetProblem::IsServer => Said::plain(
                Glyph::Server,
                t_string!(i18n, meet_problem.is_server),
                t_string!(i18n, meet_problem.is_server_text),
            ),
            MeetProblem::IsMeeting => Said::plain(
                Glyph::Meet,
                t_string!(i18n, meet_problem.is_meeting),
                t_string!(i18n, meet_problem.is_meeting_text),
            ),
            MeetProblem::NotStored(problem) => {
                let why = self.storage(problem).title;
                let text = t_string!(i18n, meet_problem.unstored_text);
                Said::bad(t_string!(i18n, meet_problem.unstored), format!("{why}. {text}"))
            }
        }
    }

    /// A report could not be made or handed over. Nothing of it was sent.
    #[must_use]
    pub fn report(self, problem: &ReportProblem) -> Said {
        let i18n = self.i18n;
        match problem {
            ReportProblem::NoServer => Said::plain(
                Glyph::Server,
                t_string!(i18n, report_problem.no_server),
                t_string!(i18n, report_problem.no_server_text),
            ),
            ReportProblem::Empty => Said::plain(
                Glyph::Info,
                t_string!(i18n, report_problem.nothing),
                t_string!(i18n, report_problem.nothing_text),
            ),
            ReportProblem::TooMany { max, got } => {
                let format = self.words.format();
                let (max, got) = (format.number(*max), format.number(*got));
                Said::bad(
                    t_string!(i18n, report.too_many),
                    t_string!(i18n, report.too_many_text, got = got, max = max),
                )
            }
            ReportProblem::NotStored(problem) => {
                let why = self.storage(problem).title;
                let text = t_string!(i18n, report_problem.unstored_text);
                Said::bad(t_string!(i18n, report_problem.unstored), format!("{why}. {text}"))
            }
            ReportProblem::Busy => Said::plain(
                Glyph::Report,
                t_string!(i18n, report_problem.busy),
                t_string!(i18n, report_problem.busy_text),
            ),
            ReportProblem::Changed => Said::plain(
                Glyph::Info,
                t_string!(i18n, report_problem.changed),
                t_string!(i18n, report_problem.changed_text),
            ),
            ReportProblem::NotMade => {
                Said::bad(t_string!(i18n, report_problem.failed), t_string!(i18n, report_problem.failed_text))
            }
        }
    }

    /// Why a text is no TAN. Told before any request.
    #[must_use]
    pub fn tan(self, problem: &TanProblem) -> String {
        let i18n = self.i18n;
        let format = self.words.format();
        match problem {
            TanProblem::Tan(tan::Error::Length { expected, got }) => {
                let (expected, got) = (format.number(*expected), format.number(*got));
                t_string!(i18n, report.tan_length, expected = expected, got = got)
            }
            TanProblem::Tan(tan::Error::Symbol { position }) => {
                let position = format.number(*position);
                t_string!(i18n, report.tan_symbol, position = position)
            }
            TanProblem::Tan(tan::Error::Check) => t_string!(i18n, report.tan_check).to_owned(),
            _ => t_string!(i18n, report.tan_not).to_owned(),
        }
    }
}
