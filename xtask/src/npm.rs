//! The npm packages of what drives a browser.

use std::fs;
use std::path::PathBuf;

use crate::apt;
use crate::error::{Error, OnFile};
use crate::step::Step;
use crate::workspace::Workspace;

/// npm from PATH, or Debian's package.
pub(crate) fn find_or_install(step: &Step) -> Result<(), Error> {
    match apt::find_program("npm") {
        Some(_npm) => Ok(()),
        None => apt::install(step, "Node.js with npm", &["nodejs", "npm"]),
    }
}

/// Installs what the `package-lock.json` of a folder names, unless that has been done; returns `node_modules`.
pub(crate) fn install_packages(
    step: &Step,
    workspace: &Workspace,
    folder: &str,
) -> Result<PathBuf, Error> {
    let folder = workspace.root.join(folder);
    let lock = folder.join("package-lock.json");
    let modules = folder.join("node_modules");
    let stamp = modules.join(".keyloft-installed");
    let wanted = fs::read(&lock).on("read", &lock)?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        step.note("unchanged");
        return Ok(modules);
    }
    step.run(
        workspace
            .command("npm")
            .current_dir(folder)
            .args(["ci", "--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )?;
    fs::write(&stamp, wanted).on("write", &stamp)?;
    Ok(modules)
}

/// The folder with the packages of the tests.
pub(crate) const END2END: &str = "end2end";
