//! The command line as a whole.

use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextValue, ErrorKind};

use crate::command::Command;
use crate::print;

/// Secrets for people and programs
///
/// Sign in once with `keyloft login URL`, or set `KEYLOFT_URL` and `KEYLOFT_TOKEN` for a program. Then
/// `keyloft secret create NAME KEY=-` keeps a secret, and `keyloft run -s NAME -- command` gives it to a program.
#[derive(Parser)]
#[command(name = "keyloft", version, after_help = VARIABLES)]
pub(crate) struct Arguments {
    /// The profile to use, made by keyloft login [default: `KEYLOFT_PROFILE`, or the current one]
    #[arg(long, global = true, value_name = "NAME", display_order = 1000)]
    pub(crate) profile: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// What was typed. Help, the version and mistakes are printed here.
    pub(crate) fn from_command_line() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                let text = error.render();
                let text = if print::has_colours(&std::io::stdout()) {
                    text.ansi().to_string()
                } else {
                    text.to_string()
                };
                match print::raw(text.as_bytes()) {
                    Ok(()) => ExitCode::SUCCESS,
                    Err(failure) => failure.exit_code(),
                }
            }
            _ => {
                print::note(without_values(&error).trim_end());
                ExitCode::from(2)
            }
        })
    }
}

/// clap's message, in which an argument such as `KEY=value` ends with its equals sign.
fn without_values(error: &clap::Error) -> String {
    let mut text = error.render().to_string();
    for (_, value) in error.context() {
        let given = match value {
            ContextValue::String(given) => std::slice::from_ref(given),
            ContextValue::Strings(given) => given,
            _ => continue,
        };
        for given in given {
            if let Some((key, value)) = given.split_once('=')
                && !value.is_empty()
            {
                text = text.replace(given.as_str(), &format!("{key}=…"));
            }
        }
    }
    match text.strip_prefix("error:") {
        Some(rest) => format!("Error:{rest}"),
        None => text,
    }
}

const VARIABLES: &str = "\
Environment variables, which win over files:
  KEYLOFT_URL             The server's address
  KEYLOFT_TOKEN           The token; or KEYLOFT_TOKEN_FILE, a file with it
  KEYLOFT_ENVIRONMENT     The environment to work in
  KEYLOFT_PROFILE         The profile to use
  KEYLOFT_TIMEOUT         How many seconds an answer may take [default: 30]
  KEYLOFT_INSECURE_HTTP   1 sends the token in the clear to an http:// address of another machine
  SSL_CERT_FILE           Certificates to trust in place of the system's
  NO_COLOR                No colours";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_makes_sense() {
        Arguments::command().debug_assert();
    }
}
