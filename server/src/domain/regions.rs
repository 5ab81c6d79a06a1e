//! The tree of regions, as far as it decides where entries wait.
//!
//! Dummies do not hide a lone uploader, so a pool that stays below `min_uploads` for `max_wait_hours` joins its parent's.
//! Its wait goes on there: a warning that comes days late warns nobody, so a pool past its time climbs until it is in
//! company or at the root. Whoever asks for a region asks for its ancestors too, so nobody misses what has moved.
//! A region that left the configuration leaves its pool to the nearest ancestor that is still there.

use super::published::{self, Published};
use crate::store::{self, Store};

/// A pool that went elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Where it was.
    pub from: String,
    /// Where it is.
    pub to: String,
    /// Uploads that moved.
    pub uploads: u64,
}

/// Moves every pool of a region that is not configured any more, and tells the operator.
///
/// # Errors
/// [`store::Error`]; each pool moves in a transaction of its own, whole or not at all.
pub async fn resettle(store: &Store, published: &Published) -> store::Result<Vec<Moved>> {
    let pools = store.pools().await?;
    let homeless: Vec<_> = pools.iter().filter(|pool| !published.has(&pool.key.region)).collect();
    if homeless.is_empty() {
        return Ok(Vec::new());
    }
    let before = published::previous(store).await?;
    let mut moved = Vec::new();
    for pool in homeless {
        let Some(to) = heir(&pool.key.region, published, &before) else { continue };
        if store.move_pool(pool.number, to, None).await? {
            let (from, uploads) = (pool.key.region.clone(), pool.uploads);
            tracing::warn!(
                region = from,
                to,
                uploads,
                "the region is not configured any more: the reports that waited there wait with the wider region now"
            );
            moved.push(Moved { from, to: to.to_owned(), uploads });
        }
    }
    Ok(moved)
}

/// The nearest ancestor of a vanished region that is still there, by the latest configuration that knew it; else the
/// root.
fn heir<'a>(region: &str, published: &'a Published, before: &[Published]) -> Option<&'a str> {
    let mut at = region;
    // Each step goes up in one earlier configuration, whose regions are a tree; more steps than regions are none.
    let mut steps = before.iter().map(Published::count).sum::<usize>();
    while steps > 0 {
        let Some(wider) = before.iter().find(|earlier| earlier.has(at)).and_then(|earlier| earlier.wider(at))
        else {
            break;
        };
        if let Some(kept) = published.named(wider) {
            return Some(kept);
        }
        at = wider;
        steps -= 1;
    }
    published.root()
}
