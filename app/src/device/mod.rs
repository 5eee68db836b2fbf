//! A command line asks, a person answers.

pub mod api;
mod page;

pub use page::DevicePage;
