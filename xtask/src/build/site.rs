//! The site: a folder with everything that is served as a file, ready to go into the binary.
//!
//! ```text
//! site.json                      what the pages have to link (see `manifest`)
//! pkg/keyloft.<hash>.css         pkg/reload.js (dev only)
//! pkg/<hash>/start.js            the script that a page names
//! pkg/<hash>/…                   what it loads: wasm and glue, which name one another
//! …                              public/ as it is
//! *.br, *.gz                     the same file compressed (release only)
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Profile, compress, style, wasm};
use crate::error::{Error, OnFile};
use crate::step::Step;
use crate::workspace::Workspace;

/// Builds the site from the linked wasm, `style/` and `public/`; returns its folder. Nothing is done
/// when none of them changed.
pub(super) fn build(
    step: &Step,
    workspace: &Workspace,
    profile: Profile,
    wasm: &Path,
) -> Result<PathBuf, Error> {
    let folder = workspace.target.join("site").join(profile.name());
    let stamp = folder.with_extension("stamp");
    let inputs = Inputs::read(workspace, wasm)?;
    let fingerprint = inputs.fingerprint(profile);
    if folder.is_dir() && fs::read_to_string(&stamp).is_ok_and(|last| last == fingerprint) {
        step.note("unchanged");
        return Ok(folder);
    }

    let _absent = fs::remove_file(&stamp);
    let mut files = pages_need(workspace, profile, wasm)?;
    for (path, bytes) in inputs.public {
        files.insert(path, bytes);
    }
    if profile == Profile::Release {
        add_compressed(&mut files);
    }
    write_all(&folder, &files)?;
    fs::write(&stamp, fingerprint).on("write", &stamp)?;
    Ok(folder)
}

/// A file's path in the site, and its content.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Everything that the site is made of.
struct Inputs {
    wasm: Vec<u8>,
    style: Files,
    public: Files,
    /// The versions of what does the work.
    lock: Vec<u8>,
}

impl Inputs {
    fn read(workspace: &Workspace, wasm: &Path) -> Result<Self, Error> {
        let lock = workspace.root.join("Cargo.lock");
        Ok(Self {
            wasm: fs::read(wasm).on("read", wasm)?,
            style: read_all(&workspace.root.join("style"))?,
            public: read_all(&workspace.root.join("public"))?,
            lock: fs::read(&lock).on("read", &lock)?,
        })
    }

    /// One hash over all of it, and over the code that makes the site of it.
    fn fingerprint(&self, profile: Profile) -> String {
        let mut hash = Sha256::new();
        let mut add = |bytes: &[u8]| {
            hash.update(bytes.len().to_be_bytes());
            hash.update(bytes);
        };
        add(profile.name().as_bytes());
        for code in CODE {
            add(code.as_bytes());
        }
        add(&self.lock);
        add(&self.wasm);
        for (path, bytes) in self.style.iter().chain(&self.public) {
            add(path.as_os_str().as_encoded_bytes());
            add(bytes);
        }
        HEXLOWER.encode(&hash.finalize())
    }
}

/// The files in `pkg`, and the manifest that names them.
fn pages_need(workspace: &Workspace, profile: Profile, wasm: &Path) -> Result<Files, Error> {
    let dev = profile == Profile::Dev;
    let bound = tempfile::tempdir().on("create", "a temporary folder")?;
    let later = wasm::bind(wasm, profile, bound.path())?;
    let mut bound = read_all(bound.path())?;
    bound.entry(START.into()).or_default().extend(start_script(dev).into_bytes());
    for (_, script) in bound.iter_mut().filter(|(path, _)| path.extension() == Some("js".as_ref()))
    {
        *script = without_remarks(&String::from_utf8_lossy(script)).into_bytes();
    }

    let mut site = Package::default();
    let folder = site.add_folder(bound);
    let css = style::bundle(&workspace.root.join("style/main.css"))?;
    let style = site.add("keyloft", "css", css.into_bytes());
    if dev {
        site.files.insert("pkg/reload.js".into(), RELOAD.as_bytes().to_vec());
    }
    let manifest = json!({
        "dev": dev,
        "script": format!("{folder}/keyloft.js"),
        "start": format!("{folder}/{START}"),
        "style": style,
        "wasm": format!("{folder}/keyloft_bg.wasm"),
        "later": later.iter().map(|name| format!("{folder}/{name}")).collect::<Vec<_>>(),
    });
    site.files.insert("site.json".into(), format!("{manifest:#}\n").into_bytes());
    Ok(site.files)
}

/// The only script that a page names.
const START: &str = "start.js";

/// Its end: before it stands what loads other modules, which the glue imports.
fn start_script(dev: bool) -> String {
    let reload = if dev { "import \"/pkg/reload.js\";\n" } else { "" };
    format!(
        "{reload}import start, {{ hydrate }} from \"./keyloft.js\";\n\
         await start({{ module_or_path: new URL(\"keyloft_bg.wasm\", import.meta.url) }});\n\
         // Between the two, the browser can answer.\n\
         await new Promise(setTimeout);\nhydrate();\n"
    )
}

/// A script that was written for its readers, without indents and lines that are remarks. What is written here holds no text of several lines.
fn without_remarks(script: &str) -> String {
    let is_remark = |line: &str| {
        ["//", "/*", "* ", "*/"].iter().any(|mark| line.starts_with(mark)) || line == "*"
    };
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !is_remark(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Files under names that change with their content, so that browsers may keep them for ever.
#[derive(Default)]
struct Package {
    files: Files,
}

impl Package {
    /// Adds `pkg/<name>.<hash>.<extension>`; returns its URL.
    fn add(&mut self, name: &str, extension: &str, bytes: Vec<u8>) -> String {
        let path = format!("pkg/{name}.{}.{extension}", content_hash([&bytes[..]]));
        let url = format!("/{path}");
        self.files.insert(path.into(), bytes);
        url
    }

    /// Adds files that name one another, as `pkg/<hash>/<name>`; returns the URL of the folder.
    fn add_folder(&mut self, files: Files) -> String {
        let folder = format!("pkg/{}", content_hash(files.values().map(Vec::as_slice)));
        for (path, bytes) in files {
            self.files.insert(Path::new(&folder).join(path), bytes);
        }
        format!("/{folder}")
    }
}

fn content_hash<'a>(contents: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for bytes in contents {
        hash.update(bytes);
    }
    HEXLOWER.encode(&hash.finalize()[..8])
}

/// Adds a `.br` and a `.gz` beside every file that they make smaller.
fn add_compressed(files: &mut Files) {
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for (path, bytes) in files.iter().filter(|(path, _)| compress::shrinks(path)) {
            if path.as_path() == Path::new("site.json") {
                continue;
            }
            let send = send.clone();
            scope.spawn(move || {
                for (suffix, small) in
                    [("br", compress::brotli(bytes)), ("gz", compress::gzip(bytes))]
                {
                    if small.len() < bytes.len() {
                        let mut name = path.clone().into_os_string();
                        name.push(".");
                        name.push(suffix);
                        send.send((PathBuf::from(name), small)).expect("the receiver outlives us");
                    }
                }
            });
        }
        drop(send);
    });
    files.extend(receive);
}

/// Makes a folder hold exactly these files. What is right already is not touched: the server is
/// built anew after a change.
fn write_all(folder: &Path, files: &Files) -> Result<(), Error> {
    let old = if folder.is_dir() { read_all(folder)? } else { Files::new() };
    for path in old.keys().filter(|path| !files.contains_key(*path)) {
        let path = folder.join(path);
        fs::remove_file(&path).on("remove", &path)?;
    }
    for (path, bytes) in files.iter().filter(|(path, bytes)| old.get(*path) != Some(*bytes)) {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).on("create", parent)?;
        fs::write(&path, bytes).on("write", &path)?;
    }
    Ok(())
}

/// All files under a folder, by their path inside it.
pub(super) fn read_all(folder: &Path) -> Result<Files, Error> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        let entries = fs::read_dir(&current).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        for entry in entries.on("read", &current)? {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).on("read", &path)?;
            let inside = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            files.insert(inside, bytes);
        }
    }
    Ok(files)
}

/// Reloads a page once the server that sent it has been replaced.
const RELOAD: &str = include_str!("reload.js");

/// What makes the site, besides its inputs.
const CODE: [&str; 7] = [
    RELOAD,
    include_str!("compress.rs"),
    include_str!("site.rs"),
    include_str!("snip.rs"),
    include_str!("split.rs"),
    include_str!("style.rs"),
    include_str!("wasm.rs"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_with_the_content() {
        let mut package = Package::default();
        let one = package.add("keyloft", "css", b"a{}".to_vec());
        let two = package.add("keyloft", "css", b"b{}".to_vec());
        assert_ne!(one, two);
        assert_eq!(one.len(), "/pkg/keyloft.0123456789abcdef.css".len());
    }

    #[test]
    fn only_pages_in_development_reload_themselves() {
        assert!(start_script(true).starts_with("import \"/pkg/reload.js\";\n"));
        assert!(!start_script(false).contains("reload"));
    }

    #[test]
    fn scripts_lose_what_is_for_readers_alone() {
        let script =
            "/**\n * Adds.\n */\nfunction add(a, b) {\n    // Both.\n    return a * b;\n}\n\n";
        assert_eq!(without_remarks(script), "function add(a, b) {\nreturn a * b;\n}\n");
    }

    #[test]
    fn files_that_name_one_another_share_a_folder() {
        let mut package = Package::default();
        let files = ["start.js", "snippets/dep-1/inline0.js"];
        let files = files.map(|name| (PathBuf::from(name), b"export {}".to_vec()));
        let folder = package.add_folder(Files::from(files.clone()));
        let inside = |name: &str| Path::new(folder.trim_start_matches('/')).join(name);
        assert!(package.files.contains_key(&inside("start.js")));
        assert!(package.files.contains_key(&inside("snippets/dep-1/inline0.js")));
        let mut other = Files::from(files);
        other.insert("start.js".into(), b"export { other }".to_vec());
        assert_ne!(package.add_folder(other), folder);
    }

    #[test]
    fn the_folder_ends_up_with_exactly_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let first = Files::from([("a".into(), vec![1]), ("sub/b".into(), vec![2])]);
        write_all(folder.path(), &first).unwrap();
        let second = Files::from([("sub/b".into(), vec![3]), ("c".into(), vec![4])]);
        write_all(folder.path(), &second).unwrap();
        assert_eq!(read_all(folder.path()).unwrap(), second);
    }

    #[test]
    fn only_what_gets_smaller_is_compressed() {
        let mut files = Files::from([
            ("big.css".into(), b"a{color:red}".repeat(100)),
            ("font.woff2".into(), vec![0; 1_000]),
            ("tiny.txt".into(), b"x".to_vec()),
        ]);
        add_compressed(&mut files);
        let names: Vec<_> = files.keys().map(|path| path.to_str().unwrap()).collect();
        assert_eq!(names, ["big.css", "big.css.br", "big.css.gz", "font.woff2", "tiny.txt"]);
    }
}
