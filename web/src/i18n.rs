//! All text: made of `www/locales` when the app is built.

pub(crate) use crate::generated::i18n::*;
pub(crate) use leptos_i18n::I18nContext;

/// A text without variables, as a view that follows a change of language: `t!(i18n, home.see)`.
///
/// The view of leptos_i18n's own `t!` has a type of its own at each place, with all the code that builds, renews and
/// removes it. Here all texts have one type, and a place keeps only which text it wants.
macro_rules! view_text {
    ($i18n:expr, $($key:ident).+) => {
        $crate::i18n::text($i18n, |locale| $crate::i18n::td_string!(locale, $($key).+))
    };
}
pub(crate) use view_text as t;

/// What [`t!`] makes of one text.
pub(crate) fn text(
    i18n: I18nContext<Locale>,
    text: fn(Locale) -> &'static str,
) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text(i18n.get_locale())
}
