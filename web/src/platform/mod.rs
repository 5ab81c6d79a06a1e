//! One browser API a file. Nothing outside this folder touches `web_sys` or `js_sys`. The worker's program has [`crypto`] and
//! [`worker_scope`] alone.
//!
//! * [`clock`] what time the device believes it is, and timers
//! * [`crypto`] the browser's random numbers
//! * [`storage`] the device's database
//! * [`passphrase`] as it was meant
//! * [`channel`] what windows of the console tell each other
//! * [`local`] a few public texts beside it
//! * [`history`] the address: always the same, and without the fragment that a link brought
//! * [`locks`] one window at a time
//! * [`service_worker`], [`install`] a start without a network, a place among the device's apps
//! * [`document`] the page itself: language, theme
//! * [`format`] dates, times and numbers as the reader writes them
//! * [`file`], [`print`] what a person opens here, and takes away
//! * [`body`] what an answer brings, part by part
//! * [`network`], [`visibility`] whether there is a connection, whether anyone looks
//! * [`background`], [`notification`] what a browser does for an app that is closed
//! * `scope` a window, or the service worker
//! * [`wake_lock`], [`vibration`], [`sound`], [`clipboard`] small kindnesses, used where there are any
//! * [`camera`], [`frames`], [`scanner`] from the lens to text
//! * [`bluetooth`] a device near by, and what it shows and is shown
//! * [`worker`], [`worker_scope`] both ends of the line to the worker

pub mod crypto;
pub mod worker_scope;

#[cfg(feature = "page")]
pub mod background;
#[cfg(feature = "page")]
pub mod bluetooth;
#[cfg(feature = "page")]
pub mod body;
#[cfg(feature = "page")]
pub mod camera;
#[cfg(feature = "page")]
pub mod channel;
#[cfg(feature = "page")]
pub mod clipboard;
#[cfg(feature = "page")]
pub mod clock;
#[cfg(feature = "page")]
pub mod document;
#[cfg(feature = "page")]
pub mod file;
#[cfg(feature = "page")]
pub mod format;
#[cfg(feature = "page")]
pub mod frames;
#[cfg(feature = "page")]
pub mod history;
#[cfg(feature = "page")]
pub mod install;
#[cfg(feature = "page")]
pub mod local;
#[cfg(feature = "page")]
pub mod locale;
#[cfg(feature = "page")]
pub mod locks;
#[cfg(feature = "page")]
pub mod network;
#[cfg(feature = "page")]
pub mod notification;
#[cfg(feature = "page")]
pub mod own_file;
#[cfg(feature = "page")]
pub mod passphrase;
#[cfg(feature = "page")]
pub mod print;
#[cfg(feature = "page")]
pub mod scanner;
#[cfg(feature = "page")]
mod scope;
#[cfg(feature = "page")]
pub mod service_worker;
#[cfg(feature = "page")]
pub mod sound;
#[cfg(feature = "page")]
pub mod storage;
#[cfg(feature = "page")]
pub mod vibration;
#[cfg(feature = "page")]
pub mod visibility;
#[cfg(feature = "page")]
pub mod wake_lock;
#[cfg(feature = "page")]
pub mod worker;
