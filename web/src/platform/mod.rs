//! One browser API a file. Nothing outside this folder touches `web_sys` or `js_sys`.
//!
//! * [`clock`] what time the device believes it is, and timers
//! * [`crypto`] the browser's random numbers
//! * [`storage`] the device's database
//! * [`history`] the address: always the same, and without the fragment that a link brought
//! * [`locks`] one window at a time
//! * [`service_worker`], [`install`] a start without a network, a place among the device's apps
//! * [`document`] the page itself: language, theme
//! * [`format`] dates, times and numbers as the reader writes them
//! * [`body`] what an answer brings, part by part
//! * [`network`], [`visibility`] whether there is a connection, whether anyone looks
//! * [`wake_lock`], [`vibration`], [`clipboard`] small kindnesses, used where there are any
//! * [`camera`], [`frames`], [`scanner`] from the lens to text
//! * [`worker`], [`worker_scope`] both ends of the line to the worker

pub mod body;
pub mod camera;
pub mod clipboard;
pub mod clock;
pub mod crypto;
pub mod document;
pub mod format;
pub mod frames;
pub mod history;
pub mod install;
pub mod locks;
pub mod network;
pub mod scanner;
pub mod service_worker;
pub mod storage;
pub mod vibration;
pub mod visibility;
pub mod wake_lock;
pub mod worker;
pub mod worker_scope;
