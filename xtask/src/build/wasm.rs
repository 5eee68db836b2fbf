//! The browser's half: compiled to wasm, then given its JavaScript glue.

use std::path::{Path, PathBuf};
use std::{env, fs};

use wasm_bindgen_cli_support::Bindgen;

use super::Profile;
use crate::error::Error;
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
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            cargo.args(["--profile", "wasm-release"]).env(FLAGS, short_paths());
            "wasm-release"
        }
    };
    step.run(&mut cargo)?;
    Ok(workspace.target.join(TARGET).join(folder).join("frontend.wasm"))
}

/// Cargo adds these to the flags of `.cargo/config.toml`.
const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Flags that leave out of panics where this machine keeps its crates: that is nobody's business, and weighs.
fn short_paths() -> String {
    let own = || env::home_dir().unwrap_or_default().join(".cargo");
    let home = env::var_os("CARGO_HOME").map_or_else(own, PathBuf::from);
    let registries = fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten();
    let flags =
        registries.map(|registry| format!("--remap-path-prefix={}=", registry.path().display()));
    flags.filter(|flag| !flag.contains(' ')).collect::<Vec<_>>().join(" ")
}

/// Writes the glue for `wasm` into a folder: `keyloft.js`, `keyloft_bg.wasm` and perhaps `snippets`.
pub(super) fn bind(wasm: &Path, profile: Profile, folder: &Path) -> Result<(), Error> {
    let release = profile == Profile::Release;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("keyloft")
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(release)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder))
        .map_err(|error| Error::WasmBindgen(format!("{error:#}")))
}
