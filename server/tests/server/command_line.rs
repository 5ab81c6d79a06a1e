//! The program as an operator uses it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use twoken_core::tan::Tan;

fn twoken() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twoken-server"));
    command.env_clear();
    command
}

fn run(arguments: &[&str], data: &Path) -> Output {
    twoken().args(arguments).arg("--data").arg(data).output().unwrap()
}

#[track_caller]
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn failed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn tans_are_printed_one_a_line_and_the_key_that_hashes_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("not/there/yet");
    let text = printed(&run(&["tan", "issue", "--count", "3", "--class", "staff"], &data));
    let tans: Vec<_> = text.lines().collect();
    assert_eq!(tans.len(), 3);
    for tan in tans {
        assert_eq!(tan.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 4], "{tan}");
        assert_eq!(*Tan::parse(tan).unwrap().display(), tan);
    }
    let key = printed(&run(&["tan", "key", "export"], &data));
    assert!(twoken_core::tan::TanKey::from_hex(key.trim()).is_ok());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&data), 0o700);
        assert_eq!(mode(&data.join("keys.toml")), 0o600);
        assert_eq!(mode(&data.join("twoken.db")), 0o600);
    }
}

#[test]
fn what_cannot_be_done_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for command in [&["tan", "key", "export"][..], &["batch", "seal"]] {
        let message = failed(&run(command, &data));
        assert!(message.contains("--data"), "{message}");
    }
    assert!(!data.exists(), "a mistyped directory is not made by a question");
    run(&["tan", "issue"], &data);
    let message = failed(&run(&["batch", "seal"], &data));
    assert!(message.contains("twoken-server serve"), "{message}");
    let message = failed(&run(&["serve", "--web", "/nowhere"], &data));
    assert!(message.contains("/nowhere/index.html") && message.contains("--web"), "{message}");
    let message = failed(&run(&["serve", "--config", "/nowhere.toml"], &data));
    assert!(message.contains("/nowhere.toml"), "{message}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let message = failed(&run(&["serve", "--listen", &address], &data));
    assert!(message.contains(&address) && message.contains("--listen"), "{message}");
}

#[test]
fn config_check_shows_the_settings_and_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let text = printed(&run(&["config", "check"], folder.path()));
    assert!(text.contains("profile = \"strict\"") && text.contains("min_uploads = 5"), "{text}");
    assert!(text.contains("# warning: `advice`"), "{text}");
    assert!(!folder.path().join("keys.toml").exists(), "a check makes nothing");

    // The file beside the data is found by itself; the environment wins over it.
    std::fs::write(folder.path().join("config.toml"), "min_uploads = 0\nname = \"Office\"\n").unwrap();
    let output = run(&["config", "check"], folder.path());
    let message = failed(&output);
    assert!(message.contains("would not start"), "{message}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("# error: `min_uploads` is 0") && text.contains("name = \"Office\""), "{text}");
    let output = twoken()
        .args(["config", "check", "--profile", "demo", "--data"])
        .arg(folder.path())
        .env("TWOKEN_MIN_UPLOADS", "2")
        .env("TWOKEN_API_KEY", "a-secret-of-more-than-22-characters")
        .output()
        .unwrap();
    let text = printed(&output);
    assert!(text.contains("min_uploads = 2") && text.contains("profile = \"demo\""), "{text}");
    assert!(!text.contains("a-secret") && text.contains("api_key_hash"), "{text}");
    let output = twoken()
        .args(["config", "check"])
        .env("TWOKEN_MIN_UPLAODS", "2")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        printed(&output).contains("# warning: the environment variable TWOKEN_MIN_UPLAODS is no setting")
    );
}

#[cfg(unix)]
#[test]
fn it_serves_seals_on_demand_and_stops_when_terminated() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = twoken()
        .args(["serve", "--profile", "demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
    let listening = lines.find(|line| line.contains("listening on")).unwrap();
    assert!(listening.contains("demo"), "{listening}");
    let address = listening.split("http://").nth(1).unwrap();
    let address: String =
        address.chars().take_while(|c| c.is_ascii_digit() || *c == '.' || *c == ':').collect();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut stream, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut stream, &mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("{\"status\":\"ok\"}"), "{said}");

    assert_eq!(printed(&run(&["batch", "seal"], folder.path())), "nothing waits\n");
    let message = failed(&run(&["batch", "seal", "--region", "nowhere"], folder.path()));
    assert!(message.contains("root"), "{message}");
    let resident = resident_kilobytes(server.id());
    assert!(resident < 60 * 1024, "{resident} kB at rest");

    assert!(Command::new("kill").arg("-TERM").arg(server.id().to_string()).status().unwrap().success());
    assert!(server.wait().unwrap().success(), "a stop is no failure");
    let rest: Vec<_> = lines.collect();
    assert!(rest.iter().any(|line| line.contains("stopped")), "{rest:?}");
}

#[cfg(unix)]
fn resident_kilobytes(process: u32) -> u64 {
    // Not every Unix has /proc; where there is none, the tool says it.
    let output = Command::new("ps").args(["-o", "rss=", "-p", &process.to_string()]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}
