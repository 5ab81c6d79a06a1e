//! Running other programs: visibly, with the command named when it fails, and with an end to waiting.

use anyhow::{Context, Result, bail};
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::stopwatch::Stopwatch;

/// How often a quiet command is said to be still running.
const PULSE: Duration = Duration::from_secs(10);

/// How often a command with a deadline is looked at.
const GLANCE: Duration = Duration::from_millis(100);
/// How long whoever reads is given to make room.
const PAUSE: Duration = Duration::from_millis(5);

/// Runs a command with its output on the screen.
///
/// # Errors
/// Names the command if it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    say(command);
    let status = command.status().with_context(|| cannot_start(command))?;
    if status.success() { Ok(()) } else { bail!("`{}` failed ({status})", line_of(command)) }
}

/// Runs a command that says little, with a line every few seconds that it is still at work.
///
/// # Errors
/// As [`run`], with what the command wrote.
pub(crate) fn run_quiet(command: &mut Command) -> Result<()> {
    say(command);
    let _pulse = Pulse::start(&line_of(command));
    let output = captured(command)?;
    if output.status.success() {
        return Ok(());
    }
    std::io::stderr().write_all(&output.stdout)?;
    std::io::stderr().write_all(&output.stderr)?;
    bail!("`{}` failed ({})", line_of(command), output.status)
}

/// What a command writes to standard output; nothing is shown.
///
/// # Errors
/// As [`run`], with the end of what it wrote to standard error.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = captured(command)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({}): {}", line_of(command), output.status, said.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote no text", line_of(command)))
}

/// Whether a command succeeds; nothing is shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// Runs a command, showing every line that it writes and handing it to `watch` as well.
///
/// # Errors
/// As [`run`]; and if it is not done by the deadline, in which case it has been stopped.
pub(crate) fn run_watched(
    command: &mut Command,
    deadline: Duration,
    mut watch: impl FnMut(&str) + Send + 'static,
) -> Result<()> {
    say(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| cannot_start(command))?;
    let written = child.stdout.take().context("the command's output cannot be read")?;
    let reader = thread::spawn(move || {
        for line in BufReader::new(written).lines().map_while(std::result::Result::ok) {
            show(&line);
            watch(&line);
        }
    });
    let watch = Stopwatch::start();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if watch.elapsed() > deadline {
            child.kill()?;
            child.wait()?;
            bail!("`{}` was stopped: not done in {} s", line_of(command), deadline.as_secs());
        }
        thread::sleep(GLANCE);
    };
    if reader.join().is_err() {
        bail!("the output of `{}` could not be read to its end", line_of(command));
    }
    if status.success() { Ok(()) } else { bail!("`{}` failed ({status})", line_of(command)) }
}

/// Runs a command that must be done by the deadline; its output is shown.
///
/// # Errors
/// As [`run_watched`].
pub(crate) fn run_within(command: &mut Command, deadline: Duration) -> Result<()> {
    run_watched(command, deadline, |_| ())
}

/// A command as one would type it.
pub(crate) fn line_of(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| {
            let word = word.to_string_lossy();
            if word.contains(' ') { format!("'{word}'") } else { word.into_owned() }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn captured(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))
}

/// Prints a line whole. A program that was started may have made the pipe that it shares with this one a pipe that does not wait.
fn show(line: &str) {
    let line = [line.as_bytes(), b"\n"].concat();
    let (mut out, mut rest) = (io::stdout().lock(), line.as_slice());
    let again = |error: &io::Error| {
        let passes = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted);
        if passes {
            thread::sleep(PAUSE);
        }
        passes
    };
    loop {
        let went = if rest.is_empty() { out.flush().map(|()| 0) } else { out.write(rest) };
        match went {
            Ok(_) if rest.is_empty() => return,
            Ok(bytes) => rest = rest.get(bytes..).unwrap_or_default(),
            Err(error) if again(&error) => {}
            // Nobody reads any more.
            Err(_) => return,
        }
    }
}

fn say(command: &Command) {
    println!("$ {}", line_of(command));
}

fn cannot_start(command: &Command) -> String {
    format!("`{}` cannot be started", line_of(command))
}

/// Says every few seconds that something is still running, until it is dropped.
struct Pulse {
    _stop: Sender<()>,
}

impl Pulse {
    fn start(what: &str) -> Self {
        let (stop, stopped) = channel::<()>();
        let what = what.to_owned();
        let watch = Stopwatch::start();
        thread::spawn(move || {
            while stopped.recv_timeout(PULSE) == Err(RecvTimeoutError::Timeout) {
                println!("  … {what}: {} s", watch.elapsed().as_secs());
            }
        });
        Self { _stop: stop }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_failure_names_its_command() {
        let error = run(Command::new("false").arg("two words")).unwrap_err().to_string();
        assert!(error.contains("`false 'two words'` failed"), "{error}");
        let error = format!("{:#}", run(&mut Command::new("no-such-program")).unwrap_err());
        assert!(error.contains("`no-such-program` cannot be started"), "{error}");
    }

    #[test]
    fn lines_are_watched_and_a_deadline_is_kept() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&seen);
        let mut echo = Command::new("printf");
        echo.arg("one\\ntwo\\n");
        run_watched(&mut echo, PULSE, move |line| lines.lock().unwrap().push(line.to_owned())).unwrap();
        assert_eq!(*seen.lock().unwrap(), ["one", "two"]);

        let late = run_within(Command::new("sleep").arg("30"), Duration::from_millis(50)).unwrap_err();
        assert!(late.to_string().contains("was stopped"), "{late}");
    }
}
