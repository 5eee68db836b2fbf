//! A command line asks, a person answers. The server alone draws it.

mod page;

pub use page::DevicePage;
