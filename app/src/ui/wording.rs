//! Whether texts keep to the words that we use: a button says what it does, and nothing apologizes or cheers.

use super::stylesheet::{root, rust_files};
use std::fs;

/// In lower case, and what to say in their place.
const NOT_OURS: [(&str, &str); 7] = [
    ("please", "say what to do"),
    ("successfully", "say what was done"),
    ("something went wrong", "say what, where, and what would be right"),
    ("oops", "say what happened"),
    ("sorry", "say what to do"),
    ("are you sure", "ask the question itself: Delete prod-postgres?"),
    ("click here", "name what is there"),
];

/// Words that say nothing on a button.
const NO_VERBS: [&str; 3] = [">\"OK\"<", ">\"Ok\"<", ">\"Submit\"<"];

#[test]
fn texts_say_what_is_and_what_to_do() {
    let mut found = Vec::new();
    for folder in ["app/src", "server/src/forms", "crates/model/src"] {
        let files = rust_files(&root().join(folder));
        for file in files.into_iter().filter(|file| !file.ends_with("wording.rs")) {
            let text = fs::read_to_string(&file).unwrap();
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let words = texts_of(line).to_lowercase();
                let bad = NOT_OURS.iter().filter(|(word, _)| words.contains(word));
                found.extend(
                    bad.map(|(word, other)| format!("{}: {word}: {other}", file.display())),
                );
                let silent = NO_VERBS.iter().filter(|label| line.contains(*label));
                found.extend(
                    silent.map(|label| format!("{}: {label}: say what it does", file.display())),
                );
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// What stands in quotes.
fn texts_of(line: &str) -> String {
    line.replace("\\\"", "'").split('"').skip(1).step_by(2).collect::<Vec<_>>().join(" ")
}
