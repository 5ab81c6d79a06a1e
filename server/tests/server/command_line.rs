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

/// A demo's clock runs ahead in everything: what it says, what it signs, and what the commands of its data do.
#[cfg(unix)]
#[test]
fn a_demo_server_can_live_in_days_to_come_and_its_commands_with_it() {
    const AHEAD: u64 = 20 * 86_400;
    let folder = tempfile::tempdir().unwrap();
    let ahead = AHEAD.to_string();
    let strict = twoken()
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .env("TWOKEN_CLOCK_AHEAD_SECONDS", &ahead)
        .output()
        .unwrap();
    let message = failed(&strict);
    assert!(message.contains("`clock_ahead_seconds`") && message.contains("--profile demo"), "{message}");

    let noted = || printed(&run(&["tan", "issue", "--hours", "1"], folder.path()));
    let expiry_hours = || -> Vec<u64> {
        let database = folder.path().join("twoken.db");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database);
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            let rows = sqlx::query("SELECT expires_hour FROM tan ORDER BY 1").fetch_all(&pool).await.unwrap();
            rows.iter().map(|row| sqlx::Row::get::<i64, _>(row, 0).cast_unsigned()).collect()
        })
    };
    let (date, told) = one_start(folder.path(), &[("TWOKEN_CLOCK_AHEAD_SECONDS", &ahead)]);
    noted();
    let (system_date, untold) = one_start(folder.path(), &[]);
    noted();
    assert!(told.contains("the clock runs 1728000 s ahead"), "{told}");
    assert!(!untold.contains("ahead"), "{untold}");
    let [now, then] = [system_date, date].map(|text| httpdate::parse_http_date(&text).unwrap());
    let apart = then.duration_since(now).unwrap().as_secs();
    // Both were asked within some seconds of each other.
    assert!((AHEAD - 120..=AHEAD).contains(&apart), "{apart}");
    let [by_system, by_demo] = expiry_hours().try_into().unwrap();
    assert!((AHEAD / 3600 - 1..=AHEAD / 3600).contains(&(by_demo - by_system)), "{by_demo} {by_system}");
}

/// `cargo xtask serve` issues a TAN before the first start: it is for the clock that the server will have.
#[cfg(unix)]
#[test]
fn a_tan_that_is_issued_before_the_first_start_is_valid_by_a_clock_that_runs_ahead() {
    const AHEAD: i64 = 20 * 24;
    let expiry_of = |profile: &str| -> i64 {
        let folder = tempfile::tempdir().unwrap();
        let mut command = twoken();
        command.args(["tan", "issue", "--hours", "1", "--profile", profile, "--data"]).arg(folder.path());
        printed(&command.env("TWOKEN_CLOCK_AHEAD_SECONDS", (AHEAD * 3600).to_string()).output().unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("twoken.db"));
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            sqlx::Row::get(&sqlx::query("SELECT expires_hour FROM tan").fetch_one(&pool).await.unwrap(), 0)
        })
    };
    // No strict server starts so, and its commands do not follow.
    let apart = expiry_of("demo") - expiry_of("strict");
    assert!((AHEAD - 1..=AHEAD).contains(&apart), "{apart}");
}

/// A study from its opening to its files, as an operator does it beside a server.
#[cfg(unix)]
#[test]
fn a_study_is_opened_listed_closed_and_exported_once() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let open = |title: &str, ends: &str| {
        let text =
            ["--institution", "Institute", "--asks", "How close you were.", "--contact", "a@b.example"];
        let rest = ["--title", title, "--title-de", "Kontakte", "--ends", ends];
        run(&[&["study", "open"][..], &text, &rest].concat(), &data)
    };
    assert!(failed(&open("Contacts", "2100-01-01")).contains("--data"));
    one_start(&data, &[]);
    assert!(failed(&open("Contacts", "2000-01-01")).contains("the last day must be today"));
    assert!(failed(&open(" Contacts", "2100-01-01")).contains("the last day must be today"));
    assert_eq!(open("Contacts", "tomorrow").status.code(), Some(2));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let today = runtime.block_on(async {
        let (_, store) = twoken_server::app::open_data(&data).await.unwrap();
        let keys = store.current_config().await.unwrap();
        assert!(keys.is_some());
        store.close().await;
        let now = std::fs::metadata(data.join("twoken.db")).unwrap().modified().unwrap();
        let seconds = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        twoken_core::units::Timestamp::new(seconds).day()
    });
    let ends = today.plus(3).to_string();
    assert!(failed(&open(" Contacts", &ends)).contains("`title`"));
    assert!(failed(&open("=1+1", &ends)).contains("formula"));
    let id = printed(&open("Contacts", &ends)).trim().to_owned();
    assert_eq!(id.len(), 64);
    assert!(failed(&open("Contacts", &ends)).contains("exactly this"));
    let listed = printed(&run(&["study", "list"], &data));
    assert_eq!(listed, format!("{id}  open until {ends}  under 1000 reports  Contacts\n"));
    let to = folder.path().to_str().unwrap();
    let export = |columns: &str| run(&["study", "export", &id[..8], "--to", to, "--columns", columns], &data);
    assert!(failed(&export("scheme")).contains("study close"));
    printed(&run(&["study", "close", &id], &data));
    assert!(failed(&export("scheme")).contains("10 reports"));
    assert!(failed(&export("category")).contains("day, week, duration, closeness, scheme"));
    assert!(failed(&run(&["study", "close", "0000"], &data)).contains("study list"));

    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.join("twoken.db"));
        let database = sqlx::SqlitePool::connect_with(options).await.unwrap();
        sqlx::query(
            "WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < 12)
             INSERT INTO study_report SELECT id, randomblob(32), 20000, 2, 1, NULL, 1, 1 FROM study, one",
        )
        .execute(&database)
        .await
        .unwrap();
        database.close().await;
    });
    let written = printed(&export("scheme"));
    let [table, codebook] = written.lines().collect::<Vec<_>>().try_into().unwrap();
    assert!(table.ends_with(&format!("study-{}.csv", &id[..8])), "{table}");
    let text = std::fs::read_to_string(table).unwrap();
    assert_eq!(text, "scheme,de_duplication,reports\r\nmutual,de-duplicated,12\r\n");
    assert!(std::fs::read_to_string(codebook).unwrap().contains(&id));
    assert_eq!(std::fs::metadata(table).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(failed(&export("scheme")).contains("could not be written"), "nothing is written over");
    assert!(failed(&export("day")).contains("by the columns scheme"));
    assert!(printed(&run(&["study", "list"], &data)).contains("  exported, deleted on "));
}

/// Starts a demo server, asks it for its health, ends it. Returns the `date` of the answer and all that it said.
#[cfg(unix)]
fn one_start(data: &Path, variables: &[(&str, &str)]) -> (String, String) {
    let mut command = twoken();
    command.args(["serve", "--profile", "demo", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut told = String::new();
    let address = loop {
        let line = lines.next().unwrap();
        told += &line;
        if let Some((_, address)) = line.split_once("listening on http://") {
            break address
                .chars()
                .take_while(|c| c.is_ascii_digit() || ".:".contains(*c))
                .collect::<String>();
        }
    };
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut stream, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    let date = answer.lines().find_map(|line| line.strip_prefix("date: ")).unwrap().to_owned();
    assert!(Command::new("kill").arg("-TERM").arg(server.id().to_string()).status().unwrap().success());
    let mut printed = String::new();
    std::io::Read::read_to_string(&mut server.stdout.take().unwrap(), &mut printed).unwrap();
    assert!(server.wait().unwrap().success());
    (date, told + &printed)
}

#[cfg(unix)]
fn resident_kilobytes(process: u32) -> u64 {
    // Not every Unix has /proc; where there is none, the tool says it.
    let output = Command::new("ps").args(["-o", "rss=", "-p", &process.to_string()]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}
