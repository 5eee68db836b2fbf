//! `/tokens`

use model::TokenId;
use model::api::{MadeToken, MakeToken, RotateToken, TokenList, TokenView};

use crate::Result;
use crate::transport::{Client, Request};

impl Client {
    /// The tokens that the caller may see.
    pub fn tokens(&self) -> Result<TokenList> {
        self.ask(Request::get("/tokens"))
    }

    /// One token.
    pub fn token(&self, id: &TokenId) -> Result<TokenView> {
        self.ask(Request::get(format!("/tokens/{id}")))
    }

    /// Makes a service token; its text is in this answer and nowhere else.
    pub fn make_token(&self, new: &MakeToken) -> Result<MadeToken> {
        self.ask(Request::post("/tokens").json(new))
    }

    /// Revokes a token.
    pub fn revoke_token(&self, id: &TokenId) -> Result<TokenView> {
        self.ask(Request::delete(format!("/tokens/{id}")).again())
    }

    /// Gives a token another secret half.
    pub fn rotate_token(&self, id: &TokenId, rotate: &RotateToken) -> Result<MadeToken> {
        self.ask(Request::post(format!("/tokens/{id}/rotate")).json(rotate))
    }

    /// Makes the caller the one who made it, after its maker left.
    pub fn adopt_token(&self, id: &TokenId) -> Result<TokenView> {
        self.ask(Request::post(format!("/tokens/{id}/adopt")))
    }
}
