//! Licences, banned crates, sources, and known vulnerabilities of our dependencies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::summary::Summary;
use super::tools::Tools;
use crate::apt;
use crate::error::{Error, OnFile};
use crate::step::step;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    tools: &Tools,
    summary: &mut Summary,
) -> Result<(), Error> {
    let Some(program) = &tools.cargo_deny else { return Ok(()) };
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(program);
        command.current_dir(&workspace.root).arg("--locked").args(arguments);
        command
    };
    summary.count("deny", || {
        step("licences, bans, sources", |step| {
            step.run(&mut deny(&["check", "bans", "licenses", "sources"])).map(|()| 1)
        })
    })?;
    let reached = summary.take("advisories", || {
        step("advisory database", |step| match step.run(&mut deny(&["fetch", "db"])) {
            Ok(()) => Ok(true),
            Err(Error::Interrupted) => Err(Error::Interrupted),
            Err(_) => {
                step.note("cannot be reached from here: advisories were not checked");
                Ok(false)
            }
        })
    })?;
    if reached != Some(true) {
        return Ok(());
    }
    summary.count("advisories", || {
        step("advisories", |step| {
            step.run(&mut deny(&["--offline", "check", "advisories"])).map(|()| 1)
        })
    })
}

/// cargo-deny of our version: from PATH, or installed beside what cargo builds.
pub(super) fn find_or_install(workspace: &Workspace) -> Result<PathBuf, Error> {
    let tools = workspace.target.join("tools");
    let ours = tools.join("bin/cargo-deny");
    let known = [Some(ours.clone()), apt::find_program("cargo-deny")];
    if let Some(found) = known.into_iter().flatten().find(|program| is_our_version(program)) {
        return Ok(found);
    }
    step("installing cargo-deny", |step| {
        // A debug build takes a third of the time and checks in a few seconds. What it was built
        // from is of no further use.
        let build = tools.join("build");
        let package = format!("cargo-deny@{VERSION}");
        let installed = step.run(
            workspace
                .cargo()
                .args(["install", "--locked", "--debug", "--force", &package, "--root"])
                .arg(&tools)
                .env("CARGO_TARGET_DIR", &build)
                .env("CARGO_PROFILE_DEV_DEBUG", "0"),
        );
        if build.is_dir() {
            fs::remove_dir_all(&build).on("remove", &build)?;
        }
        installed
    })?;
    Ok(ours)
}

fn is_our_version(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout).trim() == format!("cargo-deny {VERSION}")
    })
}

const VERSION: &str = "0.20.2";
