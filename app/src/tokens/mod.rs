//! Credentials of programs, and of people at a command line. The server alone draws them.

mod draft;
mod list;
mod made;
mod new;
mod one;
mod shown;
mod words;

pub use draft::TokenDraft;
pub use list::TokensPage;
pub use new::NewTokenPage;
pub use one::TokenPage;

const PAGE: &str = "/tokens";
