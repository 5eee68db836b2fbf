//! Debian packages, for what a machine lacks.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use rustix::process::geteuid;

use crate::error::Error;
use crate::step::Step;

/// Installs packages when this is Debian (or a relative) and we are root; otherwise names them.
pub(crate) fn install(step: &Step, what: &'static str, packages: &[&str]) -> Result<(), Error> {
    if !geteuid().is_root() || find_program("apt-get").is_none() {
        let how = format!("on Debian: apt-get install {}", packages.join(" "));
        return Err(Error::Missing { what, how });
    }
    step.note(format!("installed {}", packages.join(" ")));
    if step.run(apt_get(&["install"]).args(packages)).is_ok() {
        return Ok(());
    }
    // A new machine has no package lists, an old one has old ones.
    step.run(&mut apt_get(&["update"]))?;
    step.run(apt_get(&["install"]).args(packages))
}

/// Looks a program up on PATH.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(["--yes", "--no-install-recommends"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}
