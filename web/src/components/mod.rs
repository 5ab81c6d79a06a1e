//! The parts pages are made of: one component a file, signals in, callbacks out.
//!
//! * [`frame`] what stands around every page
//! * [`link`] from one page to another
//! * [`for_app`] a link that opened beside the app that it is for
//! * [`show`] what is there only at times
//! * [`simple_words`], [`reminder`] what Twoken does, for children too; and that a copy is worth having
//! * [`mark`], [`icon`], [`note`], [`message`], [`switch`] the small vocabulary
//! * [`words`], [`problems`] amounts, moments and failures in words
//! * [`qr`], [`camera_view`] both halves of a meeting
//! * [`day_chart`], [`day_list`], [`encounter_row`], [`encounter_fields`], [`minutes_field`],
//!   [`undo_bar`] the diary
//! * [`tan_field`], [`split_count`], [`hex_preview`], [`outgoing_view`], [`key_frames`] the report
//! * [`risk_level`], [`risk_picture`], [`risk_zones`], [`how_long`] how grave an exposure is, and why
//! * [`secret_field`] what nobody else is to read
//! * [`regions`] by their names and what they belong to
//! * [`which_server`] which of several servers something is for
//! * [`advice`] what the health authority says

pub mod advice;
pub mod camera_view;
pub mod counts;
pub mod day_chart;
pub mod day_list;
pub mod encounter_fields;
pub mod encounter_row;
pub mod for_app;
pub mod frame;
pub mod hex_preview;
pub mod how_long;
pub mod icon;
pub mod key_frames;
pub mod later;
pub mod link;
pub mod mark;
pub mod message;
pub mod minutes_field;
pub mod note;
pub mod outgoing_view;
pub mod problems;
pub mod qr;
pub mod regions;
pub mod reminder;
pub mod risk_level;
pub mod risk_picture;
pub mod risk_zones;
pub mod secret_field;
pub mod show;
pub mod simple_words;
pub mod split_count;
pub mod standing;
pub mod switch;
pub mod tan_field;
pub mod undo_bar;
pub mod which_server;
pub mod words;
