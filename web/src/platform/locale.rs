//! The languages that the app speaks, and what is fixed of each.

use super::format::Format;

/// A language that the app has all its texts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Locale {
    /// English: what is said where no other language can be.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Turkish.
    Tr,
    /// Arabic, from right to left.
    Ar,
}

impl Locale {
    /// Every one, English first and the others by their own names.
    pub const ALL: [Self; 6] = [Self::En, Self::De, Self::Es, Self::Fr, Self::Tr, Self::Ar];

    /// Its tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Tr => "tr",
            Self::Ar => "ar",
        }
    }

    /// Its own name: a language is found by that.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Fr => "Français",
            Self::Es => "Español",
            Self::Tr => "Türkçe",
            Self::Ar => "العربية",
        }
    }

    /// Which way it is read: `ltr` or `rtl`.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Ar => "rtl",
            _ => "ltr",
        }
    }

    /// How it writes dates and numbers where the browser names no region for it.
    const fn fallback(self) -> &'static str {
        match self {
            Self::En => "en-GB",
            Self::De => "de-DE",
            Self::Fr => "fr-FR",
            Self::Es => "es-ES",
            Self::Tr => "tr-TR",
            Self::Ar => "ar-EG",
        }
    }

    /// What is asked for whatever the region (BCP 47, extension U): digits as they stand in the texts, days of one calendar.
    const fn extension(self) -> &'static str {
        match self {
            Self::Ar => "-u-ca-gregory-nu-latn",
            _ => "",
        }
    }

    /// What stands between the parts of a list.
    #[must_use]
    pub const fn comma(self) -> &'static str {
        match self {
            Self::Ar => "، ",
            _ => ", ",
        }
    }

    /// How it writes dates and numbers.
    #[must_use]
    pub fn format(self) -> Format {
        Format::new(self.tag(), self.fallback(), self.extension())
    }

    /// The one of a tag such as `de-AT`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.split('-').next()?;
        Self::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(language))
    }

    /// The first of the languages asked for that the app speaks; English where there is none.
    #[must_use]
    pub fn spoken(languages: &[String]) -> Self {
        languages.iter().find_map(|tag| Self::of_tag(tag)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(languages: &[&str]) -> Locale {
        Locale::spoken(&languages.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn the_first_language_known_is_spoken() {
        assert_eq!(spoken(&["pt-BR", "de-AT", "en"]), Locale::De);
        assert_eq!(spoken(&["en-GB", "de"]), Locale::En);
        assert_eq!(spoken(&["AR"]), Locale::Ar);
        assert_eq!(spoken(&["pt"]), Locale::En);
        assert_eq!(spoken(&[]), Locale::En);
    }
}
