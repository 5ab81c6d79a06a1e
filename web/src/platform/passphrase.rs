//! A passphrase as it was meant: however a keyboard composes its letters, it is the same one (Unicode, NFKC).

use js_sys::JsString;
use zeroize::Zeroizing;

/// Its one form.
#[must_use]
pub fn composed(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(String::from(&JsString::from(typed).normalize("NFKC")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn two_ways_to_type_a_letter_are_one() {
        assert_eq!(*composed("A\u{308}pfel"), "Äpfel");
        assert_eq!(composed("Äpfel"), composed("A\u{308}pfel"));
        assert_ne!(composed("Apfel"), composed("Äpfel"));
    }
}
