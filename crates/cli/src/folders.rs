//! Where the command keeps what it keeps (XDG Base Directory Specification).

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use crate::failure::{Failure, Result};

/// What a person may edit, and nothing secret: `~/.config/keyloft`.
pub(crate) fn config() -> Result<PathBuf> {
    folder("XDG_CONFIG_HOME", ".config")
}

/// Credentials, where there is no keyring: `~/.local/share/keyloft`.
pub(crate) fn data() -> Result<PathBuf> {
    folder("XDG_DATA_HOME", ".local/share")
}

/// What can be fetched again: `~/.cache/keyloft`.
pub(crate) fn cache() -> Result<PathBuf> {
    folder("XDG_CACHE_HOME", ".cache")
}

fn folder(variable: &str, below_home: &str) -> Result<PathBuf> {
    let absolute =
        |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable)
        .or_else(|| absolute("HOME").map(|home| home.join(below_home)))
        .map(|folder| folder.join("keyloft"))
        .ok_or_else(|| {
            Failure::failed(format!("neither {variable} nor HOME names a folder: set HOME"))
        })
}

/// Writes a file that only its owner reads, all of it or none.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result {
    replace(path, bytes)
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))
}

/// The file's text, or nothing if there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::failed(format!("cannot read {}: {error}", path.display()))),
    }
}

/// Takes a file away, if it is there.
pub(crate) fn remove(path: &Path) -> Result {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::failed(format!("cannot delete {}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let new = path.with_added_extension(random_name());
    let written = create_private(&new)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _left = fs::remove_file(&new);
    }
    written
}

/// A new file that only its owner reads.
pub(crate) fn create_private(path: &Path) -> io::Result<fs::File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

/// A name that nobody guesses.
pub(crate) fn random_name() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the operating system has random numbers");
    HEXLOWER.encode(&bytes)
}
