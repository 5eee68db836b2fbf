//! The document as a page for people, without a script.

use serde_json::Value;
use std::fmt::Write as _;

/// The page; it does not change while the server runs.
pub(super) fn page(document: &Value, style: &str) -> &'static str {
    Box::leak(whole(document, style).into_boxed_str())
}

fn whole(document: &Value, style: &str) -> String {
    let tags = document["tags"].as_array().map_or(&[][..], Vec::as_slice);
    let mut contents = String::new();
    let mut sections = String::new();
    for tag in tags {
        let name = text(&tag["name"]);
        let id = anchor(name);
        let _ = write!(contents, "<li><a href=\"#{id}\">{}</a></li>", escaped(name));
        let _ = write!(
            sections,
            "<section id=\"{id}\"><h2>{}</h2><p>{}</p>{}</section>",
            escaped(name),
            prose(text(&tag["description"])),
            operations(document, name),
        );
    }
    let types = types(document);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>HTTP API · Keyloft</title><link rel=\"stylesheet\" href=\"{style}\">\
         <link rel=\"icon\" href=\"/favicon.svg\"></head>\n\
         <body class=\"api-docs\"><header><p><a href=\"/\">Keyloft</a></p><h1>HTTP API</h1><p>{}</p>\
         <p>Machines read the same as <a href=\"/api/v1/openapi.json\">OpenAPI 3.1</a>.</p>\
         <nav aria-label=\"Contents\"><ul>{contents}<li><a href=\"#types\">Types</a></li></ul></nav></header>\n\
         <main>{sections}<section id=\"types\"><h2>Types</h2>{types}</section></main></body>\n</html>\n",
        prose(text(&document["info"]["description"])),
    )
}

fn operations(document: &Value, tag: &str) -> String {
    let mut out = String::new();
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            if operation["tags"].as_array().is_some_and(|tags| tags.iter().any(|of| of == tag)) {
                out.push_str(&self::operation(path, method, operation));
            }
        }
    }
    out
}

fn operation(path: &str, method: &str, operation: &Value) -> String {
    let mut out = format!(
        "<article><h3>{}</h3><p><code>{} /api/v1{}</code></p>",
        escaped(text(&operation["summary"])),
        method.to_uppercase(),
        escaped(path),
    );
    let description = text(&operation["description"]);
    if !description.is_empty() {
        let _ = write!(out, "<p>{}</p>", prose(description));
    }
    let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    if !parameters.is_empty() {
        out.push_str("<dl>");
        for parameter in parameters {
            let _ = write!(
                out,
                "<dt><code>{}</code> <small>{}{}</small></dt><dd>{}</dd>",
                escaped(text(&parameter["name"])),
                escaped(text(&parameter["in"])),
                if parameter["required"] == true { "" } else { ", optional" },
                prose(text(&parameter["description"])),
            );
        }
        out.push_str("</dl>");
    }
    if let Some(body) = operation["requestBody"]["content"]["application/json"].get("schema") {
        let _ = write!(out, "<p>Takes {}.</p>", kind(body));
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        if status == "4XX" {
            continue;
        }
        let answer = response["content"]["application/json"].get("schema");
        let answer = answer.map_or_else(|| "nothing".to_owned(), kind);
        let _ = write!(out, "<p>Answers {} with {answer}.</p>", escaped(status));
    }
    out.push_str("</article>");
    out
}

fn types(document: &Value) -> String {
    let mut out = String::new();
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let _ = write!(
            out,
            "<article id=\"type-{0}\"><h3><code>{0}</code></h3><p>{1}</p>",
            escaped(name),
            prose(text(&schema["description"])),
        );
        let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        if let Some(pattern) = schema["pattern"].as_str() {
            let _ = write!(out, "<p>A text that matches <code>{}</code>.</p>", escaped(pattern));
        }
        if let Some(values) = schema["enum"].as_array() {
            let values: Vec<_> = values
                .iter()
                .map(|value| format!("<code>{}</code>", escaped(text(value))))
                .collect();
            let _ = write!(out, "<p>One of {}.</p>", values.join(", "));
        }
        let properties = schema["properties"].as_object();
        if let Some(properties) = properties.filter(|properties| !properties.is_empty()) {
            out.push_str("<dl>");
            for (name, property) in properties {
                let optional = if required.iter().any(|of| of == name) { "" } else { ", optional" };
                let _ = write!(
                    out,
                    "<dt><code>{}</code> <small>{}{optional}</small></dt><dd>{}</dd>",
                    escaped(name),
                    kind(property),
                    prose(text(&property["description"])),
                );
            }
            out.push_str("</dl>");
        }
        out.push_str("</article>");
    }
    out
}

/// What a schema is, in a few words, with a link to a named one.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#type-{0}\"><code>{0}</code></a>", escaped(name));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let kinds: Vec<_> = choices.iter().map(kind).collect();
        return kinds.join(" or ");
    }
    let name = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            let names: Vec<_> = names.iter().map(text).collect();
            names.join(" or ")
        }
        _ => "any".into(),
    };
    if schema["items"].is_object() {
        return format!("{} of {}", escaped(&name), kind(&schema["items"]));
    }
    if schema["additionalProperties"].is_object() {
        return format!("{} of {}", escaped(&name), kind(&schema["additionalProperties"]));
    }
    escaped(&name)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// Text whose backticks are code.
fn prose(markdown: &str) -> String {
    let mut out = String::new();
    for (index, part) in markdown.split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(out, "<code>{}</code>", escaped(part));
        } else {
            out.push_str(&escaped(part));
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
