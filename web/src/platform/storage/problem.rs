//! Why the device does not store, or not any more.

use wasm_bindgen::JsCast;
use web_sys::{DomException, IdbRequest};

/// Why something could not be read from or written to the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageProblem {
    /// The browser gives this app no storage (a private window, or a setting).
    Refused,
    /// The page did not come over a secure line (https): there, browsers have no cryptography, and nothing can be sealed.
    Insecure,
    /// There is no room left.
    Full,
    /// The records were made by a newer Twoken than this one.
    Newer,
    /// The records cannot be read.
    Damaged,
    /// A newer Twoken, in another tab, has taken the records over.
    Closed,
    /// Another window is the one in use: this one may not write any more.
    Taken,
    /// The app lock is on: a passphrase is needed.
    Locked,
    /// It is another passphrase.
    WrongPassphrase,
    /// Something else, by the browser's own name for it.
    Unknown(String),
}

impl StorageProblem {
    /// What an exception of IndexedDB means.
    #[must_use]
    pub(super) fn of_exception(exception: Option<&DomException>) -> Self {
        match exception {
            Some(exception) => Self::of_name(&exception.name()),
            // An abort without a reason: the browser's disk is out of room, or going away.
            None => Self::Full,
        }
    }

    /// What a problem means where nothing was open yet.
    #[must_use]
    pub(super) fn at_opening(problem: Self) -> Self {
        match problem {
            // Nothing that could have been closed: some browsers say so in a private window.
            Self::Closed => Self::Refused,
            // Chromium has one name for everything; what forbids this forbids that too.
            Self::Unknown(_) if forbidden() => Self::Refused,
            problem => problem,
        }
    }

    fn of_name(name: &str) -> Self {
        match name {
            "QuotaExceededError" => Self::Full,
            "VersionError" => Self::Newer,
            "SecurityError" | "NotAllowedError" => Self::Refused,
            "InvalidStateError" => Self::Closed,
            "NotFoundError" | "NotReadableError" | "DataError" | "ConstraintError" => Self::Damaged,
            other => Self::Unknown(other.to_owned()),
        }
    }
}

/// Whether the browser keeps this page from storing anything at all.
fn forbidden() -> bool {
    web_sys::window().is_some_and(|window| window.local_storage().is_err())
}

impl From<idb::Error> for StorageProblem {
    fn from(error: idb::Error) -> Self {
        use idb::Error as E;
        match error {
            E::IndexedDbNotFound(_) | E::IndexedDbOpenFailed(_) => Self::Refused,
            E::DomException(exception) => Self::of_exception(Some(&exception)),
            E::AddFailed(value)
            | E::ClearFailed(value)
            | E::DeleteFailed(value)
            | E::GetFailed(value)
            | E::GetAllFailed(value)
            | E::GetAllKeysFailed(value)
            | E::ObjectStoreNotFound(value)
            | E::ObjectStoreCreateFailed(value)
            | E::TransactionOpenFailed(value)
            | E::UpdateFailed(value)
            // An error that bubbles up to a transaction names the request it began at.
            | E::UnexpectedJsType(_, value) => match value.dyn_into::<DomException>() {
                Ok(exception) => Self::of_exception(Some(&exception)),
                Err(value) => match value.dyn_into::<IdbRequest>() {
                    Ok(request) => {
                        Self::of_exception(request.error().ok().flatten().as_ref())
                    }
                    Err(_) => Self::Unknown("unexpected value".to_owned()),
                },
            },
            other => Self::Unknown(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn names_mean_what_the_standard_says() {
        for (name, problem) in [
            ("QuotaExceededError", StorageProblem::Full),
            ("VersionError", StorageProblem::Newer),
            ("SecurityError", StorageProblem::Refused),
            ("InvalidStateError", StorageProblem::Closed),
            ("DataError", StorageProblem::Damaged),
            ("AbortError", StorageProblem::Unknown("AbortError".to_owned())),
        ] {
            assert_eq!(StorageProblem::of_name(name), problem);
        }
    }
}
