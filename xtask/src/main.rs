//! `cargo xtask`: every command of the project, on a machine with cargo, Node and the package registries.
//!
//! | command | module |
//! | --- | --- |
//! | `serve` | [`serve`]: the app and a server, ready to try |
//! | `test` | [`test`]: everything there is, with minutes per stage |
//! | `check` | [`check`]: what can be said without running anything |
//! | `e2e` | [`e2e`]: stories in real browsers |
//! | `bench` | [`bench`]: comparisons with peers |
//! | `npm` | [`npm`]: the npm package |
//! | `conformance` | [`conformance`]: the kit for any server, against ours or the one named |
//! | `interop` | [`interop`]: the second implementation, over every vector and against the server |
//! | `privacy` | [`privacy`]: the tables of the privacy documents, from the inventory of data |
//!
//! The commands stand on what a machine must have: [`wasm_target`], [`tools`], [`node`] and [`chromium`] each
//! find one thing, fetch it if it is missing, or name the command that would.

#![forbid(unsafe_code)]

mod bench;
mod check;
mod chromium;
mod conformance;
mod debian;
mod e2e;
mod examples;
mod interop;
mod lockfile;
mod node;
mod npm;
mod privacy;
mod process;
mod serve;
mod server_build;
mod sources;
mod stages;
mod stopwatch;
mod test;
mod tools;
mod wasm_target;
mod web_build;
mod workspace;

use anyhow::{Result, bail};
use lexopt::prelude::*;
use std::process::ExitCode;

use crate::workspace::Workspace;

const USAGE: &str = "\
cargo xtask serve [--listen ADDR] [--data DIR]   build the app and a server with the demo profile, and start them
cargo xtask test [--full]                        check, then every test there is
cargo xtask check [PART ...]                     format, shape, layers, claims, curve, clippy, licences, spelling
cargo xtask e2e [STORY ...]                      the browser stories, or only those named
cargo xtask bench [ROW ...]                      comparisons with peers, into target/bench.json
cargo xtask npm [--test]                         the npm package, into npm/dist; and its tests
cargo xtask conformance [URL] [OPTION ...]       the kit for any server, against ours or the one named; --help says what it takes
cargo xtask interop                              the second implementation, over every vector and against the server
cargo xtask privacy                              docs/privacy.md and docs/dpia.md anew from docs/inventory.json

TWOKEN_WASM_TARGET=auto|rustup|debian   where the wasm32-unknown-unknown target comes from (default: auto)
TWOKEN_CACHE=DIR                        where tools are kept (default: the user's cache folder)
CHROMIUM=FILE, CHROMEDRIVER=FILE        the browser and its driver, if not on the PATH";

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
enum Ask {
    Help,
    Serve { listen: String, data: String },
    Test { full: bool },
    Check { parts: Vec<String> },
    E2e { stories: Vec<String> },
    Bench { rows: Vec<String> },
    Npm { tested: bool },
    Conformance { asked: Vec<String> },
    Interop,
    Privacy,
}

fn main() -> ExitCode {
    match parse(lexopt::Parser::from_env()).and_then(carry_out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command; `false` means that it ran and found something wrong, which it has already said.
fn carry_out(ask: Ask) -> Result<bool> {
    let workspace = Workspace::find()?;
    match ask {
        Ask::Help => {
            println!("{USAGE}");
            Ok(true)
        }
        Ask::Serve { listen, data } => serve::run(&workspace, &listen, &data),
        Ask::Test { full } => test::run(&workspace, full),
        Ask::Check { parts } => check::run(&workspace, &parts),
        Ask::E2e { stories } => e2e::run(&workspace, &stories),
        Ask::Bench { rows } => bench::run(&workspace, &rows),
        Ask::Npm { tested } => npm::command(&workspace, tested),
        Ask::Conformance { asked } => conformance::command(&workspace, &asked),
        Ask::Interop => interop::command(&workspace),
        Ask::Privacy => privacy::run(&workspace),
    }
}

fn parse(mut args: lexopt::Parser) -> Result<Ask> {
    let mut ask = match args.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Ask::Help),
        Some(Value(name)) => match name.string()?.as_str() {
            "help" => return Ok(Ask::Help),
            "serve" => Ask::Serve { listen: serve::LISTEN.into(), data: serve::DATA.into() },
            "test" => Ask::Test { full: false },
            "check" => Ask::Check { parts: Vec::new() },
            "e2e" => Ask::E2e { stories: Vec::new() },
            "bench" => Ask::Bench { rows: Vec::new() },
            "npm" => Ask::Npm { tested: false },
            "conformance" => return Ok(Ask::Conformance { asked: rest(&mut args)? }),
            "interop" => Ask::Interop,
            "privacy" => Ask::Privacy,
            other => bail!("there is no command `{other}`\n\n{USAGE}"),
        },
        Some(other) => return Err(other.unexpected().into()),
    };
    while let Some(argument) = args.next()? {
        match (&mut ask, argument) {
            (_, Short('h') | Long("help")) => return Ok(Ask::Help),
            (Ask::Serve { listen, .. }, Long("listen")) => *listen = args.value()?.string()?,
            (Ask::Serve { data, .. }, Long("data")) => *data = args.value()?.string()?,
            (Ask::Test { full }, Long("full")) => *full = true,
            (Ask::Check { parts }, Value(part)) => parts.push(part.string()?),
            (Ask::E2e { stories }, Value(story)) => stories.push(story.string()?),
            (Ask::Npm { tested }, Long("test")) => *tested = true,
            (Ask::Bench { rows }, Value(row)) => rows.push(row.string()?),
            (_, other) => return Err(other.unexpected().into()),
        }
    }
    Ok(ask)
}

/// All that follows, as it stands: another program's arguments.
fn rest(args: &mut lexopt::Parser) -> Result<Vec<String>> {
    Ok(args.raw_args()?.map(ValueExt::string).collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(words: &[&str]) -> Result<Ask> {
        parse(lexopt::Parser::from_args(words))
    }

    #[test]
    fn every_command_is_understood() {
        assert_eq!(ask(&[]).unwrap(), Ask::Help);
        assert_eq!(ask(&["test", "--full"]).unwrap(), Ask::Test { full: true });
        assert_eq!(ask(&["e2e", "two-phones"]).unwrap(), Ask::E2e { stories: vec!["two-phones".into()] });
        assert_eq!(ask(&["privacy"]).unwrap(), Ask::Privacy);
        assert_eq!(ask(&["npm"]).unwrap(), Ask::Npm { tested: false });
        assert_eq!(ask(&["npm", "--test"]).unwrap(), Ask::Npm { tested: true });
        assert_eq!(ask(&["interop"]).unwrap(), Ask::Interop);
        let asked = ["http://127.0.0.1:8787", "--only", "CFG"];
        let asked = asked.map(str::to_owned).to_vec();
        assert_eq!(
            ask(&["conformance", "http://127.0.0.1:8787", "--only", "CFG"]).unwrap(),
            Ask::Conformance { asked }
        );
        assert_eq!(ask(&["check", "layers"]).unwrap(), Ask::Check { parts: vec!["layers".into()] });
        assert_eq!(
            ask(&["serve", "--listen", "127.0.0.1:9000"]).unwrap(),
            Ask::Serve { listen: "127.0.0.1:9000".into(), data: "data".into() }
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(ask(&["deploy"]).is_err());
        assert!(ask(&["test", "--fast"]).is_err());
        assert!(ask(&["serve", "extra"]).is_err());
    }
}
