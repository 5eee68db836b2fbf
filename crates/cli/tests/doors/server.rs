//! A server of its own for each door.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use client::{Address, Client};
use model::BearerToken;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

pub(crate) const EMAIL: &str = "mara@example.org";
pub(crate) const PASSWORD: &str = "violet anchor drifts north";

/// A server with one person and one workspace, and a program's token that may do everything.
pub(crate) struct Server {
    data: TempDir,
    process: Child,
    pub(crate) url: String,
    pub(crate) token: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("password"), PASSWORD).unwrap();
        let setup = format!(
            "setup --data data --email {EMAIL} --password-file password --workspace Acme --token-out token"
        );
        let output = binary(data.path(), &setup).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let token = fs::read_to_string(data.path().join("token")).unwrap().trim().to_owned();

        let mut command = binary(data.path(), "serve --data data --listen 127.0.0.1:0");
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().expect("it starts").unwrap();
        let url = first.split(" is running at ").nth(1).unwrap().to_owned();
        // Someone must go on reading what it says.
        std::thread::spawn(move || lines.for_each(drop));
        Self { data, process, url, token }
    }

    pub(crate) fn client(&self, token: Option<&str>) -> Client {
        let token = token.map(|token| BearerToken::parse(token).unwrap());
        Client::new(Address::parse(&self.url).unwrap(), token)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.data.path().join("data").join("keyloft.db")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        self.process.wait().unwrap();
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
