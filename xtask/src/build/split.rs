//! The browser's half in two: the module with which every page starts, and the one that is loaded when it is needed.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_split_cli_support::{Options, SplitWasm, transform};

use crate::error::{Error, OnFile};

/// The linked wasm, taken apart.
pub(super) struct Split {
    /// The first module, which has yet to get its glue.
    pub(super) first: Vec<u8>,
    /// The others.
    pub(super) later: Vec<PathBuf>,
}

/// Takes what only marked functions reach (`wasm_split` in `app`) out of the linked wasm. Writes it to `folder`, as files of the site,
/// and the script [`LOADER`] that loads it.
pub(super) fn split(linked: &Path, folder: &Path) -> Result<Split, Error> {
    let bytes = fs::read(linked).on("read", linked)?;
    let first = folder.join("first.wasm");
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.link_name = LOADER;
    options.main_module = GLUE;
    let SplitWasm { split_modules: later, .. } = transform(options)
        .map_err(|error| Error::Wasm { tool: "wasm-split", why: format!("{error:#}") })?;
    let split = Split { first: fs::read(&first).on("read", &first)?, later };
    fs::remove_file(&first).on("remove", &first)?;
    Ok(split)
}

/// What the glue imports to load a module. It imports the glue in turn.
pub(super) const LOADER: &str = "./start.js";
/// The script that wasm-bindgen writes.
const GLUE: &str = "./keyloft.js";
