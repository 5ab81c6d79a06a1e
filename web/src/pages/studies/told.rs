//! What a study is told of one contact, in words: these values and no others.

use crate::components::words::use_words;
use crate::i18n::{t_string, use_i18n};
use twoken_core::risk::{Distance, Level};
use twoken_core::status::Scheme;
use twoken_core::wire::{Contact, DurationClass};

/// The words for a contact.
pub(super) fn use_told() -> impl Fn(&Contact) -> String + Copy + Send + Sync + 'static {
    let i18n = use_i18n();
    let words = use_words();
    move |contact| {
        let day = |day| words.format().day_plain(day);
        let scheme = match contact.scheme() {
            Scheme::Encounter => t_string!(i18n, studies.scheme_encounter),
            Scheme::Tcn => t_string!(i18n, studies.scheme_one_way),
        };
        let values = match *contact {
            Contact::Open { day: on, duration, closeness, .. } => {
                let duration = match duration {
                    DurationClass::Under5 => t_string!(i18n, studies.under_5),
                    DurationClass::From5 => t_string!(i18n, studies.from_5),
                    DurationClass::From15 => t_string!(i18n, studies.from_15),
                    DurationClass::From30 => t_string!(i18n, studies.from_30),
                    DurationClass::From60 => t_string!(i18n, studies.from_60),
                };
                let closeness = match closeness {
                    Distance::Close => t_string!(i18n, studies.close),
                    Distance::Near => t_string!(i18n, studies.near),
                    Distance::Far => t_string!(i18n, studies.far),
                };
                vec![day(on), duration.to_owned(), closeness.to_owned()]
            }
            Contact::Private { batch_day, category, .. } => {
                let category = match category {
                    Level::Low => t_string!(i18n, risk.word_low),
                    Level::Medium => t_string!(i18n, risk.word_medium),
                    Level::High => t_string!(i18n, risk.word_high),
                };
                vec![day(batch_day), category.to_owned()]
            }
        };
        format!("{} · {scheme}", values.join(" · "))
    }
}
