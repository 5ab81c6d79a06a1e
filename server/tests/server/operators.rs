//! Staff and the authority's keys at the command line, and the documented example of a delivery as it is written.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use twoken_core::tan::Tan;
use twoken_core::units::Timestamp;
use twoken_server::app::open_data;
use twoken_server::store::{NewEvent, What};

use crate::support::people::rng;

const OPERATIONS: &str = include_str!("../../../docs/operations.md");

fn twoken(arguments: &[&str], data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twoken-server"));
    command.env_clear().args(arguments).arg("--data").arg(data).output().unwrap()
}

#[track_caller]
fn printed(arguments: &[&str], data: &Path) -> String {
    let output = twoken(arguments, data);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn failed(arguments: &[&str], data: &Path) -> String {
    let output = twoken(arguments, data);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// A server in a process of its own, ended with the test.
struct Running(Child, String);

impl Running {
    fn start(data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twoken-server"));
        command.env_clear().args(["serve", "--profile", "demo", "--listen", "127.0.0.1:0", "--data"]);
        let mut child = command.arg(data).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let listening = lines.find(|line| line.contains("listening on")).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        let origin = listening.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Self(child, origin.to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn staff_are_added_and_reset_and_what_is_secret_is_printed_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let message = failed(&["staff", "reset-totp", "Dr. Ada"], &data);
    assert!(message.contains("--data"), "{message}");
    let added = printed(&["staff", "add", "Dr. Ada", "--role", "administrator"], &data);
    let [password, uri] = added.lines().collect::<Vec<_>>().try_into().unwrap();
    let password = password.strip_prefix("password: ").unwrap();
    assert_eq!(password.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
    assert!(uri.starts_with("otpauth://totp/Twoken:Dr.%20Ada?secret="), "{uri}");
    assert!(
        failed(&["staff", "add", "dr. ada", "--role", "clinician"], &data).contains("somebody has this name")
    );
    assert!(failed(&["staff", "add", " ", "--role", "clinician"], &data).contains("1 to 64 characters"));
    assert_eq!(twoken(&["staff", "add", "Grace", "--role", "nurse"], &data).status.code(), Some(2));

    let reset = printed(&["staff", "reset-password", "DR. ADA"], &data);
    assert!(reset.starts_with("password: ") && !reset.contains(password), "{reset}");
    let factor = printed(&["staff", "reset-totp", "dr. ada"], &data);
    assert!(factor.starts_with("otpauth://totp/") && factor.trim() != uri, "{factor}");
    assert_eq!(printed(&["staff", "unlock", "Dr. Ada"], &data), "");
    for command in ["reset-password", "reset-totp", "unlock"] {
        assert!(failed(&["staff", command, "nobody"], &data).contains("no such account"));
    }
}

#[test]
fn the_authoritys_keys_are_added_listed_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let first = printed(&["authority-key", "add", "autumn"], data);
    assert_eq!(first.trim().len(), 43);
    assert!(failed(&["authority-key", "revoke", "autumn"], data).contains("add another first"));
    assert_ne!(printed(&["authority-key", "add", "winter"], data), first);
    assert!(failed(&["authority-key", "add", "spring"], data).contains("two keys hold already"));
    let list = printed(&["authority-key", "list"], data);
    assert!(
        list.starts_with("autumn  20") && list.contains("\nwinter  20") && !list.contains(first.trim()),
        "{list}"
    );
    printed(&["authority-key", "revoke", "autumn"], data);
    assert!(printed(&["authority-key", "list"], data).starts_with("winter  "));
}

/// The block of operations.md, character by character, by a shell, with `openssl` and `curl`.
#[tokio::test(flavor = "multi_thread")]
async fn the_documented_example_delivers_a_tan() {
    let section = OPERATIONS.split("## TANs from an authority").nth(1).unwrap();
    let example = section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let tan = Tan::generate(&mut rng());
    let server = Running::start(&data);
    let key = printed(&["authority-key", "add", "autumn"], &data);
    let tan_key = printed(&["tan", "key", "export"], &data);
    std::fs::write(folder.path().join("tan.key"), tan_key).unwrap();
    std::fs::write(folder.path().join("api.header"), format!("authorization: Bearer {key}")).unwrap();
    let run = || {
        let mut shell = Command::new("sh");
        shell.args(["-eu", "-c", example]).current_dir(folder.path());
        let output = shell.env("TWOKEN", &server.1).env("TAN", &*tan.display()).output().unwrap();
        let (said, wrong) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success(), "{said}{wrong} (this test needs `openssl` and `curl`)");
        said
    };
    assert_eq!(run(), "{\"new\":1,\"known\":0}");
    assert_eq!(run(), "{\"new\":0,\"known\":1}");

    let (keys, store) = open_data(&data).await.unwrap();
    let asked = NewEvent::new(Timestamp::new(0), None, What::TanLookedUp);
    let found = store.look_up_tan(keys.tan.hash(&tan).as_bytes(), &asked).await.unwrap();
    assert!(found.is_some_and(|tan| !tan.redeemed && !tan.revoked));
}
