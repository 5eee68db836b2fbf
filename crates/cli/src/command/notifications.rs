//! `keyloft notifications`

use clap::Args;
use model::Cadence;
use model::api::SetNotifications;

use crate::context::Context;
use crate::failure::Result;
use crate::print::{self, hint};

#[derive(Args)]
pub(crate) struct NotificationsCommand {
    /// Be reminded at most so often: daily, weekly or off
    #[arg(long, value_name = "HOW OFTEN", value_parser = parse_cadence)]
    reminders: Option<Cadence>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl NotificationsCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        let client = context.client()?;
        let settings = match self.reminders {
            None => client.notifications()?,
            Some(reminders) => client.set_notifications(&SetNotifications { reminders })?,
        };
        if self.json {
            return print::json(&settings);
        }
        print::line(format_args!("Reminders by e-mail: {}", settings.reminders.as_str()))?;
        if !settings.mail {
            hint("mail is not set up on this server, so nobody is reminded by it");
        }
        for fault in settings.sending.iter().flat_map(|sending| &sending.failures) {
            print::line(format_args!(
                "A mail to {} failed: {}{}",
                print::plain(&fault.to),
                print::plain(&fault.error),
                if fault.waits { "; it is tried again" } else { "; it was given up" }
            ))?;
        }
        Ok(())
    }
}

fn parse_cadence(text: &str) -> std::result::Result<Cadence, String> {
    text.parse().map_err(|bad: model::NoSuchWord| bad.to_string())
}
