//! The workspace's settings, and those of a browser.

pub mod shortcuts;
pub mod workspace;

pub use shortcuts::ShortcutsPage;
pub use workspace::WorkspacePage;
