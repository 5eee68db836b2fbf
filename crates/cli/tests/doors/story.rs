//! The operations, and how each must end.

use model::ValueKind::{Hidden, Plain, WriteOnly};
use model::{SECRET_BYTES, SECRET_KEYS, VALUE_BYTES};

use crate::operation::Operation::{
    CreateEnvironment, CreateSecret, DeleteEnvironment, Destroy, EditAtOnce, ProtectEnvironment,
    RemoveKeys, RenameEnvironment, RenameSecret, ReplaceSecret, Restore, Reveal, SetKeys, Trash,
    TrashFirstVersion,
};
use crate::operation::{Answer, Contents, Operation, Outcome, Place, Refusal};

pub(crate) struct Step {
    pub(crate) operation: Operation,
    pub(crate) outcome: Outcome,
}

/// A secret that is there already: of a template, with tags, and values of every kind.
pub(crate) const GIVEN: Place = dev("given");

pub(crate) fn story() -> Vec<Step> {
    [environments(), making(), changing(), renaming(), reading(), deleting()]
        .into_iter()
        .flatten()
        .collect()
}

fn environments() -> Vec<Step> {
    vec![
        done(CreateEnvironment { name: "qa" }),
        done(CreateEnvironment { name: " preview " }),
        refused(Refusal::Taken, CreateEnvironment { name: "qa" }),
        refused(Refusal::BadName, CreateEnvironment { name: "no spaces" }),
        refused(Refusal::BadName, CreateEnvironment { name: ".hidden" }),
        done(RenameEnvironment { name: "preview", to: "canary" }),
        done(RenameEnvironment { name: "canary", to: "canary" }),
        refused(Refusal::Taken, RenameEnvironment { name: "canary", to: "dev" }),
        refused(Refusal::BadName, RenameEnvironment { name: "canary", to: "a/b" }),
        refused(Refusal::NotFound, RenameEnvironment { name: "nowhere", to: "somewhere" }),
        done(ProtectEnvironment { name: "canary", protected: true }),
        done(ProtectEnvironment { name: "canary", protected: true }),
        done(ProtectEnvironment { name: "prod", protected: false }),
        refused(Refusal::NotFound, ProtectEnvironment { name: "nowhere", protected: true }),
    ]
}

fn making() -> Vec<Step> {
    let awkward = Contents::of(&[
        ("PEM", "-----BEGIN KEY-----\nabc\n\n-----END KEY-----\n"),
        ("QUOTES", r#"it's "quoted" `twice` \n"#),
        ("DOLLAR", "$HOME ${HOME} $(id) %d $$ #no"),
        ("EMOJI", "🗝️ naïve ключ 鍵"),
        ("EMPTY", ""),
        ("SPACES", "  two before, two after  "),
        ("EQUALS", "a=b&c=d;e+f%20"),
        ("DASH", "-"),
        ("AT", "@nowhere"),
        ("ENV", "env:HOME"),
        ("TAB", "\ta\u{1}b\u{7f}"),
    ]);
    let one = || Contents::of(&[("A", "1")]);
    let numbered = |count| {
        let pair = |number| (format!("KEY_{number}"), format!("value {number}"));
        Contents { values: (0..count).map(pair).collect(), ..Contents::default() }
    };
    let whole = VALUE_BYTES / 2;
    let full =
        (0..SECRET_BYTES / VALUE_BYTES).map(|number| (format!("K{number}"), "é".repeat(whole)));
    let postgres = Contents::of(&[
        ("PGHOST", "db.example.org"),
        ("PGPORT", "5432"),
        ("PGUSER", "app"),
        ("PGPASSWORD", "s3cret"),
        ("PGDATABASE", "app"),
        ("PGSSLMODE", "verify-full"),
        ("OWN", "beside the template"),
    ]);
    vec![
        done(CreateSecret {
            at: dev("awkward"), holds: awkward.note("  the \"first\" one 🗝️ ")
        }),
        done(CreateSecret { at: dev("line"), holds: Contents::of(&[("LINE", "one line\n")]) }),
        done(CreateSecret { at: dev("large"), holds: filled(VALUE_BYTES) }),
        refused(
            Refusal::ValueTooLong,
            CreateSecret { at: dev("larger"), holds: filled(VALUE_BYTES + 1) },
        ),
        done(CreateSecret {
            at: dev("full"),
            holds: Contents { values: full.collect(), ..Contents::default() },
        }),
        refused(Refusal::SecretTooLong, SetKeys { at: dev("full"), holds: one() }),
        done(CreateSecret { at: dev("many"), holds: numbered(SECRET_KEYS) }),
        refused(
            Refusal::TooManyKeys,
            CreateSecret { at: dev("too-many"), holds: numbered(SECRET_KEYS + 1) },
        ),
        refused(Refusal::TooManyKeys, SetKeys { at: dev("many"), holds: one() }),
        refused(
            Refusal::NulByte,
            CreateSecret { at: dev("nul"), holds: Contents::of(&[("A", "a\0b")]) },
        ),
        refused(Refusal::Taken, CreateSecret { at: dev("awkward"), holds: one() }),
        done(CreateSecret { at: dev("Awkward"), holds: one() }),
        done(CreateSecret { at: at("qa", "awkward"), holds: one() }),
        done(CreateSecret { at: at("canary", " guarded "), holds: one().kind(Plain) }),
        done(CreateSecret { at: at("prod", "written"), holds: one().kind(WriteOnly) }),
        done(CreateSecret { at: dev("postgres"), holds: postgres.template("postgres") }),
        refused(Refusal::BadName, CreateSecret { at: dev("a/b"), holds: one() }),
        refused(Refusal::BadName, CreateSecret { at: dev(".."), holds: one() }),
        refused(Refusal::BadName, CreateSecret { at: dev(LONG), holds: one() }),
        refused(Refusal::NotFound, CreateSecret { at: at("nowhere", "a"), holds: one() }),
        refused(Refusal::NotFound, CreateSecret { at: dev("a"), holds: one().template("no-such") }),
        refused(Refusal::NoKeys, CreateSecret { at: dev("none"), holds: Contents::default() }),
        refused(
            Refusal::BadKey,
            CreateSecret { at: dev("a"), holds: Contents::of(&[("2FAST", "1")]) },
        ),
        refused(
            Refusal::DuplicateKey,
            CreateSecret { at: dev("a"), holds: Contents::of(&[("A", "1"), ("A", "2")]) },
        ),
        refused(
            Refusal::NoteTooLong,
            CreateSecret { at: dev("a"), holds: one().note("ö".repeat(501)) },
        ),
    ]
}

fn changing() -> Vec<Step> {
    let set = |values: &[_]| SetKeys { at: GIVEN, holds: Contents::of(values) };
    let with = |holds| SetKeys { at: GIVEN, holds };
    vec![
        done(set(&[("PGHOST", "$other"), ("PGUSER", "some\nlines\n")])),
        done(with(Contents::of(&[("EXTRA", "2"), ("ADDED", "new"), ("LATER", "")]).note("more"))),
        done(with(Contents::of(&[("ADDED", "shown")]).kind(Plain))),
        done(with(Contents::of(&[("ADDED", "shown again")]))),
        done(with(Contents::of(&[("PGUSER", "hidden"), ("ADDED", "hidden")]).kind(Hidden))),
        done(set(&[("PGPASSWORD", "")])),
        done(with(Contents::of(&[("LATER", "w")]).note(" why, with spaces around "))),
        refused(Refusal::NoteTooLong, with(Contents::of(&[("LATER", "x")]).note("é".repeat(501)))),
        done(with(Contents::of(&[("LATER", "w")]).note("é".repeat(500)))),
        refused(Refusal::ValueTooLong, SetKeys { at: GIVEN, holds: filled(VALUE_BYTES + 1) }),
        refused(Refusal::DuplicateKey, set(&[("EXTRA", "1"), ("EXTRA", "2")])),
        refused(Refusal::BadKey, set(&[("NO-DASH", "1")])),
        refused(Refusal::NotFound, SetKeys { at: dev("missing"), holds: filled(1) }),
        done(RemoveKeys { at: GIVEN, keys: &["LATER", "PGHOST"] }),
        refused(Refusal::NoKeys, RemoveKeys { at: at("qa", "awkward"), keys: &["A"] }),
        refused(Refusal::NotFound, RemoveKeys { at: dev("missing"), keys: &["A"] }),
        refused(
            Refusal::Conflict,
            EditAtOnce { at: GIVEN, other: ("EXTRA", "first"), own: ("OWN", "second") },
        ),
        done(ReplaceSecret {
            at: GIVEN,
            holds: Contents::of(&[("NEW", "n"), ("PGPASSWORD", "kept its kind"), ("EXTRA", "e")])
                .note("all of it"),
        }),
        done(ReplaceSecret { at: dev("large"), holds: filled(VALUE_BYTES - 1) }),
    ]
}

fn renaming() -> Vec<Step> {
    vec![
        done(RenameSecret { at: GIVEN, to: " renamed " }),
        done(RenameSecret { at: dev("renamed"), to: "renamed" }),
        refused(Refusal::Taken, RenameSecret { at: dev("renamed"), to: "awkward" }),
        refused(Refusal::BadName, RenameSecret { at: dev("renamed"), to: "a b" }),
        refused(Refusal::NotFound, RenameSecret { at: dev("missing"), to: "other" }),
        done(RenameSecret { at: dev("renamed"), to: "Renamed" }),
    ]
}

fn reading() -> Vec<Step> {
    let large = "v".repeat(VALUE_BYTES - 1);
    vec![
        shown(
            "-----BEGIN KEY-----\nabc\n\n-----END KEY-----\n",
            Reveal { at: dev("awkward"), key: "PEM" },
        ),
        shown("🗝️ naïve ключ 鍵", Reveal { at: dev("awkward"), key: "EMOJI" }),
        shown("", Reveal { at: dev("awkward"), key: "EMPTY" }),
        shown("one line\n", Reveal { at: dev("line"), key: "LINE" }),
        shown(&large, Reveal { at: dev("large"), key: "LARGE" }),
        shown("1", Reveal { at: at("canary", "guarded"), key: "A" }),
        refused(Refusal::WriteOnly, Reveal { at: dev("Renamed"), key: "PGPASSWORD" }),
        refused(Refusal::NotFound, Reveal { at: dev("awkward"), key: "MISSING" }),
        refused(Refusal::NotFound, Reveal { at: dev("missing"), key: "A" }),
    ]
}

fn deleting() -> Vec<Step> {
    let large = dev("large");
    let restore = |at, name| Restore { at, name };
    vec![
        refused(Refusal::Conflict, TrashFirstVersion { at: large }),
        done(Trash { at: large }),
        refused(Refusal::NotFound, Trash { at: large }),
        refused(Refusal::NotFound, SetKeys { at: large, holds: filled(1) }),
        // The name is free at once.
        done(CreateSecret { at: large, holds: filled(2) }),
        refused(Refusal::Taken, restore(large, None)),
        refused(Refusal::BadName, restore(large, Some("no/slash"))),
        done(restore(large, Some(" larger "))),
        done(Trash { at: dev("Renamed") }),
        done(restore(dev("Renamed"), None)),
        done(Trash { at: at("qa", "awkward") }),
        refused(Refusal::NotEmpty, DeleteEnvironment { name: "qa" }),
        refused(Refusal::NotItsName, Destroy { at: at("qa", "awkward"), typed: "Awkward" }),
        done(Destroy { at: at("qa", "awkward"), typed: "awkward" }),
        refused(Refusal::NotFound, restore(at("qa", "awkward"), None)),
        refused(Refusal::NotFound, Destroy { at: dev("postgres"), typed: "postgres" }),
        done(DeleteEnvironment { name: "qa" }),
        refused(Refusal::NotFound, DeleteEnvironment { name: "qa" }),
        done(Trash { at: dev("Awkward") }),
    ]
}

fn done(operation: Operation) -> Step {
    Step { operation, outcome: Ok(Answer::Done) }
}

fn shown(value: &str, operation: Operation) -> Step {
    Step { operation, outcome: Ok(Answer::Value(value.to_owned())) }
}

fn refused(refusal: Refusal, operation: Operation) -> Step {
    Step { operation, outcome: Err(refusal) }
}

const fn at(environment: &'static str, name: &'static str) -> Place {
    Place { environment, name }
}

const fn dev(name: &'static str) -> Place {
    at("dev", name)
}

/// One value of so many bytes.
fn filled(bytes: usize) -> Contents {
    Contents::of(&[("LARGE", &"v".repeat(bytes))])
}

/// A letter more than a name may have.
const LONG: &str = "a234567890123456789012345678901234567890123456789012345678901234x";
