//! A few public texts that the browser keeps for this origin: nothing secret, and nothing about a person.

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// The text under a name, where there is one and the browser keeps any.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Keeps a text under a name. A browser that keeps nothing forgets it with the page.
pub fn set(name: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, text);
    }
}

/// Forgets it.
pub fn remove(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn what_was_kept_is_there_until_it_is_forgotten() {
        set("twoken-test", "kept");
        assert_eq!(get("twoken-test").as_deref(), Some("kept"));
        remove("twoken-test");
        assert_eq!(get("twoken-test"), None);
    }
}
