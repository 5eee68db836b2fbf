//! The command against a real server: `KEYLOFT_TEST_SERVER` names its binary, which `cargo xtask test` builds.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod audit;
mod edits;
mod login;
mod members;
mod notifications;
mod offline;
mod project;
mod rotation;
mod rotators;
mod run;
mod secrets;
#[path = "../support/mod.rs"]
mod support;
mod templates;
mod terminal;
mod tokens;
mod values;
mod watch;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use support::{Machine, Told};
use tempfile::TempDir;

const PASSWORD: &str = "violet anchor drifts north";

/// A server with one person and one workspace, and a token that may do everything.
struct Server {
    data: TempDir,
    process: Option<Child>,
    url: String,
    token: String,
}

impl Server {
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("password"), PASSWORD).unwrap();
        let setup = "setup --data data --email mara@example.org --password-file password --workspace Acme --token-out token";
        let output = binary(data.path(), setup).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let token = fs::read_to_string(data.path().join("token")).unwrap().trim().to_owned();
        let mut server = Self { data, process: None, url: String::new(), token };
        server.serve("127.0.0.1:0");
        server
    }

    fn serve(&mut self, listen: &str) {
        let mut command = binary(self.data.path(), "serve --data data --listen");
        let mut process = command.arg(listen).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().expect("it starts").unwrap();
        first.split(" is running at ").nth(1).unwrap().clone_into(&mut self.url);
        // Someone must go on reading what it says.
        std::thread::spawn(move || lines.for_each(drop));
        self.process = Some(process);
    }

    fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            kill_process(Pid::from_child(&process), Signal::TERM).unwrap();
            process.wait().unwrap();
        }
    }

    /// Once more, where it was.
    fn start_again(&mut self) {
        let listen = self.url.strip_prefix("http://").unwrap().to_owned();
        self.serve(&listen);
    }

    /// A machine that works in the environment dev with the token of setup.
    fn machine(&self) -> Machine {
        let mut machine = Machine::new();
        machine.set("KEYLOFT_URL", &self.url);
        machine.set("KEYLOFT_TOKEN", &self.token);
        machine.set("KEYLOFT_ENVIRONMENT", "dev");
        machine
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn binary(folder: &Path, arguments: &str) -> Command {
    let path = std::env::var_os("KEYLOFT_TEST_SERVER")
        .expect("KEYLOFT_TEST_SERVER names the binary of keyloft-server: `cargo xtask test` builds it and sets this");
    let mut command = Command::new(path);
    command
        .args(arguments.split(' '))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// It went well, and told exactly this, and nothing beside it.
#[track_caller]
fn tells(told: &Told, out: &str) {
    assert_eq!((told.code, told.err.as_str(), told.out.as_str()), (Some(0), "", out));
}

/// It ended so, and told exactly this on standard error.
#[track_caller]
fn fails(told: &Told, code: i32, err: &str) {
    assert_eq!((told.code, told.err.as_str()), (Some(code), format!("{err}\n").as_str()));
}

/// Makes a secret whose values are given by standard input, so that there is no hint.
#[track_caller]
fn make(machine: &Machine, name: &str, values: &[(&str, &str)]) {
    let json = format!(
        "{{{}}}",
        values
            .iter()
            .map(|(key, value)| format!("{key:?}:{value:?}"))
            .collect::<Vec<_>>()
            .join(",")
    );
    machine.write("make.json", json);
    let told = machine.run(&["secret", "create", name, "--from-json", "make.json"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
}

/// Waits until it is so; ten seconds at most.
#[track_caller]
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !so() {
        assert!(begin.elapsed() < Duration::from_secs(10), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(50));
    }
}
