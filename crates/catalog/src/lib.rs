//! Service templates as data: which keys a service wants, where they come from, how they are checked and rotated.
//!
//! Each service is one file in `services/`; `categories.toml` orders the gallery; `README.md` says how to write one.
//! The files are part of the binary and are read once, at first use.
//!
//! What a form needs crosses the wire as [`model::Template`]. What only the server needs stays in [`Service`].

mod check;
mod file;
mod load;
mod pattern;
mod search;
mod service;

pub use check::{Check, HttpCheck, Method, NoCheck, ProtocolCheck};
pub use pattern::{pattern_for_browsers, pattern_is_safe, pattern_warning};
pub use search::search;
pub use service::{Evidence, Rotation, RotationApi, Service, Verification};

use load::CATALOG;
use model::{Category, Template, TemplateSummary};

/// One card for each service, in the order of the gallery.
pub fn summaries() -> &'static [TemplateSummary] {
    &CATALOG.summaries
}

/// The template of that id, as forms need it.
pub fn template(id: &str) -> Option<&'static Template> {
    service(id).map(|service| &service.template)
}

/// Everything known about the service of that id.
pub fn service(id: &str) -> Option<&'static Service> {
    CATALOG.by_id.get(id).map(|&index| &CATALOG.services[index])
}

/// Every service, in the order of the gallery.
pub fn services() -> &'static [Service] {
    &CATALOG.services
}

/// The shelves of the gallery, in order.
pub fn categories() -> &'static [Category] {
    &CATALOG.categories
}

/// Ids of the services that the gallery shows before all others, in order.
pub fn featured() -> &'static [String] {
    &CATALOG.featured
}
