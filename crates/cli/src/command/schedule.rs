//! `keyloft schedule`

use clap::{Args, Subcommand};
use model::Day;
use model::RotationState;
use model::api::{DueView, RotationView, ScheduleView, SetSchedule};

use super::JsonOption;
use super::secret::SecretOption;
use crate::context::Context;
use crate::failure::{Failure, Result, of_secret};
use crate::print::{self, Table};

#[derive(Subcommand)]
pub(crate) enum ScheduleCommand {
    /// List what is due, the most urgent first; also what ends soon, and what has readers with old values
    List(JsonOption),
    /// Say when a secret's values are due, and when its credential ends; what is not given is taken away
    Set(SetArgs),
    /// Take a secret's own schedule away, and the end of its credential
    Remove(RemoveArgs),
    /// Say when the secrets of a template are due that have no schedule of their own
    Template(TemplateArgs),
}

/// When.
#[derive(Args)]
#[group(multiple = false)]
struct When {
    /// So many days after the last rotation
    #[arg(long, value_name = "DAYS", value_parser = parse_days)]
    every: Option<u32>,
    /// On a day: 2026-12-31
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    on: Option<Day>,
}

#[derive(Args)]
pub(crate) struct SetArgs {
    #[command(flatten)]
    secret: SecretOption,
    #[command(flatten)]
    when: When,
    /// The day on which the credential itself ends, at whoever issued it
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    expires: Option<Day>,
}

#[derive(Args)]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    secret: SecretOption,
}

#[derive(Args)]
pub(crate) struct TemplateArgs {
    /// The template's id, such as postgres
    #[arg(value_name = "TEMPLATE")]
    template: String,
    #[command(flatten)]
    when: When,
    /// Take its schedule away
    #[arg(long, conflicts_with_all = ["every", "on"])]
    remove: bool,
}

impl ScheduleCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::List(option) => list(context, &option),
            Self::Set(args) => set(context, &args),
            Self::Remove(args) => {
                let place = args.secret.get(context)?;
                context.client()?.clear_schedule(&place).map_err(of_secret(&place))?;
                print::line(format_args!("Secret '{}' has no schedule of its own", place.name))
            }
            Self::Template(args) => template(context, &args),
        }
    }
}

impl When {
    fn get(&self) -> Option<ScheduleView> {
        self.every.map(ScheduleView::EveryDays).or(self.on.map(ScheduleView::On))
    }
}

fn set(context: &Context, args: &SetArgs) -> Result {
    args.secret.parse_name()?;
    let schedule = args.when.get();
    if schedule.is_none() && args.expires.is_none() {
        return Err(Failure::usage("say when: --every DAYS, --on DAY or --expires DAY"));
    }
    let place = args.secret.get(context)?;
    let new = SetSchedule { schedule, expires_on: args.expires };
    let secret = context.client()?.set_schedule(&place, &new).map_err(of_secret(&place))?;
    print::line(format_args!("Secret '{}': {}", place.name, told(&secret.rotation)))
}

fn template(context: &Context, args: &TemplateArgs) -> Result {
    let id = &args.template;
    let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if id.is_empty() || !id.chars().all(is_id) {
        return Err(Failure::usage(
            "that is no template's id: they have letters, digits and dashes",
        ));
    }
    let client = context.client()?;
    match args.when.get() {
        Some(schedule) => {
            client.set_template_schedule(id, &schedule)?;
            print::line(format_args!("Secrets of the template '{id}' are due {}", when(schedule)))
        }
        None if args.remove => {
            client.clear_template_schedule(id)?;
            print::line(format_args!("The template '{id}' has no schedule"))
        }
        None => Err(Failure::usage("say when: --every DAYS or --on DAY; or --remove")),
    }
}

fn list(context: &Context, option: &JsonOption) -> Result {
    let list = context.client()?.rotation()?;
    if option.json {
        return print::json(&list);
    }
    let mut table = Table::new([
        "State",
        "Due at",
        "Secret",
        "Environment",
        "Schedule",
        "Ends on",
        "With old values",
    ]);
    for secret in &list.secrets {
        let DueView { name, environment, rotation, behind, .. } = secret;
        table.row([
            state(rotation.state).to_owned(),
            rotation.due_at.map_or("-".to_owned(), print::local),
            name.to_string(),
            environment.to_string(),
            rotation.schedule.map_or("-".to_owned(), when),
            rotation.expires_on.map_or("-".to_owned(), |day| day.to_string()),
            if *behind == 0 { "-".to_owned() } else { print::count(*behind as usize, "reader") },
        ]);
    }
    table.print()
}

fn told(rotation: &RotationView) -> String {
    let due = match (rotation.schedule, rotation.due_at) {
        (Some(schedule), Some(at)) => {
            format!("due {}, next at {}", when(schedule), print::local(at))
        }
        _ => "not due at any time".to_owned(),
    };
    match rotation.expires_on {
        Some(day) => format!("{due}; its credential ends on {day}"),
        None => due,
    }
}

fn when(schedule: ScheduleView) -> String {
    match schedule {
        ScheduleView::EveryDays(1) => "every day".to_owned(),
        ScheduleView::EveryDays(days) => format!("every {days} days"),
        ScheduleView::On(day) => format!("on {day}"),
    }
}

const fn state(state: RotationState) -> &'static str {
    match state {
        RotationState::Unscheduled => "-",
        RotationState::Fresh => "fresh",
        RotationState::Soon => "due soon",
        RotationState::Due => "due",
        RotationState::Overdue => "overdue",
    }
}

fn parse_days(text: &str) -> std::result::Result<u32, String> {
    text.parse()
        .ok()
        .filter(|days| *days > 0)
        .ok_or_else(|| "expected a number of days, 1 or more".to_owned())
}

fn parse_day(text: &str) -> std::result::Result<Day, String> {
    text.parse().map_err(|_| "expected year, month and day, as in 2026-12-31".to_owned())
}
