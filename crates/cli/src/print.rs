//! What goes to standard output, and the notes beside it on standard error.

mod table;
mod time;

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

pub(crate) use self::table::Table;
pub(crate) use self::time::{ago, local};
use crate::failure::{Failure, Result};

/// A line of standard output.
pub(crate) fn line(text: impl Display) -> Result {
    writeln!(io::stdout().lock(), "{text}").map_err(Failure::output)
}

/// Text or bytes of standard output, as they are.
pub(crate) fn raw(bytes: &[u8]) -> Result {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(Failure::output)
}

/// What a table shows, for programs.
pub(crate) fn json(value: &impl Serialize) -> Result {
    let text = serde_json::to_vec_pretty(value).expect("what is printed has text keys");
    let text = zeroize::Zeroizing::new(text);
    raw(&text)?;
    raw(b"\n")
}

/// A line on standard error. Nobody may be reading it, which is no reason to stop.
pub(crate) fn note(text: impl Display) {
    let _unread = writeln!(io::stderr().lock(), "{text}");
}

/// Something useful to know that is not wrong, on standard error, quietly.
pub(crate) fn hint(text: impl Display) {
    if has_colours(&io::stderr()) {
        note(format_args!("\u{1b}[2mHint: {text}\u{1b}[0m"));
    } else {
        note(format_args!("Hint: {text}"));
    }
}

/// Whether to write colours there (<https://no-color.org>).
pub(crate) fn has_colours(stream: &impl IsTerminal) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    stream.is_terminal()
        && !is_set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// `'A', 'B'`
pub(crate) fn quoted<T: Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("'{name}'")).collect();
    names.join(", ")
}

/// `A, B`
pub(crate) fn listed<T: Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| name.to_string()).collect();
    names.join(", ")
}

/// Text that others wrote, without what would steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// `1 secret`, `2 secrets`
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// `an owner`, `a viewer`
pub(crate) fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}
