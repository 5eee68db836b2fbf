//! Secrets: the list, the gallery of templates, the editor, a secret's own page, the trash.

pub mod api;
mod changes;
mod connection_url;
pub mod detail;
pub mod edit;
mod editor;
#[cfg(feature = "hydrate")]
mod editor_keys;
mod editor_row;
mod environments;
mod form;
pub mod gallery;
#[cfg(feature = "hydrate")]
mod gallery_keys;
pub(crate) mod head;
#[cfg(feature = "ssr")]
pub mod import;
mod in_between;
pub mod list;
pub mod new;
mod plain_values;
mod readers;
mod review;
mod row_notes;
mod row_state;
mod rows;
#[cfg(feature = "ssr")]
pub mod selected;
mod snippets;
#[cfg(feature = "ssr")]
pub mod trash;
mod unsaved;
pub(crate) mod urgency;
mod value_cell;
#[cfg(feature = "hydrate")]
mod value_keys;

pub use detail::DetailPage;
pub use edit::EditPage;
pub use gallery::GalleryPage;
pub(crate) use list::ListLeft;
pub use list::ListPage;
pub use new::NewPage;
#[cfg(feature = "ssr")]
pub use trash::TrashPage;
