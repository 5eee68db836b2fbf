//! `keyloft audit`

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use clap::{Args, Subcommand};
use client::AuditQuery;
use jiff::{SignedDuration, Timestamp};
use model::api::{AuditEventView, AuditWho, AuditWhoKind, ChangeRetention};
use model::{AuditClass, AuditFilter, AuditFormat, AuditOutcome};

use super::JsonOption;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print::{self, Table, hint};

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// List what happened, the newest first
    List {
        #[command(flatten)]
        filter: FilterArgs,
        /// How many events
        #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 50)]
        limit: usize,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Show one event with what proves it
    Show {
        /// Its number, as the list shows it
        #[arg(value_name = "NUMBER")]
        seq: i64,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Write the log into a file
    ///
    /// As jsonl it is the whole chain, which `keyloft-server audit verify --export FILE` proves without the server. As csv it is a
    /// table for reading. Needs your password of just now (keyloft sudo).
    Export {
        #[command(flatten)]
        filter: FilterArgs,
        /// jsonl or csv
        #[arg(long, value_name = "FORMAT", default_value = "jsonl", value_parser = parse_format)]
        format: AuditFormat,
        /// The file, which must not be there yet; standard output without it
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show or set for how many days events are kept
    ///
    /// Without options it shows it. What has been kept long enough loses everything but what proves the log, for ever. Setting it takes
    /// an owner, and your password of just now (keyloft sudo).
    Retention(RetentionArgs),
    /// Follow what happens, until Ctrl-C
    Tail {
        #[command(flatten)]
        filter: FilterArgs,
        /// Seconds between two looks
        #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
        every: u64,
        #[command(flatten)]
        json: JsonOption,
    },
}

/// For how many days.
#[derive(Args)]
pub(crate) struct RetentionArgs {
    /// People, their roles, tokens; at most 3650 days, 0 for ever
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=3650))]
    access: Option<u32>,
    /// Changes of secrets, environments, the workspace
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=3650))]
    changes: Option<u32>,
    /// Reads of values
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=3650))]
    reads: Option<u32>,
    /// What was refused
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=3650))]
    refusals: Option<u32>,
    /// Sessions
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=3650))]
    sign_ins: Option<u32>,
    #[command(flatten)]
    json: JsonOption,
}

/// Which events.
#[derive(Args)]
pub(crate) struct FilterArgs {
    /// Only these: access, changes, reads, refusals or sign-ins
    #[arg(long, value_name = "CLASS", value_parser = parse_class)]
    class: Option<AuditClass>,
    /// Only this action: secret.reveal
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only what this person, token or rotator did: its id, or a member's e-mail address
    #[arg(long, value_name = "WHO")]
    actor: Option<String>,
    /// Only what was done to this secret, token, environment or person: its id, or ENVIRONMENT/NAME of a secret
    #[arg(long, value_name = "WHAT")]
    target: Option<String>,
    /// Only what was done in this environment: its name or its id
    #[arg(short, long = "env", value_name = "ENVIRONMENT")]
    environment: Option<String>,
    /// Only what ended so: done or denied
    #[arg(long, value_name = "OUTCOME", value_parser = parse_outcome)]
    outcome: Option<AuditOutcome>,
    /// Only what happened then or later: 2026-03-01T12:00:00Z, or how long ago: 7d, 12h
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    from: Option<Timestamp>,
    /// Only what happened before: 2026-03-01T12:00:00Z, or how long ago: 7d, 12h
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    to: Option<Timestamp>,
}

impl From<FilterArgs> for AuditFilter {
    fn from(args: FilterArgs) -> Self {
        let FilterArgs { class, action, actor, target, environment, outcome, from, to } = args;
        Self { class, action, actor, target, environment, outcome, from, to }
    }
}

impl AuditCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::List { filter, limit, json } => list(context, filter.into(), limit, &json),
            Self::Show { seq, json } => show(context, seq, &json),
            Self::Export { filter, format, out } => {
                export(context, &filter.into(), format, out.as_deref())
            }
            Self::Retention(args) => retention(context, &args),
            Self::Tail { filter, every, json } => {
                tail(context, filter.into(), Duration::from_secs(every), &json)
            }
        }
    }
}

fn list(context: &Context, filter: AuditFilter, limit: usize, json: &JsonOption) -> Result {
    let client = context.client()?;
    let mut query = AuditQuery { filter, before: None };
    let mut events = Vec::new();
    while events.len() < limit {
        let page = client.audit(&query)?;
        events.extend(page.events);
        let Some(next) = next_page(&query, page.next)? else { break };
        query.before = Some(next);
    }
    events.truncate(limit);
    if json.json {
        return print::json(&events);
    }
    let mut table = Table::new(["Number", "When", "Who", "What", "Of", "From", "Outcome"]);
    for event in &events {
        table.row(columns(event));
    }
    table.print()
}

/// A server that does not go on would be asked for ever.
fn next_page(query: &AuditQuery, next: Option<i64>) -> Result<Option<i64>> {
    if let (Some(next), Some(before)) = (next, query.before)
        && next >= before
    {
        return Err(Failure::failed("the server repeats a page of the audit log"));
    }
    Ok(next)
}

fn show(context: &Context, seq: i64, json: &JsonOption) -> Result {
    let entry = context.client()?.audit_entry(seq)?;
    if json.json {
        return print::json(&entry);
    }
    print::line(format_args!("Number    {} of {}", entry.seq, print::plain(&entry.chain)))?;
    match &entry.event {
        None => print::line("Pruned    only what proves the chain is left")?,
        Some(event) => {
            let [_, when, who, what, of, from, outcome] = columns(event);
            print::line(format_args!("When      {when}"))?;
            print::line(format_args!("Who       {who}"))?;
            print::line(format_args!("What      {what} ({outcome})"))?;
            print::line(format_args!("Of        {of}"))?;
            print::line(format_args!("From      {from}, {}", print::plain(&event.user_agent)))?;
            print::line(format_args!("Request   {}", print::plain(&event.request)))?;
            if !event.detail.is_null() {
                print::line(format_args!("Detail    {}", print::plain(&event.detail.to_string())))?;
            }
        }
    }
    print::line(format_args!("Digest    {}", print::plain(&entry.digest)))?;
    print::line(format_args!("Hash      {}", print::plain(&entry.hash)))?;
    print::line(format_args!("Previous  {}", print::plain(&entry.previous)))
}

fn export(
    context: &Context,
    filter: &AuditFilter,
    format: AuditFormat,
    out: Option<&Path>,
) -> Result {
    let client = context.client()?;
    let Some(path) = out else {
        let mut out = io::stdout().lock();
        client.export_audit(filter, format, &mut out)?.map_err(Failure::output)?;
        return out.flush().map_err(Failure::output);
    };
    let cannot = |error: io::Error| {
        Failure::failed(format!("{}: the file cannot be written ({error})", path.display()))
    };
    let mut file = File::create_new(path).map_err(cannot)?;
    let written = client.export_audit(filter, format, &mut file).map_err(Failure::from);
    let written = written.and_then(|written| written.map_err(cannot));
    if written.is_err() {
        // A part would be taken for the whole.
        let _ = std::fs::remove_file(path);
    }
    written?;
    if format == AuditFormat::Jsonl && io::stderr().is_terminal() {
        hint(format_args!("keyloft-server audit verify --export {} proves it", path.display()));
    }
    Ok(())
}

fn retention(context: &Context, args: &RetentionArgs) -> Result {
    let RetentionArgs { access, changes, reads, refusals, sign_ins, json } = args;
    let change = ChangeRetention {
        access: *access,
        changes: *changes,
        reads: *reads,
        refusals: *refusals,
        sign_ins: *sign_ins,
    };
    let client = context.client()?;
    let kept = if change == ChangeRetention::default() {
        client.audit_retention()?
    } else {
        client.set_audit_retention(&change)?
    };
    if json.json {
        return print::json(&kept);
    }
    let mut table = Table::new(["Class", "Kept for"]);
    for class in AuditClass::ALL {
        let days = kept.days(class).map(|days| print::count(days as usize, "day"));
        table.row([class.to_string(), days.unwrap_or_else(|| "ever".into())]);
    }
    table.print()
}

fn tail(context: &Context, filter: AuditFilter, every: Duration, json: &JsonOption) -> Result {
    let client = context.client()?;
    let newest = client.audit(&AuditQuery { filter: filter.clone(), before: None })?.events;
    let mut last = newest.first().map_or(0, |event| event.seq);
    for event in newest.iter().take(SHOWN_FIRST).rev() {
        print_one(event, json)?;
    }
    loop {
        thread::sleep(every);
        let mut query = AuditQuery { filter: filter.clone(), before: None };
        let mut new = Vec::new();
        loop {
            let page = client.audit(&query)?;
            let whole = page.events.iter().all(|event| event.seq > last);
            new.extend(page.events.into_iter().filter(|event| event.seq > last));
            let next = next_page(&query, page.next)?.filter(|next| *next > last && whole);
            let Some(next) = next else { break };
            query.before = Some(next);
        }
        last = new.first().map_or(last, |event| event.seq);
        for event in new.iter().rev() {
            print_one(event, json)?;
        }
    }
}

/// One line, as JSON or for people.
fn print_one(event: &AuditEventView, json: &JsonOption) -> Result {
    if json.json {
        let text = serde_json::to_string(event).expect("an event is text and numbers");
        return print::line(text);
    }
    print::line(columns(event).join("  "))
}

fn columns(event: &AuditEventView) -> [String; 7] {
    let target = event.target.as_ref().map(|target| {
        let name = target.name.as_deref().unwrap_or(&target.id);
        let place = target.environment.as_ref().map(|environment| format!("{environment}/"));
        print::plain(&format!("{}{name}", place.unwrap_or_default()))
    });
    [
        event.seq.to_string(),
        print::local(event.at),
        who(&event.who),
        print::plain(&event.action),
        target.unwrap_or_else(|| "-".into()),
        print::plain(&event.ip),
        event.outcome.to_string(),
    ]
}

fn who(who: &AuditWho) -> String {
    let name = print::plain(who.name.as_deref().unwrap_or_default());
    match who.kind {
        AuditWhoKind::Anonymous => "nobody known".into(),
        AuditWhoKind::Operator => "the operator".into(),
        AuditWhoKind::Rotator => "a rotator".into(),
        AuditWhoKind::Token => format!("{name} (token)"),
        AuditWhoKind::User => name,
    }
}

fn parse_class(text: &str) -> std::result::Result<AuditClass, String> {
    text.parse().map_err(|_| "expected access, changes, reads, refusals or sign-ins".to_owned())
}

fn parse_outcome(text: &str) -> std::result::Result<AuditOutcome, String> {
    [AuditOutcome::Denied, AuditOutcome::Done]
        .into_iter()
        .find(|outcome| outcome.as_str() == text)
        .ok_or_else(|| "expected done or denied".to_owned())
}

fn parse_format(text: &str) -> std::result::Result<AuditFormat, String> {
    [AuditFormat::Csv, AuditFormat::Jsonl]
        .into_iter()
        .find(|format| format.as_str() == text)
        .ok_or_else(|| "expected jsonl or csv".to_owned())
}

/// A time, or how long ago.
fn parse_time(text: &str) -> std::result::Result<Timestamp, String> {
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    let ago = |text: &str| {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let hours = match unit {
            "d" => 24,
            "h" => 1,
            _ => return None,
        };
        let hours = number.parse::<u16>().ok().map(|number| i64::from(number) * hours)?;
        Timestamp::now().checked_sub(SignedDuration::from_hours(hours)).ok()
    };
    ago(text).ok_or_else(|| "expected a time such as 2026-03-01T12:00:00Z, or 7d, 12h".to_owned())
}

/// Events that a tail begins with.
const SHOWN_FIRST: usize = 10;
