//! What to look through.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::failure::{Failure, Result};
use crate::print::hint;

/// Files, or what git has of them.
pub(super) struct Sources {
    paths: Vec<PathBuf>,
    staged: bool,
}

/// One of them, to be read more than once.
pub(super) enum Open {
    /// Not to be looked through.
    Nothing,
    /// On the disk.
    OnDisk(PathBuf),
    /// From git's index.
    InMemory(Vec<u8>),
}

impl Sources {
    /// Every file below these paths; below this folder if none are given.
    pub(super) fn below(paths: &[PathBuf]) -> Result<Self> {
        let here = [PathBuf::from(".")];
        let mut found = Vec::new();
        for path in if paths.is_empty() { &here } else { paths } {
            let kind = fs::metadata(path).map_err(|error| {
                Failure::usage(format!("cannot look through {}: {error}", path.display()))
            })?;
            if kind.is_dir() { walk(path, &mut found) } else { found.push(path.clone()) }
        }
        Ok(Self { paths: found, staged: false })
    }

    /// What is in git's index and was added or changed.
    pub(super) fn staged() -> Result<Self> {
        let output =
            git(&["diff", "--cached", "--name-only", "--no-renames", "-z", "--diff-filter=AM"])?;
        if !output.status.success() {
            return Err(Failure::failed("--staged is for a folder in a git repository"));
        }
        let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        let paths = names.map(|name| PathBuf::from(OsString::from_vec(name.to_vec()))).collect();
        Ok(Self { paths, staged: true })
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, PathBuf> {
        self.paths.iter()
    }

    pub(super) fn open(&self, path: &Path) -> io::Result<Open> {
        if self.staged {
            let mut object = OsString::from(":");
            object.push(path);
            let output =
                Command::new("git").arg("show").arg("--no-textconv").arg(object).output()?;
            if !output.status.success() {
                return Err(io::Error::other("git does not show it"));
            }
            let skip = output.stdout.len() as u64 > LARGEST_BINARY && is_binary(&output.stdout);
            return Ok(if skip { Open::Nothing } else { Open::InMemory(output.stdout) });
        }
        let mut file = File::open(path)?;
        if file.metadata()?.len() > LARGEST_BINARY {
            let mut begin = Vec::new();
            file.by_ref().take(8192).read_to_end(&mut begin)?;
            if is_binary(&begin) {
                return Ok(Open::Nothing);
            }
        }
        Ok(Open::OnDisk(path.to_owned()))
    }
}

impl Open {
    pub(super) fn reader(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Nothing => Box::new(io::empty()),
            Self::OnDisk(path) => Box::new(BufReader::new(File::open(path)?)),
            Self::InMemory(bytes) => Box::new(Cursor::new(bytes)),
        })
    }
}

/// Files below a folder, links not followed, in the order of their names.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            return hint(format_args!("{} was not looked through: {error}", folder.display()));
        }
    };
    let mut entries: Vec<_> = entries.filter_map(std::result::Result::ok).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        // Without the `./` of the folder that is looked through by default.
        let path = path.strip_prefix(".").map(Path::to_owned).unwrap_or(path);
        if kind.is_dir() && entry.file_name() != ".git" {
            walk(&path, found);
        } else if kind.is_file() {
            found.push(path);
        }
    }
}

fn git(arguments: &[&str]) -> Result<Output> {
    Command::new("git")
        .args(arguments)
        .output()
        .map_err(|error| Failure::failed(format!("--staged needs git: {error}")))
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(8192).any(|byte| *byte == 0)
}

const LARGEST_BINARY: u64 = 10 * 1024 * 1024;
