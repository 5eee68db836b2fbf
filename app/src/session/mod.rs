//! Signing in, giving the password again, and one's own account.

#[cfg(feature = "ssr")]
pub mod account;
pub mod api;
#[cfg(feature = "ssr")]
mod ending;
#[cfg(feature = "ssr")]
pub mod passkey;
#[cfg(feature = "ssr")]
pub mod second;
#[cfg(feature = "ssr")]
pub mod security;
#[cfg(feature = "ssr")]
pub mod sign_in;
pub mod sudo;
#[cfg(feature = "ssr")]
mod sudo_page;

#[cfg(feature = "ssr")]
pub use account::AccountPage;
#[cfg(feature = "ssr")]
pub use ending::Ending;
#[cfg(feature = "ssr")]
pub use sign_in::{InsecureOrigin, SignInPage};
pub use sudo::{Sudo, SudoPrompt, provide_sudo, use_sudo};
#[cfg(feature = "ssr")]
pub use sudo_page::SudoPage;
