//! dotenvy's values: quoted and unquoted pieces side by side, as in a shell, with `$NAME` and `${NAME}`.

use std::collections::HashMap;
use std::mem;

/// The value and the names looked up, or none where dotenvy has an error.
pub(super) fn read(
    text: &str,
    values: &HashMap<String, Option<String>>,
) -> Option<(String, Vec<String>)> {
    let mut reader =
        Reader { values, plain: String::with_capacity(text.len()), lookups: Vec::new() };
    let mut state = State::default();
    for c in text.chars() {
        if state.at_end {
            match c {
                ' ' | '\t' => {}
                '#' => break,
                _ => return None,
            }
        } else {
            reader.take(&mut state, c)?;
        }
    }
    if state.quotes != Quotes::None || matches!(state.name, Name::Braced(_)) {
        return None;
    }
    if let Name::Plain(name) = state.name {
        reader.look_up(name);
    }
    Some((reader.plain, reader.lookups))
}

#[derive(Default)]
struct State {
    quotes: Quotes,
    escaped: bool,
    name: Name,
    at_end: bool,
}

#[derive(Default, PartialEq, Eq)]
enum Quotes {
    #[default]
    None,
    /// `"`
    Weak,
    /// `'`
    Strong,
}

/// The name after a `$`, as far as it has been read.
#[derive(Default)]
enum Name {
    #[default]
    None,
    Plain(String),
    Braced(String),
}

struct Reader<'a> {
    values: &'a HashMap<String, Option<String>>,
    plain: String,
    lookups: Vec<String>,
}

impl Reader<'_> {
    fn take(&mut self, state: &mut State, c: char) -> Option<()> {
        if mem::take(&mut state.escaped) {
            self.plain.push(match c {
                '\\' | '\'' | '"' | '$' | ' ' => c,
                'n' => '\n',
                _ => return None,
            });
        } else if state.quotes == Quotes::Strong {
            if c == '\'' {
                state.quotes = Quotes::None;
            } else {
                self.plain.push(c);
            }
        } else if !matches!(state.name, Name::None) {
            state.name = self.take_name(mem::take(&mut state.name), c);
        } else {
            match c {
                '$' => state.name = Name::Plain(String::new()),
                '"' if state.quotes == Quotes::Weak => state.quotes = Quotes::None,
                '"' => state.quotes = Quotes::Weak,
                '\\' => state.escaped = true,
                '\'' if state.quotes == Quotes::None => state.quotes = Quotes::Strong,
                ' ' | '\t' if state.quotes == Quotes::None => state.at_end = true,
                _ => self.plain.push(c),
            }
        }
        Some(())
    }

    fn take_name(&mut self, name: Name, c: char) -> Name {
        match name {
            Name::None => Name::None,
            Name::Plain(mut name) if c.is_alphanumeric() => {
                name.push(c);
                Name::Plain(name)
            }
            Name::Plain(name) if c == '{' && name.is_empty() => Name::Braced(name),
            // The character that ends a name is taken as it is: a quote does not close there.
            Name::Plain(name) => {
                self.look_up(name);
                if c == '$' {
                    return Name::Plain(String::new());
                }
                self.plain.push(c);
                Name::None
            }
            Name::Braced(name) if c == '}' => {
                self.look_up(name);
                Name::None
            }
            Name::Braced(mut name) => {
                name.push(c);
                Name::Braced(name)
            }
        }
    }

    fn look_up(&mut self, name: String) {
        let value = self.values.get(&name).and_then(Option::as_deref);
        self.plain.push_str(value.unwrap_or_default());
        self.lookups.push(name);
    }
}
