//! Which days a check asks for, and where a region's mark stays while something of them cannot be compared
//! (docs/protocol.md, 19 and 19.5).

use super::records::RegionMark;
use twoken_core::batch::{Head, Header, SignedHeader};
use twoken_core::status::Mode;
use twoken_core::units::{Day, RETENTION_DAYS, Timestamp};

/// The last day whose index is asked for: today, in private mode the last one that is over. Its batches are final then, and so
/// is what is asked about them.
pub(super) fn last_day(mode: Mode, now: Timestamp) -> Day {
    match mode {
        Mode::Open => now.day(),
        Mode::Private => now.day().minus(1),
    }
}

/// The head and day up to which a region's new headers were compared, where one of them waits.
pub(super) fn compared_up_to<'a>(
    before: Head,
    headers: impl Iterator<Item = &'a SignedHeader>,
    waits: impl Fn(&Header) -> bool,
) -> Option<(Head, Day)> {
    let mut head = before;
    for signed in headers {
        if waits(signed.header()) {
            return Some((head, signed.header().sealed_at.day()));
        }
        head = head.then(signed);
    }
    None
}

/// The days whose indexes can hold something new, oldest first: up to `last`, unless the mark is further.
pub(super) fn days_to_ask(mark: Option<&RegionMark>, last: Day, now: Timestamp) -> Vec<Day> {
    let today = now.day();
    let oldest = today.minus(RETENTION_DAYS);
    let mut day = mark.map_or(oldest, |mark| mark.day.max(oldest).min(today));
    let mut days = Vec::new();
    while day <= last {
        days.push(day);
        day = day.next();
    }
    days
}

/// The head to continue from, while its day's index still exists.
pub(super) fn continued(mark: &RegionMark, now: Timestamp) -> Option<Head> {
    (mark.day >= now.day().minus(RETENTION_DAYS)).then(|| mark.head.parse().ok()).flatten()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::platform::crypto;
    use twoken_core::batch::{Pool, seal_private};
    use twoken_core::psi::DayKey;
    use twoken_core::status::{Degree, Scheme};
    use twoken_core::tag::Secret;
    use twoken_core::wire::{Digest, RegionId, SigningKey};
    use wasm_bindgen_test::wasm_bindgen_test;

    pub(in crate::state) fn at(day: u16) -> Timestamp {
        Day::new(day).start().plus(3_600)
    }

    pub(in crate::state) fn mark(day: u16) -> RegionMark {
        RegionMark {
            head: Head::new([7; 32]).to_string(),
            day: Day::new(day),
            until: None,
            parent: None,
            closed: false,
        }
    }

    /// As in open mode, where the last day is today.
    fn to_ask(marked: Option<u16>, today: u16) -> Vec<Day> {
        days_to_ask(marked.map(mark).as_ref(), last_day(Mode::Open, at(today)), at(today))
    }

    #[wasm_bindgen_test]
    fn private_mode_asks_for_days_that_are_over() {
        let to_ask = |marked: Option<u16>| {
            days_to_ask(marked.map(mark).as_ref(), last_day(Mode::Private, at(20_000)), at(20_000))
        };
        assert_eq!(to_ask(None).len(), 14);
        assert_eq!(to_ask(None).last(), Some(&Day::new(19_999)));
        assert_eq!(to_ask(Some(19_999)), [Day::new(19_999)]);
        // A server that was of open mode this morning: its day goes on tomorrow.
        assert!(to_ask(Some(20_000)).is_empty());
    }

    #[wasm_bindgen_test]
    fn the_first_check_asks_for_all_that_is_kept() {
        let days = to_ask(None, 20_000);
        assert_eq!(days.len(), 15);
        assert_eq!(days.first(), Some(&Day::new(19_986)));
        assert_eq!(days.last(), Some(&Day::new(20_000)));
    }

    #[wasm_bindgen_test]
    fn the_mark_stays_before_what_could_not_be_asked_about() {
        let rng = crypto::rng;
        let (key, root) = (SigningKey::generate(&mut rng()), "root".parse::<RegionId>().unwrap());
        let sealed = |day: u16| {
            let entries = vec![Secret::new([7; 32]).element()];
            let (scheme, degree) = (Scheme::Encounter, Degree::First);
            let pool = Pool { region: root.clone(), scheme, degree, entries };
            let (day_key, config) = (DayKey::generate(&mut rng()), Digest::of(b"config"));
            seal_private(pool, &day_key, at(day), config, &key, 1, &mut rng()).unwrap().header
        };
        let all = [19_990, 19_991, 19_992].map(sealed);
        let held = |open: Option<u16>| {
            let open = open.map(Day::new);
            compared_up_to(Head::GENESIS, all.iter(), |header| Some(header.sealed_at.day()) == open)
        };
        assert_eq!(held(None), None);
        assert_eq!(held(Some(19_990)), Some((Head::GENESIS, Day::new(19_990))));
        assert_eq!(held(Some(19_991)), Some((Head::GENESIS.then(&all[0]), Day::new(19_991))));
        // The next check goes on there, and no earlier mark moves back.
        for (before, until) in [(None, Day::new(19_991).start()), (Some(at(19_995)), at(19_995))] {
            let mut mark = RegionMark { until: Some(at(19_999)), closed: true, ..mark(19_999) };
            let (head, day) = held(Some(19_991)).unwrap();
            mark.hold(head, day, before);
            assert_eq!((mark.until, mark.closed), (Some(until), false));
            assert_eq!(continued(&mark, at(20_000)), Some(head));
            assert_eq!(days_to_ask(Some(&mark), Day::new(19_999), at(20_000)).first(), Some(&day));
        }
    }

    #[wasm_bindgen_test]
    fn later_ones_ask_from_the_mark_on() {
        assert_eq!(to_ask(Some(20_000), 20_000), [Day::new(20_000)]);
        assert_eq!(to_ask(Some(19_998), 20_000).len(), 3);
        // A clock put back asks for today, and no mark of the future hides anything.
        assert_eq!(to_ask(Some(20_005), 20_000), [Day::new(20_000)]);
    }

    #[wasm_bindgen_test]
    fn a_mark_older_than_anything_kept_begins_anew() {
        assert_eq!(to_ask(Some(19_000), 20_000).len(), 15);
        assert_eq!(continued(&mark(19_000), at(20_000)), None);
        assert_eq!(continued(&mark(19_999), at(20_000)), Some(Head::new([7; 32])));
    }
}
