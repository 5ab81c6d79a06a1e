//! That a copy is worth having, where the browser may clear what is here.

use super::icon::Glyph;
use super::link::Link;
use super::message::{Message, Said};
use crate::components::show::Show;
use crate::i18n::{t, t_string, use_i18n};
use crate::state::{Place, use_app};
use leptos::prelude::*;

/// Shown when it is due, until it is dismissed for a fortnight.
#[component]
pub fn Reminder() -> impl IntoView {
    let app = use_app();
    let i18n = use_i18n();
    app.look_at_storage();
    let due = Memo::new(move |_| app.reminder_due());
    let said = move || {
        Said::plain(
            Glyph::File,
            t_string!(i18n, rights.reminder),
            [t_string!(i18n, rights.evict), t_string!(i18n, backup.reminder_text)].join(" "),
        )
    };
    view! {
        <Show when=move || due.get()>
            {move || {
                view! {
                    <Message said=said()>
                        <div class="row wrap far">
                            <Link to=Place::Backup class="linkish">
                                {t!(i18n, backup.look)}
                            </Link>
                            <button class="linkish" type="button" on:click=move |_| app.reminded()>
                                {t!(i18n, rights.reminder_later)}
                            </button>
                        </div>
                    </Message>
                }
            }}
        </Show>
    }
}
