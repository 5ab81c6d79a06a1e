//! What an export says: all that the device holds about the person. Keys are named and left out: who has them could report,
//! or be warned, in the person's place.

use super::sheet::{Cell, Sheet, Table};
use crate::components::words::Words;
use crate::i18n::{I18n, t_string};
use crate::platform::format;
use crate::state::{App, OutgoingState, StudyReportState};
use leptos::prelude::*;
use twoken_core::diary::Encounter;
use twoken_core::encounter::How;
use twoken_core::status::Degree;
use twoken_core::units::{Day, Timestamp};

/// All of it, as it is now.
pub(super) fn contents(app: App, i18n: I18n, words: Words) -> Sheet {
    let make = Make { app, i18n, words };
    let now = app.now.get();
    let server = app.server_origin();
    Sheet {
        language: i18n.get_locale(),
        title: t_string!(i18n, rights.ex_title).to_owned(),
        lead: t_string!(i18n, rights.ex_lead, when = make.said(now), server = server),
        made: format::iso(now),
        tables: vec![make.diary(), make.shown(), make.choices(), make.sent(), make.left_out()],
    }
}

#[derive(Clone, Copy)]
struct Make {
    app: App,
    i18n: I18n,
    words: Words,
}

impl Make {
    /// Its day and time, whenever it is read.
    fn said(self, at: Timestamp) -> String {
        let format = self.words.format();
        format!("{}, {}", format.day_long(format::calendar_day(at)), format.time(at))
    }

    fn moment(self, at: Option<Timestamp>) -> Cell {
        at.map_or_else(Cell::none, |at| Cell::valued(self.said(at), format::iso(at)))
    }

    fn day(self, day: Day) -> Cell {
        let iso = format::iso(day.start());
        Cell::valued(self.words.format().day_long(day), iso.split('T').next().unwrap_or_default())
    }

    fn yes(self, yes: bool) -> Cell {
        let i18n = self.i18n;
        let said = if yes { t_string!(i18n, rights.ex_yes) } else { t_string!(i18n, rights.ex_no) };
        Cell::valued(said, yes)
    }

    fn table(
        self,
        name: &'static str,
        title: &str,
        columns: &[(&'static str, &str)],
        rows: Vec<Vec<Cell>>,
    ) -> Table {
        let i18n = self.i18n;
        let columns = columns.iter().map(|(name, head)| (*name, (*head).to_owned())).collect();
        let empty = t_string!(i18n, rights.ex_none).to_owned();
        Table { name, title: title.to_owned(), columns, rows, empty }
    }

    fn diary(self) -> Table {
        let i18n = self.i18n;
        let mut met: Vec<Encounter> = self.app.diary.with(|diary| diary.iter().cloned().collect());
        met.sort_unstable_by_key(|row| row.first_seen);
        let columns = [
            ("began", t_string!(i18n, rights.ex_began)),
            ("last_seen", t_string!(i18n, rights.ex_last)),
            ("minutes", t_string!(i18n, rights.ex_minutes)),
            ("minutes_by_you", t_string!(i18n, rights.ex_minutes_said)),
            ("label", t_string!(i18n, diary.label)),
            ("note", t_string!(i18n, diary.note)),
            ("how", t_string!(i18n, rights.ex_how)),
            ("both_ways", t_string!(i18n, rights.ex_both)),
            ("reported", t_string!(i18n, rights.ex_reported)),
            ("their_test", t_string!(i18n, rights.ex_test)),
            ("found", t_string!(i18n, rights.ex_found)),
            ("passed_on", t_string!(i18n, rights.ex_told)),
            ("server", t_string!(i18n, servers.from)),
        ];
        let rows = met.iter().map(|row| self.encounter(row)).collect();
        self.table("diary", t_string!(i18n, diary.title), &columns, rows)
    }

    fn encounter(self, row: &Encounter) -> Vec<Cell> {
        let i18n = self.i18n;
        let minutes = row.duration().get();
        let text = |text: &str| if text.is_empty() { Cell::none() } else { Cell::text(text) };
        let how = match row.how {
            How::Camera => Cell::valued(t_string!(i18n, rights.ex_camera), "camera"),
            How::Picture => Cell::valued(t_string!(i18n, rights.ex_picture), "picture"),
            How::Typed => Cell::valued(t_string!(i18n, rights.ex_typed), "typed"),
            How::Link => Cell::valued(t_string!(i18n, rights.ex_link), "link"),
            How::Bluetooth => Cell::valued(t_string!(i18n, bluetooth.by), "bluetooth"),
        };
        let reported = match row.exposure.map(|exposure| exposure.degree) {
            None => self.yes(false),
            Some(Degree::First) => Cell::valued(t_string!(i18n, rights.ex_first), "first-degree"),
            Some(Degree::Second) => Cell::valued(t_string!(i18n, rights.ex_second), "second-degree"),
        };
        vec![
            self.moment(Some(row.first_seen)),
            self.moment(Some(row.last_seen)),
            Cell::valued(self.words.format().number(minutes.into()), minutes),
            self.yes(row.minutes().is_some()),
            text(row.label().unwrap_or_default()),
            text(row.note()),
            how,
            self.yes(row.both),
            reported,
            row.exposure.map_or_else(Cell::none, |exposure| self.day(exposure.test_day)),
            self.moment(row.exposure.map(|exposure| exposure.found_at)),
            self.moment(self.app.told_at(&row.id)),
            row.exposure.map_or_else(Cell::none, |_| Cell::text(self.app.found_at(&row.id))),
        ]
    }

    /// The ten minutes in which my code let others hear me.
    fn shown(self) -> Table {
        let i18n = self.i18n;
        let columns =
            [("began", t_string!(i18n, rights.ex_began)), ("ended", t_string!(i18n, rights.ex_ended))];
        let row = |shown: &twoken_core::units::Interval| {
            vec![self.moment(Some(shown.start())), self.moment(Some(shown.next().start()))]
        };
        let rows = self.app.emitted().iter().map(row).collect();
        self.table("shown_one_way", t_string!(i18n, rights.kept_emissions), &columns, rows)
    }

    /// What was chosen and agreed to, and since when.
    fn choices(self) -> Table {
        let i18n = self.i18n;
        let settings = self.app.settings.get();
        let consent = settings.consent.as_ref();
        let hourly = consent.is_some_and(|consent| consent.check_hourly);
        let regions: Vec<String> =
            settings.region.iter().chain(&settings.also).map(ToString::to_string).collect();
        let row = |what: &str, value: Cell, since| vec![Cell::text(what), value, self.moment(since)];
        let text = |text: String| if text.is_empty() { Cell::none() } else { Cell::text(text) };
        let mut rows = vec![
            row(
                t_string!(i18n, welcome.keep),
                self.yes(consent.is_some()),
                consent.map(|consent| consent.given_at),
            ),
            row(t_string!(i18n, settings.hourly), self.yes(hourly), settings.since.check_hourly),
            row(t_string!(i18n, meet.one_way), self.yes(settings.one_way), settings.since.one_way),
            row(t_string!(i18n, settings.region), text(regions.join(", ")), settings.since.region),
            row(t_string!(i18n, settings.feedback), self.yes(settings.feedback), None),
            row(t_string!(i18n, settings.language), Cell::text(String::from(settings.language)), None),
            row(t_string!(i18n, settings.theme), Cell::text(format!("{:?}", settings.theme)), None),
            row(t_string!(i18n, diary.labels), text(settings.recent_labels.join(", ")), None),
            row(t_string!(i18n, rights.ex_reminded), Cell::none(), settings.reminded_at),
            row(
                t_string!(i18n, settings.last),
                Cell::none(),
                self.app.check.with(|check| check.checked_until),
            ),
        ];
        rows.extend(self.app.further().into_iter().map(|of| {
            let said = [vec![of.server_name(), of.server_origin()], of.regions_chosen()].concat();
            row(t_string!(i18n, servers.kept), text(said.join(", ")), of.joined_since())
        }));
        let columns = [
            ("what", t_string!(i18n, rights.ex_what)),
            ("value", t_string!(i18n, rights.ex_value)),
            ("since", t_string!(i18n, rights.ex_since)),
        ];
        self.table("choices", t_string!(i18n, rights.ex_choices), &columns, rows)
    }

    /// What was sent, or waits to be.
    fn sent(self) -> Table {
        let i18n = self.i18n;
        let mut rows = Vec::new();
        if let Some(outgoing) = self.app.outgoing.get() {
            let what = self.words.encounters(outgoing.encounters);
            let what = t_string!(i18n, rights.ex_report, what = what);
            let (state, at) = match outgoing.state {
                OutgoingState::Sent { at } => {
                    (Cell::valued(t_string!(i18n, rights.ex_sent), "sent"), Some(at))
                }
                _ => (Cell::valued(t_string!(i18n, rights.ex_unsent), "not-confirmed"), None),
            };
            rows.push(vec![Cell::text(what), state, self.moment(at)]);
        }
        for report in self.app.study_reports.get() {
            let state = match report.state {
                StudyReportState::Sent | StudyReportState::Exported => {
                    Cell::valued(t_string!(i18n, rights.ex_sent), "sent")
                }
                StudyReportState::Withdrawn => Cell::valued(t_string!(i18n, studies.withdrawn), "withdrawn"),
                _ => Cell::valued(t_string!(i18n, rights.ex_unsent), "not-confirmed"),
            };
            rows.push(vec![Cell::text(report.title), state, Cell::none()]);
        }
        let draft = self.app.draft.get();
        if let Some(day) = draft.test_day {
            let what = Cell::text(t_string!(i18n, rights.kept_draft));
            rows.push(vec![what, self.day(day), Cell::none()]);
        }
        let columns = [
            ("what", t_string!(i18n, rights.ex_what)),
            ("state", t_string!(i18n, rights.ex_value)),
            ("when", t_string!(i18n, rights.ex_when)),
        ];
        self.table("sent", t_string!(i18n, rights.ex_sent_title), &columns, rows)
    }

    /// What is here and stays here.
    fn left_out(self) -> Table {
        let i18n = self.i18n;
        let row = |what: &str, why: &str| vec![Cell::text(what), Cell::text(why)];
        let secret = t_string!(i18n, rights.ex_secret);
        let rows = vec![
            row(t_string!(i18n, rights.ex_keys_diary), secret),
            row(t_string!(i18n, rights.kept_keys), secret),
            row(t_string!(i18n, rights.ex_keys_report), secret),
            row(t_string!(i18n, rights.ex_lists), t_string!(i18n, rights.ex_public)),
        ];
        let columns = [("what", t_string!(i18n, rights.ex_what)), ("why", t_string!(i18n, rights.ex_why))];
        self.table("left_out", t_string!(i18n, rights.ex_left_out), &columns, rows)
    }
}
