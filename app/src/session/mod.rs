//! Signing in, giving the password again, and one's own account.

pub mod account;
pub mod api;
pub mod sign_in;
pub mod sudo;

pub use account::AccountPage;
pub use sign_in::{InsecureOrigin, SignInPage};
pub use sudo::{SudoDialog, SudoPage, SudoPrompt, provide_sudo, use_sudo};
