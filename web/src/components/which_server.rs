//! Which of several servers something is for, and why an address cannot be added.

use super::icon::{Glyph, Icon};
use crate::components::show::Show;
use crate::i18n::{I18n, t_string};
use crate::state::{App, MOST_SERVERS, ServerProblem, use_app};
use leptos::prelude::*;

/// A choice, where there are several.
#[component]
pub fn WhichServer(
    /// What is chosen.
    label: Signal<&'static str>,
    /// What the choice means.
    text: Signal<&'static str>,
    /// The one chosen, by its address.
    chosen: Signal<String>,
    /// Another one was chosen.
    choose: Callback<App>,
) -> impl IntoView {
    let app = use_app();
    let several = Memo::new(move |_| app.servers().len() > 1);
    let choose = move |event| {
        let origin = event_target_value(&event);
        let of = untrack(|| app.servers().into_iter().find(|of| of.server_origin() == origin));
        if let Some(of) = of {
            choose.run(of);
        }
    };
    let options = move || {
        let option = |of: App| {
            let origin = of.server_origin();
            let value = origin.clone();
            let selected = move || chosen.get() == origin;
            view! {
                <option value=value selected=selected>
                    {of.server_name()}
                </option>
            }
        };
        app.servers().into_iter().map(option).collect_view()
    };
    view! {
        <Show when=several>
            <div class="field">
                <label for="which-server">{label}</label>
                <div class="select">
                    <select class="input" id="which-server" on:change=choose>
                        {options}
                    </select>
                    <Icon glyph=Glyph::Down />
                </div>
                <p class="caption">{text}</p>
            </div>
        </Show>
    }
}

/// Why an address cannot be added, and that nothing was asked.
#[must_use]
pub fn not_added(i18n: I18n, problem: ServerProblem) -> String {
    let why = match problem {
        ServerProblem::Address => t_string!(i18n, servers.bad_address).to_owned(),
        ServerProblem::Other => t_string!(i18n, servers.bad_other).to_owned(),
        ServerProblem::Home => t_string!(i18n, servers.bad_home).to_owned(),
        ServerProblem::There => t_string!(i18n, servers.bad_there).to_owned(),
        ServerProblem::Full => t_string!(i18n, servers.bad_full, most = MOST_SERVERS.to_string()),
    };
    [why.as_str(), " ", t_string!(i18n, servers.bad_safe)].concat()
}
