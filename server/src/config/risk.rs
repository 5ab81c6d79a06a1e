//! From when on an exposure is grave: the `[risk]` section. What is not said there stays as the protocol core has it.

use serde::{Deserialize, Serialize};
use twoken_core::risk;
use twoken_core::units::{Attenuation, Minutes};

/// Thresholds and weights of exposures, as apps get them in the signed configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Risk {
    /// Weighted minutes in a day from which it is high.
    pub high_minutes: u16,
    /// Weighted minutes in a day from which it is medium.
    pub medium_minutes: u16,
    /// Radio that lost up to so many dB counts as close.
    pub close_attenuation_db: u8,
    /// Radio that lost up to so many dB counts as near.
    pub near_attenuation_db: u8,
    /// Weight of a near minute, in percent of a close one.
    pub near_percent: u8,
    /// Weight of a minute with a contact of somebody who tested positive, in percent.
    pub second_degree_percent: u8,
}

impl Default for Risk {
    fn default() -> Self {
        let risk::Config {
            high_minutes,
            medium_minutes,
            close_attenuation_db,
            near_attenuation_db,
            near_percent,
            second_degree_percent,
        } = risk::Config::default();
        Self {
            high_minutes: high_minutes.get(),
            medium_minutes: medium_minutes.get(),
            close_attenuation_db: close_attenuation_db.get(),
            near_attenuation_db: near_attenuation_db.get(),
            near_percent,
            second_degree_percent,
        }
    }
}

impl From<Risk> for risk::Config {
    fn from(risk: Risk) -> Self {
        Self {
            high_minutes: Minutes::new(risk.high_minutes),
            medium_minutes: Minutes::new(risk.medium_minutes),
            close_attenuation_db: Attenuation::new(risk.close_attenuation_db),
            near_attenuation_db: Attenuation::new(risk.near_attenuation_db),
            near_percent: risk.near_percent,
            second_degree_percent: risk.second_degree_percent,
        }
    }
}
