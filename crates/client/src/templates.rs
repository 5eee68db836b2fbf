//! `/templates`

use model::api::{MismatchList, TemplateList, TemplateView};
use model::{TemplateDraft, Version};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Result;
use crate::transport::{Client, Request};

impl Client {
    /// The workspace's own templates, and the built-in ones.
    pub fn templates(&self) -> Result<TemplateList> {
        self.ask(Request::get("/templates"))
    }

    /// The template of that id.
    pub fn template(&self, id: &str) -> Result<TemplateView> {
        self.ask(Request::get(path(id)))
    }

    /// Makes a template of the workspace's own.
    pub fn make_template(&self, new: &TemplateDraft) -> Result<TemplateView> {
        self.ask(Request::post("/templates").json(new))
    }

    /// Gives it other contents; `seen` is the version that the caller made up their mind about.
    pub fn change_template(
        &self,
        id: &str,
        seen: Version,
        new: &TemplateDraft,
    ) -> Result<TemplateView> {
        self.ask(Request::put(path(id)).json(new).if_match(seen))
    }

    /// Deletes it.
    pub fn delete_template(&self, id: &str) -> Result<()> {
        self.tell(Request::delete(path(id)))
    }

    /// Which secrets made from it no longer match.
    pub fn template_mismatches(&self, id: &str) -> Result<MismatchList> {
        self.ask(Request::get(format!("{}/mismatches", path(id))))
    }
}

fn path(id: &str) -> String {
    format!("/templates/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}
