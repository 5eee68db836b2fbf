//! `keyloft secret diff`

mod side;

use std::path::PathBuf;

use clap::Args;
use client::{Client, Error};
use model::api::{Compare, CompareAnswer, ComparedKey, Difference, ProblemCode, ValueMap};
use model::{KeyName, ValueKind, WireValue};

use self::side::Side;
use crate::command::{EnvironmentOption, JsonOption};
use crate::context::Context;
use crate::failure::{Failure, Result, of_secret};
use crate::{pairs, print};

#[derive(Args)]
pub(crate) struct DiffArgs {
    /// Before
    #[arg(value_name = "SECRET")]
    left: String,
    /// After
    #[arg(value_name = "SECRET", conflicts_with = "from_dotenv")]
    right: Option<String>,
    /// Compare with a .env file, which is read here and goes nowhere
    #[arg(long, value_name = "PATH")]
    from_dotenv: Option<PathBuf>,
    /// Only compare the names of keys, which needs no right to read values
    #[arg(long, conflicts_with = "reveal")]
    names_only: bool,
    /// Show the values too
    #[arg(long)]
    reveal: bool,
    #[command(flatten)]
    environment: EnvironmentOption,
    #[command(flatten)]
    json: JsonOption,
}

type Values = Vec<(KeyName, WireValue)>;

pub(super) fn run(context: &Context, args: &DiffArgs) -> Result {
    let left = Side::parse(&args.left)?;
    let right = args.right.as_deref().map(Side::parse).transpose()?;
    let file = args.from_dotenv.as_deref().map(pairs::dotenv).transpose()?;
    let named = |side: &Side| side.environment.is_some();
    let all_named = named(&left) && right.as_ref().is_none_or(named);
    let default = if all_named { None } else { Some(args.environment.get(context)?) };
    let client = context.client()?;
    let left = left.at(default.as_ref());
    if let Some(file) = file {
        return with_file(client, &left, file, args);
    }
    let (left, right) = match right {
        Some(right) => (left, right.at(default.as_ref())),
        None => left.and_now(client)?,
    };
    let compare =
        Compare { left: left.to_wire(), right: right.to_wire(), names_only: args.names_only };
    let answer =
        client.compare(&compare).map_err(|error| refused(error, client, [&left, &right]))?;
    let values =
        if args.reveal { Some((left.values(client)?, right.values(client)?)) } else { None };
    show(&answer, values.as_ref(), args)
}

/// The values are compared here: those of the file are not the server's to see.
fn with_file(client: &Client, left: &side::Placed, file: Values, args: &DiffArgs) -> Result {
    let secret = client.secret(&left.place).map_err(of_secret(&left.place))?;
    let kind =
        |key: &KeyName| secret.keys.iter().find(|info| info.name == *key).map(|info| info.kind);
    let stored = left.values(client)?;
    let has = |values: &Values, key: &KeyName| values.iter().any(|(name, _)| name == key);
    let mut keys: Vec<_> = secret
        .keys
        .iter()
        .filter(|info| info.kind == ValueKind::WriteOnly || has(&stored, &info.name))
        .map(|info| info.name.clone())
        .collect();
    let added: Vec<_> =
        file.iter().map(|(key, _)| key.clone()).filter(|key| !keys.contains(key)).collect();
    keys.extend(added);
    let keys = keys
        .into_iter()
        .map(|key| {
            let difference = match (value_of(&stored, &key), value_of(&file, &key)) {
                (Some(left), Some(right)) if !args.names_only => {
                    if left == right {
                        Difference::Same
                    } else {
                        Difference::Changed
                    }
                }
                (None, Some(_)) if kind(&key).is_none() => Difference::Added,
                (_, Some(_)) => Difference::Present,
                (_, None) => Difference::Removed,
            };
            let left_kind = kind(&key);
            ComparedKey { key, difference, left_kind, right_kind: left_kind }
        })
        .collect();
    show(&CompareAnswer { keys }, args.reveal.then_some((stored, file)).as_ref(), args)
}

fn show(answer: &CompareAnswer, values: Option<&(Values, Values)>, args: &DiffArgs) -> Result {
    let differs = |key: &ComparedKey| match key.difference {
        Difference::Added | Difference::Changed | Difference::Removed => true,
        Difference::Present | Difference::Same => key.left_kind != key.right_kind,
    };
    let differing: Vec<_> = answer.keys.iter().filter(|key| differs(key)).collect();
    if args.json.json {
        json(answer, values)?;
    } else if differing.is_empty() {
        print::line(if args.names_only { "The keys are the same" } else { "No difference" })?;
    } else {
        for key in &differing {
            print::line(summary(key))?;
            if let Some((left, right)) = values {
                reveal('-', &key.key, left)?;
                reveal('+', &key.key, right)?;
            }
        }
    }
    if differing.is_empty() { Ok(()) } else { Err(Failure::Differs) }
}

fn summary(key: &ComparedKey) -> String {
    let name = &key.key;
    let kinds = match (key.left_kind, key.right_kind) {
        (Some(left), Some(right)) if left != right => {
            format!(" ({} becomes {})", left.as_str(), right.as_str())
        }
        _ => String::new(),
    };
    match key.difference {
        Difference::Added => format!("+ {name}"),
        Difference::Removed => format!("- {name}"),
        Difference::Changed => format!("~ {name}{kinds}"),
        Difference::Present | Difference::Same => format!("  {name}{kinds}"),
    }
}

/// A value as JSON, so that it is one line and steers no terminal.
fn reveal(mark: char, key: &KeyName, values: &Values) -> Result {
    let Some(value) = value_of(values, key) else { return Ok(()) };
    let text = serde_json::to_string(value).expect("a value is text");
    print::line(format_args!("    {mark} {text}"))
}

fn json(answer: &CompareAnswer, values: Option<&(Values, Values)>) -> Result {
    let Some((left, right)) = values else { return print::json(answer) };
    print::json(&serde_json::json!({
        "keys": answer.keys,
        "left": ValueMap(left.clone()),
        "right": ValueMap(right.clone()),
    }))
}

fn value_of<'a>(values: &'a Values, key: &KeyName) -> Option<&'a WireValue> {
    values.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

fn refused(error: Error, client: &Client, sides: [&side::Placed; 2]) -> Failure {
    match error.code() {
        Some(ProblemCode::Forbidden) => Failure::Failed(format!(
            "{}\nTo compare the names of keys alone: --names-only",
            Failure::from(error)
        )),
        Some(ProblemCode::NotFound) => {
            let missing = sides
                .into_iter()
                .find_map(|side| client.secret(&side.place).map_err(of_secret(&side.place)).err());
            missing.unwrap_or_else(|| error.into())
        }
        _ => error.into(),
    }
}
