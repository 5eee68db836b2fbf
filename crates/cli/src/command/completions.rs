//! `keyloft completions`

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;
use crate::failure::Result;
use crate::print;

#[derive(Args)]
pub(crate) struct CompletionsArgs {
    /// For this shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Result {
    let mut script = Vec::new();
    generate(args.shell, &mut Arguments::command(), "keyloft", &mut script);
    print::raw(&script)
}
