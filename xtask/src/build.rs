//! `cargo xtask build`: the browser's half, the site made of it, and the server with the site inside.

mod budget;
mod compress;
mod site;
mod snip;
mod split;
mod style;
mod wasm;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, OnFile};
use crate::step::{print, step};
use crate::workspace::Workspace;

pub(crate) use budget::{Verdict, Weight};
pub(crate) use wasm::{TARGET, ensure_target};

/// How a build trades its own time for that of its users.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build; pages reload themselves after the next build.
    Dev,
    /// What is shipped.
    Release,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

/// What a build leaves.
pub(crate) struct Built {
    /// The server's binary.
    pub(crate) server: PathBuf,
    /// What of the site counts against the budgets. A dev build has no budget.
    pub(crate) weights: Vec<Weight>,
}

pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<Built, Error> {
    step("wasm target", |step| ensure_target(step, workspace))?;
    let wasm = step("browser's half", |step| wasm::build(step, workspace, profile))?;
    let site = step("site", |step| site::build(step, workspace, profile, &wasm))?;
    let weights = match profile {
        Profile::Dev => Vec::new(),
        Profile::Release => budget::weigh(&site)?,
    };
    for weight in &weights {
        print(&format!("        {weight}\n"));
    }
    let server = step("server", |step| build_server(step, workspace, profile, &site))?;
    Ok(Built { server, weights })
}

/// Builds the server around a site and puts it where people look for it, `target/release` of the
/// checkout, also when cargo builds elsewhere.
fn build_server(
    step: &crate::step::Step,
    workspace: &Workspace,
    profile: Profile,
    site: &Path,
) -> Result<PathBuf, Error> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--locked", "--package", "server"]).env("KEYLOFT_SITE", site);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            cargo.arg("--release");
            "release"
        }
    };
    step.run(&mut cargo)?;
    let built = workspace.target.join(folder).join(SERVER);
    let promised = workspace.root.join("target").join(folder).join(SERVER);
    if built != promised {
        replace(&promised, &built)?;
    }
    Ok(promised)
}

/// Copies a program over another that may be running.
fn replace(to: &Path, from: &Path) -> Result<(), Error> {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).on("create", folder)?;
    let new = to.with_extension("new");
    fs::copy(from, &new).on("copy", from)?;
    fs::rename(&new, to).on("replace", to)
}

const SERVER: &str = "keyloft-server";
