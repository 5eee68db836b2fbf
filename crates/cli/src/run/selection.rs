//! Which keys of which secrets.

use clap::Args;
use cli::export::Pairs;
use client::{Client, Error};
use model::api::{ProblemCode, RESOLVE_NAMES, Resolve, ResolveAnswer};
use model::{EnvironmentName, KeyName, SecretName, WireValue};

use crate::command::EnvironmentOption;
use crate::context::{Context, parse_name};
use crate::failure::{Failure, Result};
use crate::print::{self, hint};

#[derive(Args)]
pub(crate) struct SelectionArgs {
    /// A secret; several times for several, of which later ones win [default: those of the project's keyloft.toml]
    #[arg(short = 's', long = "secret", value_name = "NAME")]
    secrets: Vec<String>,
    #[command(flatten)]
    environment: EnvironmentOption,
    /// Only these keys
    #[arg(long, value_name = "KEY,…", value_delimiter = ',')]
    only: Vec<String>,
    /// Keys without which nothing is done; those that are missing are all named
    #[arg(long, value_name = "KEY,…", value_delimiter = ',')]
    required: Vec<String>,
    /// Put this before the name of every key
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    prefix: String,
}

/// The same, checked, with what the project says.
#[derive(Clone)]
pub(crate) struct Selection {
    pub(crate) environment: EnvironmentName,
    pub(crate) names: Vec<SecretName>,
    only: Vec<KeyName>,
    required: Vec<KeyName>,
    prefix: String,
}

impl Selection {
    pub(crate) fn new(context: &Context, args: &SelectionArgs) -> Result<Self> {
        let mut names =
            args.secrets.iter().map(|name| parse_name(name)).collect::<Result<Vec<_>>>()?;
        let only = keys("--only", &args.only)?;
        let mut required = keys("--required", &args.required)?;
        if names.is_empty()
            && let Some(project) = context.project()?
        {
            names.clone_from(&project.secrets);
            required.extend(project.required.iter().cloned());
        }
        if names.is_empty() {
            return Err(Failure::usage(
                "no secret was named: add -s NAME, or name the project's secrets in a keyloft.toml",
            ));
        }
        if names.len() > RESOLVE_NAMES {
            return Err(Failure::usage(format!(
                "{} secrets were named, and at most {RESOLVE_NAMES} are taken at once",
                names.len()
            )));
        }
        let environment = args.environment.get(context)?;
        Ok(Self { environment, names, only, required, prefix: args.prefix.clone() })
    }

    /// What to ask the server.
    pub(crate) fn to_wire(&self) -> Resolve {
        let texts = |keys: &[KeyName]| keys.iter().map(ToString::to_string).collect();
        Resolve {
            environment: self.environment.to_string(),
            secrets: self.names.iter().map(ToString::to_string).collect(),
            keys: texts(&self.only),
            required: texts(&self.required),
            names_only: false,
        }
    }

    /// Asks the server where each key comes from. No value is read.
    pub(crate) fn ask_for_names(&self, client: &Client) -> Result<ResolveAnswer> {
        let names = Resolve { names_only: true, ..self.to_wire() };
        client.resolve(&names).map_err(|error| self.told(error))
    }

    /// Asks the server.
    pub(crate) fn ask(&self, client: &Client) -> Result<ResolveAnswer> {
        client.resolve(&self.to_wire()).map_err(|error| self.told(error))
    }

    /// The values, for a program other than `run`.
    pub(crate) fn fetch(&self, context: &Context) -> Result<Vec<(KeyName, WireValue)>> {
        let answer = self.ask(context.client()?)?;
        self.values(&answer)
    }

    /// What was answered, as the program shall get it.
    pub(crate) fn values(&self, answer: &ResolveAnswer) -> Result<Vec<(KeyName, WireValue)>> {
        let there = |key: &KeyName| answer.values.0.iter().any(|(name, _)| name == key);
        let missing: Vec<_> = self.required.iter().filter(|key| !there(key)).cloned().collect();
        say_what_is_withheld(answer);
        if !missing.is_empty() {
            return Err(self.missing(&missing));
        }
        let absent: Vec<_> = self.only.iter().filter(|key| !there(key)).collect();
        if !absent.is_empty() {
            hint(format_args!("asked for with --only, and not there: {}", print::listed(absent)));
        }
        answer
            .values
            .0
            .iter()
            .map(|(key, value)| Ok((self.prefixed(key)?, value.clone())))
            .collect()
    }

    pub(crate) fn told(&self, error: Error) -> Failure {
        match error {
            Error::Problem(problem)
                if problem.code == ProblemCode::MissingKeys && !problem.missing.is_empty() =>
            {
                self.missing(&problem.missing)
            }
            // All that is not there is in the sentence.
            Error::Problem(problem) if problem.code == ProblemCode::NotFound => {
                Failure::Failed(problem.detail)
            }
            other => other.into(),
        }
    }

    fn missing(&self, keys: &[KeyName]) -> Failure {
        Failure::failed(format!(
            "{} {} of environment '{}' {} missing key(s): {}",
            if self.names.len() == 1 { "Secret" } else { "Secrets" },
            print::quoted(&self.names),
            self.environment,
            if self.names.len() == 1 { "is" } else { "are" },
            print::listed(keys)
        ))
    }

    fn prefixed(&self, key: &KeyName) -> Result<KeyName> {
        if self.prefix.is_empty() {
            return Ok(key.clone());
        }
        KeyName::parse(&format!("{}{key}", self.prefix)).map_err(|_| {
            Failure::usage("--prefix: what comes before a key has letters, digits and _, and does not start with a digit")
        })
    }
}

fn keys(option: &str, texts: &[String]) -> Result<Vec<KeyName>> {
    let parse = |text: &String| {
        KeyName::parse(text).map_err(|_| {
            Failure::usage(format!(
                "{option}: keys have letters, digits and _, do not start with a digit, and are separated by commas"
            ))
        })
    };
    texts.iter().map(parse).collect()
}

/// People do not get what is write-only, and a program that misses it should not be a riddle.
pub(crate) fn say_what_is_withheld(answer: &ResolveAnswer) {
    if !answer.withheld.is_empty() {
        let keys = answer
            .withheld
            .iter()
            .map(|withheld| format!("{} of '{}'", withheld.key, withheld.secret));
        hint(format_args!(
            "write-only, so given to service tokens and not to you: {}",
            print::listed(keys)
        ));
    }
}

/// The same keys with the same values, in whatever order.
pub(crate) fn same(left: &Pairs, right: &Pairs) -> bool {
    left.len() == right.len() && left.iter().all(|pair| right.contains(pair))
}
