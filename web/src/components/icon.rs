//! Icons: a 24 grid, one stroke width, round ends, drawn in the colour of the text beside them.

use leptos::prelude::*;

/// Every icon there is.
#[allow(missing_docs, reason = "each is named for what it stands for")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Home,
    Meet,
    Diary,
    Report,
    Settings,
    Refresh,
    Info,
    Lock,
    Phone,
    Back,
    Down,
    Picture,
    Keys,
    Plus,
    Pencil,
    Check,
    Clock,
    Warning,
    Offline,
    Person,
    Server,
    Camera,
    Turn,
    Torch,
    Bin,
    Region,
    Language,
    Moon,
    Key,
    Undo,
    Code,
    Link,
    Close,
    Print,
    File,
    Radio,
    Sound,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Self::Sound => {
                "M5 9.500h3L12.500 6v12L8 14.500H5ZM16 9.500a3.500 3.500 0 0 1 0 5M18.500 7a7 7 0 0 1 0 10"
            }
            Self::Home => {
                "M4 11.2 12 4.5l8 6.7V19a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 19ZM9.5 20.5V15a2.5 2.5 0 0 1 5 0v5.5"
            }
            Self::Meet => "M10.500 6a7 7 0 0 0 0 14ZM13.500 4a7 7 0 0 1 0 14Z",
            Self::Diary => {
                "M6 3.500h11a1.5 1.5 0 0 1 1.5 1.500v14a1.5 1.5 0 0 1-1.5 1.500H6ZM6 3.500v17M9.5 8.500h5.500M9.5 12h5.500M4 7.500h3M4 12h3M4 16.500h3"
            }
            Self::Report => {
                "M12 15V4M8 7.500 12 3.700l4 3.800M6.5 11H5.500A1.5 1.5 0 0 0 4 12.500V18.500A1.5 1.5 0 0 0 5.500 20h13a1.5 1.5 0 0 0 1.500-1.500v-6a1.5 1.5 0 0 0-1.500-1.500h-1"
            }
            Self::Settings => {
                "M4 7.500h8M17 7.500h3M4 16.500h3M12 16.500h8M12 7.500a2.5 2.500 0 1 0 5 0 2.500 2.500 0 1 0-5 0M7 16.500a2.500 2.500 0 1 0 5 0 2.500 2.500 0 1 0-5 0"
            }
            Self::Refresh => "M19.500 12a7.500 7.500 0 1 1-2.200-5.300L19.500 9M19.500 4.500V9H15",
            Self::Info => "M3.500 12a8.500 8.500 0 1 0 17 0 8.500 8.500 0 1 0-17 0M12 11v5.500M12 7.800h.01",
            Self::Lock => {
                "M6.500 10.500h11a1.500 1.500 0 0 1 1.500 1.500v6.500a1.500 1.500 0 0 1-1.500 1.500h-11A1.500 1.500 0 0 1 5 18.500V12a1.500 1.500 0 0 1 1.500-1.500ZM8 10.500V8a4 4 0 0 1 8 0v2.500"
            }
            Self::Phone => "M9 3h6a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM11 18h2",
            Self::Back => "m14.500 5-7 7 7 7",
            Self::Down => "m5 9 7 7 7-7",
            Self::Picture => {
                "M5.500 4.500h13A1.500 1.500 0 0 1 20 6v12a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 18V6a1.500 1.500 0 0 1 1.500-1.500ZM7.500 9.500a1.500 1.500 0 1 0 3 0 1.500 1.500 0 1 0-3 0M4.500 17l4.500-4 3 2.500 3.500-3.500 4 4"
            }
            Self::Keys => {
                "M4.500 6h15A1.500 1.500 0 0 1 21 7.500v9a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 16.500v-9A1.500 1.500 0 0 1 4.500 6ZM7 10h.01M10.300 10h.01M13.700 10h.01M17 10h.01M8.500 14h7"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Pencil => "m5 19 .8-3.800L16 5l3 3L8.800 18.200Z",
            Self::Check => "m5 12.500 4.500 4.500L19 7.500",
            Self::Clock => "M3.500 12a8.500 8.500 0 1 0 17 0 8.500 8.500 0 1 0-17 0M12 7v5.200l3.500 2",
            Self::Warning => "M12 4.500 20.500 19.500h-17ZM12 10v4.500M12 17h.01",
            Self::Offline => {
                "M3.500 9.500a13 13 0 0 1 4-2.500M20.500 9.500a13 13 0 0 0-9-3.500M7 13.500a8 8 0 0 1 3-1.700M17 13.500a8 8 0 0 0-1.500-1M12 17.500h.01M4 4l16 16"
            }
            Self::Person => "M8.500 8a3.500 3.500 0 1 0 7 0 3.500 3.500 0 1 0-7 0M5 20a7 7 0 0 1 14 0",
            Self::Server => {
                "M5.500 4.500h13A1.500 1.500 0 0 1 20 6v3.500a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 9.500V6a1.500 1.500 0 0 1 1.500-1.500ZM5.500 13.500h13A1.500 1.500 0 0 1 20 15v3.500a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 18.500V15a1.500 1.500 0 0 1 1.500-1.500ZM7.500 7.800h.01M7.500 16.800h.01M11 7.800h5M11 16.800h5"
            }
            Self::Camera => {
                "M4 8.500A1.500 1.500 0 0 1 5.500 7h2L9 4.500h6L16.500 7h2A1.500 1.500 0 0 1 20 8.500V18a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 18ZM8.500 13a3.500 3.500 0 1 0 7 0 3.500 3.500 0 1 0-7 0"
            }
            Self::Turn => "M4 8.500h14M14.500 5 18 8.500 14.500 12M20 15.500H6M9.500 12 6 15.500 9.500 19",
            Self::Torch => {
                "M8 3.500h8v4l-2 3V19a1.500 1.500 0 0 1-1.500 1.500h-1A1.500 1.500 0 0 1 10 19v-8.500l-2-3ZM8 7h8M12 12.500v2"
            }
            Self::Bin => {
                "M5 7h14M9.500 7V4.500h5V7M7 7l.8 12.500h8.400L17 7M10.500 10.500v5.500M13.500 10.500v5.500"
            }
            Self::Region => {
                "M12 21c4-4.500 6.500-7.800 6.500-11a6.500 6.500 0 0 0-13 0c0 3.200 2.500 6.500 6.500 11ZM9.700 10a2.300 2.300 0 1 0 4.600 0 2.300 2.300 0 1 0-4.600 0"
            }
            Self::Language => {
                "M3.500 18 8 6.500 12.500 18M5 14.500h6M14.300 14.800a3.200 3.200 0 1 0 6.400 0 3.200 3.200 0 1 0-6.400 0M20.700 11.500V18"
            }
            Self::Moon => "M19.500 14A8 8 0 0 1 10 4.500 8 8 0 1 0 19.500 14Z",
            Self::Key => {
                "M4.500 15.500a4 4 0 1 0 8 0 4 4 0 1 0-8 0M11.500 12.700l7.500-7.500M16.500 7.700l2.500 2.500"
            }
            Self::Undo => "M4.500 9.500h9.500a5 5 0 0 1 0 10H8M8 6 4.500 9.500 8 13",
            Self::Code => {
                "M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2.500v2.500H14ZM18 18h2v2h-2M18 14h2M14 19v1"
            }
            Self::Link => {
                "M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1"
            }
            Self::Close => "M6.500 6.500l11 11M17.500 6.500l-11 11",
            Self::Print => {
                "M7.500 9V4h9v5M7.500 17h-2A1.500 1.500 0 0 1 4 15.500v-5A1.500 1.500 0 0 1 5.500 9h13a1.500 1.500 0 0 1 1.500 1.500v5a1.500 1.500 0 0 1-1.500 1.500h-2M7.500 14h9v6h-9Z"
            }
            Self::File => "M6.500 3.500h7.500l4 4v13h-11.500ZM14 3.500v4h4M9.500 12h5.500M9.500 15.500h5.500",
            Self::Radio => {
                "M10.500 12a1.500 1.500 0 1 0 3 0 1.500 1.500 0 1 0-3 0M8.500 15.500a5 5 0 0 1 0-7M15.500 8.500a5 5 0 0 1 0 7M5.700 18.300a9 9 0 0 1 0-12.600M18.300 5.700a9 9 0 0 1 0 12.600"
            }
        }
    }

    /// Pointing along the line, so it turns with the direction of writing.
    fn flips(self) -> bool {
        matches!(self, Self::Back | Self::Undo)
    }
}

/// An icon beside words. It says nothing by itself, so screen readers pass over it.
#[component]
pub fn Icon(
    /// Which.
    glyph: Glyph,
    /// The smaller of the two sizes.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let class = match (small, glyph.flips()) {
        (false, false) => "i",
        (true, false) => "i s",
        (false, true) => "i flip",
        (true, true) => "i s flip",
    };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=glyph.path() />
        </svg>
    }
}
