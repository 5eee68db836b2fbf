//! Templates: those that are built in, and a workspace's own.

#[cfg(feature = "ssr")]
mod fields;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod list;
#[cfg(feature = "ssr")]
mod lookup;
#[cfg(feature = "ssr")]
mod new;
#[cfg(feature = "ssr")]
mod one;

#[cfg(feature = "ssr")]
pub use self::{
    form::TemplateForm,
    list::TemplatesPage,
    lookup::{find_template, own_matching},
    new::NewTemplatePage,
    one::TemplatePage,
};
