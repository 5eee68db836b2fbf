//! The binary, as an operator runs it: what it prints, and with which code it ends.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

const PASSWORD: &str = "violet anchor drifts north";
const OTHER: &str = "seven quiet otters rowing";

/// A folder to run commands in.
struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        std::fs::write(machine.path().join("password"), format!("{PASSWORD}\n")).unwrap();
        machine
    }

    /// With a first person in `./data`.
    fn set_up() -> Self {
        let machine = Self::new();
        let output = machine.run(&SETUP);
        assert_eq!(told(&output), (0, "Set up. mara@example.org can sign in now.\n", ""));
        machine
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyloft-server"));
        command.current_dir(self.path()).args(arguments).stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KEYLOFT_")) {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A server on a free port.
    fn serve(&self, arguments: &[&str]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        Server::start(command.args(arguments))
    }
}

const SETUP: [&str; 7] =
    ["setup", "--email", "mara@example.org", "--password-file", "password", "--workspace", "Acme"];

/// A server under way.
struct Server {
    process: Child,
    stderr: ChildStderr,
    /// What it said at its start, up to the line about the root key.
    welcome: Vec<String>,
}

impl Server {
    fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = process.stderr.take().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut welcome = Vec::new();
        while welcome.last().is_none_or(|line: &String| !line.starts_with("Root key")) {
            welcome.push(lines.next().expect("it starts").unwrap());
        }
        Self { process, stderr, welcome }
    }

    /// The code it ends with once told to, and its log.
    fn stop(mut self) -> (i32, String) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        let mut log = String::new();
        self.stderr.read_to_string(&mut log).unwrap();
        (self.process.wait().unwrap().code().unwrap(), log)
    }
}

fn told(output: &Output) -> (i32, &str, &str) {
    let text = |bytes| std::str::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_new_server_says_where_it_is_and_how_to_set_it_up() {
    let machine = Machine::new();
    let server = machine.serve(&["--log", "debug"]);
    let [first, second, third, fourth] = &server.welcome[..] else {
        panic!("{:?}", server.welcome)
    };
    let url = first.strip_prefix("Keyloft 0.1.0 is running at ").unwrap().to_owned();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let code = second.strip_prefix(&format!("Set it up at {url}/setup with this code: ")).unwrap();
    assert_eq!(code.len(), 19, "{code}");
    assert_eq!(third, "Data: ./data/keyloft.db");
    assert_eq!(fourth, "Root key: ./data/root.key");

    let code = code.to_owned();
    let (status, log) = server.stop();
    assert_eq!(status, 0, "{log}");
    assert!(log.contains("stopping"), "{log}");
    assert!(!log.contains(&code), "{log}");
}

#[test]
fn a_server_that_is_set_up_has_no_code_and_its_data_stay() {
    let machine = Machine::set_up();
    // No command is `serve`.
    let mut command = machine.command(&[]);
    let server = Server::start(command.env("KEYLOFT_LISTEN", "127.0.0.1:0"));
    assert!(server.welcome.iter().all(|line| !line.contains("code")), "{:?}", server.welcome);
    assert_eq!(server.stop().0, 0);
}

#[test]
fn one_server_runs_on_a_file() {
    let machine = Machine::set_up();
    let server = machine.serve(&[]);
    let second = machine.run(&["serve", "--listen", "127.0.0.1:0"]);
    let sentence = "keyloft-server: another keyloft-server is running on ./data/keyloft.db. \
        Stop it first, or give this one another --data folder\n";
    assert_eq!(told(&second), (75, "", sentence));
    // The operator's commands need no stop.
    assert_eq!(machine.run(&["audit", "verify"]).status.code(), Some(0));
    assert_eq!(server.stop().0, 0);
    assert_eq!(machine.serve(&[]).stop().0, 0);
}

#[test]
fn setting_up_happens_once() {
    let machine = Machine::set_up();
    let sentence = "keyloft-server: this server is set up already: sign in, or give an owner \
        another password with user reset\n";
    assert_eq!(told(&machine.run(&SETUP)), (1, "", sentence));
}

#[test]
fn what_is_wrong_with_a_setup_is_named_by_its_option() {
    let machine = Machine::new();
    std::fs::write(machine.path().join("password"), "short\n").unwrap();
    let mut arguments = SETUP;
    arguments[2] = "mara";
    let sentence = "keyloft-server: --email: An e-mail address looks like name@example.org. \
        the password: Too short: 5 characters, and it takes at least 15.\n";
    assert_eq!(told(&machine.run(&arguments)), (65, "", sentence));
}

#[test]
fn a_lost_password_is_replaced() {
    let machine = Machine::set_up();
    std::fs::write(machine.path().join("other"), OTHER).unwrap();
    let reset =
        |email| machine.run(&["user", "reset", "--email", email, "--password-file", "other"]);
    let sentence = "mara@example.org has a new password. All their sessions have ended.\n";
    assert_eq!(told(&reset("mara@example.org")), (0, sentence, ""));
    let sentence = "keyloft-server: nobody here signs in with eve@example.org\n";
    assert_eq!(told(&reset("eve@example.org")), (65, "", sentence));
}

#[tokio::test]
async fn a_changed_audit_log_shows() {
    let machine = Machine::set_up();
    let verified = machine.run(&["audit", "verify"]);
    let (code, rows, _) = told(&verified);
    assert_eq!(code, 0);
    let lines: Vec<_> = rows.lines().collect();
    assert!(lines[0].starts_with("ins_") && lines[0].ends_with(": 2 rows, unbroken"), "{rows}");
    assert!(lines[1].starts_with("wsp_") && lines[1].ends_with(": 1 rows, unbroken"), "{rows}");

    let key = machine.run(&["audit", "public-key"]);
    assert!(told(&key).1.starts_with("ed25519:"));
    std::fs::write(machine.path().join("anchors"), "{}\n").unwrap();
    let forged = machine.run(&["audit", "verify", "--anchor", "anchors"]);
    let sentence =
        "keyloft-server: --anchor anchors: line 1 is no checkpoint that this instance signed\n";
    assert_eq!(told(&forged), (13, "", sentence));
    let export = machine.run(&["audit", "verify", "--export", "anchors"]);
    assert_eq!(told(&export).0, 65);

    let file = machine.path().join("data/keyloft.db");
    let mut database =
        SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    sqlx::raw_sql("update audit_rows set body = x'7b7d' where seq = 2")
        .execute(&mut database)
        .await
        .unwrap();
    database.close().await.unwrap();

    let broken = machine.run(&["audit", "verify"]);
    let (code, rows, error) = told(&broken);
    assert_eq!(code, 10);
    let chain = lines[0].split(':').next().unwrap();
    assert_eq!(error, format!("keyloft-server: audit chain {chain} is broken at row 2\n"));
    assert!(rows.contains("1 rows, then broken at row 2"), "{rows}");
    assert!(rows.contains(": 1 rows, unbroken"), "the other chain is told too: {rows}");
}

#[test]
fn a_database_without_its_root_key_is_not_opened() {
    let machine = Machine::set_up();
    std::fs::remove_file(machine.path().join("data/root.key")).unwrap();
    let output = machine.run(&["serve", "--listen", "127.0.0.1:0"]);
    let (code, _, error) = told(&output);
    assert_eq!(code, 78);
    assert!(error.starts_with("keyloft-server: the root key of instance ins_"), "{error}");
    assert!(error.contains("is missing: ./data/root.key is not there."), "{error}");
    assert!(!machine.path().join("data/root.key").exists(), "none is made");
}

#[test]
fn mistakes_are_told_in_one_line_and_make_nothing() {
    for (arguments, code, sentence) in [
        (
            &["serve", "--listen", "0.0.0.0:3000"][..],
            78,
            "http://0.0.0.0:3000 would send passwords over the network unencrypted: put a proxy \
             that speaks TLS in front and start with --public-url https://… --trusted-proxy CIDR, \
             the proxy's address. Plain http is for a public URL on this machine alone, such as \
             http://localhost:3000",
        ),
        (
            &["serve", "--database", "mysql://u:hunter2@h/d"],
            78,
            "--database: expected sqlite:FILE or postgres://USER@HOST/DATABASE",
        ),
        (
            &["audit", "verify"],
            78,
            "there is no database at ./data/keyloft.db: name its place with --data or --database",
        ),
        (
            &["serve", "--demo", "--root-key-file", "x"],
            78,
            "--demo brings its own database and root key: leave out --database, --database-file, \
             --root-key-file and KEYLOFT_ROOT_KEY",
        ),
        (
            &["serve", "--log", "loud=please"],
            78,
            "--log: \"loud=please\" is no log filter: write info, or info,sqlx=warn (error parsing \
             level filter: expected one of \"off\", \"error\", \"warn\", \"info\", \"debug\", \
             \"trace\", or a number 0-5)",
        ),
        (
            &["user", "reset", "--email", "a@b", "--database-file", "none"],
            78,
            "cannot read none: No such file or directory (os error 2)",
        ),
    ] {
        let machine = Machine::new();
        let output = machine.run(arguments);
        let expected = format!("keyloft-server: {sentence}\n");
        assert_eq!(told(&output), (code, "", expected.as_str()), "{arguments:?}");
        assert!(!machine.path().join("data").exists(), "{arguments:?}");
    }
}

#[test]
fn a_database_that_is_not_there_is_unavailable() {
    let machine = Machine::new();
    std::fs::create_dir(machine.path().join("folder")).unwrap();
    let output = machine.run(&["audit", "verify", "--database", "sqlite:folder"]);
    let (code, _, error) = told(&output);
    assert_eq!(code, 69, "{error}");
    assert!(error.starts_with("keyloft-server: the database does not answer"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}

#[test]
fn setup_writes_a_first_token_that_only_its_owner_can_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let machine = Machine::new();
    let with_token = |file: &'static str| [&SETUP[..], &["--token-out", file]].concat();
    let refused = machine.run(&with_token("password"));
    let expected =
        "keyloft-server: --token-out: cannot write password: File exists (os error 17)\n";
    assert_eq!(told(&refused), (73, "", expected));

    let output = machine.run(&with_token("token"));
    let expected = "The first token is in token; it ends in a year.\n\
                    Set up. mara@example.org can sign in now.\n";
    assert_eq!(told(&output), (0, expected, ""), "what was refused before made nothing");
    let token = machine.path().join("token");
    assert!(std::fs::read_to_string(&token).unwrap().starts_with("kl_st_"));
    assert_eq!(token.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    let again = machine.run(&with_token("another"));
    assert_eq!(again.status.code(), Some(1));
    assert!(!machine.path().join("another").exists(), "no file without a token");
}

#[test]
fn a_port_in_use_is_named() {
    let machine = Machine::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = machine.run(&["serve", "--listen", &address]);
    let sentence = format!(
        "keyloft-server: cannot listen on {address}: Address already in use (os error 98)\n"
    );
    assert_eq!(told(&output), (69, "", sentence.as_str()));
}
