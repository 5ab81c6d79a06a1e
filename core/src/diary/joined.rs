//! Two rows of one encounter become one: what this phone has, and what a backup brings.

use super::{Diary, Encounter};

/// What became of a row that was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// It was not known here.
    New,
    /// More is known of it now.
    More,
    /// Nothing of it was new.
    Known,
}

impl Diary {
    /// Takes in a row of a backup. What the person has written here stays; where they have written nothing, what the backup
    /// has comes in. Of exposures the plainer counts, as for one that is found.
    pub fn join(&mut self, brought: Encounter) -> Joined {
        let Some(known) = self.get_mut(&brought.id) else {
            self.insert(brought);
            return Joined::New;
        };
        let before = known.to_cbor();
        known.join(brought);
        if known.to_cbor() == before { Joined::Known } else { Joined::More }
    }
}

impl Encounter {
    fn join(&mut self, other: Self) {
        // Who scans a device's code as well is known to have been close.
        if self.how == super::How::Bluetooth {
            self.how = other.how;
        }
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        self.both |= other.both;
        self.minutes = self.minutes.or(other.minutes);
        if self.note.is_empty() {
            self.note = other.note;
        }
        self.label = self.label.take().or(other.label);
        self.losses = self.losses.take().or(other.losses);
        for pairing in other.pairings {
            if !self.pairings.iter().any(|known| known.reported_tag() == pairing.reported_tag()) {
                self.pairings.push(pairing);
            }
        }
        for sighting in other.sightings.into_iter().flatten() {
            self.hear(sighting);
        }
        if let Some(brought) = other.exposure
            && self.exposure.is_none_or(|known| brought.rank() < known.rank())
        {
            self.exposure = Some(brought);
        }
    }
}
