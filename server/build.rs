//! Puts the built site into the binary: `$KEYLOFT_SITE` is the folder that `cargo xtask build` wrote.
//! Without the variable the server compiles with no site, which is enough for clippy and unit tests.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=KEYLOFT_SITE");
    let site = env::var_os("KEYLOFT_SITE").map(PathBuf::from);
    if let Some(folder) = &site {
        println!("cargo::rerun-if-changed={}", folder.display());
    }

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("site.rs"), table(site.as_deref())).expect("OUT_DIR can be written to");
}

/// `MANIFEST` and `FILES`, sorted by path, as `server/src/site.rs` includes them.
fn table(site: Option<&Path>) -> String {
    let Some(site) = site else {
        return "const MANIFEST: Option<&str> = None;\nstatic FILES: [File; 0] = [];\n".to_owned();
    };
    let all = files_in(site);
    let files: Vec<_> =
        all.iter().filter(|path| *path != "site.json" && !is_compressed_form(path, &all)).collect();

    let manifest = literal(&site.join("site.json"));
    let mut text = format!("const MANIFEST: Option<&str> = Some(include_str!({manifest}));\n");
    let count = files.len();
    writeln!(text, "static FILES: [File; {count}] = [").expect("a String takes everything");
    for path in files {
        let plain = site.join(path);
        let [brotli, gzip] = ["br", "gz"].map(|suffix| {
            let compressed = site.join(format!("{path}.{suffix}"));
            if compressed.is_file() {
                format!("Some(include_bytes!({}))", literal(&compressed))
            } else {
                "None".to_owned()
            }
        });
        let (url, tag, plain) = (format!("/{path}"), tag(&plain), literal(&plain));
        writeln!(
            text,
            "    File {{ path: {url:?}, tag: {tag:?}, plain: include_bytes!({plain}), \
             brotli: {brotli}, gzip: {gzip} }},"
        )
        .expect("a String takes everything");
    }
    text + "];\n"
}

/// A path as a string in Rust code.
fn literal(path: &Path) -> String {
    format!("{:?}", path.to_str().expect("the checkout's path is UTF-8"))
}

/// All files under a folder, by their path inside it, sorted.
fn files_in(site: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![site.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("KEYLOFT_SITE names a folder that can be read");
        for entry in entries {
            let path = entry.expect("KEYLOFT_SITE names a folder that can be read").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(site).expect("the file was found under the folder");
            files.push(inside.to_str().expect("the site's files have ASCII names").to_owned());
        }
    }
    files.sort();
    files
}

/// Whether a file is another one, compressed.
fn is_compressed_form(path: &str, all: &[String]) -> bool {
    let plain = path.strip_suffix(".br").or_else(|| path.strip_suffix(".gz"));
    plain.is_some_and(|plain| all.iter().any(|file| file == plain))
}

/// Changes with the content of a file: the heart of its `ETag`.
fn tag(file: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(&fs::read(file).expect("a file that was just listed can be read"));
    format!("{:016x}", hasher.finish())
}
