//! `cargo xtask bench`: comparisons with peers, as ratios measured in one run, into `target/bench.json`.
//!
//! `{"rows": [{"row", "unit", "ours", "peer", "theirs", "ratio"}]}`; a ratio above 1 means that ours is better. A row
//! may also have a bar that ours must reach, whoever the peer is.

mod app;
mod core;
mod lighthouse;
mod paint;
mod psi;
mod qr_read;
mod server;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process;
use crate::workspace::Workspace;

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    pub(crate) ours: f64,
    pub(crate) peer: &'static str,
    pub(crate) theirs: f64,
    pub(crate) better: Better,
    /// What ours must reach.
    pub(crate) bar: Option<f64>,
}

/// Which number is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    Higher,
    Lower,
}

/// The peer of a row that has none but what was set as enough.
const ENOUGH: &str = "the bar";

impl Row {
    /// A row that is compared with what is enough.
    fn of_bar(name: &str, unit: &'static str, ours: f64, better: Better, bar: f64) -> Self {
        Self { name: name.to_owned(), unit, ours, peer: ENOUGH, theirs: bar, better, bar: Some(bar) }
    }

    /// How many times better ours is; `None` where one of the two is zero, which no ratio can say.
    fn ratio(&self) -> Option<f64> {
        let (over, under) = match self.better {
            Better::Higher => (self.ours, self.theirs),
            Better::Lower => (self.theirs, self.ours),
        };
        (over > 0.0 && under > 0.0).then_some(over / under)
    }

    fn is_below_its_bar(&self) -> bool {
        self.bar.is_some_and(|bar| match self.better {
            Better::Higher => self.ours < bar,
            Better::Lower => self.ours > bar,
        })
    }

    fn to_json(&self) -> Value {
        json!({
            "row": self.name, "unit": self.unit, "ours": self.ours,
            "peer": self.peer, "theirs": self.theirs, "ratio": self.ratio(),
        })
    }

    fn line(&self) -> String {
        let ratio = self.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
        let below = if self.is_below_its_bar() { "  BELOW ITS BAR" } else { "" };
        let (name, ours, theirs, unit) = (&self.name, self.ours, self.theirs, self.unit);
        format!(
            "{name:<24} ours {ours:>8.2}   {:<10} {theirs:>8.2}   {unit:<22} ratio {ratio}{below}",
            self.peer
        )
    }
}

type Measure = fn(&Workspace) -> Result<Vec<Row>>;

/// What can be asked for; each yields one row or several whose names begin with its own.
const BENCHES: [(&str, Measure); 13] = [
    ("app", app::measure),
    ("lighthouse", lighthouse::measure),
    ("paint", paint::measure),
    ("establish", core::establish),
    ("match", core::matching),
    ("filter", core::filter),
    ("regenerate", core::regenerate),
    ("proof", core::proof),
    ("psi", psi::measure),
    ("qr-read", qr_read::measure),
    ("uploads", server::uploads),
    ("sealing", server::sealing),
    ("rest", server::rest),
];

/// The folder below `target/` with what a bench takes from npm, by its own `package.json` and lock file.
fn packages(workspace: &Workspace, bench: &str) -> Result<PathBuf> {
    let folder = workspace.target().join("bench").join(bench);
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        let from = workspace.root().join("bench").join(bench).join(file);
        fs::copy(&from, folder.join(file)).with_context(|| format!("{} cannot be read", from.display()))?;
    }
    let mut install = Command::new("npm");
    process::run(install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    Ok(folder)
}

/// Measures all rows, or those named.
///
/// # Errors
/// If there is no such row, or one cannot be measured or is below its bar.
pub(crate) fn measure(workspace: &Workspace, named: &[String]) -> Result<()> {
    if let Some(unknown) = named.iter().find(|name| !BENCHES.iter().any(|(bench, _)| bench == name)) {
        let known: Vec<&str> = BENCHES.iter().map(|(name, _)| *name).collect();
        bail!("there is no row `{unknown}`: there is {}", known.join(", "));
    }
    let mut rows = Vec::new();
    for (_, bench) in
        BENCHES.iter().filter(|(name, _)| named.is_empty() || named.iter().any(|one| one == name))
    {
        rows.extend(bench(workspace)?);
    }
    let file = workspace.target().join("bench.json");
    let all: Vec<Value> = rows.iter().map(Row::to_json).collect();
    fs::write(&file, serde_json::to_string_pretty(&json!({ "rows": all }))? + "\n")
        .with_context(|| format!("{} cannot be written", file.display()))?;
    println!();
    for row in &rows {
        println!("{}", row.line());
    }
    println!("\nwritten to {}", file.display());
    match rows.iter().filter(|row| row.is_below_its_bar()).map(|row| row.name.as_str()).collect::<Vec<_>>() {
        below if below.is_empty() => Ok(()),
        below => bail!("below the bar: {}", below.join(", ")),
    }
}

/// The command.
///
/// # Errors
/// As [`measure`].
pub(crate) fn run(workspace: &Workspace, named: &[String]) -> Result<bool> {
    measure(workspace, named).map(|()| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, theirs: f64, better: Better, bar: Option<f64>) -> Row {
        Row { name: "a".into(), unit: "u", ours, peer: "p", theirs, better, bar }
    }

    #[test]
    fn a_ratio_above_one_means_ours_is_better() {
        assert_eq!(row(96.0, 24.0, Better::Higher, None).ratio(), Some(4.0));
        assert_eq!(row(2.0, 6.0, Better::Lower, None).ratio(), Some(3.0));
        assert_eq!(row(2.0, 0.0, Better::Higher, None).ratio(), None);
        assert_eq!(row(2.0, 0.0, Better::Lower, None).ratio(), None);
        assert_eq!(row(96.0, 24.0, Better::Higher, None).to_json()["ratio"], 4.0);
    }

    #[test]
    fn a_row_without_a_peer_is_compared_with_its_bar() {
        let row = Row::of_bar("a", "u", 2.0, Better::Lower, 3.0);
        assert_eq!((row.ratio(), row.is_below_its_bar()), (Some(1.5), false));
        assert!(Row::of_bar("a", "u", 4.0, Better::Lower, 3.0).is_below_its_bar());
    }

    #[test]
    fn a_bar_is_reached_or_not() {
        assert!(row(94.9, 10.0, Better::Higher, Some(95.0)).is_below_its_bar());
        assert!(!row(95.0, 10.0, Better::Higher, Some(95.0)).is_below_its_bar());
        assert!(row(3.0, 10.0, Better::Lower, Some(2.0)).is_below_its_bar());
        assert!(!row(1.0, 10.0, Better::Higher, None).is_below_its_bar());
    }
}
