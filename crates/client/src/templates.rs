//! `/templates`

use model::api::{TemplateList, TemplateView};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Result;
use crate::transport::{Client, Request};

impl Client {
    /// Every service template.
    pub fn templates(&self) -> Result<TemplateList> {
        self.ask(Request::get("/templates"))
    }

    /// The template of that id: letters, digits and dashes.
    pub fn template(&self, id: &str) -> Result<TemplateView> {
        let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
        self.ask(Request::get(format!("/templates/{id}")))
    }
}
