//! What people type wrong, and what they are told: every message is designed, and no message repeats what could be a value.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod arguments;
mod credentials;
mod files;
mod peers;
mod program;
#[path = "../support/mod.rs"]
mod support;

use model::{BearerToken, TokenKind};
use support::Machine;

/// A machine with a token for a server that is not there: whoever asks it is found out by another message.
fn machine() -> Machine {
    let mut machine = Machine::new();
    machine.set("KEYLOFT_URL", "http://127.0.0.1:1");
    machine.set("KEYLOFT_TOKEN", token());
    machine.set("KEYLOFT_ENVIRONMENT", "dev");
    machine
}

fn token() -> String {
    let token = BearerToken::new(TokenKind::Service, [1; 8], [2; 32]);
    token.text().dangerously_expose().to_owned()
}

/// Arguments separated by single blanks; `␣` is a blank inside of one.
#[track_caller]
fn check(machine: &Machine, arguments: &str, code: i32, sentence: &str) {
    let split: Vec<_> = arguments.split(' ').map(|argument| argument.replace('␣', " ")).collect();
    let split: Vec<_> = split.iter().map(String::as_str).collect();
    let told = machine.run(&split);
    assert_eq!(
        (told.code, told.err.as_str()),
        (Some(code), format!("{sentence}\n").as_str()),
        "{arguments}"
    );
    assert_eq!(told.out, "", "{arguments}");
    assert!(!told.err.contains(SECRET), "{arguments}");
}

/// What no message may repeat.
const SECRET: &str = "hunter2";
