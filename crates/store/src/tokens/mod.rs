//! Credentials of programs, and of people at a command line.

mod bearer;
mod fetch;
mod list;
mod make;
mod remembered;
mod request;
mod rights;
mod rotate;

pub(crate) use fetch::Fetcher;
pub use make::{MadeToken, NewToken};
pub(crate) use remembered::{Question, Remembered};
pub use request::{LoginRequest, RequestAnswer, StartedRequest};

use crate::{Store, keyring::Purpose, random};
use model::{BearerToken, TokenKind};

impl Store {
    /// A token that nobody has yet.
    pub(crate) fn new_token(kind: TokenKind) -> BearerToken {
        BearerToken::new(kind, random::bytes(), random::bytes())
    }

    /// What of a token's secret half is kept. Its public half goes in too, so that rows cannot be swapped.
    pub(crate) fn token_hash(&self, token: &BearerToken) -> [u8; 32] {
        let parts = [token.id().as_str().as_bytes(), token.dangerously_expose()];
        self.keyring.keyed_hash_of(Purpose::TokenPepper, parts)
    }
}
