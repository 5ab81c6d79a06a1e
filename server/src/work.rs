//! Long computation, such as checking a proof or answering a query: a place on a core in the order of asking, and a word
//! in advance when there is too much of it.
//!
//! Cut into pieces of some milliseconds, works of different askers take turns; how many pieces of one may wait at a time is
//! as many as there are cores. So a short work waits for pieces, not for somebody's whole. `spawn_blocking` and a fair
//! semaphore do all of that; a pool of threads of its own (rayon) would finish one work after the other, or be filled
//! by whoever has most.

use std::num::NonZeroUsize;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Where long computation is done.
#[derive(Clone, Debug)]
pub struct Workshop {
    cores: Arc<Semaphore>,
    width: usize,
    places: Arc<Semaphore>,
}

/// A place in a [`Workshop`]: somebody's work, until dropped.
#[derive(Debug)]
pub struct Place {
    workshop: Workshop,
    _place: OwnedSemaphorePermit,
}

/// The computation was cut off: it panicked, or the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the computation was interrupted")]
pub struct Interrupted;

impl Workshop {
    /// With all cores, and places for so many works at once, those that wait included.
    #[must_use]
    pub fn new(places: usize) -> Self {
        let width = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { cores: Arc::new(Semaphore::new(width)), width, places: Arc::new(Semaphore::new(places)) }
    }

    /// The same cores, with places of its own: who fills those here does not fill those there.
    #[must_use]
    pub fn beside(&self, places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), ..self.clone() }
    }

    /// A place, if there is one.
    #[must_use]
    pub fn enter(&self) -> Option<Place> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Place { workshop: self.clone(), _place: place })
    }
}

impl Place {
    /// One piece of work, when its turn comes.
    ///
    /// # Errors
    /// [`Interrupted`].
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Interrupted> {
        let core = Arc::clone(&self.workshop.cores).acquire_owned().await.map_err(|_| Interrupted)?;
        // The core is given back by the work itself: whoever asked may be gone before it ends.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(core);
            result
        });
        done.await.map_err(|_| Interrupted)
    }

    /// The results of all pieces, in their order; of each that waits or is worked on there are as many as cores.
    ///
    /// # Errors
    /// [`Interrupted`].
    pub async fn compute_all<T: Send + 'static, W: FnOnce() -> T + Send + 'static>(
        &self,
        pieces: impl IntoIterator<Item = W>,
    ) -> Result<Vec<T>, Interrupted> {
        let pieces = stream::iter(pieces).map(|piece| self.compute(piece));
        pieces.buffered(self.workshop.width).try_collect().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pieces_come_back_in_their_order_and_places_are_given_back() {
        let workshop = Workshop::new(1);
        let place = workshop.enter().unwrap();
        assert!(workshop.enter().is_none());
        let squares = place.compute_all((0..100_u64).map(|i| move || i * i)).await.unwrap();
        assert_eq!(squares, (0..100).map(|i| i * i).collect::<Vec<_>>());
        drop(place);
        assert!(workshop.enter().is_some());
    }

    #[tokio::test]
    async fn a_short_work_waits_for_pieces_and_not_for_a_whole() {
        let workshop = Workshop::new(2);
        let (long, short) = (workshop.enter().unwrap(), workshop.enter().unwrap());
        let pause = || std::thread::sleep(std::time::Duration::from_millis(5));
        let long = tokio::spawn(async move { long.compute_all(vec![pause; 400]).await });
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        short.compute(pause).await.unwrap();
        assert!(!long.is_finished(), "the short one came in between");
        assert_eq!(long.await.unwrap().unwrap().len(), 400);
    }

    #[tokio::test]
    async fn a_work_that_panics_is_interrupted_and_its_core_is_free_again() {
        let workshop = Workshop::new(1);
        let place = workshop.enter().unwrap();
        for _ in 0..64 {
            assert_eq!(place.compute(|| assert!(place_of_nothing().is_some())).await, Err(Interrupted));
        }
        assert_eq!(place.compute(|| 7).await, Ok(7));
    }

    fn place_of_nothing() -> Option<u8> {
        None
    }
}
