//! Services with connection URLs name their own keys, and their parts survive the way through a URL.

use model::{ConnectionFill, Template, TemplateKey};
use std::collections::BTreeMap;

fn every_connection() -> impl Iterator<Item = (&'static Template, &'static ConnectionFill)> {
    let templates = catalog::services().iter().map(|service| &service.template);
    templates.filter_map(|template| Some((template, template.connection.as_ref()?)))
}

fn key<'a>(template: &'a Template, name: &model::KeyName) -> &'a TemplateKey {
    template.key(name).unwrap_or_else(|| panic!("{} has no key {name}", template.id))
}

#[test]
fn thirteen_services_have_connection_urls() {
    assert_eq!(every_connection().count(), 13);
}

#[test]
fn they_name_their_own_keys() {
    for (template, connection) in every_connection() {
        key(template, &connection.key);
        for name in connection.parts.values().chain(connection.query.values()) {
            key(template, name);
        }
    }
}

#[test]
fn the_parts_are_one_form_and_the_url_is_in_another() {
    for (template, connection) in every_connection() {
        let forms: Vec<Vec<_>> = template
            .options
            .iter()
            .map(|option| &option.keys)
            .chain([&template.keys])
            .map(|keys| keys.iter().map(|key| &key.name).collect())
            .collect();
        let parts: Vec<_> = connection.parts.values().chain(connection.query.values()).collect();
        assert!(
            forms.iter().any(|form| parts.iter().all(|part| form.contains(part))),
            "{}",
            template.id
        );
        assert!(forms.iter().any(|form| form.contains(&&connection.key)), "{}", template.id);
    }
}

#[test]
fn schemes_are_lower_case_and_the_default_port_is_that_of_the_documented_scheme() {
    for (template, connection) in every_connection() {
        assert!(connection.schemes.iter().all(|scheme| scheme.name == scheme.name.to_lowercase()));
        let Some(port) = connection.parts.get(&model::ConnectionPart::Port) else { continue };
        let Some(default) = &key(template, port).default else { continue };
        let of_scheme = connection.schemes[0].port.map(|port| port.to_string());
        assert_eq!(of_scheme.as_ref(), Some(default), "{}", template.id);
    }
}

#[test]
fn the_url_that_the_form_shows_as_an_example_fills_the_parts() {
    for (template, connection) in every_connection() {
        let example = key(template, &connection.key).placeholder.as_ref().unwrap();
        let filled =
            connection.fill(example).unwrap_or_else(|error| panic!("{}: {error}", template.id));
        assert_eq!(filled.lacking, [], "{}", template.id);
    }
}

#[test]
fn filled_parts_make_a_url_that_fills_them_again() {
    for (template, connection) in every_connection() {
        let names = connection.parts.values().chain(connection.query.values());
        let values: BTreeMap<_, _> =
            names.map(|name| (name, sample(key(template, name)))).collect();
        let url = connection.compose(|key| values.get(key).cloned()).unwrap();
        let filled = connection.fill(url.dangerously_expose()).unwrap();
        assert_eq!(filled.lacking, [], "{}", template.id);
        for (key, value) in filled.values.iter().filter(|(key, _)| *key != connection.key) {
            assert_eq!(value.dangerously_expose(), values[key], "{} {key}", template.id);
        }
    }
}

/// A value that the key takes, awkward where it may be.
fn sample(key: &TemplateKey) -> String {
    let name = key.name.as_str();
    if let Some(default) = &key.default {
        default.clone()
    } else if name.ends_with("PORT") {
        "4711".to_owned()
    } else if name.ends_with("HOST") || name.ends_with("CLOUD_NAME") {
        "db.example.com".to_owned()
    } else {
        "a@b/c?d#e%f:g h".to_owned()
    }
}
