//! Where secrets live.

pub mod api;
mod edit;
pub mod page;

pub use page::EnvironmentsPage;
