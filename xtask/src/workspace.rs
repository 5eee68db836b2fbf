//! Where things are, and how cargo is called.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::error::Error;

/// The checkout that xtask was started in.
pub(crate) struct Workspace {
    /// The folder with the top `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds: `$CARGO_TARGET_DIR`, or `target` in the root.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo, which knows every way to configure the target folder.
    pub(crate) fn find() -> Result<Self, Error> {
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .output()
            .map_err(|source| Error::Start { command: "cargo metadata".to_owned(), source })?;
        let unexpected = || Error::Unexpected {
            tool: "cargo metadata",
            answer: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        };
        let metadata: Value =
            serde_json::from_slice(&output.stdout).map_err(|_invalid| unexpected())?;
        let path = |name: &str| metadata[name].as_str().map(PathBuf::from).ok_or_else(unexpected);
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")? })
    }

    /// A cargo command in the root of the workspace.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Any other command in the root of the workspace.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }
}

/// The cargo that runs xtask, without the variables that describe xtask as a package: build scripts
/// that watch them would run anew.
fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _value) in env::vars_os() {
        if name.to_str().is_some_and(describes_a_package) {
            command.env_remove(name);
        }
    }
    command.env_remove("KEYLOFT_SITE");
    command
}

fn describes_a_package(variable: &str) -> bool {
    const PREFIXES: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];
    const NAMES: [&str; 4] = ["CARGO", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "OUT_DIR"];
    NAMES.contains(&variable) || PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
}
