//! Every service file says things that are true of each other.

use model::{KeyName, SecretName, Template, TemplateKey};
use std::collections::{BTreeMap, BTreeSet};

/// Every field of a template, those of its options included.
fn every_key(template: &Template) -> impl Iterator<Item = &TemplateKey> {
    template.keys.iter().chain(template.options.iter().flat_map(|option| &option.keys))
}

fn every_template() -> impl Iterator<Item = &'static Template> {
    catalog::services().iter().map(|service| &service.template)
}

fn names(template: &Template) -> BTreeSet<&KeyName> {
    every_key(template).map(|key| &key.name).collect()
}

/// What does not hold, one line each, so that a failure lists them all.
fn assert_none(problems: impl IntoIterator<Item = String>) {
    let problems: Vec<_> = problems.into_iter().collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn duplicates<'a, T: Ord + 'a>(items: impl IntoIterator<Item = &'a T>) -> Vec<&'a T> {
    let mut seen = BTreeSet::new();
    items.into_iter().filter(|item| !seen.insert(*item)).collect()
}

#[test]
fn there_are_198_services() {
    assert_eq!(catalog::services().len(), 198);
    assert_eq!(catalog::summaries().len(), 198);
}

#[test]
fn ids_are_unique_and_fit_urls() {
    let ids: Vec<_> = every_template().map(|template| &template.id).collect();
    assert!(duplicates(ids.iter().copied()).is_empty());
    let is_plain =
        |id: &str| id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    assert_none(ids.into_iter().filter(|id| !is_plain(id)).cloned());
}

#[test]
fn every_service_is_found_by_its_id() {
    assert!(every_template().all(|template| catalog::template(&template.id) == Some(template)));
    assert!(catalog::template("no-such-service").is_none());
    assert!(catalog::service("no-such-service").is_none());
}

#[test]
fn people_can_read_every_text() {
    assert_none(every_template().flat_map(|template| {
        let of_keys =
            every_key(template).flat_map(|key| [("label", &key.label), ("help", &key.help)]);
        let of_groups =
            template.groups.iter().flat_map(|g| [("group", &g.label), ("group", &g.help)]);
        let of_options =
            template.options.iter().flat_map(|o| [("option", &o.title), ("option", &o.note)]);
        let own = [("name", &template.name), ("description", &template.description)];
        let texts = own.into_iter().chain(of_keys).chain(of_groups).chain(of_options);
        let is_bad = |text: &str| text.trim() != text || text.is_empty();
        texts
            .filter(move |(_, text)| is_bad(text))
            .map(|(what, text)| format!("{}: {what} {text:?}", template.id))
    }));
}

#[test]
fn addresses_of_the_services_are_https() {
    assert_none(every_template().flat_map(|template| {
        let urls = [&template.credentials_url, &template.docs_url].into_iter().flatten();
        urls.filter(|url| !url.starts_with("https://")).map(|url| format!("{}: {url}", template.id))
    }));
}

#[test]
fn keys_are_named_once_in_a_form() {
    assert_none(every_template().flat_map(|template| {
        let forms = template.options.iter().map(|option| &option.keys).chain([&template.keys]);
        forms
            .flat_map(|keys| duplicates(keys.iter().map(|key| &key.name)))
            .map(|key| format!("{}: {key}", template.id))
    }));
}

#[test]
fn suggested_names_of_secrets_are_legal() {
    assert!(
        every_template()
            .all(|t| SecretName::parse(t.secret_name.as_str()).as_ref() == Ok(&t.secret_name))
    );
}

#[test]
fn alternatives_are_at_least_two_and_name_keys_of_the_template() {
    for template in every_template() {
        let id = &template.id;
        assert_ne!(template.groups.len(), 1, "{id}: one alternative is no choice");
        assert!(duplicates(template.groups.iter().map(|group| &group.label)).is_empty(), "{id}");
        for group in &template.groups {
            let members: Vec<_> =
                template.keys.iter().filter(|key| group.keys.contains(&key.name)).collect();
            assert_eq!(
                members.len(),
                group.keys.len(),
                "{id}: {} names an unknown key",
                group.label
            );
            assert!(members.iter().any(|key| key.required), "{id}: {} needs nothing", group.label);
        }
    }
}

#[test]
fn services_with_a_choice_of_credentials_have_alternatives() {
    for id in
        ["kaggle", "snowflake", "databricks", "twilio", "railway", "elasticsearch", "pagerduty"]
    {
        assert!(catalog::template(id).unwrap().groups.len() >= 2, "{id}");
    }
    let kaggle = catalog::template("kaggle").unwrap();
    let missing = |present: &[&str]| kaggle.missing_keys(|key| present.contains(&key.as_str()));
    assert!(missing(&["KAGGLE_API_TOKEN"]).is_empty());
    assert!(missing(&["KAGGLE_USERNAME", "KAGGLE_KEY"]).is_empty());
    assert_eq!(
        missing(&["KAGGLE_USERNAME"])[0].to_string(),
        "Still needed: User name and key (KAGGLE_KEY)."
    );
    let snowflake = catalog::template("snowflake").unwrap();
    let present = ["SNOWFLAKE_ACCOUNT", "SNOWFLAKE_USER", "SNOWFLAKE_PRIVATE_KEY_RAW"];
    assert!(snowflake.missing_keys(|key| present.contains(&key.as_str())).is_empty());
}

#[test]
fn options_have_titles_beside_that_of_the_plain_template() {
    for template in every_template() {
        let id = &template.id;
        assert_eq!(template.base_title.is_some(), !template.options.is_empty(), "{id}");
        assert!(duplicates(template.options.iter().map(|option| &option.id)).is_empty(), "{id}");
        let titles =
            template.options.iter().map(|option| &option.title).chain(&template.base_title);
        assert!(duplicates(titles).is_empty(), "{id}");
        assert!(
            template.options.iter().all(|option| option.keys.iter().any(|key| key.required)),
            "{id}"
        );
    }
    let postgres = catalog::template("postgres").unwrap();
    let ids: Vec<_> = postgres.options.iter().map(|option| option.id.as_str()).collect();
    assert_eq!(ids, ["url", "pooled-and-direct"]);
    assert_eq!(postgres.keys_of(Some("url"))[0].name.as_str(), "DATABASE_URL");
}

#[test]
fn aliases_are_unlike_the_keys_of_the_same_form() {
    assert_none(every_template().flat_map(|template| {
        let forms = template.options.iter().map(|option| &option.keys).chain([&template.keys]);
        forms.flat_map(|keys| {
            let own: BTreeSet<_> = keys.iter().map(|key| &key.name).collect();
            let aliases = keys.iter().flat_map(|key| &key.aliases);
            let clashes = aliases.filter(move |alias| own.contains(&alias.name));
            clashes.map(|alias| format!("{}: {}", template.id, alias.name))
        })
    }));
}

#[test]
fn an_alias_stands_for_one_key() {
    assert_none(every_template().flat_map(|template| {
        let mut owners: BTreeMap<&KeyName, BTreeSet<&KeyName>> = BTreeMap::new();
        for key in every_key(template) {
            for alias in &key.aliases {
                owners.entry(&alias.name).or_default().insert(&key.name);
            }
        }
        let twice = owners.into_iter().filter(|(_, keys)| keys.len() > 1);
        twice.map(|(alias, _)| format!("{}: {alias}", template.id)).collect::<Vec<_>>()
    }));
}

#[test]
fn unseen_keys_are_keys_of_the_service() {
    assert_none(catalog::services().iter().flat_map(|service| {
        let names = names(&service.template);
        let unseen = service.verification.unseen_keys.iter();
        unseen
            .filter(move |key| !names.contains(key))
            .map(|key| format!("{}: {key}", service.template.id))
    }));
}

#[test]
fn sources_say_whose_they_are() {
    assert_none(catalog::services().iter().filter_map(|service| {
        let verification = &service.verification;
        let is_bad = verification.source.is_some() != verification.kind.is_some();
        is_bad.then(|| service.template.id.clone())
    }));
}

#[test]
fn only_free_text_has_a_generator() {
    assert_none(every_template().flat_map(|template| {
        let generated = every_key(template).filter(|key| key.generator.is_some());
        let odd = generated
            .filter(|key| key.multiline || !key.choices.is_empty() || key.default.is_some());
        odd.map(|key| format!("{}: {}", template.id, key.name))
    }));
}

#[test]
fn hidden_keys_have_no_default_that_everyone_knows() {
    assert_none(every_template().flat_map(|template| {
        let known = every_key(template)
            .filter(|k| k.kind == model::ValueKind::Hidden && k.default.is_some());
        known.map(|key| format!("{}: {}", template.id, key.name))
    }));
}
