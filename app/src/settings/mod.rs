//! The workspace's settings.

pub mod workspace;

pub use workspace::WorkspacePage;
