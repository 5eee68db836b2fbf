//! The component set: everything pages are built from, one file per component.
//!
//! Components are native elements first (`<dialog>`, popover, `<table>`, forms), so that what can
//! work before hydration, or without it, does. Their classes are in `style/`, one file each.
//! Nothing here writes an inline style: the content security policy would drop it.

pub mod badge;
pub mod breadcrumb;
#[cfg(feature = "hydrate")]
mod browser;
pub mod button;
pub mod card;
pub mod checkbox;
pub mod clipboard;
pub mod confirm;
pub mod copy_button;
pub mod counted;
pub mod dialog;
pub mod empty;
pub mod error_summary;
pub mod facts;
pub mod field;
mod field_group;
pub mod frame;
pub mod hydrated;
mod icon;
pub mod kbd;
pub mod links;
pub mod listed;
pub mod menu;
pub mod notice;
pub mod page;
pub mod pager;
pub mod password;
pub mod search_box;
pub mod search_form;
pub mod select;
#[cfg(feature = "ssr")]
pub mod showcase;
pub mod skeleton;
pub mod snippet;
pub mod table;
pub mod text_area;
pub mod text_field;
pub mod theme;
#[cfg(feature = "ssr")]
pub mod ticked;
pub mod time;
pub mod toast;

#[cfg(test)]
mod contrast;
#[cfg(test)]
mod stylesheet;
#[cfg(test)]
mod wording;

pub use badge::{Badge, Tone};
pub use breadcrumb::Breadcrumb;
#[cfg(feature = "hydrate")]
pub(crate) use browser::after_frame;
pub use button::{Button, ButtonKind, ButtonLink, IconButton};
pub use card::Card;
pub use checkbox::Checkbox;
pub use clipboard::{clear_in_a_minute, copy, copy_and_say, copy_name};
pub use confirm::Confirm;
pub use copy_button::CopyButton;
pub use counted::{counted, grouped};
pub use dialog::{Dialog, DialogButton, DialogFoot};
pub use empty::EmptyState;
pub use error_summary::ErrorSummary;
pub use facts::Facts;
pub use field::{Field, field_id};
pub use field_group::FieldGroup;
pub use frame::{CentredPage, Frame, NavItem};
pub use hydrated::{Hydrated, hydrated};
pub use icon::Icon;
pub use kbd::Kbd;
pub use links::{SegmentedLinks, Tabs};
pub use listed::listed;
pub use menu::{Menu, MenuItems};
pub use notice::{Notice, NoticeKind};
pub use page::PageHeader;
pub use pager::Pager;
pub use password::PasswordField;
pub use search_box::SearchBox;
pub use search_form::SearchForm;
pub use select::SelectField;
pub use skeleton::Skeleton;
pub use snippet::Snippet;
pub use table::{Column, Columns, Table};
pub use text_area::TextArea;
pub use text_field::TextField;
pub use theme::{Theme, ThemeSwitch};
#[cfg(feature = "ssr")]
pub use ticked::Ticked;
pub use time::Time;
pub use toast::{Said, Toaster, Toasts, provide_toasts, use_toasts};
