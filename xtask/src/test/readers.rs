//! The programs that `crates/cli` compares itself with: Python and npm packages that read `.env` files.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, OnFile};
use crate::step::{Step, step};
use crate::workspace::Workspace;
use crate::{apt, npm};

/// Where they are, unless the environment says so already, which our children inherit.
pub(super) struct Readers {
    /// A Python with the packages of `crates/cli/tests/requirements.txt`.
    pub(super) python: Option<PathBuf>,
    /// A `node_modules` folder with `dotenv`.
    pub(super) node_modules: Option<PathBuf>,
}

/// Python and npm, which Debian may have to be asked for.
pub(super) fn ensure_programs(step: &Step) -> Result<(), Error> {
    if env::var_os(PYTHON).is_none() && apt::find_program("python3").is_none() {
        apt::install(step, "Python with venv", &VENV_PACKAGES)?;
    }
    if env::var_os(NODE_MODULES).is_none() {
        npm::find_or_install(step)?;
    }
    Ok(())
}

pub(super) fn install(workspace: &Workspace) -> Result<Readers, Error> {
    let missing = |variable| env::var_os(variable).is_none();
    let python = || step("Python packages", |step| make_venv(step, workspace));
    let packages =
        || step("npm packages", |step| npm::install_packages(step, workspace, npm::END2END));
    Ok(Readers {
        python: missing(PYTHON).then(python).transpose()?,
        node_modules: missing(NODE_MODULES).then(packages).transpose()?,
    })
}

/// Makes a virtual environment with the required packages, unless there is one; returns its Python.
fn make_venv(step: &Step, workspace: &Workspace) -> Result<PathBuf, Error> {
    let requirements = workspace.root.join("crates/cli/tests/requirements.txt");
    let folder = workspace.target.join("xtask/python");
    let stamp = folder.join(".keyloft-installed");
    let python = folder.join("bin/python");
    let wanted = fs::read(&requirements).on("read", &requirements)?;
    if python.is_file() && fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        step.note("unchanged");
        return Ok(python);
    }
    make_empty_venv(step, workspace, &folder)?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"]);
    step.run(pip.arg(&requirements))?;
    fs::write(&stamp, wanted).on("write", &stamp)?;
    Ok(python)
}

/// Makes a virtual environment in place of whatever is in that folder.
pub(super) fn make_empty_venv(
    step: &Step,
    workspace: &Workspace,
    folder: &Path,
) -> Result<(), Error> {
    let make = || {
        let mut command = workspace.command("python3");
        command.args(["-m", "venv", "--clear"]).arg(folder);
        command
    };
    if let Err(error) = step.run(&mut make()) {
        if matches!(error, Error::Interrupted) {
            return Err(error);
        }
        // Debian's Python comes without the means to do this.
        apt::install(step, "Python's venv", &VENV_PACKAGES)?;
        step.run(&mut make())?;
    }
    Ok(())
}

pub(super) const PYTHON: &str = "KEYLOFT_TEST_PYTHON";
pub(super) const NODE_MODULES: &str = "KEYLOFT_TEST_NODE_MODULES";
const VENV_PACKAGES: [&str; 2] = ["python3", "python3-venv"];
