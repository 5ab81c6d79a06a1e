//! The words an exposed person reads until the authority has written its own.

use super::Advice;

/// Marks the built-in text, so that `config check` can tell an operator that it is still in use.
pub(super) const BUILT_IN_SOURCE: &str = "Twoken (example text)";

impl Advice {
    /// General advice that is true for most respiratory infections.
    #[must_use]
    pub fn built_in() -> Self {
        let lines = |text: &[&str]| text.iter().map(|line| (*line).to_owned()).collect();
        Self {
            source: BUILT_IN_SOURCE.to_owned(),
            date: "2026-11-20".to_owned(),
            en: lines(&[
                "Keep your distance from others for the next days, and wear a mask indoors.",
                "Take a test now, and again three days from now, even if you feel well.",
                "If you feel ill, stay at home and call your doctor before you go there.",
            ]),
            de: lines(&[
                "Halten Sie in den nächsten Tagen Abstand und tragen Sie in Innenräumen eine Maske.",
                "Machen Sie jetzt einen Test und in drei Tagen noch einen, auch wenn es Ihnen gut geht.",
                "Wenn Sie sich krank fühlen, bleiben Sie zu Hause und rufen Sie vor einem Besuch in der Praxis an.",
            ]),
        }
    }
}
