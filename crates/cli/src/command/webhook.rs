//! `keyloft webhook`

use clap::{ArgGroup, Args, Subcommand};
use model::api::{ChangeWebhook, MakeWebhook, WebhookView};
use model::{DeliveryId, DeliveryState, WebhookEvent, WebhookId};

use super::JsonOption;
use crate::ask;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print::{self, Table, hint, note};

#[derive(Subcommand)]
pub(crate) enum WebhookCommand {
    /// List the webhooks of the workspace, the newest first
    List(JsonOption),
    /// Have a program told what happens. Its signing secret is printed this once, alone on standard output
    Create {
        /// Where it listens: https://…
        #[arg(value_name = "URL")]
        url: String,
        /// What it is told, such as secret.rotated; several times for several [default: everything]
        #[arg(long = "event", value_name = "EVENT", value_parser = parse_event)]
        events: Vec<WebhookEvent>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a webhook
    Show {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Change where a webhook listens and what it is told, switch it on or off, or give it another signing secret
    Edit(EditArgs),
    /// Delete a webhook, and the log of its messages
    Delete {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
        /// Run without asking for confirmation
        #[arg(short, long)]
        yes: bool,
    },
    /// Send a webhook a message that says nothing but that it is a test
    Test {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Show the messages of the last 30 days, the newest first
    Deliveries {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Send a message once more, under the same id
    Redeliver {
        /// The webhook's id
        #[arg(value_name = "ID")]
        id: String,
        /// The message's id, as keyloft webhook deliveries shows it
        #[arg(value_name = "DELIVERY")]
        delivery: String,
    },
}

#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true))]
pub(crate) struct EditArgs {
    /// Its id, as the list shows it
    #[arg(value_name = "ID")]
    id: String,
    /// Where it listens
    #[arg(long, value_name = "URL", group = "what")]
    url: Option<String>,
    /// What it is told, in place of all that it was told; several times for several
    #[arg(long = "event", value_name = "EVENT", value_parser = parse_event, group = "what")]
    events: Vec<WebhookEvent>,
    /// Switch it on: it is told what happens from now on
    #[arg(long, group = "what", conflicts_with = "disable")]
    enable: bool,
    /// Switch it off
    #[arg(long, group = "what")]
    disable: bool,
    /// Make another signing secret, which is printed this once; for 24 hours messages are signed with both
    #[arg(long, group = "what")]
    rotate_secret: bool,
}

impl WebhookCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::List(option) => list(context, &option),
            Self::Create { url, events, json } => create(context, url, events, json),
            Self::Show { id, json } => show(&context.client()?.webhook(parse_id(&id)?)?, json.json),
            Self::Edit(args) => edit(context, args),
            Self::Delete { id, yes } => delete(context, &id, yes),
            Self::Test { id } => {
                let sent = context.client()?.test_webhook(parse_id(&id)?)?;
                print::line(format_args!("Sending the test {}", sent.id))?;
                hint(format_args!("what came of it: keyloft webhook deliveries {id}"));
                Ok(())
            }
            Self::Deliveries { id, json } => deliveries(context, &id, &json),
            Self::Redeliver { id, delivery } => {
                let delivery: DeliveryId = delivery.parse().map_err(|_| {
                    Failure::usage(
                        "that is no message's id: they begin with dlv_, and keyloft webhook deliveries shows them",
                    )
                })?;
                let sent = context.client()?.redeliver(parse_id(&id)?, delivery)?;
                print::line(format_args!("Sending {} once more", sent.id))
            }
        }
    }
}

fn list(context: &Context, option: &JsonOption) -> Result {
    let webhooks = context.client()?.webhooks()?.webhooks;
    if option.json {
        return print::json(&webhooks);
    }
    let mut table = Table::new(["ID", "URL", "Events", "State"]);
    for webhook in &webhooks {
        table.row([
            webhook.id.to_string(),
            print::plain(&webhook.url),
            print::listed(&webhook.events),
            state(webhook).to_owned(),
        ]);
    }
    table.print()
}

fn create(context: &Context, url: String, events: Vec<WebhookEvent>, json: bool) -> Result {
    let events = if events.is_empty() { WebhookEvent::ALL.to_vec() } else { events };
    let made = context.client()?.make_webhook(&MakeWebhook { url, events })?;
    if json {
        return print::json(&made);
    }
    note(format_args!("Made the webhook {}", made.webhook.id));
    print::line(made.secret.dangerously_expose())?;
    hint(
        "this is the only time that the signing secret is shown: keep it where the program finds it",
    );
    Ok(())
}

fn show(webhook: &WebhookView, json: bool) -> Result {
    if json {
        return print::json(webhook);
    }
    print::line(format_args!("{}  {}", webhook.id, state(webhook)))?;
    print::line(format_args!("URL: {}", print::plain(&webhook.url)))?;
    print::line(format_args!("Events: {}", print::listed(&webhook.events)))?;
    if let Some(why) = &webhook.disabled_why {
        print::line(format_args!("Switched off by the server: {}", print::plain(why)))?;
    }
    Ok(())
}

fn edit(context: &Context, args: EditArgs) -> Result {
    let id = parse_id(&args.id)?;
    let client = context.client()?;
    let enabled = (args.enable || args.disable).then_some(args.enable);
    let events = Some(args.events).filter(|events| !events.is_empty());
    if args.url.is_some() || events.is_some() || enabled.is_some() {
        client.change_webhook(id, &ChangeWebhook { url: args.url, events, enabled })?;
        note(format_args!("Changed the webhook {id}"));
    }
    if args.rotate_secret {
        let secret = client.rotate_webhook_secret(id)?.secret;
        note("For 24 hours messages are signed with the secret of before too");
        print::line(secret.dangerously_expose())?;
    }
    Ok(())
}

fn delete(context: &Context, id: &str, yes: bool) -> Result {
    let id = parse_id(id)?;
    let client = context.client()?;
    if !yes {
        ask::confirm(format_args!(
            "Are you sure you want to delete the webhook {id}, and the log of its messages?"
        ))?;
    }
    client.delete_webhook(id)?;
    print::line(format_args!("Deleted the webhook {id}"))
}

fn deliveries(context: &Context, id: &str, option: &JsonOption) -> Result {
    let log = context.client()?.deliveries(parse_id(id)?)?.deliveries;
    if option.json {
        return print::json(&log);
    }
    let mut table = Table::new(["ID", "Made at", "Type", "State", "Tries", "Status", "Error"]);
    for one in &log {
        table.row([
            one.id.to_string(),
            print::local(one.created_at),
            print::plain(&one.kind),
            match one.state {
                DeliveryState::Failed => "given up",
                DeliveryState::Pending => "waits",
                DeliveryState::Sent => "sent",
            }
            .to_owned(),
            one.attempts.to_string(),
            one.status.map_or("-".to_owned(), |status| status.to_string()),
            print::plain(one.error.as_deref().unwrap_or("-")),
        ]);
    }
    table.print()
}

const fn state(webhook: &WebhookView) -> &'static str {
    match (webhook.enabled, webhook.failing_since.is_some()) {
        (false, _) => "off",
        (true, true) => "failing",
        (true, false) => "on",
    }
}

fn parse_id(text: &str) -> Result<WebhookId> {
    text.parse().map_err(|_| {
        Failure::usage(
            "that is no webhook's id: they begin with whk_, and keyloft webhook list shows them",
        )
    })
}

fn parse_event(text: &str) -> std::result::Result<WebhookEvent, String> {
    text.parse().map_err(|bad: model::NoSuchWord| bad.to_string())
}
