//! Signing in, giving the password again, and one's own account.

pub mod account;
pub mod api;
#[cfg(feature = "ssr")]
pub mod passkey;
#[cfg(feature = "ssr")]
pub mod second;
#[cfg(feature = "ssr")]
pub mod security;
pub mod sign_in;
pub mod sudo;

pub use account::AccountPage;
pub use sign_in::{InsecureOrigin, SignInPage};
pub use sudo::{SudoDialog, SudoPage, SudoPrompt, provide_sudo, use_sudo};
