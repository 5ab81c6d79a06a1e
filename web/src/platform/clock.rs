//! The device's clock and timers. The only place of the app that asks what time it is.

use futures_channel::oneshot;
use gloo_timers::callback::{Interval, Timeout};
use gloo_timers::future::TimeoutFuture;
use std::cell::Cell;
use std::rc::Rc;
use twoken_core::units::Timestamp;
use wasm_bindgen_futures::spawn_local;

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

/// Has something done for so many milliseconds at most; whether it came to its end. What is given up goes on until it waits
/// for nothing any more: it has to find out by itself.
pub async fn within(milliseconds: u32, work: impl Future<Output = ()> + 'static) -> bool {
    let (tell, told) = oneshot::channel();
    let tell = Rc::new(Cell::new(Some(tell)));
    let timer = Rc::clone(&tell);
    let timer = Timeout::new(milliseconds, move || {
        if let Some(tell) = timer.take() {
            let _ = tell.send(false);
        }
    });
    spawn_local(async move {
        work.await;
        if let Some(tell) = tell.take() {
            let _ = tell.send(true);
        }
    });
    let ended = told.await.unwrap_or_default();
    drop(timer);
    ended
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

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    async fn what_takes_too_long_is_not_waited_for() {
        assert!(within(60_000, async { sleep_ms(1).await }).await);
        assert!(!within(1, core::future::pending()).await);
    }
}
