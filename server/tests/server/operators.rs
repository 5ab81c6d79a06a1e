//! Staff and the authority's keys at the command line, and the documented example of a delivery as it is written.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use twoken_core::tan::Tan;
use twoken_core::units::Timestamp;
use twoken_server::app::open_data;
use twoken_server::store::{NewEvent, NewInvitation, What};

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

    // A password that stays is for trying out; where it is not, that is told.
    for (name, profile, told) in [("Hedy", "strict", true), ("Mary", "demo", false)] {
        let add = ["staff", "add", name, "--role", "clinician", "--lasting", "--profile", profile];
        let output = twoken(&add, &data);
        assert!(output.status.success());
        assert_eq!(String::from_utf8(output.stderr).unwrap().contains("`--lasting` is for trying out"), told);
    }

    let reset = printed(&["staff", "reset-password", "DR. ADA"], &data);
    assert!(reset.starts_with("password: ") && !reset.contains(password), "{reset}");
    let factor = printed(&["staff", "reset-totp", "dr. ada"], &data);
    assert!(factor.starts_with("otpauth://totp/") && factor.trim() != uri, "{factor}");
    assert_eq!(printed(&["staff", "unlock", "Dr. Ada"], &data), "");
    assert_eq!(printed(&["staff", "invitations"], &data), "");
    for id in ["x", &"0".repeat(32)] {
        assert!(failed(&["staff", "withdraw", id], &data).contains("the invitation is not known"));
    }
    for command in ["reset-password", "reset-totp", "unlock"] {
        assert!(failed(&["staff", command, "nobody"], &data).contains("no such account"));
    }
}

#[tokio::test]
async fn open_invitations_are_printed_and_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    printed(&["staff", "add", "Dr. Ada", "--role", "administrator"], data);
    let (_, store) = open_data(data).await.unwrap();
    let inviter = store.staff_account_named("dr. ada").await.unwrap().unwrap().id;
    // 2050-01-01, 12:34:56.
    let expires = Timestamp::new(2_524_653_296);
    let invitation = NewInvitation { token: [1; 32], inviter, account: [2; 16], role: 2, expires };
    let event = NewEvent::new(Timestamp::new(0), Some(inviter), What::Invited);
    store.add_invitation(&invitation, &event).await.unwrap();
    let id = "02".repeat(16);
    let line = format!("{id}  supervisor  until 2050-01-01 12:00 UTC  by Dr. Ada\n");
    assert_eq!(printed(&["staff", "invitations"], data), line);
    assert_eq!(printed(&["staff", "withdraw", &id], data), "");
    assert_eq!(printed(&["staff", "invitations"], data), "");
    let told = store.staff_events(None, 1).await.unwrap().remove(0);
    assert_eq!(
        (told.what, told.actor, told.subject.as_deref()),
        (What::InvitationWithdrawn, None, Some("Dr. Ada"))
    );
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

/// The block of operations.md, character by character, by a shell, with `python3` and `curl`; whatever the spelling of
/// the TAN, it is the same one.
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
    let run = |tan: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-eu", "-c", example]).current_dir(folder.path());
        shell.env("TWOKEN", &server.1).env("TAN", tan).env("PYTHONUTF8", "1").output().unwrap()
    };
    let told = |tan: &str| {
        let output = run(tan);
        let (said, wrong) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success(), "{said}{wrong} (this test needs `python3` and `curl`)");
        said
    };
    let tan_text = tan.display().to_string();
    let spelled = tan_text.to_lowercase().replace('1', "l").replace('0', "o").replace('-', " \u{2013}\t");
    assert_eq!(told(&spelled), "{\"new\":1,\"known\":0}");
    for spelled in [tan_text.clone(), spelled.replace('l', "I"), format!(" {} ", tan_text.replace('-', ""))] {
        assert_eq!(told(&spelled), "{\"new\":0,\"known\":1}", "{spelled}");
    }
    // What does not check is not delivered.
    let last = if tan_text.ends_with('Z') { "Y" } else { "Z" };
    let mistyped = format!("{}{last}", &tan_text[..15]);
    for wrong in [mistyped.as_str(), &tan_text[..15], &format!("{tan_text}0"), "", "UUUUU-UUUUU-UUUU"] {
        let output = run(wrong);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && output.stdout.is_empty() && said.contains("no TAN"),
            "{wrong}: {said}"
        );
    }

    let (keys, store) = open_data(&data).await.unwrap();
    let asked = NewEvent::new(Timestamp::new(0), None, What::TanLookedUp);
    let found = store.look_up_tan(keys.tan.hash(&tan).as_bytes(), &asked).await.unwrap();
    assert!(found.is_some_and(|tan| !tan.redeemed && !tan.revoked));
}
