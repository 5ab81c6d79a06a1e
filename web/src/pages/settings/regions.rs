//! The regions: where one lives, and where else one has been. Each is named with all that it
//! belongs to, from the widest down.

use crate::components::icon::{Glyph, Icon};
use crate::components::message::{Message, Said};
use crate::components::regions::{Placed, placed};
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::use_app;
use leptos::prelude::*;
use twoken_core::wire::RegionId;

fn use_placed() -> Memo<Vec<Placed>> {
    let app = use_app();
    Memo::new(move |_| {
        app.server.with(|server| {
            server.config.as_ref().map(|config| placed(&config.config().regions)).unwrap_or_default()
        })
    })
}

/// My region: a choice only where there are several.
#[component]
pub(in crate::pages) fn RegionRow() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let regions = use_placed();
    let chosen = Memo::new(move |_| app.region());
    let id = StoredValue::new(app.id_here("region"));
    let path = move || {
        let chosen = chosen.get()?;
        regions.with(|regions| {
            regions.iter().find(|region| region.id == chosen).map(|region| region.path.clone())
        })
    };
    let choose = move |event| {
        if let Ok(region) = event_target_value(&event).parse() {
            app.set_region(Some(region));
        }
    };
    let option = move |region: Placed| {
        let id = region.id.clone();
        let selected = move || chosen.with(|chosen| chosen.as_ref() == Some(&id));
        view! {
            <option value=region.id.to_string() selected=selected>
                {region.path}
            </option>
        }
    };
    let several = move || regions.with(|regions| regions.len() > 1);
    let known = move || regions.with(|regions| !regions.is_empty());
    let gone = move || app.region_is_gone();
    view! {
        <Show when=known>
            <li class="setting">
                <Icon glyph=Glyph::Region />
                <div class="grow stack tight">
                    <label class="medium-weight" for=id.get_value()>
                        {t!(i18n, settings.region)}
                    </label>
                    <Show
                        when=several
                        fallback=move || view! { <p class="small">{path}</p> }
                    >
                        // A path needs the whole line.
                        <div class="select">
                            <select class="input" id=id.get_value() on:change=choose>
                                <Show when=gone>
                                    <option value="" selected=true>
                                        {t!(i18n, settings.region_choose)}
                                    </option>
                                </Show>
                                {move || regions.get().into_iter().map(option).collect_view()}
                            </select>
                            <Icon glyph=Glyph::Down />
                        </div>
                    </Show>
                </div>
            </li>
        </Show>
        <Show when=gone>
            <li>
                <Message said=Said::plain(
                    Glyph::Region,
                    t_string!(i18n, settings.region_gone),
                    t_string!(i18n, settings.region_gone_text),
                ) />
            </li>
        </Show>
    }
}

/// Where else one has been: those reports count as well.
#[component]
pub(in crate::pages) fn AlsoRow() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    let regions = use_placed();
    let also = Memo::new(move |_| app.also());
    let id = StoredValue::new(app.id_here("also"));
    let open = Memo::new(move |_| {
        let mine = app.region();
        regions.with(|regions| {
            let is_open = |region: &&Placed| {
                Some(&region.id) != mine.as_ref() && also.with(|also| !also.contains(&region.id))
            };
            regions.iter().filter(is_open).cloned().collect::<Vec<_>>()
        })
    });
    let several = move || regions.with(|regions| regions.len() > 1) || also.with(|also| !also.is_empty());
    let add = move |event| {
        if let Ok(region) = event_target_value(&event).parse() {
            app.set_also(region, true);
        }
    };
    let path = move |id: &RegionId| {
        let known = regions
            .with(|regions| regions.iter().find(|region| region.id == *id).map(|region| region.path.clone()));
        known.unwrap_or_else(|| t_string!(i18n, settings.also_gone, region = id.to_string()))
    };
    let added = move |id: RegionId| {
        let path = path(&id);
        let name = {
            let path = path.clone();
            move || t_string!(i18n, settings.also_drop, region = path.clone())
        };
        view! {
            <li class="row">
                <span class="grow">{path}</span>
                <button
                    class="round"
                    type="button"
                    aria-label=name
                    on:click=move |_| app.set_also(id.clone(), false)
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </li>
        }
    };
    let offered = move || {
        let options = open.get().into_iter().map(|region| {
            view! { <option value=region.id.to_string()>{region.path}</option> }
        });
        options.collect_view()
    };
    view! {
        <Show when=several>
            <li class="setting">
                <Icon glyph=Glyph::Plus />
                <div class="grow stack tight">
                    <div>
                        <label class="medium-weight" for=id.get_value()>
                            {t!(i18n, settings.also)}
                        </label>
                        <p class="small">{t!(i18n, settings.also_text)}</p>
                    </div>
                    <ul>{move || also.get().into_iter().map(added).collect_view()}</ul>
                    <Show when=move || open.with(|open| !open.is_empty())>
                        <div class="select">
                            <select class="input" id=id.get_value() on:change=add>
                                <option value="">{t!(i18n, settings.also_add)}</option>
                                {offered}
                            </select>
                            <Icon glyph=Glyph::Down />
                        </div>
                    </Show>
                </div>
            </li>
        </Show>
    }
}
