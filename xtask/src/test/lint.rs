//! Checks that run nothing of ours: formatting, clippy, and what the browser's half depends on.

use std::process::Command;

use super::summary::Summary;
use crate::build::TARGET;
use crate::error::Error;
use crate::step::{Step, step};
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, summary: &mut Summary) -> Result<(), Error> {
    let cargo = |arguments: &[&str]| {
        let mut cargo = workspace.cargo();
        cargo.args(arguments);
        cargo
    };
    summary.count("format", || {
        check("format", cargo(&["fmt", "--all", "--check", "--", "--color=never"]))
    })?;
    // `app` is one crate with two faces, so each half is looked at with its own features.
    let server = ["clippy", "--locked", "--all-targets", "--", "-D", "warnings"];
    summary.count("clippy", || check("clippy, server's half", cargo(&server)))?;
    let browser = ["clippy", "--locked", "--package", "frontend", "--target", TARGET];
    let mut clippy = cargo(&browser);
    clippy.args(["--", "-D", "warnings"]);
    summary.count("clippy (wasm)", || check("clippy, browser's half", clippy))?;
    summary.count("wasm dependencies", || {
        step("what the browser's half depends on", |step| check_dependencies(step, workspace))
    })
}

fn check(name: &str, mut command: Command) -> Result<u64, Error> {
    step(name, |step| step.run(&mut command).map(|()| 1))
}

/// Nothing of the server may end up in the browser. What macros depend on does not.
fn check_dependencies(step: &Step, workspace: &Workspace) -> Result<u64, Error> {
    let tree = step.read(
        workspace
            .cargo()
            .args(["tree", "--locked", "--package", "frontend", "--target", TARGET])
            .args(["--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", " {p}"]),
    )?;
    match forbidden(&tree) {
        Some((user, name)) => Err(Error::Forbidden(format!("{name} (through {user})"))),
        None => Ok(1),
    }
}

/// The first forbidden crate of a tree with lines like `2 regex v1.13.2`, and who wants it.
fn forbidden(tree: &str) -> Option<(&str, &str)> {
    let mut path = Vec::new();
    for line in tree.lines() {
        let mut words = line.split(' ');
        let (depth, name) = (words.next()?.parse().unwrap_or(0), words.next().unwrap_or_default());
        path.truncate(depth);
        let user = path.last().copied().unwrap_or_default();
        if FORBIDDEN.contains(&name) && !LEFT_OUT_BY_THE_LINKER.contains(&(user, name)) {
            return Some((user, name));
        }
        path.push(name);
    }
    None
}

const FORBIDDEN: [&str; 8] =
    ["aes-gcm", "axum", "catalog", "regex", "sqlx", "sqlx-core", "store", "tokio"];

/// Leptos reads its settings from Cargo.toml with it, but not in a browser.
const LEFT_OUT_BY_THE_LINKER: [(&str, &str); 1] = [("leptos_config", "regex")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_crate_is_found_by_its_whole_name() {
        let tree = "0 frontend v0.1.0 (/w)\n1 model v0.1.0\n2 regex-syntax v0.8.1\n";
        assert_eq!(forbidden(tree), None);
        let tree = format!("{tree}1 app v0.1.0\n2 regex v1.13.2\n");
        assert_eq!(forbidden(&tree), Some(("app", "regex")));
    }

    #[test]
    fn the_linker_leaves_out_what_leptos_does_not_call() {
        let tree = "0 leptos v0.8.23\n1 leptos_config v0.8.10\n2 regex v1.13.2\n3 memchr v2.8.3\n";
        assert_eq!(forbidden(tree), None);
        let tree = format!("{tree}1 regex v1.13.2 (*)\n");
        assert_eq!(forbidden(&tree), Some(("leptos", "regex")));
    }
}
