//! The API does what its own description says: schemathesis reads the description, makes up requests that follow it and that do
//! not, in isolation and in sequences, and compares every answer.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use client::{Address, Client};
use model::api::MakeToken;
use model::{BearerToken, Scope};

/// Programs that may do different things. None may do all: one that can revoke tokens would soon end its own.
const PRINCIPALS: [&[Scope]; 3] =
    [&[Scope::List, Scope::Read, Scope::Rotate, Scope::Write], &[Scope::Read], &[Scope::Admin]];

#[test]
fn the_api_keeps_to_its_description() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let first = std::fs::read_to_string(folder.path().join("token")).unwrap();
    let first = BearerToken::parse(&first).unwrap();
    let client = Client::new(Address::parse(&server.url).unwrap(), Some(first));
    for scopes in PRINCIPALS {
        let new =
            MakeToken { name: "contract".into(), scopes: scopes.to_vec(), ..MakeToken::default() };
        let made = client.make_token(&new).unwrap();
        let report = check(folder.path(), &server.url, made.token.dangerously_expose());
        assert!(report.0, "{scopes:?}:\n{}", report.1);
    }
}

/// Whether nothing was found, and the report.
fn check(folder: &Path, url: &str, token: &str) -> (bool, String) {
    let output = Command::new(schemathesis())
        .current_dir(folder)
        .arg("--config-file")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemathesis.toml"))
        .args(["run", &format!("{url}/api/v1/openapi.json"), "--url", &format!("{url}/api/v1")])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", "all", "--max-examples", "15", "--seed", "1", "--no-color"])
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Beside the Python that the tests are given.
fn schemathesis() -> PathBuf {
    let python = std::env::var_os("KEYLOFT_TEST_PYTHON").expect(
        "KEYLOFT_TEST_PYTHON names a Python with the packages of crates/cli/tests/requirements.txt; \
         `cargo xtask test` makes one",
    );
    Path::new(&python).with_file_name("schemathesis")
}

/// A server under way, set up, with its first token in `token`.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        std::fs::write(folder.join("password"), "violet anchor drifts north\n").unwrap();
        let command = |arguments: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_keyloft-server"));
            command.current_dir(folder).args(arguments.split(' '));
            command.stdin(Stdio::null()).stdout(Stdio::piped());
            command
        };
        let setup = "setup --email mara@example.org --password-file password --workspace Acme --token-out token";
        assert!(command(setup).status().unwrap().success());
        // Strangers are counted by their address, and here all are one.
        let serve = "serve --listen 127.0.0.1:0 --anonymous-rate 0 --log error";
        let mut process = command(serve).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let welcome = lines.next().expect("it starts").unwrap();
        let url = welcome.split(' ').next_back().unwrap().to_owned();
        Self { process, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
