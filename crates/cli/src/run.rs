//! `keyloft run`: a program with secrets in its environment.

pub(crate) mod cache;
mod child;
mod environment;
mod pty;
mod pump;
mod reads;
mod selection;
mod source;
mod supervise;
mod watch;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use rustix::process::Signal;

use self::child::Program;
pub(crate) use self::child::in_terminal;
use self::environment::Environment;
pub(crate) use self::reads::report;
pub(crate) use self::selection::{Selection, SelectionArgs, say_what_is_withheld};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print::{self, hint};

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that somebody types")]
pub(crate) struct RunArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    /// Give the program these keys, HOME, PATH and the like, and nothing else of this environment
    #[arg(long)]
    clean_env: bool,
    /// Mask values in the output, also on a terminal [default: where the output is not a terminal]
    #[arg(long, overrides_with = "no_mask")]
    mask: bool,
    /// Leave the output alone
    #[arg(long)]
    no_mask: bool,
    /// Start the program anew when a secret changes
    #[arg(long)]
    watch: bool,
    /// Send it this signal in place of starting it anew: HUP, INT, TERM, USR1, USR2, WINCH. Its environment stays as it is
    #[arg(long, value_name = "SIGNAL", requires = "watch", value_parser = parse_signal)]
    watch_signal: Option<Signal>,
    /// How long the program may take to stop before it is killed, such as 10s
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_duration)]
    grace: Duration,
    /// Ask no server: use the encrypted copy of the last answer
    #[arg(long, conflicts_with_all = ["watch", "no_cache"])]
    offline: bool,
    /// Keep no copy of the answer, and use none when the server is away
    #[arg(long)]
    no_cache: bool,
    /// How old a copy may be that is used: 30m, 24h, 7d
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = parse_duration)]
    max_age: Duration,
    /// Allow a key that makes programs run other code, such as `LD_PRELOAD`; several times for several
    #[arg(long = "allow-env", value_name = "NAME")]
    allowed: Vec<String>,
    /// Give the program `KEYLOFT_URL`, `KEYLOFT_TOKEN` and `KEYLOFT_ENVIRONMENT` too
    #[arg(long)]
    pass_token: bool,
    /// The program and its arguments
    #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

pub(crate) fn run(context: &Context, args: RunArgs) -> Result<ExitCode> {
    let Some(program) = Program::new(&args.command) else {
        return Err(Failure::usage("no program to run was named: keyloft run -s NAME -- COMMAND"));
    };
    let mut environment = Environment::new(&args)?;
    let selection = Selection::new(context, &args.selection)?;
    let answer = source::fetch(context, &selection, &args)?;
    let values = selection.values(&answer)?;
    environment.check(&values)?;
    if args.pass_token {
        environment.pass_token(context, &selection)?;
    }

    let streams = Masks::new(&args);
    if !args.watch && !streams.any() {
        // There is no afterwards.
        context.say_when_the_token_ends();
        return Err(program.replace_this_process(&environment, &values));
    }
    if args.mask {
        say_what_is_not_masked(&values);
    }
    let watch =
        if args.watch { Some(watch::Watch::new(context, &selection, &answer)?) } else { None };
    let plan = supervise::Plan {
        program,
        environment,
        masks: streams,
        grace: args.grace,
        signal: args.watch_signal,
        watch,
    };
    supervise::supervise(plan, values)
}

/// Which streams are masked.
#[derive(Clone, Copy)]
pub(crate) struct Masks {
    out: bool,
    err: bool,
}

impl Masks {
    fn new(args: &RunArgs) -> Self {
        let wanted = |is_terminal: bool| args.mask || (!args.no_mask && !is_terminal);
        Self { out: wanted(io::stdout().is_terminal()), err: wanted(io::stderr().is_terminal()) }
    }

    const fn any(self) -> bool {
        self.out || self.err
    }
}

fn say_what_is_not_masked(values: &cli::export::Pairs) {
    let unmasked: Vec<_> = values
        .iter()
        .filter_map(|(key, value)| {
            let why = cli::mask::refusal(value.dangerously_expose())?;
            Some(format!("{key} ({why})"))
        })
        .collect();
    if !unmasked.is_empty() {
        hint(format_args!(
            "not masked, for it would garble the output: {}",
            print::listed(unmasked)
        ));
    }
}

fn parse_signal(text: &str) -> std::result::Result<Signal, String> {
    match text.trim_start_matches("SIG") {
        "HUP" => Ok(Signal::HUP),
        "INT" => Ok(Signal::INT),
        "TERM" => Ok(Signal::TERM),
        "USR1" => Ok(Signal::USR1),
        "USR2" => Ok(Signal::USR2),
        "WINCH" => Ok(Signal::WINCH),
        _ => Err("expected HUP, INT, TERM, USR1, USR2 or WINCH".to_owned()),
    }
}

fn parse_duration(text: &str) -> std::result::Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match &text[digits.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 0,
    };
    let number = digits.parse::<u32>().ok().filter(|_| seconds > 0);
    number
        .map(|number| Duration::from_secs(u64::from(number) * seconds))
        .ok_or_else(|| "expected a number and a unit: 30s, 10m, 24h, 7d".to_owned())
}
