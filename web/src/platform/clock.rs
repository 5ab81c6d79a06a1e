//! The device's clock and timers. The only place of the app that asks what time it is.

use gloo_timers::callback::Interval;
use gloo_timers::future::TimeoutFuture;
use twoken_core::units::Timestamp;

/// The time by the device's clock.
#[must_use]
pub fn now() -> Timestamp {
    let milliseconds = js_sys::Date::now();
    // A clock set before 1970 gives zero; a beacon's time is then refused, and said to be.
    Timestamp::new((milliseconds / 1000.0).max(0.0) as u64)
}

/// The same in milliseconds, for short waits.
#[must_use]
pub fn now_ms() -> u64 {
    js_sys::Date::now().max(0.0) as u64
}

/// How old the page is, in milliseconds: no setting of the clock changes it. Zero where the browser does not say.
#[must_use]
pub fn page_ms() -> u64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0, |performance| performance.now().max(0.0) as u64)
}

/// Seconds since 1970 of an HTTP date such as `Sat, 21 Nov 2026 14:00:00 GMT`.
#[must_use]
pub fn parse_http_date(text: &str) -> Option<Timestamp> {
    let milliseconds = js_sys::Date::parse(text);
    (milliseconds.is_finite() && milliseconds >= 0.0).then(|| Timestamp::new((milliseconds / 1000.0) as u64))
}

/// Waits.
pub async fn sleep_ms(milliseconds: u32) {
    TimeoutFuture::new(milliseconds).await;
}

/// Calls `tick` once a second, until what it gives is dropped.
#[must_use]
pub fn every_second(tick: impl FnMut() + 'static) -> Ticking {
    every(1000, tick)
}

/// Calls `tick` every so many milliseconds, until what it gives is dropped.
#[must_use]
pub fn every(milliseconds: u32, tick: impl FnMut() + 'static) -> Ticking {
    Ticking { _interval: Interval::new(milliseconds, tick) }
}

/// Ends the ticking when dropped.
pub struct Ticking {
    _interval: Interval,
}
