//! How much a radio signal has lost on the way, over the hearings of one encounter.
//!
//! Kept is how often each attenuation was told, one a hearing, so that every half minute weighs the same. What counts is
//! the lower median: a body in between takes some hearings away, and does not make two people far apart.

use alloc::collections::BTreeMap;

use crate::units::Attenuation;

/// How often each attenuation was told.
#[derive(Clone, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub(super) struct Losses(#[n(0)] BTreeMap<Attenuation, u16>);

impl Losses {
    /// Once more.
    pub(super) fn add(&mut self, attenuation: Attenuation) {
        let count = self.0.entry(attenuation).or_default();
        *count = count.saturating_add(1);
    }

    /// Half of the hearings have lost so much at most.
    pub(super) fn median(&self) -> Option<Attenuation> {
        let total: u32 = self.0.values().copied().map(u32::from).sum();
        let mut seen = 0;
        self.0.iter().find_map(|(attenuation, count)| {
            seen += u32::from(*count);
            (2 * seen >= total && *count > 0).then_some(*attenuation)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_median_is_what_counts() {
        let mut losses = Losses::default();
        assert_eq!(losses.median(), None);
        for (told, median) in [(60, 60), (90, 60), (50, 60), (91, 60), (92, 90), (40, 60)] {
            losses.add(Attenuation::new(told));
            assert_eq!(losses.median(), Some(Attenuation::new(median)), "{told}");
        }
        for _ in 0..70_000 {
            losses.add(Attenuation::new(7));
        }
        assert_eq!(losses.median(), Some(Attenuation::new(7)));
    }
}
