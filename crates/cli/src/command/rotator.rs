//! `keyloft rotator`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::api::{AdminUrl, MakeRotator, RotatorView};
use model::{Alphabet, RotatorId, RotatorKind, RotatorState, WireValue};

use super::JsonOption;
use super::secret::SecretOption;
use crate::ask;
use crate::context::{Context, parse_environment, parse_name};
use crate::failure::{Failure, Result};
use crate::folders;
use crate::print::{self, Table, hint};

#[derive(Subcommand)]
pub(crate) enum RotatorCommand {
    /// List rotators, those that gave up first
    List(JsonOption),
    /// Have values of a secret replaced by themselves
    ///
    /// generated makes a random value. postgres gives a role of a database another password, without gap when two roles take turns.
    /// webhook asks a program of yours for the values.
    Create(Box<CreateArgs>),
    /// Run a rotator now, or have it go on after it gave up
    Run {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Show what a rotator did, the latest first
    Log {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Delete a rotator; its secret stays as it is
    Delete {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
        /// Also while a rotation is under way, with a value that may have no other copy
        #[arg(long)]
        force: bool,
        /// Run without asking for confirmation
        #[arg(short, long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// How it comes to new values: generated, postgres, webhook
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    kind: RotatorKind,
    /// A key that it replaces; several times for several. Of postgres the one with the password
    #[arg(long = "key", value_name = "KEY", required = true)]
    keys: Vec<String>,
    /// How often it runs, in days: at most 366 [default: by hand only]
    #[arg(long, value_name = "DAYS")]
    every: Option<u32>,
    /// How many minutes the old value works too, where the kind can see to it: at most 10080 [default: 60]
    #[arg(long, value_name = "MINUTES")]
    overlap: Option<u32>,
    /// generated: how many characters, 8 to 512 [default: 32]
    #[arg(long, value_name = "NUMBER")]
    length: Option<u32>,
    /// generated: alphanumeric, digits, hex or url-safe [default: alphanumeric]
    #[arg(long, value_name = "ALPHABET", value_parser = parse_alphabet)]
    alphabet: Option<Alphabet>,
    /// generated: what stands around the characters, as whsec_{}
    #[arg(long, value_name = "TEXT")]
    format: Option<String>,
    /// postgres: where the URL of somebody who may change passwords is kept
    #[arg(long, value_name = "ENVIRONMENT/SECRET/KEY", value_parser = parse_admin)]
    admin: Option<AdminUrl>,
    /// postgres: the key that holds the role's name
    #[arg(long, value_name = "KEY")]
    user_key: Option<String>,
    /// postgres: a key that holds a whole connection URL
    #[arg(long, value_name = "KEY")]
    url_key: Option<String>,
    /// postgres: the role
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// postgres: a second role with the same rights, so that the old password works for the overlap
    #[arg(long, value_name = "ROLE")]
    other_role: Option<String>,
    /// webhook: where the program listens
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// webhook: a file with what requests are signed with, 16 to 256 bytes
    #[arg(long, value_name = "FILE")]
    signing_secret_file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl RotatorCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::List(option) => list(context, &option),
            Self::Create(args) => create(context, *args),
            Self::Run { id } => {
                let rotator = context.client()?.run_rotator(parse_id(&id)?)?;
                print::line(format_args!("Asked the rotator of '{}' to run", rotator.secret))?;
                hint(format_args!("how far it is: keyloft rotator log {}", rotator.id));
                Ok(())
            }
            Self::Log { id, json } => log(context, &id, &json),
            Self::Delete { id, force, yes } => delete(context, &id, force, yes),
        }
    }
}

fn list(context: &Context, option: &JsonOption) -> Result {
    let rotators = context.client()?.rotators()?.rotators;
    if option.json {
        return print::json(&rotators);
    }
    let mut table = Table::new(["ID", "Secret", "Kind", "Keys", "State", "Next at", "Last at"]);
    for rotator in &rotators {
        let at = |at: Option<_>| at.map_or("-".to_owned(), print::local);
        table.row([
            rotator.id.to_string(),
            format!("{}/{}", rotator.environment, rotator.secret),
            kind(rotator.kind).to_owned(),
            print::listed(&rotator.keys),
            state(rotator).to_owned(),
            at(rotator.next_at),
            at(rotator.last_at),
        ]);
    }
    table.print()
}

fn create(context: &Context, args: CreateArgs) -> Result {
    let place = args.secret.get(context)?;
    let signing_secret = match &args.signing_secret_file {
        None => None,
        Some(file) => {
            let text = folders::read(file)?.ok_or_else(|| {
                Failure::usage(format!(
                    "--signing-secret-file: there is no file {}",
                    file.display()
                ))
            })?;
            Some(WireValue::new(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
    };
    let new = MakeRotator {
        environment: place.environment.to_string(),
        secret: place.name.to_string(),
        kind: args.kind,
        keys: args.keys,
        days: args.every,
        overlap_minutes: args.overlap,
        length: args.length,
        alphabet: args.alphabet,
        format: args.format,
        admin: args.admin,
        user_key: args.user_key,
        url_key: args.url_key,
        role: args.role,
        other_role: args.other_role,
        url: args.url,
        signing_secret,
    };
    let made = context.client()?.make_rotator(&new)?;
    if args.json {
        return print::json(&made);
    }
    print::line(format_args!("Made the rotator {} of '{place}'", made.id))?;
    if made.kind == RotatorKind::Postgres && made.other_role.is_none() {
        hint(
            "with one role there is a gap at each rotation, until programs have read the new password; --other-role closes it",
        );
    }
    Ok(())
}

fn log(context: &Context, id: &str, option: &JsonOption) -> Result {
    let log = context.client()?.rotator_log(parse_id(id)?)?;
    if option.json {
        return print::json(&log.entries);
    }
    let mut table = Table::new(["At", "Step", "What happened"]);
    for entry in &log.entries {
        table.row([
            print::local(entry.at),
            print::plain(&entry.step),
            print::plain(&entry.message),
        ]);
    }
    table.print()
}

fn delete(context: &Context, id: &str, force: bool, yes: bool) -> Result {
    let id = parse_id(id)?;
    let client = context.client()?;
    if !yes {
        ask::confirm(format_args!(
            "Are you sure you want to delete the rotator {id}? Its secret stays as it is, and is no longer rotated."
        ))?;
    }
    client.delete_rotator(id, force)?;
    print::line(format_args!("Deleted the rotator {id}"))
}

const fn kind(kind: RotatorKind) -> &'static str {
    match kind {
        RotatorKind::Generated => "generated",
        RotatorKind::Postgres => "postgres",
        RotatorKind::Webhook => "webhook",
    }
}

const fn state(rotator: &RotatorView) -> &'static str {
    match (rotator.gave_up, rotator.error.is_some(), rotator.state) {
        (true, _, _) => "gave up",
        (_, true, _) => "failed, tries again",
        (_, _, RotatorState::Idle) => "idle",
        (_, _, RotatorState::Overlap) => "overlap",
        _ => "under way",
    }
}

fn parse_id(text: &str) -> Result<RotatorId> {
    text.parse().map_err(|_| {
        Failure::usage(
            "that is no rotator's id: they begin with rot_, and keyloft rotator list shows them",
        )
    })
}

fn parse_kind(text: &str) -> std::result::Result<RotatorKind, String> {
    match text {
        "generated" => Ok(RotatorKind::Generated),
        "postgres" => Ok(RotatorKind::Postgres),
        "webhook" => Ok(RotatorKind::Webhook),
        _ => Err("expected generated, postgres or webhook".to_owned()),
    }
}

fn parse_alphabet(text: &str) -> std::result::Result<Alphabet, String> {
    match text {
        "alphanumeric" => Ok(Alphabet::Alphanumeric),
        "digits" => Ok(Alphabet::Digits),
        "hex" => Ok(Alphabet::Hex),
        "url-safe" => Ok(Alphabet::UrlSafe),
        _ => Err("expected alphanumeric, digits, hex or url-safe".to_owned()),
    }
}

fn parse_admin(text: &str) -> std::result::Result<AdminUrl, String> {
    let parts: Vec<&str> = text.split('/').collect();
    match parts[..] {
        [environment, secret, key]
            if parse_environment(environment).is_ok()
                && parse_name(secret).is_ok()
                && !key.is_empty() =>
        {
            Ok(AdminUrl {
                environment: environment.to_owned(),
                secret: secret.to_owned(),
                key: key.to_owned(),
            })
        }
        _ => Err("expected ENVIRONMENT/SECRET/KEY, such as prod/admin/DATABASE_URL".to_owned()),
    }
}
