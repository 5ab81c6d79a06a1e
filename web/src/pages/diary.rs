//! Every encounter of the last 14 days, under its day. The chart picks a day, the labels filter.

use crate::components::day_chart::DayChart;
use crate::components::day_list::DayList;
use crate::components::icon::{Glyph, Icon};
use crate::components::link::Link;
use crate::components::mark::EmptyCoin;
use crate::components::note::Note;
use crate::components::show::Show;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::{Place, use_app};
use leptos::prelude::*;
use twoken_core::units::Day;

/// Which label is shown: all, none, or one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Filter {
    #[default]
    All,
    Only(Option<String>),
}

/// The diary.
#[component]
pub fn Diary() -> impl IntoView {
    let app = use_app();
    let empty = Memo::new(move |_| app.diary.with(twoken_core::diary::Diary::is_empty));
    view! {
        <Show when=move || !empty.get() fallback=Empty>
            <Filled />
        </Show>
    }
}

/// Nothing recorded: something that can still happen.
#[component]
fn Empty() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <h1 class="statement">{t!(i18n, diary.title)}</h1>
        <div class="empty">
            <EmptyCoin />
            <p class="title">{t!(i18n, diary.empty)}</p>
            <p class="small">{t!(i18n, diary.empty_text)}</p>
            <Link to=Place::Meet class="btn compact">
                {t!(i18n, home.meet)}
            </Link>
            <p class="caption">{t!(i18n, diary.first)}</p>
        </div>
        <Private />
    }
}

#[component]
fn Filled() -> impl IntoView {
    let i18n = use_i18n();
    let picked = RwSignal::new(None::<Day>);
    let filter = RwSignal::new(Filter::All);
    let shows = Callback::new(move |(day, label): (Day, Option<String>)| {
        picked.get().is_none_or(|picked| picked == day)
            && filter.with(|filter| match filter {
                Filter::All => true,
                Filter::Only(only) => *only == label,
            })
    });
    view! {
        <div class="two">
            <div class="stack">
                <div class="row wrap">
                    <h1 class="statement">{t!(i18n, diary.title)}</h1>
                    <Link to=Place::Meet class="btn plain compact push">
                        <Icon glyph=Glyph::Meet small=true />
                        {t!(i18n, diary.meet)}
                    </Link>
                </div>
                <section class="sec">
                    <DayChart picked large=true />
                </section>
                <Labels filter />
                <div class="only-desk">
                    <Private />
                </div>
            </div>
            <div class="stack">
                <Picked picked filter />
                <DayList shows />
                <OneWay />
                <div class="only-phone">
                    <Private />
                </div>
            </div>
        </div>
    }
}

/// The day that was picked, where it needs words: nobody that day, or the way back to all days.
#[component]
fn Picked(picked: RwSignal<Option<Day>>, filter: RwSignal<Filter>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let met = move |day: Day| {
        app.diary.with(|diary| {
            diary
                .iter()
                .filter(|met| format::calendar_day(met.first_seen) == day)
                .filter(|met| {
                    filter.with(|filter| match filter {
                        Filter::All => true,
                        Filter::Only(label) => label.as_deref() == met.label(),
                    })
                })
                .count()
        })
    };
    move || {
        let day = picked.get()?;
        let nobody = (met(day) == 0).then(|| {
            let text = if filter.get() == Filter::All {
                t_string!(i18n, diary.nobody)
            } else {
                t_string!(i18n, diary.nobody_label)
            };
            view! {
                <section class="sec">
                    <h2 class="head">{words.format().day_long(day)}</h2>
                    <p class="small">{text}</p>
                </section>
            }
        });
        Some(view! {
            {nobody}
            <div>
                <button class="chip" type="button" on:click=move |_| picked.set(None)>
                    <Icon glyph=Glyph::Back small=true />
                    {t!(i18n, diary.all_days)}
                </button>
            </div>
        })
    }
}

/// The private labels in use, each with its count.
#[component]
fn Labels(filter: RwSignal<Filter>) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let labels = Memo::new(move |_| app.diary.with(twoken_core::diary::Diary::labels));
    let all = move || app.diary.with(twoken_core::diary::Diary::len);
    // A label that nothing carries any more shows nothing: then all is shown again.
    Effect::new(move |_| {
        let gone = filter.with(|filter| match filter {
            Filter::All => false,
            Filter::Only(label) => labels.with(|labels| !labels.contains_key(label)),
        });
        if gone {
            filter.set(Filter::All);
        }
    });
    let chip = move |name: String, count: usize, is: Filter| {
        let mine = is.clone();
        let pressed = move || filter.with(|filter| *filter == mine);
        view! {
            <button
                class="chip"
                type="button"
                aria-pressed=move || if pressed() { "true" } else { "false" }
                on:click=move |_| filter.set(is.clone())
            >
                {name}
                <span class="num">{words.format().number(count)}</span>
            </button>
        }
    };
    let chips = move || {
        // Named ones first, then what has none.
        let (bare, named): (Vec<_>, Vec<_>) =
            labels.get().into_iter().partition(|(label, _)| label.is_none());
        let named = named
            .into_iter()
            .chain(bare)
            .map(|(label, count)| {
                let name = label.clone().unwrap_or_else(|| t_string!(i18n, diary.none).to_owned());
                chip(name, count, Filter::Only(label))
            })
            .collect_view();
        view! {
            {chip(t_string!(i18n, diary.all).to_owned(), all(), Filter::All)}
            {named}
        }
    };
    // Where nothing is labelled there is nothing to choose.
    let worth = move || labels.with(|labels| labels.keys().any(Option::is_some));
    view! {
        <Show when=worth>
            <section class="sec" aria-labelledby="labels">
                <h2 class="lab" id="labels">
                    {t!(i18n, diary.labels)} " "
                    <span class="over light">"· " {t!(i18n, diary.labels_private)}</span>
                </h2>
                <div class="chips">{chips}</div>
            </section>
        </Show>
    }
}

/// What an encounter that only one side has heard is good for, where there is one.
#[component]
fn OneWay() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let any = Memo::new(move |_| app.diary.with(|diary| diary.iter().any(|met| !met.both)));
    view! {
        <Show when=move || any.get()>
            <Note
                glyph=Glyph::Info
                title=Signal::derive(move || t_string!(i18n, diary.one_way).to_owned())
                text=Signal::derive(move || t_string!(i18n, diary.one_way_text).to_owned())
            />
        </Show>
    }
}

#[component]
fn Private() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Note
            glyph=Glyph::Lock
            title=Signal::derive(move || t_string!(i18n, diary.private).to_owned())
            text=Signal::derive(move || t_string!(i18n, diary.private_text).to_owned())
        />
    }
}
