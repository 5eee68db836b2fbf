//! `keyloft check`

use std::path::PathBuf;

use clap::Args;
use client::Place;
use model::KeyName;
use model::api::{ProblemCode, Resolve};
use serde_json::json;

use super::{EnvironmentOption, JsonOption};
use crate::context::Context;
use crate::failure::{Failure, Result, not_found};
use crate::print::{self, note};
use crate::project::{NAME, Project};

#[derive(Args)]
pub(crate) struct CheckArgs {
    /// The file to check [default: keyloft.toml of this folder or of one above it]
    #[arg(value_name = "PATH")]
    file: Option<PathBuf>,
    #[command(flatten)]
    environment: EnvironmentOption,
    #[command(flatten)]
    json: JsonOption,
}

pub(super) fn run(context: &Context, args: &CheckArgs) -> Result {
    let read;
    let project = match &args.file {
        Some(path) => {
            read = Project::read(path)?;
            &read
        }
        None => context.project()?.ok_or_else(|| {
            Failure::failed(format!(
                "there is no {NAME} here or in a folder above, up to the root of the repository"
            ))
        })?,
    };
    if project.secrets.is_empty() {
        return Err(Failure::failed(format!(
            "{} names no secrets: secrets = [\"postgres\"]",
            project.path.display()
        )));
    }
    let environment = match (&args.file, args.environment.typed(), &project.environment) {
        (Some(_), None, Some(environment)) => environment.clone(),
        _ => args.environment.get(context)?,
    };
    let places: Vec<_> =
        project.secrets.iter().map(|name| Place::new(environment.clone(), name.clone())).collect();
    let found = look(context, &places, &project.required)?;

    if args.json.json {
        print::json(&json!({
            "environment": environment,
            "missing_secrets": found.secrets.iter().map(|place| &place.name).collect::<Vec<_>>(),
            "missing_keys": found.keys,
        }))?;
    }
    if found.secrets.is_empty() && found.keys.is_empty() {
        if !args.json.json {
            print::line(format_args!(
                "{}: {} in {} of environment '{environment}'",
                project.path.display(),
                print::count(project.required.len(), "required key"),
                print::count(places.len(), "secret")
            ))?;
        }
        return Ok(());
    }
    for place in &found.secrets {
        note(not_found(place));
    }
    if !found.keys.is_empty() {
        note(format_args!(
            "missing in environment '{environment}': {}",
            print::listed(&found.keys)
        ));
    }
    Err(Failure::Differs)
}

/// What is not there.
struct Missing {
    secrets: Vec<Place>,
    keys: Vec<KeyName>,
}

fn look(context: &Context, places: &[Place], required: &[KeyName]) -> Result<Missing> {
    let client = context.client()?;
    let mut secrets = Vec::new();
    let mut there = Vec::new();
    for place in places {
        match client.secret(place) {
            Ok(secret) => there.extend(secret.keys.into_iter().map(|key| key.name)),
            Err(error) => match error.code() {
                Some(ProblemCode::NotFound) => secrets.push(place.clone()),
                Some(ProblemCode::Forbidden) => return by_resolving(context, places, required),
                _ => return Err(error.into()),
            },
        }
    }
    let keys = required.iter().filter(|key| !there.contains(key)).cloned().collect();
    Ok(Missing { secrets, keys })
}

/// For a token that may read and not list: whoever may read values may know which keys there are.
fn by_resolving(context: &Context, places: &[Place], required: &[KeyName]) -> Result<Missing> {
    let texts: Vec<_> = required.iter().map(ToString::to_string).collect();
    let resolve = Resolve {
        environment: places.first().map(|place| place.environment.to_string()).unwrap_or_default(),
        secrets: places.iter().map(|place| place.name.to_string()).collect(),
        keys: texts.clone(),
        required: texts,
        names_only: true,
    };
    match context.client()?.resolve(&resolve) {
        Ok(_) => Ok(Missing { secrets: Vec::new(), keys: Vec::new() }),
        Err(client::Error::Problem(problem)) if problem.code == ProblemCode::MissingKeys => {
            Ok(Missing { secrets: Vec::new(), keys: problem.missing })
        }
        Err(error) => Err(error.into()),
    }
}
