//! `keyloft template`

mod check;
mod edit;

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use client::{Client, Error, Place};
use model::TemplateDraft;
use model::api::{ProblemCode, TemplateView};

use super::{EnvironmentOption, JsonOption};
use crate::ask;
use crate::context::{Context, parse_name};
use crate::failure::{Failure, Result, of_secret};
use crate::print::{self, Table};

#[derive(Subcommand)]
pub(crate) enum TemplateCommand {
    /// List the workspace's own templates
    List {
        /// The built-in ones too
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Print what makes a template, as JSON
    Show {
        /// Its id, such as postgres or own.billing
        #[arg(value_name = "TEMPLATE")]
        id: String,
    },
    /// Make a template from another one, from a secret's keys, or from a file
    Create(CreateArgs),
    /// Change a template in your editor
    Edit {
        /// Its id, such as own.billing
        #[arg(value_name = "TEMPLATE")]
        id: String,
    },
    /// Delete a template; secrets that were made from it stay
    Delete {
        /// Its id, such as own.billing
        #[arg(value_name = "TEMPLATE")]
        id: String,
        /// Run without asking for confirmation
        #[arg(short, long)]
        yes: bool,
    },
    /// Look for secrets that lack what their template requires
    ///
    /// Looks at every secret in reach that was made from the template, and names the keys that it lacks. Ends with 1 when one lacks
    /// something.
    Check {
        /// Its id, such as own.billing
        #[arg(value_name = "TEMPLATE")]
        id: String,
        #[command(flatten)]
        json: JsonOption,
    },
}

#[derive(Args)]
pub(crate) struct CreateArgs {
    /// What to call it [default: as what it is made from]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    environment: EnvironmentOption,
}

/// What to make it from.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// Copy this template
    #[arg(long, value_name = "TEMPLATE")]
    from: Option<String>,
    /// Ask for the keys that this secret has, in their kinds. No value is read
    #[arg(long, value_name = "SECRET")]
    from_secret: Option<String>,
    /// Read it from a file, as `keyloft template show` prints it
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
}

impl TemplateCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::List { all, json } => list(context, all, &json),
            Self::Show { id } => print::json(&definition(&find(context.client()?, &id)?)?),
            Self::Create(args) => create(context, args),
            Self::Edit { id } => edit::run(context, &id),
            Self::Delete { id, yes } => {
                let client = context.client()?;
                if !yes {
                    ask::confirm(format_args!(
                        "Are you sure you want to delete the template '{}'?",
                        print::plain(&id)
                    ))?;
                }
                client.delete_template(&id).map_err(of_template(&id))?;
                print::line(format_args!("Deleted the template '{}'", print::plain(&id)))
            }
            Self::Check { id, json } => check::run(context, &id, &json),
        }
    }
}

fn list(context: &Context, all: bool, option: &JsonOption) -> Result {
    let templates = context.client()?.templates()?.templates;
    let shown: Vec<_> = templates.into_iter().filter(|template| all || template.own).collect();
    if option.json {
        return print::json(&shown);
    }
    let mut table = Table::new(["Template", "Name", "Keys"]);
    for template in shown {
        let name = print::plain(&template.name);
        table.row([template.id, name, template.keys.len().to_string()]);
    }
    table.print()
}

fn create(context: &Context, args: CreateArgs) -> Result {
    let mut draft = match (args.source.from, args.source.from_secret, args.source.file) {
        (Some(id), ..) => definition(&find(context.client()?, &id)?)?,
        (_, Some(name), _) => {
            let name = parse_name(&name)?;
            let place = Place::new(args.environment.get(context)?, name);
            let secret = context.client()?.secret(&place).map_err(of_secret(&place))?;
            TemplateDraft::of_secret(&secret.name, &secret.keys)
        }
        (_, _, file) => {
            let path = file.expect("clap asks for one of the three");
            let cannot = |why: String| Failure::Failed(format!("{}: {why}", path.display()));
            let text = fs::read(&path).map_err(|error| cannot(error.to_string()))?;
            read(&text).map_err(cannot)?
        }
    };
    if let Some(name) = args.name {
        draft.name = name;
    }
    let made = context.client()?.make_template(&draft)?;
    print::line(format_args!("Created the template '{}'", made.id))
}

fn find(client: &Client, id: &str) -> Result<TemplateView> {
    client.template(id).map_err(of_template(id))
}

fn definition(template: &TemplateView) -> Result<TemplateDraft> {
    template.definition.clone().ok_or_else(|| {
        Failure::Failed(format!(
            "the template '{}' has no keys of its own to show",
            print::plain(&template.id)
        ))
    })
}

/// A template as JSON. It holds no value, so that what is wrong may be quoted.
fn read(text: &[u8]) -> std::result::Result<TemplateDraft, String> {
    serde_json::from_slice(text).map_err(|error| format!("this is no template: {error}"))
}

/// For `map_err` on what is asked about one template.
fn of_template(id: &str) -> impl Fn(Error) -> Failure {
    move |error| match error.code() {
        Some(ProblemCode::NotFound) => Failure::Failed(format!(
            "there is no template '{}' that you may use here. List them with: keyloft template list --all",
            print::plain(id)
        )),
        _ => error.into(),
    }
}
