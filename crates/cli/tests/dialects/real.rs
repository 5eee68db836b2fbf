//! The packages themselves, each given many texts at once.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Keys and values as a program ends up with them.
pub(crate) type Variables = BTreeMap<String, String>;

/// `dotenv_values` of each file.
pub(crate) fn python_dotenv(files: &[String], interpolate: bool) -> Vec<Variables> {
    const SCRIPT: &str = "
import json, logging, sys, tempfile
from dotenv import dotenv_values
logging.disable()
request = json.load(sys.stdin)
answers = []
with tempfile.NamedTemporaryFile() as file:
    for text in request['files']:
        with open(file.name, 'wb') as out:
            out.write(text.encode())
        values = dotenv_values(file.name, interpolate=request['interpolate'])
        answers.append({key: value for key, value in values.items() if value is not None})
json.dump(answers, sys.stdout)
";
    python(SCRIPT, &json!({ "files": files, "interpolate": interpolate }))
}

/// What `PyYAML` makes of each document.
pub(crate) fn pyyaml(documents: &[String]) -> Vec<Value> {
    const SCRIPT: &str = "
import json, sys, yaml
json.dump([yaml.safe_load(text) for text in json.load(sys.stdin)], sys.stdout)
";
    python(SCRIPT, &json!(documents))
}

/// `parse` of the npm package `dotenv`, for each file.
pub(crate) fn node_dotenv(files: &[String]) -> Vec<Variables> {
    node(
        "const { parse } = require(process.argv[1] + '/dotenv');
        answer((files) => files.map((file) => parse(Buffer.from(file))));",
        files,
    )
}

/// `util.parseEnv` for each file, with the version that is written down here; none with another one.
pub(crate) fn node_builtin(files: &[String]) -> Option<Vec<Variables>> {
    node(
        "const { parseEnv } = require('node:util');
        const known = process.versions.node.startsWith('20.');
        answer((files) => known ? files.map((file) => parseEnv(file)) : null);",
        files,
    )
}

/// What dotenvy makes of a file, statement by statement.
pub(crate) fn dotenvy(file: &str) -> Vec<Option<(String, String)>> {
    dotenvy::from_read_iter(file.as_bytes()).map(Result::ok).collect()
}

fn python<T: DeserializeOwned>(script: &str, request: &Value) -> T {
    let mut command = Command::new(named("KEYLOFT_TEST_PYTHON"));
    // Isolated from what else is installed, and with UTF-8 whatever the locale.
    command.args(["-I", "-X", "utf8", "-c", script]);
    ask(command, request)
}

fn node<T: DeserializeOwned>(script: &str, files: &[String]) -> T {
    const ANSWER: &str = "
        function answer(handle) {
            const request = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
            process.stdout.write(JSON.stringify(handle(request)));
        }";
    let mut command = Command::new("node");
    command.args(["--no-warnings", "-e", &format!("{ANSWER}\n{script}")]);
    command.arg(named("KEYLOFT_TEST_NODE_MODULES"));
    ask(command, &json!(files))
}

fn named(variable: &str) -> OsString {
    env::var_os(variable)
        .unwrap_or_else(|| panic!("{variable} is not set; `cargo xtask test` sets it"))
}

fn ask<T: DeserializeOwned>(mut command: Command, request: &Value) -> T {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut child = command
        .env_clear()
        .env("PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(request.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}
