use model::{OwnTemplate, Template};
use store::{Caller, Result, Store, StoreError};

/// The template of this id, as this caller has it: one of the workspace's own, or a built-in one. Every door looks here.
pub async fn find_template(store: &Store, caller: &Caller, id: &str) -> Result<Template> {
    if id.starts_with(Template::OWN) {
        return Ok(store.own_template(caller, id).await?.template);
    }
    catalog::template(id).cloned().ok_or(StoreError::NotFound)
}

/// The workspace's own templates that match every word of a search: in their names, ids, keys or descriptions.
pub fn own_matching(own: Vec<OwnTemplate>, search: &str) -> impl Iterator<Item = Template> {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    own.into_iter().map(|own| own.template).filter(move |template| {
        let mut text = format!("{} {} {}", template.id, template.name, template.description);
        for key in &template.keys {
            text.push(' ');
            text.push_str(key.name.as_str());
        }
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word))
    })
}
