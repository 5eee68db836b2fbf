//! The Python SDK: its checks, its tests against the release binaries, and the files that it is published as.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::readers;
use crate::error::{Error, OnFile};
use crate::step::{Step, step};
use crate::workspace::Workspace;

/// A Python with the SDK, which is installed from its folder, and what its checks need.
pub(super) fn install(workspace: &Workspace) -> Result<PathBuf, Error> {
    step("Python SDK: packages", |step| {
        let project = folder(workspace).join("pyproject.toml");
        let venv = workspace.target.join("xtask/sdk");
        let stamp = venv.join(".keyloft-installed");
        let python = venv.join("bin/python");
        // The package is not copied into the venv, which several checkouts may share.
        let mut wanted = fs::read(&project).on("read", &project)?;
        wanted.extend(folder(workspace).as_os_str().as_encoded_bytes());
        if python.is_file() && fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            step.note("unchanged");
            return Ok(python);
        }
        readers::make_empty_venv(step, workspace, &venv)?;
        let mut pip = Command::new(&python);
        pip.current_dir(folder(workspace));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--editable", ".[dev]"]);
        step.run(&mut pip)?;
        fs::write(&stamp, wanted).on("write", &stamp)?;
        Ok(python)
    })
}

/// The `keyloft` command, built as the server is.
pub(super) fn build_command(workspace: &Workspace) -> Result<PathBuf, Error> {
    step("command", |step| {
        let build = ["build", "--locked", "--release", "--package", "cli"];
        step.run(workspace.cargo().args(build))?;
        Ok(workspace.target.join("release/keyloft"))
    })
}

/// Formatting, lints and types, and whether wheel and sdist can be built; returns how many checks passed.
pub(super) fn check(workspace: &Workspace, python: &Path) -> Result<u64, Error> {
    step("Python SDK: checks", |step| {
        let dist = workspace.target.join("xtask/sdk-dist");
        let out = dist.to_string_lossy();
        let checks: [&[&str]; 4] = [
            &["ruff", "format", "--check"],
            &["ruff", "check"],
            &["pyright", "--pythonpath", &python.to_string_lossy()],
            &["build", "--no-isolation", "--outdir", &out],
        ];
        for check in checks {
            step.run(module(workspace, python).args(check))?;
        }
        Ok(4)
    })
}

/// Runs its tests on every database there is; returns how many passed.
pub(super) fn run(
    workspace: &Workspace,
    python: &Path,
    server: &Path,
    command: &Path,
    postgres: Option<&str>,
) -> Result<u64, Error> {
    step("Python SDK: tests", |step| {
        let mut pytest = module(workspace, python);
        pytest.args(["pytest", "--quiet", "--color=no", "--tb=short"]);
        pytest.env("KEYLOFT_SERVER", server).env("KEYLOFT_CLI", command);
        if let Some(url) = postgres {
            pytest.env("KEYLOFT_TEST_POSTGRES_URL", url);
        }
        let result = step.run(&mut pytest);
        let (passed, failed) = count(step)?;
        match result {
            Ok(()) if passed > 0 && failed == 0 => Ok(passed),
            Err(Error::Interrupted) => Err(Error::Interrupted),
            Err(error @ Error::Start { .. }) => Err(error),
            _ => Err(Error::Tests { passed, failed: failed.max(1) }),
        }
    })
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("sdk/python")
}

/// A module of that Python, run in the SDK's folder.
fn module(workspace: &Workspace, python: &Path) -> Command {
    let mut command = Command::new(python);
    command.current_dir(folder(workspace)).env("PYTHONDONTWRITEBYTECODE", "1").arg("-m");
    command
}

fn count(step: &Step) -> Result<(u64, u64), Error> {
    Ok(counted(&step.text()?))
}

/// Passed and failed tests in pytest's last line: `2 failed, 142 passed, 1 error in 16.78s`.
fn counted(output: &str) -> (u64, u64) {
    let last = output.lines().rev().find(|line| line.contains(" in ")).unwrap_or_default();
    let number = |word: &str| {
        let before = last.split(word).next().filter(|before| before.len() < last.len());
        let digits = before.and_then(|before| before.rsplit(' ').next());
        digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    (number(" passed"), number(" failed") + number(" error"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pytests_last_line_has_the_figures() {
        assert_eq!(counted("....\n144 passed in 16.78s\n"), (144, 0));
        assert_eq!(counted("F\n2 failed, 142 passed, 1 error in 16.78s\n"), (142, 3));
        assert_eq!(counted("nothing was run"), (0, 0));
    }
}
