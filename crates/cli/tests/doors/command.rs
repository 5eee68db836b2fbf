//! The `keyloft` command, as it is typed.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::operation::{Answer, Contents, Door, Operation, Outcome, Place, Refusal};
use crate::server::Server;
use crate::support::{Machine, Told};

pub(crate) struct Keyloft {
    machine: Machine,
    token: String,
}

impl Door for Keyloft {
    fn name(&self) -> &'static str {
        "command"
    }

    fn perform(&mut self, operation: &Operation) -> Outcome {
        let told = match operation {
            Operation::CreateEnvironment { name } => self.run(&["environment", "create", name]),
            Operation::RenameEnvironment { name, to } => {
                self.run(&["environment", "rename", name, to])
            }
            Operation::ProtectEnvironment { name, protected } => {
                let off: &[_] = if *protected { &[] } else { &["--off"] };
                self.run(&[&["environment", "protect", name], off].concat())
            }
            Operation::DeleteEnvironment { name } => {
                self.run(&["environment", "delete", name, "--yes"])
            }
            // Of a key that is given twice the last value counts, which the command says.
            Operation::CreateSecret { holds, .. } | Operation::SetKeys { holds, .. }
                if holds.has_a_key_twice() =>
            {
                return Err(Refusal::Unsayable);
            }
            Operation::CreateSecret { at, holds } => self.give(&["create"], *at, holds),
            Operation::ReplaceSecret { at, holds } => self.give(&["create", "--force"], *at, holds),
            Operation::SetKeys { at, holds } => self.give(&["set"], *at, holds),
            Operation::RemoveKeys { at, keys } => self.secret("unset", *at, keys),
            Operation::RenameSecret { at, to } => self.secret("rename", *at, &[to]),
            Operation::EditAtOnce { at, other, own } => self.edit(*at, *other, *own),
            Operation::Trash { at } => self.secret("delete", *at, &["--yes"]),
            // It looks at the secret, and deletes what it saw.
            Operation::TrashFirstVersion { .. } => return Err(Refusal::Unsayable),
            Operation::Restore { at, name } => {
                let name: &[_] = match name {
                    Some(name) => &["--name", name],
                    None => &[],
                };
                self.trash("restore", *at, name)
            }
            Operation::Destroy { at, typed } => self.trash("destroy", *at, &["--confirm", typed]),
            Operation::Reveal { at, key } => {
                let told = self.secret("get", *at, &[key]);
                if told.code == Some(0) {
                    return Ok(Answer::Value(told.out));
                }
                told
            }
        };
        match told.code {
            Some(0) => Ok(Answer::Done),
            code => Err(why(code, &told.err)),
        }
    }
}

impl Keyloft {
    pub(crate) fn at(server: &Server, token: String) -> Self {
        let mut machine = Machine::new();
        machine.set("KEYLOFT_URL", &server.url);
        machine.set("KEYLOFT_TOKEN", &token);
        machine.set("EDITOR", "sh editor");
        Self { machine, token }
    }

    fn run(&self, arguments: &[&str]) -> Told {
        self.machine.run(arguments)
    }

    fn secret(&self, verb: &str, at: Place, rest: &[&str]) -> Told {
        let command = ["secret", verb, at.name, "--env", at.environment];
        self.run(&[&command, rest].concat())
    }

    /// A verb that takes values: as arguments where one would type them, or else from files, from standard input, from JSON.
    fn give(&self, verb: &[&str], at: Place, holds: &Contents) -> Told {
        let mut arguments = vec!["secret"];
        arguments.extend(verb);
        arguments.extend([at.name, "--env", at.environment]);
        if let Some(template) = holds.template {
            arguments.extend(["--template", template]);
        }
        if let Some(kind) = holds.kind {
            arguments.extend(["--kind", kind.as_str()]);
        }
        if !holds.note.is_empty() {
            arguments.extend(["--note", &holds.note]);
        }
        // A line end after a single line is taken for the editor's.
        let only_json =
            |value: &str| value.trim_end_matches('\n').lines().count() < 2 && value.ends_with('\n');
        if holds.values.len() > 20 || holds.values.iter().any(|(_, value)| only_json(value)) {
            self.machine.write("values.json", json(holds));
            arguments.extend(["--from-json", "values.json"]);
            return self.run(&arguments);
        }
        let mut input = None;
        let pairs: Vec<_> = holds
            .values
            .iter()
            .map(|(key, value)| {
                let is_typed = value.len() < 1000
                    && !value.contains(['\n', '\0'])
                    && !value.starts_with(['-', '@'])
                    && !value.starts_with("env:");
                if is_typed {
                    format!("{key}={value}")
                } else if input.is_none() {
                    input = Some(value.as_bytes());
                    format!("{key}=-")
                } else {
                    let file = format!("value-of-{key}");
                    self.machine.write(&file, value);
                    format!("{key}=@{file}")
                }
            })
            .collect();
        arguments.extend(pairs.iter().map(String::as_str));
        self.machine.run_with_input(&arguments, input.unwrap_or_default())
    }

    fn edit(&self, at: Place, (key, value): (&str, &str), (own, line): (&str, &str)) -> Told {
        let (keyloft, token) = (env!("CARGO_BIN_EXE_keyloft"), &self.token);
        let Place { environment, name } = at;
        let other = format!("{keyloft} secret set {name} --env {environment} {key}={value}");
        let script =
            format!("set -e\nKEYLOFT_TOKEN={token} {other} >&2\necho '{own}={line}' >> \"$1\"\n");
        self.machine.write("editor", script);
        let told = self.secret("edit", at, &[]);
        assert!(!told.err.contains("the editor"), "{}", told.err);
        told
    }

    /// A verb of the trash, about what was deleted last of that name.
    fn trash(&self, verb: &str, at: Place, rest: &[&str]) -> Told {
        #[derive(Deserialize)]
        struct Trashed {
            id: String,
            name: String,
        }

        let list = self.run(&["secret", "trash", "--env", at.environment, "--json"]).out;
        let trash: Vec<Trashed> = serde_json::from_str(&list).unwrap();
        let found = trash.iter().find(|trashed| trashed.name == at.name);
        let which = found.map_or(at.name, |trashed| &trashed.id);
        let command = ["secret", "trash", verb, which, "--env", at.environment];
        self.run(&[&command, rest].concat())
    }
}

impl Contents {
    fn has_a_key_twice(&self) -> bool {
        let keys = || self.values.iter().map(|(key, _)| key);
        keys().enumerate().any(|(index, key)| keys().take(index).any(|earlier| earlier == key))
    }
}

/// In their order.
fn json(holds: &Contents) -> String {
    let mut text = String::new();
    for (key, value) in &holds.values {
        let mark = if text.is_empty() { '{' } else { ',' };
        let value = serde_json::to_string(value).unwrap();
        write!(text, "{mark}\n{key:?}: {value}").unwrap();
    }
    text + "}\n"
}

/// From the message alone, as whoever reads it must.
fn why(code: Option<i32>, err: &str) -> Refusal {
    let found = MESSAGES.iter().find(|(known, part, _)| code == Some(*known) && err.contains(part));
    found.unwrap_or_else(|| panic!("unexpected, with {code:?}: {err}")).2
}

/// Exit codes, parts of messages, and what they say.
const MESSAGES: &[(i32, &str, Refusal)] = &[
    (1, "already exists in environment", Refusal::Taken),
    (1, "exists again in environment", Refusal::Taken),
    (1, "This name is taken", Refusal::Taken),
    (1, "not found in environment", Refusal::NotFound),
    (1, "is not in the trash", Refusal::NotFound),
    (1, "There is no environment", Refusal::NotFound),
    (1, "There is no such environment", Refusal::NotFound),
    (1, "has no key", Refusal::NotFound),
    (2, "there is no template", Refusal::NotFound),
    (1, "is write-only", Refusal::WriteOnly),
    (1, "Nothing was changed; look at it and try again", Refusal::Conflict),
    (1, "Not empty:", Refusal::NotEmpty),
    (1, "Aborted: that is not its name", Refusal::NotItsName),
    (1, "a secret has at least one key", Refusal::NoKeys),
    (2, "at least one key", Refusal::NoKeys),
    (2, "Invalid Secret name", Refusal::BadName),
    (2, "that is no name of an environment", Refusal::BadName),
    (2, "Invalid key", Refusal::BadKey),
    (1, "is NUL", Refusal::NulByte),
    (1, "keys, and at most", Refusal::TooManyKeys),
    (1, "note: Too long", Refusal::NoteTooLong),
    (1, "values: Too long", Refusal::SecretTooLong),
    (1, "Too long by", Refusal::ValueTooLong),
];
