//! `keyloft …`: secrets for people and programs.

mod arguments;
mod ask;
mod command;
mod context;
mod credential;
mod failure;
mod folders;
mod interrupt;
mod pairs;
mod print;
mod profile;
mod project;
mod run;

use std::process::ExitCode;

use self::arguments::Arguments;
use self::context::Context;

fn main() -> ExitCode {
    if let Some(code) = run::in_terminal() {
        return code;
    }
    let Arguments { profile, command } = match Arguments::from_command_line() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let context = Context::new(profile);
    let result = command.run(&context);
    context.say_when_the_token_ends();
    match result {
        Ok(code) => code,
        Err(failure) => {
            failure.print();
            failure.exit_code()
        }
    }
}
