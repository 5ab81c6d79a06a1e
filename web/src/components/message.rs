//! A message: what happened, what is safe, what to do next.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// What a message is about, which is also its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    #[default]
    Plain,
    /// Something did not work.
    Bad,
    /// Something is done.
    Good,
    /// News that came back.
    News,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "msg",
            Self::Bad => "msg bad",
            Self::Good => "msg good",
            Self::News => "msg news",
        }
    }
}

/// The words of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its picture.
    pub glyph: Glyph,
    /// Its colour.
    pub tone: Tone,
    /// What happened.
    pub title: String,
    /// What is safe, and what to do next.
    pub text: String,
}

impl Said {
    /// Something did not work.
    #[must_use]
    pub fn bad(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self::plain(Glyph::Warning, title, text).toned(Tone::Bad)
    }

    /// Something to know.
    #[must_use]
    pub fn plain(glyph: Glyph, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { glyph, tone: Tone::Plain, title: title.into(), text: text.into() }
    }

    fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

/// A message, read out when it appears. What can be done about it goes inside.
#[component]
pub fn Message(
    /// Its words.
    said: Said,
    /// Buttons and links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=said.tone.class() role="status">
            <Icon glyph=said.glyph />
            <div>
                <p class="strong">{said.title}</p>
                <p class="small">{said.text}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
