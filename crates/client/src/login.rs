//! `/whoami`, `/login`, `/sudo`

use model::WireValue;
use model::api::{LoginAnswer, LoginPoll, LoginStart, LoginStarted, SudoStarted, Whoami};

use crate::Result;
use crate::transport::{Client, Request};

impl Client {
    /// Whom the token stands for, and what it may do.
    pub fn whoami(&self) -> Result<Whoami> {
        self.ask(Request::get("/whoami"))
    }

    /// Asks for a person's approval of this command line. It takes no token.
    pub fn start_login(&self, machine: &str) -> Result<LoginStarted> {
        self.ask(Request::post("/login").json(&LoginStart { machine: machine.to_owned() }))
    }

    /// Whether the person approved. The token is given once, so this is not asked again by itself.
    pub fn poll_login(&self, poll: &WireValue) -> Result<LoginAnswer> {
        self.ask(Request::post("/login/poll").json(&LoginPoll { poll: poll.clone() }))
    }

    /// Signs this command line out: its token is worth nothing from then on.
    pub fn sign_out(&self) -> Result<()> {
        self.tell(Request::delete("/login").again())
    }

    /// Asks the person for their password, in the dashboard. [`Client::whoami`] tells when it was given.
    pub fn start_sudo(&self) -> Result<SudoStarted> {
        self.ask(Request::post("/sudo"))
    }
}
