//! A typed, blocking client of a Keyloft server's API, `/api/v1`.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use client::{Address, Client};
//! use model::BearerToken;
//!
//! let token = BearerToken::parse(&std::env::var("KEYLOFT_TOKEN")?)?;
//! let client = Client::new(Address::parse("https://keyloft.example.org")?, Some(token));
//! println!("{}", client.whoami()?.workspace_name);
//! # Ok(())
//! # }
//! ```
//!
//! Every method is one endpoint. A token goes to the address that the client was made with and nowhere else: redirects are not
//! followed, and plain http beyond this machine is refused unless asked for. What may be asked twice without harm is asked again
//! when a connection breaks off.

mod address;
mod audit;
mod environments;
mod error;
mod login;
mod members;
mod notifications;
mod place;
mod query;
mod resolve;
mod rotation;
mod rotators;
mod secrets;
mod templates;
mod tokens;
mod transport;

pub use address::{Address, AddressError};
pub use audit::AuditQuery;
pub use error::{Error, Result};
pub use place::Place;
pub use secrets::{SecretsQuery, Since};
pub use transport::Client;
