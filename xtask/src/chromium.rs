//! The browser that the end-to-end tests drive.

use std::env;
use std::path::PathBuf;

use crate::apt;
use crate::error::Error;
use crate::step::Step;

/// `$CHROMIUM`, or Chromium from PATH, or Debian's package.
pub(crate) fn find_or_install(step: &Step) -> Result<PathBuf, Error> {
    if let Some(path) = find() {
        return Ok(path);
    }
    apt::install(step, "Chromium", &["chromium"])?;
    find().ok_or_else(|| Error::Missing { what: "Chromium", how: "or set CHROMIUM".to_owned() })
}

fn find() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| NAMES.iter().find_map(|name| apt::find_program(name)))
}

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
