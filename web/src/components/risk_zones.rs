//! The geometry of the risk picture, in its own whole units: time runs to the right, and a zone
//! begins where a threshold lies.
//!
//! ```text
//! x of a minute  = minutes · WIDTH / span        span = twice the minutes that make a day high
//! ```

use twoken_core::risk::{Config, Distance, Level};
use twoken_core::status::Degree;
use twoken_core::units::Minutes;

/// The picture's width.
pub const WIDTH: u32 = 302;
/// A band's height.
const BAND: u32 = 52;
/// The corners of a band: where time begins, between two zones, and where more time has no edge.
const START: u32 = 10;
const CUT: u32 = 2;
const FAR: u32 = 26;
/// What one letter of a zone's name takes, and the room beside it.
const LETTER: u32 = 6;
const BESIDE: u32 = 5;

/// How far to the right time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    span: u32,
}

impl Scale {
    /// Of the authority's thresholds.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self { span: u32::from(config.high_minutes.get()).max(1) * 2 }
    }

    /// The minutes at the picture's end.
    #[must_use]
    pub const fn span(self) -> u32 {
        self.span
    }

    /// Where so many minutes lie; more than the picture shows lie at its end.
    #[must_use]
    pub fn x(self, minutes: u32) -> u32 {
        minutes.min(self.span) * WIDTH / self.span
    }
}

/// A part of a band with one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Which.
    pub level: Level,
    /// Where it begins and ends.
    pub left: u32,
    /// Its other end.
    pub right: u32,
}

/// A band's zones from left to right: each begins where its level does, and one that begins beyond
/// the picture, or together with a graver one, is left out.
#[must_use]
pub fn zones(config: &Config, distance: Distance, degree: Degree) -> Vec<Zone> {
    let scale = Scale::of(config);
    let mut zones: Vec<Zone> = Vec::with_capacity(3);
    for level in [Level::Low, Level::Medium, Level::High] {
        let Some(left) = config.begins(level, distance, degree).map(|from| scale.x(from.get().into())) else {
            continue;
        };
        if left >= WIDTH {
            continue;
        }
        if zones.last().is_some_and(|before| before.left == left) {
            zones.pop();
        }
        if let Some(before) = zones.last_mut() {
            before.right = left;
        }
        zones.push(Zone { level, left, right: WIDTH });
    }
    zones
}

impl Zone {
    /// Where its name ends.
    #[must_use]
    pub const fn name_end(&self) -> u32 {
        if self.right == WIDTH { WIDTH - FAR + BESIDE } else { self.right - BESIDE }
    }

    /// Whether a name has room in it.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        let letters = u32::try_from(name.chars().count()).unwrap_or(u32::MAX);
        letters.saturating_mul(LETTER) <= self.name_end().saturating_sub(self.left)
    }

    /// Its outline, from `top` down: a little rounded where time begins, wholly where it goes on.
    #[must_use]
    pub fn outline(&self, top: u32) -> String {
        let (cut, near) = if self.left > 0 { (CUT, CUT) } else { (0, START) };
        let far = if self.right == WIDTH { FAR } else { CUT };
        let left = self.left + cut;
        let width = self.right.saturating_sub(left);
        let near = near.min(width);
        let far = far.min(width - near);
        let (begin, end) = (left + near, left + width - far);
        let (upper, lower) = (top + near, top + BAND - far);
        format!(
            "M{begin} {top}H{end}a{far} {far} 0 0 1 {far} {far}V{lower}a{far} {far} 0 0 1 -{far} {far}\
             H{begin}a{near} {near} 0 0 1 -{near} -{near}V{upper}a{near} {near} 0 0 1 {near} -{near}z",
        )
    }
}

/// Minutes at which a band's zones begin, that are worth a figure below the picture.
#[must_use]
pub fn steps(config: &Config, distance: Distance, degree: Degree) -> Vec<Minutes> {
    let scale = Scale::of(config);
    let mut steps: Vec<Minutes> = [Level::Medium, Level::High]
        .into_iter()
        .filter_map(|level| config.begins(level, distance, degree))
        .filter(|from| u32::from(from.get()) < scale.span())
        .collect();
    steps.dedup();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(config: &Config, distance: Distance, degree: Degree) -> Vec<(Level, u32, u32)> {
        zones(config, distance, degree).into_iter().map(|zone| (zone.level, zone.left, zone.right)).collect()
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn zones_begin_where_the_thresholds_lie() {
        // 30 minutes wide: 5 are a sixth of it, 15 a half, 10 a third.
        let config = Config::default();
        let close = [(Level::Low, 0, 50), (Level::Medium, 50, 151), (Level::High, 151, WIDTH)];
        assert_eq!(starts(&config, Distance::Close, Degree::First), close);
        let half = [(Level::Low, 0, 100), (Level::Medium, 100, WIDTH)];
        assert_eq!(starts(&config, Distance::Near, Degree::First), half);
        assert_eq!(starts(&config, Distance::Close, Degree::Second), half);
        assert_eq!(starts(&config, Distance::Far, Degree::First), [(Level::Low, 0, WIDTH)]);
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_zone_without_room_is_left_out() {
        let together = Config { medium_minutes: Minutes::new(15), ..Config::default() };
        let two = [(Level::Low, 0, 151), (Level::High, 151, WIDTH)];
        assert_eq!(starts(&together, Distance::Close, Degree::First), two);
        assert_eq!(steps(&together, Distance::Close, Degree::First), [Minutes::new(15)]);
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn time_runs_to_the_right_and_stops_at_the_end() {
        let scale = Scale::of(&Config::default());
        assert_eq!([0, 1, 15, 29, 30, 65_535].map(|minutes| scale.x(minutes)), [0, 10, 151, 291, 302, 302]);
        // The least and the most that a configuration may say.
        for high in [1, 1440] {
            let config = Config {
                high_minutes: Minutes::new(high),
                medium_minutes: Minutes::new(1),
                ..Config::default()
            };
            assert_eq!(Scale::of(&config).x(u32::from(high)), WIDTH / 2);
        }
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn an_outline_goes_round_its_zone_and_none_goes_wrong_where_there_is_no_room() {
        let zone = |left, right| Zone { level: Level::Low, left, right };
        let whole = "M10 22H276a26 26 0 0 1 26 26V48a26 26 0 0 1 -26 26\
                     H10a10 10 0 0 1 -10 -10V32a10 10 0 0 1 10 -10z";
        assert_eq!(zone(0, WIDTH).outline(22), whole);
        for (left, right) in [(0, 1), (50, 51), (301, 302), (299, 302)] {
            assert!(!zone(left, right).outline(22).contains("--"), "{left} to {right}");
        }
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_name_stands_only_where_it_fits() {
        let zone = |left, right| Zone { level: Level::Low, left, right };
        assert!(zone(0, 50).names("niedrig"));
        assert!(!zone(0, 20).names("niedrig"));
        assert!(zone(151, WIDTH).names("high"));
    }
}
