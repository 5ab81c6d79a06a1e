//! An event of the audit in words (docs/protocol.md, 20.5).

use super::super::words::StaffWords;
use crate::i18n::{I18n, t_string};
use crate::state::console::Event;

/// By whom.
pub(super) fn who(i18n: I18n, event: &Event) -> String {
    event.by.clone().unwrap_or_else(|| t_string!(i18n, staff_audit.operator).to_owned())
}

/// What was done. What a newer server writes down is shown as it is.
pub(super) fn what(i18n: I18n, event: &Event) -> String {
    known(i18n, &event.what).map_or_else(|| event.what.clone(), str::to_owned)
}

fn known(i18n: I18n, what: &str) -> Option<&'static str> {
    Some(match what {
        "signed-in" => t_string!(i18n, staff_audit.signed_in),
        "sign-in-failed" => t_string!(i18n, staff_audit.sign_in_failed),
        "locked-out" => t_string!(i18n, staff_audit.locked_out),
        "signed-out" => t_string!(i18n, staff_audit.signed_out),
        "locked" => t_string!(i18n, staff_audit.locked),
        "unlocked" => t_string!(i18n, staff_audit.unlocked),
        "password-changed" => t_string!(i18n, staff_audit.password_changed),
        "invited" => t_string!(i18n, staff_audit.invited),
        "invitation-withdrawn" => t_string!(i18n, staff_audit.withdrawn),
        "joined" => t_string!(i18n, staff_audit.joined),
        "added" => t_string!(i18n, staff_audit.added),
        "role-changed" => t_string!(i18n, staff_audit.role_changed),
        "disabled" => t_string!(i18n, staff_audit.disabled),
        "enabled" => t_string!(i18n, staff_audit.enabled),
        "lock-lifted" => t_string!(i18n, staff_audit.lock_lifted),
        "password-reset" => t_string!(i18n, staff_audit.password_reset),
        "codes-reset" => t_string!(i18n, staff_audit.codes_reset),
        "tans-issued" => t_string!(i18n, staff_audit.tans_issued),
        "tan-looked-up" => t_string!(i18n, staff_audit.tan_looked_up),
        "tan-revoked" => t_string!(i18n, staff_audit.tan_revoked),
        "permit-given" => t_string!(i18n, staff_audit.permit_given),
        "key-added" => t_string!(i18n, staff_audit.key_added),
        "key-revoked" => t_string!(i18n, staff_audit.key_revoked),
        _ => return None,
    })
}

/// About whom, with which role, how many.
pub(super) fn detail(i18n: I18n, words: StaffWords, event: &Event) -> String {
    let about = event.about.as_ref().map(|name| match event.what.as_str() {
        "joined" | "invitation-withdrawn" => {
            t_string!(i18n, staff_audit.invited_by, name = name.clone())
        }
        _ => name.clone(),
    });
    let role = event.role.map(|role| words.role(role).to_owned());
    let count = event.count.map(|count| match event.what.as_str() {
        "sign-in-failed" => t_string!(i18n, staff_audit.tries, count = count),
        _ => t_string!(i18n, staff_audit.tans, count = count),
    });
    let parts: Vec<String> = [about, role, count].into_iter().flatten().collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Speaker;
    use crate::pages::staff::words::use_staff_words;
    use leptos::prelude::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Every event of docs/protocol.md, 20.5.
    const ALL: [&str; 23] = [
        "signed-in",
        "sign-in-failed",
        "locked-out",
        "signed-out",
        "locked",
        "unlocked",
        "password-changed",
        "invited",
        "invitation-withdrawn",
        "joined",
        "added",
        "role-changed",
        "disabled",
        "enabled",
        "lock-lifted",
        "password-reset",
        "codes-reset",
        "tans-issued",
        "tan-looked-up",
        "tan-revoked",
        "permit-given",
        "key-added",
        "key-revoked",
    ];

    fn event(fields: &str) -> Event {
        serde_json::from_str(&format!(r#"{{"number":1,"at":1000,{fields}}}"#)).unwrap()
    }

    fn in_words(told: impl Fn(I18n, StaffWords) + Copy + Send + Sync + 'static) {
        let within = move || {
            let i18n = I18n::provide(Speaker::Console);
            told(i18n, use_staff_words());
        };
        // Begins what carries out tasks.
        leptos::mount::mount_to_body(|| ());
        Owner::new().with(|| {
            within();
        });
    }

    #[wasm_bindgen_test]
    fn every_event_has_words_and_an_unknown_one_is_shown_as_it_is() {
        in_words(|i18n, _| {
            for what in ALL {
                assert!(known(i18n, what).is_some_and(|words| words != what), "{what}");
            }
            assert_eq!(what(i18n, &event(r#""by":"dr","what":"danced""#)), "danced");
        });
    }

    #[wasm_bindgen_test]
    fn who_is_missing_is_the_operator() {
        in_words(|i18n, _| {
            let added = event(r#""by":null,"what":"added","about":"dr","role":"clinician""#);
            assert_eq!(who(i18n, &added), "operator");
            assert_eq!(who(i18n, &event(r#""by":"dr","what":"locked""#)), "dr");
        });
    }

    #[wasm_bindgen_test]
    fn the_detail_says_about_whom_which_role_and_how_many() {
        in_words(|i18n, words| {
            let added = event(r#""by":null,"what":"added","about":"dr","role":"clinician""#);
            assert_eq!(detail(i18n, words, &added), "dr · clinician");
            assert_eq!(detail(i18n, words, &event(r#""by":"dr","what":"tans-issued","count":3"#)), "3 TANs");
            let failed = event(r#""by":"dr","what":"sign-in-failed","count":1"#);
            assert_eq!(detail(i18n, words, &failed), "1 try");
            assert_eq!(detail(i18n, words, &event(r#""by":"dr","what":"locked""#)), "");
        });
    }
}
