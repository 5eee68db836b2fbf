//! Whether `style/main.css` brings in every stylesheet, and whether what the code names is there: icons, classes.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_main_stylesheet_imports_each_file_of_the_folder_once() {
    let style = root().join("style");
    let main = fs::read_to_string(style.join("main.css")).unwrap();
    let imports: Vec<&str> = main
        .lines()
        .map(|line| line.strip_prefix("@import \"").unwrap().split_once('"').unwrap().0)
        .collect();
    let imported: BTreeSet<String> = imports.iter().map(|name| (*name).to_owned()).collect();
    let mut files: BTreeSet<String> = fs::read_dir(style)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(files.remove("main.css"));
    assert_eq!(imported, files);
    assert_eq!(imports.len(), files.len(), "a file is imported twice");
}

#[test]
fn layers_come_in_their_order() {
    let main = fs::read_to_string(root().join("style/main.css")).unwrap();
    let mut layers: Vec<&str> = main
        .lines()
        .map(|line| line.split_once(" layer(").unwrap().1.trim_end_matches(");"))
        .collect();
    layers.dedup();
    assert_eq!(layers, ["reset", "tokens", "base", "components", "utilities"]);
}

#[test]
fn every_icon_that_the_code_names_is_in_the_sprite() {
    let sprite = fs::read_to_string(root().join("public/icons.svg")).unwrap();
    let mut missing = Vec::new();
    for file in rust_files(&root().join("app/src")) {
        let text = fs::read_to_string(&file).unwrap();
        for (before, after) in [("<Icon name=\"", '"'), ("icon=\"", '"')] {
            for part in text.split(before).skip(1) {
                let name = part.split(after).next().unwrap();
                if !name.is_empty() && !sprite.contains(&format!("id=\"{name}\"")) {
                    missing.push(format!("{name} in {}", file.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_class_has_rules_and_every_rule_its_class() {
    let styled = classes_with_rules();
    let (mut mentioned, mut used) = (BTreeSet::new(), BTreeSet::new());
    for folder in ["app/src", "server/src"] {
        for file in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&file).unwrap();
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let line = line.replace("'\"'", "").replace("\\\"", "'");
                let toggled = after(&line, "class:", |c| !is_of_class(c));
                let written = after(&line, "class=\"", |c| c == '"');
                let escaped = after(&line, "class='", |c| c == '\'');
                used.extend(written.filter(|text| !text.contains('{')).flat_map(words));
                used.extend(toggled.clone().flat_map(words));
                mentioned.extend(line.split('"').skip(1).step_by(2).flat_map(words));
                mentioned.extend(toggled.chain(escaped).flat_map(words));
            }
        }
    }
    let unused: Vec<_> = styled.difference(&mentioned).collect();
    let undefined: Vec<_> = used.difference(&styled).collect();
    assert!(unused.is_empty(), "rules that nothing uses: {unused:?}");
    assert!(undefined.is_empty(), "classes without a rule: {undefined:?}");
}

fn classes_with_rules() -> BTreeSet<String> {
    let mut classes = BTreeSet::new();
    for entry in fs::read_dir(root().join("style")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let rules: String = without(&text, "/*", "*/").split('"').step_by(2).collect();
        classes.extend(after(&rules, ".", |c| !is_of_class(c)).flat_map(words));
    }
    classes
}

/// What follows each `start` in a line, up to where it ends.
fn after<'a>(
    line: &'a str,
    start: &'a str,
    ends: impl Fn(char) -> bool + Clone + 'a,
) -> impl Iterator<Item = &'a str> + Clone {
    line.split(start).skip(1).map(move |rest| rest.split(ends.clone()).next().unwrap())
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|c| !is_of_class(c));
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())).map(str::to_owned)
}

fn is_of_class(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn without(text: &str, start: &str, end: &str) -> String {
    let mut parts = text.split(start);
    let first = parts.next().unwrap();
    parts.fold(first.to_owned(), |kept, part| kept + part.split_once(end).unwrap().1)
}

#[test]
fn no_component_writes_an_inline_style() {
    for file in rust_files(&root().join("app/src")) {
        if file.ends_with("ui/stylesheet.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let property =
                line.split_once(" style:").is_some_and(|(_, rest)| !rest.starts_with(' '));
            let attribute = line.contains(" style=") || line.contains("inner_html=");
            assert!(!property && !attribute, "{line} in {}", file.display());
        }
    }
}

pub(super) fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
