//! What stays out: by label, by day, by time, one by one, with live counts.

use super::key_code::{KeysAhead, KeysOutlook};
use super::outlook::Outlook;
use super::singles::Singles;
use super::telling::{HeardToo, NotNow, Told, is_told};
use super::time_span::TimeSpan;
use super::{Ahead, Return, Step, Trail, go};
use crate::components::icon::{Glyph, Icon};
use crate::components::mark::EmptyCoin;
use crate::components::show::Show;
use crate::components::split_count::SplitCount;
use crate::components::words::use_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::format;
use crate::state::use_app;
use leptos::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use twoken_core::redaction::Counts;
use twoken_core::units::{Day, Interval};

/// The third step.
#[component]
pub(super) fn Choose(ahead: Ahead, keys: KeysAhead) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let empty =
        Memo::new(move |_| app.diary.with(twoken_core::diary::Diary::is_empty) && app.emitted().is_empty());
    let counts = Signal::derive(move || {
        app.draft.with(|draft| app.diary.with(|diary| app.kept_out(&draft.redaction).counts(diary)))
    });
    view! {
        <div class="stack tight">
            <h1 class="statement">{t!(i18n, report.choose_statement)}</h1>
            <Trail at=Step::Choose />
        </div>
        <Told />
        <Show when=move || !empty.get() fallback=Nothing>
            <div class="two">
                <div class="stack">
                    <SplitCount counts />
                    <HeardToo />
                    <Emitted />
                    <ByLabel />
                    <ByDay />
                    <TimeSpan />
                </div>
                <Onward ahead keys />
            </div>
        </Show>
    }
}

/// What would go, and the way to the last look.
#[component]
fn Onward(ahead: Ahead, keys: KeysAhead) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let look = move |_| go(app, Step::Send);
    if app.draft.with_untracked(|draft| draft.by_keys) {
        let ready = move || keys.with(|keys| matches!(keys, Some(Ok(_))));
        view! {
            <KeysOutlook ahead=keys>
                <button class="btn wide" type="button" disabled=move || !ready() on:click=look>
                    {t!(i18n, keys.look)}
                </button>
                <p class="caption centred">{t!(i18n, keys.nothing_shown)}</p>
                <Return to=Step::Tan />
            </KeysOutlook>
        }
        .into_any()
    } else {
        view! {
            <Outlook ahead>
                <button class="btn wide" type="button" disabled=move || !ahead.is_ready() on:click=look>
                    {t!(i18n, report.look)}
                </button>
                <p class="caption centred">{t!(i18n, report.nothing_shared)}</p>
                <Leave />
            </Outlook>
        }
        .into_any()
    }
}

/// The way back: to the test, or to the exposure of which those met are told.
#[component]
fn Leave() -> impl IntoView {
    let app = use_app();
    match app.draft.with_untracked(|draft| draft.exposure) {
        Some(ground) => view! { <NotNow ground /> }.into_any(),
        None => view! { <Return to=Step::Test /> }.into_any(),
    }
}

/// An empty diary: there is nothing anyone could learn.
#[component]
fn Nothing() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let by_keys = app.draft.with_untracked(|draft| draft.by_keys);
    let text = move || {
        if by_keys { t_string!(i18n, keys.nothing_text) } else { t_string!(i18n, report.nothing_text) }
    };
    view! {
        <div class="empty">
            <EmptyCoin />
            <p class="title">{t!(i18n, report.nothing)}</p>
            <p class="small">{text}</p>
            <button class="btn plain compact" type="button" on:click=move |_| go(app, Step::Tan)>
                {t!(i18n, report.back)}
            </button>
        </div>
    }
}

/// A chip a label: pressed while anything of it is shared.
#[component]
fn ByLabel() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let labels = Memo::new(move |_| {
        // Named ones first, then what has none.
        let (bare, mut named): (Vec<_>, Vec<_>) =
            app.diary.with(|diary| diary.labels().into_keys().partition(Option::is_none));
        named.extend(bare);
        named
    });
    let chip = move |label: Option<String>| {
        let key = StoredValue::new(label.clone());
        let counts = move || {
            app.draft.with(|draft| {
                app.diary.with(|diary| {
                    key.with_value(|key| app.kept_out(&draft.redaction).label_counts(diary, key.as_deref()))
                })
            })
        };
        let toggle = move |_| {
            let share = counts().left_out > 0;
            app.draft.update(|draft| {
                app.diary.with_untracked(|diary| {
                    key.with_value(|key| {
                        if share {
                            draft.redaction.share_label(diary, key.as_deref());
                        } else {
                            draft.redaction.leave_out_label(diary, key.as_deref());
                        }
                    });
                });
            });
        };
        let name = move || key.get_value().unwrap_or_else(|| t_string!(i18n, report.no_label).to_owned());
        let shared = move || counts().shared > 0;
        view! {
            <button
                class="chip"
                type="button"
                aria-pressed=move || if shared() { "true" } else { "false" }
                on:click=toggle
            >
                <Show when=shared>
                    <Icon glyph=Glyph::Check small=true />
                </Show>
                {name}
                <span class="num">
                    {move || {
                        let Counts { shared, left_out } = counts();
                        if left_out == 0 || shared == 0 {
                            words.format().number(shared + left_out)
                        } else {
                            words.some_of(shared, shared + left_out)
                        }
                    }}
                </span>
            </button>
        }
    };
    // A diary without labels has nothing to choose by.
    let worth = move || labels.with(|labels| labels.iter().any(Option::is_some));
    view! {
        <Show when=worth>
            <section class="sec" aria-labelledby="by-label">
                <h2 class="head" id="by-label">
                    {t!(i18n, report.by_label)}
                </h2>
                <div class="chips">{move || labels.get().into_iter().map(chip).collect_view()}</div>
                <p class="caption">{t!(i18n, report.by_label_note)}</p>
            </section>
        </Show>
    }
}

/// How many intervals stand open to those who only heard me, where any of it may go.
#[component]
fn Emitted() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let counts = move || {
        app.draft
            .with(|draft| app.diary.with(|diary| app.emitted_counts(diary, &app.kept_out(&draft.redaction))))
    };
    let told = is_told();
    let may_go = move || !told || app.draft.with(|draft| draft.heard_too);
    move || {
        let Counts { shared, left_out } = counts();
        (shared + left_out > 0 && may_go()).then(|| {
            let share = words.some_of(shared, shared + left_out);
            let text = t_string!(i18n, report.one_way, share = share);
            view! { <p class="small">{text}</p> }
        })
    }
}

/// A switch a day, and under it each encounter.
#[component]
fn ByDay() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let told = is_told();
    let days = Memo::new(move |_| {
        let mut days: BTreeSet<Reverse<Day>> = app
            .diary
            .with(|diary| diary.iter().map(|met| Reverse(format::calendar_day(met.first_seen))).collect());
        if !told || app.draft.with(|draft| draft.heard_too) {
            days.extend(app.emitted().iter().map(|shown| Reverse(format::calendar_day(shown.start()))));
        }
        days.into_iter().map(|Reverse(day)| day).collect::<Vec<_>>()
    });
    view! {
        <section class="sec" aria-labelledby="by-day">
            <h2 class="head" id="by-day">
                {t!(i18n, report.by_day)}
            </h2>
            <ul class="list">
                <For each=move || days.get() key=|day| *day let:day>
                    <OneDay day />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn OneDay(day: Day) -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let words = use_words();
    let open = RwSignal::new(false);
    let counts = Memo::new(move |_| {
        app.draft.with(|draft| {
            app.diary.with(|diary| {
                app.kept_out(&draft.redaction)
                    .counts_where(diary, |met| format::calendar_day(met.first_seen) == day)
            })
        })
    });
    let name = move || words.format().day_short(day);
    let mark = move || {
        if app.draft.with(|draft| draft.test_day) == Some(day) {
            Some(t_string!(i18n, report.test_day_mark).to_owned())
        } else {
            words.near_day(day, app.now.get())
        }
    };
    let switch = move |event| {
        let share = event_target_checked(&event);
        app.draft.update(|draft| {
            app.diary.with_untracked(|diary| {
                let of_day =
                    |met: &twoken_core::diary::Encounter| format::calendar_day(met.first_seen) == day;
                // All of the day, whatever is yet to be shown of it.
                let (first, next) = (format::local_time(day, 0), format::local_time(day.next(), 0));
                let intervals = (first.interval().get()..next.interval().get()).map(Interval::new);
                if share {
                    draft.redaction.share_where(diary, of_day);
                    draft.redaction.share_intervals(intervals);
                } else {
                    draft.redaction.leave_out_where(diary, of_day);
                    draft.redaction.leave_out_intervals(intervals);
                }
            });
        });
    };
    // A day on which nobody is in the diary has its one-way times.
    let emitted = move || {
        app.draft.with(|draft| {
            let shared = app.diary.with(|diary| app.emitted_shared(diary, &app.kept_out(&draft.redaction)));
            shared.into_iter().any(|shown| format::calendar_day(shown.start()) == day)
        })
    };
    let shares = move || counts.get().shared > 0 || emitted();
    // Where all of a day stays out whatever is chosen, there is nothing to switch.
    let stuck = move || {
        let of_day = |met: &&twoken_core::diary::Encounter| format::calendar_day(met.first_seen) == day;
        !shares()
            && app.diary.with(|diary| {
                diary.iter().any(|met| of_day(&met))
                    && diary.iter().filter(of_day).all(|met| app.stays_out(&met.id))
            })
    };
    let met = Memo::new(move |_| counts.get().shared + counts.get().left_out > 0);
    let amount = move || {
        let Counts { shared, left_out } = counts.get();
        words.some_of(shared, shared + left_out)
    };
    view! {
        <li>
            <div class="row">
                <div class="grow">
                    <span class="strong">{name}</span>
                    " "
                    <span class="small">{mark}</span>
                </div>
                <Show when=move || met.get()>
                    <button
                        class="linkish small num"
                        type="button"
                        aria-expanded=move || if open.get() { "true" } else { "false" }
                        aria-label=move || {
                            let single = t_string!(i18n, report.single_day, day = name());
                            format!("{} · {single}", amount())
                        }
                        on:click=move |_| open.update(|open| *open = !*open)
                    >
                        {amount}
                    </button>
                </Show>
                <input
                    class="switch"
                    type="checkbox"
                    role="switch"
                    aria-label=move || t_string!(i18n, report.share_day, day = name())
                    prop:checked=shares
                    disabled=stuck
                    on:change=switch
                />
            </div>
            <Show when=move || open.get()>
                <Singles day />
            </Show>
        </li>
    }
}
