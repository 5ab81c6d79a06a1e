//! Regions as they are chosen from: each named with all that it belongs to, from the widest down.

use twoken_core::wire::{Region, RegionId};

/// Between a region and the one that it belongs to.
const BELOW: &str = " › ";

/// A region with its path from the widest one, such as "Everywhere › The north".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its id.
    pub id: RegionId,
    /// All names from the widest to its own.
    pub path: String,
}

/// The server's regions, each beside those that belong to it.
#[must_use]
pub fn placed(regions: &[Region]) -> Vec<Placed> {
    let named = |id: &RegionId| regions.iter().find(|region| region.id == *id);
    let mut placed: Vec<Placed> = regions
        .iter()
        .map(|region| {
            let mut names = vec![region.name.as_str()];
            let mut parent = region.parent.as_ref().and_then(named);
            // No honest tree is as deep as it has regions.
            while let Some(above) = parent.take_if(|_| names.len() < regions.len()) {
                names.push(&above.name);
                parent = above.parent.as_ref().and_then(named);
            }
            names.reverse();
            Placed { id: region.id.clone(), path: names.join(BELOW) }
        })
        .collect();
    placed.sort_by(|one, other| one.path.cmp(&other.path));
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(id: &str, name: &str, parent: Option<&str>) -> Region {
        Region {
            id: id.parse().unwrap(),
            name: name.to_owned(),
            parent: parent.map(|id| id.parse().unwrap()),
        }
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_region_stands_below_what_it_belongs_to() {
        let regions = [
            region("80", "Munich", Some("by")),
            region("by", "Bavaria", Some("root")),
            region("root", "Everywhere", None),
        ];
        let paths: Vec<_> = placed(&regions).into_iter().map(|region| region.path).collect();
        assert_eq!(paths, ["Everywhere", "Everywhere › Bavaria", "Everywhere › Bavaria › Munich"]);
    }

    #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
    #[cfg_attr(not(target_arch = "wasm32"), test)]
    fn a_circle_ends() {
        let regions = [region("a", "A", Some("b")), region("b", "B", Some("a"))];
        assert_eq!(placed(&regions).len(), 2);
    }
}
