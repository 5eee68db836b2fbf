//! The doors tell the same story: the same operations through server functions, `/api/v1` and the command end in the same
//! answers and leave the same store behind.
//!
//! Each door has a server of its own. What changes something, and not every door can say, is no part of the story: the command
//! gives no tags, forms turn line ends into LF, copies have no server function. What would be refused anyway is passed over by
//! a door that has no words for it: of two equal keys the command takes the last, and says so.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod api;
mod browser;
mod command;
mod functions;
mod kept;
mod operation;
mod server;
mod story;
#[path = "../support/mod.rs"]
mod support;

use std::fmt::Write as _;

use model::api::{MakeSecret, NewValueView, ValueMap};
use model::{ValueKind, WireValue};

use self::api::Api;
use self::browser::Browser;
use self::command::Keyloft;
use self::functions::Functions;
use self::operation::{Door, Refusal};
use self::server::Server;
use self::story::{GIVEN, Step, story};

#[test]
fn the_doors_tell_the_same_story() {
    let servers = [Server::start(), Server::start(), Server::start()];
    servers.iter().for_each(given);
    let [first, second, third] = servers.each_ref().map(Browser::sign_in);
    let token = second.command_line_token(&servers[1]);
    let client = servers[1].client(Some(&token));
    let token = third.command_line_token(&servers[2]);
    let mut doors: [Box<dyn Door>; 3] = [
        Box::new(Functions::of(first)),
        Box::new(Api::of(client)),
        Box::new(Keyloft::at(&servers[2], token)),
    ];

    let mut differences = String::new();
    let story = story();
    assert!(story.len() >= 60, "{} operations", story.len());
    for Step { operation, outcome } in &story {
        for door in &mut doors {
            let was = door.perform(operation);
            let was_said = was != Err(Refusal::Unsayable);
            assert!(
                was_said || outcome.is_err(),
                "{}: {operation:?} changes something",
                door.name()
            );
            if was_said && was != *outcome {
                let name = door.name();
                writeln!(differences, "{name}: {operation:?}\n  is {was:?}, not {outcome:?}")
                    .unwrap();
            }
        }
    }

    let [base, others @ ..] = servers.each_ref().map(kept::everything);
    for (door, other) in doors[1..].iter().zip(others) {
        for ((what, ours), (_, theirs)) in base.iter().zip(&other) {
            assert!(!ours.is_empty(), "there are no {what}");
            if let Some(difference) = difference(ours, theirs) {
                let (base, door) = (doors[0].name(), door.name());
                writeln!(differences, "{what} by {base} and by {door}:\n{difference}").unwrap();
            }
        }
    }
    assert!(differences.is_empty(), "\n{differences}");
}

/// A secret with all that no door can lose, and not every one can give.
fn given(server: &Server) {
    let value = |(key, kind)| {
        let value = WireValue::new(format!("the {key} of before"));
        (String::from(key), NewValueView::WithKind { value, kind })
    };
    let keys = [
        ("PGHOST", ValueKind::Plain),
        ("PGUSER", ValueKind::Hidden),
        ("PGPASSWORD", ValueKind::WriteOnly),
        ("EXTRA", ValueKind::Hidden),
    ];
    let new = MakeSecret {
        environment: GIVEN.environment.into(),
        name: GIVEN.name.into(),
        template: Some("postgres".into()),
        values: ValueMap(keys.map(value).into()),
        tags: vec!["team-b".into(), "Database".into()],
        note: "as it was".into(),
    };
    server.client(Some(&server.token)).make_secret(&new).unwrap();
}

/// Where two lists part, around the first letter that does.
fn difference(ours: &[String], theirs: &[String]) -> Option<String> {
    let count = ours.len().max(theirs.len());
    let line = |lines: &[String], index: usize| lines.get(index).cloned().unwrap_or_default();
    let index = (0..count).find(|index| line(ours, *index) != line(theirs, *index))?;
    let (ours, theirs) = (line(ours, index), line(theirs, index));
    let same = ours.chars().zip(theirs.chars()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        let begin: String = text.chars().take(80).collect();
        let from = same.saturating_sub(80);
        let part: String = text.chars().skip(from).take(240).collect();
        if from == 0 { part } else { format!("{begin} … {part}") }
    };
    Some(format!("  line {index} of {count}\n  {}\n  {}", around(&ours), around(&theirs)))
}
