//! Each reader that can be run reads what is written down about it.

use crate::corpus;
use crate::real::{self, Variables};
use envfile::{Outcome, Reader};

#[test]
fn every_known_statement_is_read_as_the_package_does() {
    compare(&corpus::files());
}

#[test]
fn any_file_is_read_as_the_package_does() {
    compare(&corpus::some(1500, corpus::any_file()));
}

fn compare(files: &[String]) {
    same(files, "envfile::parse", &real::python_dotenv(files, false), parsed);
    let readers = [
        (Reader::PythonDotenv, Some(real::python_dotenv(files, true))),
        (Reader::NodeDotenv, Some(real::node_dotenv(files))),
        (Reader::NodeBuiltIn, real::node_builtin(files)),
    ];
    for (reader, real) in readers {
        match real {
            Some(real) => {
                same(files, &reader.to_string(), &real, |file| {
                    let undefined = reader == Reader::NodeBuiltIn && has_blank_key(file);
                    (!undefined).then(|| variables(reader, file))
                });
            }
            None => println!("{reader}: not compared, as this is another version"),
        }
    }
    for file in files {
        // `from_read_iter` leaves to its callers what `dotenv` does itself.
        let real = real::dotenvy(file.strip_prefix('\u{feff}').unwrap_or(file));
        assert_eq!(statements(Reader::Dotenvy, file), real, "dotenvy, {file:?}");
    }
}

fn same(
    files: &[String],
    name: &str,
    real: &[Variables],
    ours: impl Fn(&str) -> Option<Variables>,
) {
    assert_eq!(files.len(), real.len());
    for (file, real) in files.iter().zip(real) {
        if let Some(ours) = ours(file) {
            assert_eq!(&ours, real, "{name}, {file:?}");
        }
    }
}

/// What our own reader takes, unless it refuses a key that python-dotenv would take.
fn parsed(file: &str) -> Option<Variables> {
    let parsed = envfile::parse(file.as_bytes()).unwrap();
    let is_key = |fault: &envfile::Fault| matches!(fault.kind, envfile::FaultKind::Key(_));
    let entries = parsed.entries.iter();
    let pair = |it: &envfile::Entry| (it.key.to_string(), it.value.dangerously_expose().to_owned());
    (!parsed.faults.iter().any(is_key)).then(|| entries.map(pair).collect())
}

/// Node.js reads before the start of a key of nothing but spaces.
fn has_blank_key(file: &str) -> bool {
    let file = file.replace('\r', "");
    file.lines().any(|line| line.starts_with(' ') && line.trim_start_matches(' ').starts_with('='))
}

fn variables(reader: Reader, file: &str) -> Variables {
    let mut variables = Variables::new();
    for reading in reader.read(file) {
        match reading.outcome {
            Outcome::Value { key, value, .. } => {
                variables.insert(key, value.dangerously_expose().to_owned());
            }
            Outcome::Unset { key } => {
                variables.remove(&key);
            }
            Outcome::Inherited { .. } | Outcome::Refused => {}
        }
    }
    variables
}

/// Keys and values in their order, with `None` for an error.
fn statements(reader: Reader, file: &str) -> Vec<Option<(String, String)>> {
    let statement = |outcome| match outcome {
        Outcome::Value { key, value, .. } => Some((key, value.dangerously_expose().to_owned())),
        Outcome::Inherited { .. } | Outcome::Unset { .. } | Outcome::Refused => None,
    };
    reader.read(file).into_iter().map(|reading| statement(reading.outcome)).collect()
}
