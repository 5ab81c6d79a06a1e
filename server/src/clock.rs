//! Time as an argument. Only `main.rs` reads the system's clock; everything else asks the [`Clock`] it was given.
//!
//! A demo server's clock can run ahead, so that a day is over within a test. What it runs ahead is noted beside the
//! data, where the commands of the same data find it: a TAN must end by the clock that it is redeemed by.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use twoken_core::units::Timestamp;

/// The note's file name in the data directory: the seconds in decimal digits. Not there while the clock is the system's.
const NOTE: &str = "clock-ahead";

/// Answers what time it is.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks `read` each time.
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// This clock, so many seconds ahead.
    #[must_use]
    pub fn ahead(self, seconds: u32) -> Self {
        if seconds == 0 {
            return self;
        }
        Self::new(move || self.now().plus(seconds.into()))
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Notes beside the data by how many seconds its server's clock runs ahead.
///
/// # Errors
/// The file cannot be written, or not be taken away.
pub fn note_ahead(data: &Path, seconds: u32) -> io::Result<()> {
    let path = data.join(NOTE);
    if seconds > 0 {
        return std::fs::write(path, format!("{seconds}\n"));
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// By how many seconds the clock of the data's server runs ahead, as it noted at its last start.
///
/// # Errors
/// The file cannot be read, or holds something else.
pub fn noted_ahead(data: &Path) -> io::Result<u32> {
    match std::fs::read_to_string(data.join(NOTE)) {
        Ok(text) => text.trim().parse().map_err(|_| io::ErrorKind::InvalidData.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_clock_runs_ahead_is_noted_until_it_does_not() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(noted_ahead(data.path()).unwrap(), 0);
        for seconds in [86_400, 0, 0, 7] {
            note_ahead(data.path(), seconds).unwrap();
            assert_eq!(noted_ahead(data.path()).unwrap(), seconds);
        }
        let clock = Clock::new(|| Timestamp::new(1_000));
        assert_eq!(clock.clone().ahead(7).now(), Timestamp::new(1_007));
        assert_eq!(clock.ahead(0).now(), Timestamp::new(1_000));
        std::fs::write(data.path().join(NOTE), "soon").unwrap();
        assert_eq!(noted_ahead(data.path()).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
