//! The browser's half: compiled to wasm, then given its JavaScript glue.

use std::path::{Path, PathBuf};
use std::{env, fs};

use wasm_bindgen_cli_support::Bindgen;

use super::Profile;
use super::snip::snip;
use super::split::{Split, split};
use crate::error::{Error, OnFile};
use crate::step::Step;
use crate::workspace::Workspace;

/// What the browser's half is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target to the toolchain, unless it is there.
pub(crate) fn ensure_target(step: &Step, workspace: &Workspace) -> Result<(), Error> {
    let sysroot = step.read(workspace.command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    step.run(workspace.command("rustup").args(["target", "add", TARGET])).map_err(|error| {
        match error {
            Error::Interrupted => error,
            _ => Error::Missing {
                what: "the Rust target wasm32-unknown-unknown",
                how: format!("rustup target add {TARGET}"),
            },
        }
    })?;
    step.note(format!("installed the Rust target {TARGET}"));
    Ok(())
}

/// Compiles `frontend`; returns the wasm file as the linker left it.
pub(super) fn build(
    step: &Step,
    workspace: &Workspace,
    profile: Profile,
) -> Result<PathBuf, Error> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--locked", "--package", "frontend", "--lib", "--target", TARGET]);
    let mut flags = vec![RELOCATIONS.to_owned()];
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            cargo.args(["--profile", "wasm-release"]);
            flags.extend(short_paths());
            "wasm-release"
        }
    };
    cargo.env(FLAGS, flags.join(" "));
    step.run(&mut cargo)?;
    Ok(workspace.target.join(TARGET).join(folder).join("frontend.wasm"))
}

/// Cargo adds these to the flags of `.cargo/config.toml`.
const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Where functions and data are named in the code: without it, none can be moved to another module.
const RELOCATIONS: &str = "-Clink-args=--emit-relocs";

/// Flags that leave out of panics where this machine keeps its crates: that is nobody's business, and weighs.
fn short_paths() -> Vec<String> {
    let own = || env::home_dir().unwrap_or_default().join(".cargo");
    let home = env::var_os("CARGO_HOME").map_or_else(own, PathBuf::from);
    let registries = fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten();
    let flags =
        registries.map(|registry| format!("--remap-path-prefix={}=", registry.path().display()));
    flags.filter(|flag| !flag.contains(' ')).collect()
}

/// Writes the modules and scripts for `wasm` into a folder: `keyloft.js`, `keyloft_bg.wasm` and perhaps `snippets`; `start.js`, which
/// loads other modules, and those. Returns the names of the latter.
pub(super) fn bind(wasm: &Path, profile: Profile, folder: &Path) -> Result<Vec<String>, Error> {
    let release = profile == Profile::Release;
    let Split { mut first, later } = split(wasm, folder)?;
    if release {
        first = snip(&first, true)?;
        for module in &later {
            let whole = fs::read(module).on("read", module)?;
            fs::write(module, snip(&whole, false)?).on("write", module)?;
        }
    }
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("keyloft", first)
        .out_name("keyloft")
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(release)
        .remove_producers_section(true)
        // What other modules share with the first is known by names that only the linker gave.
        .keep_lld_exports(true)
        .demangle(false)
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder))
        .map_err(|error| Error::Wasm { tool: "wasm-bindgen", why: format!("{error:#}") })?;
    let names = later.iter().filter_map(|path| path.file_name()?.to_str());
    Ok(names.map(ToOwned::to_owned).collect())
}
