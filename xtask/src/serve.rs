//! `cargo xtask serve`: the app and a server on this machine, ready to try.
//!
//! The server runs with the *demo* profile, which is for trying things out: what a person reads here must say so, and
//! how the shipped default differs.

use anyhow::{Context, Result, bail};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;

use crate::server_build::{self, Kind};
use crate::workspace::Workspace;
use crate::{process, web_build};

pub(crate) const LISTEN: &str = "127.0.0.1:8787";
pub(crate) const DATA: &str = "data";

/// The server's database within its data folder; where it is missing, this is the first start.
const DATABASE: &str = "twoken.db";

/// The account made at the first start.
const STAFF: &str = "demo";

const DEMO: &str = "\
This is the DEMO profile, for trying things out on one machine. It publishes reports every minute, from the first
one on, and waits 0 to 2 seconds between redeeming a TAN and sending a report. Those who can watch such a server can
tell who reported. The shipped default, the strict profile, publishes once an hour, waits for at least five reports,
and lets up to 30 minutes pass at random before a report is sent.";

/// Builds everything and becomes the server; returns only when that could not be done or the server ended.
///
/// # Errors
/// Names what is missing or went wrong.
pub(crate) fn run(workspace: &Workspace, listen: &str, data: &str) -> Result<bool> {
    let address = free_address(listen)?;
    let dist = web_build::build(workspace)?;
    let server = server_build::build(workspace, Kind::Release)?;
    let data = workspace.path(data);
    let is_first = !data.join(DATABASE).exists();
    // The login first: whatever comes in between, a data folder without one is a first start again.
    let login = is_first.then(|| make_login(workspace, &server, &data)).transpose()?;
    let tan = is_first.then(|| issue_tan(workspace, &server, &data)).transpose()?;

    println!("\n{}", announcement(&address, tan.as_deref(), login.as_deref(), &server, &data));
    let mut serve = workspace.command(&server.to_string_lossy());
    serve.args(["serve", "--profile", "demo", "--data"]).arg(&data);
    serve.arg("--web").arg(&dist).arg("--listen").arg(address.to_string());
    become_program(&mut serve)
}

/// An address that nothing listens on yet: better said before minutes of building than after.
fn free_address(listen: &str) -> Result<SocketAddr> {
    let address: SocketAddr =
        listen.parse().with_context(|| format!("`{listen}` is no address such as {LISTEN}"))?;
    match TcpListener::bind(address) {
        Ok(_) => Ok(address),
        Err(error) => bail!(
            "{address} cannot be listened on ({error}): stop what uses it, or choose another with --listen ADDR"
        ),
    }
}

fn issue_command(server: &Path, data: &Path) -> Command {
    let mut command = Command::new(server);
    command.args(["tan", "issue", "--data"]).arg(data);
    command
}

fn issue_tan(workspace: &Workspace, server: &Path, data: &Path) -> Result<String> {
    let mut command = issue_command(server, data);
    // Before the first start the profile is nowhere else: a demo's clock may run ahead, and the TAN must be valid by it.
    command.args(["--profile", "demo"]);
    let written = process::read(command.current_dir(workspace.root()))?;
    match written.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(tan) => Ok(tan.to_owned()),
        None => bail!("`{}` printed no TAN", process::line_of(&command)),
    }
}

/// A login for the medical console: the server prints a password, and what an authenticator app scans.
fn make_login(workspace: &Workspace, server: &Path, data: &Path) -> Result<String> {
    let mut command = staff_command(server, data);
    let written = process::read(command.current_dir(workspace.root()))?;
    let told = (written.contains("password: ") && written.contains("otpauth://")).then_some(written);
    told.with_context(|| format!("`{}` printed no login", process::line_of(&command)))
}

fn staff_command(server: &Path, data: &Path) -> Command {
    let mut command = Command::new(server);
    command.args([
        "staff",
        "add",
        STAFF,
        "--role",
        "administrator",
        "--lasting",
        "--profile",
        "demo",
        "--data",
    ]);
    command.arg(data);
    command
}

fn announcement(
    address: &SocketAddr,
    tan: Option<&str>,
    login: Option<&str>,
    server: &Path,
    data: &Path,
) -> String {
    let issue = process::line_of(&issue_command(server, data));
    let tan = match tan {
        Some(tan) => format!("A sample TAN, for one report:  {tan}\nMore of them:                  {issue}"),
        None => format!("A TAN, for one report:  {issue}"),
    };
    let login = match login {
        Some(login) => {
            let rest = login.trim().replace('\n', "\n              ");
            format!(
                "name: {STAFF}\n              {rest}\n              (for an authenticator app; shown this once)"
            )
        }
        None => {
            let add = process::line_of(&staff_command(server, data));
            let [password, codes] =
                ["reset-password", "reset-totp"].map(|reset| reset_line(server, data, reset));
            format!(
                "as it was printed at the first start\n              {password}    another password\n              {codes}    other codes\n              {add}    where there is none yet"
            )
        }
    };
    format!(
        "{DEMO}\n\n{tan}\n\nStaff login:  {login}\n\nTwoken:  http://{address}    for staff: http://{address}/staff    (Ctrl-C stops it)\n"
    )
}

fn reset_line(server: &Path, data: &Path, reset: &str) -> String {
    let mut command = Command::new(server);
    command.args(["staff", reset, STAFF, "--data"]).arg(data);
    process::line_of(&command)
}

/// Replaces this program by the server, so that whoever stops the one stops the other.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<bool> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| format!("`{}` cannot be started", process::line_of(command)))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<bool> {
    process::run(command).map(|()| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_use_is_told_before_anything_is_built() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        assert!(free_address(&address).unwrap_err().to_string().contains("--listen"));
        drop(taken);
        assert!(free_address(&address).is_ok());
        assert!(free_address("localhost").is_err());
    }

    #[test]
    fn a_person_reads_that_this_is_the_demo_and_what_differs() {
        let address = LISTEN.parse().unwrap();
        let (server, data) = (Path::new("server"), Path::new("data"));
        let first = announcement(
            &address,
            Some("AAAAA-BBBBB-CCCC"),
            Some("password: abcd-efgh\notpauth://totp/x\n"),
            server,
            data,
        );
        for part in [
            "name: demo",
            "password: abcd-efgh",
            "otpauth://totp/x",
            "DEMO",
            "strict profile",
            "http://127.0.0.1:8787 ",
            "http://127.0.0.1:8787/staff ",
            "AAAAA-BBBBB-CCCC",
            "tan issue",
        ] {
            assert!(first.contains(part), "{part}");
        }
        let later = announcement(&address, None, None, server, data);
        for part in [
            "server tan issue --data data",
            "server staff reset-password demo --data data",
            "server staff reset-totp demo --data data",
            "server staff add demo --role administrator",
        ] {
            assert!(later.contains(part), "{part}");
        }
    }
}
