//! What the description says beyond what its types can.

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

/// The document as it is served.
pub(super) fn written(document: &OpenApi) -> Value {
    let mut document = serde_json::to_value(document).expect("a document is JSON");
    for body in ["MakeSecret", "ReplaceSecret"] {
        // A secret has at least one key, and at most 512.
        let values = &mut document["components"]["schemas"][body]["properties"]["values"];
        values["minProperties"] = json!(1);
        values["maxProperties"] = json!(model::SECRET_KEYS);
    }
    // One of the two, and nothing beside it.
    let choices = document["components"]["schemas"]["ScheduleView"]["oneOf"].as_array_mut();
    for choice in choices.expect("a schedule is one of two") {
        choice["additionalProperties"] = json!(false);
        if let Some(days) = choice["properties"].get_mut("every_days") {
            *days = json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX });
        }
    }
    let paths = document["paths"].as_object_mut().expect("a document has paths");
    for operation in
        paths.values_mut().filter_map(Value::as_object_mut).flat_map(|path| path.values_mut())
    {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        parameters.into_iter().flatten().for_each(mend);
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            response["description"] = json!(meaning(status));
        }
    }
    document
}

fn meaning(status: &str) -> &'static str {
    match status {
        "200" => "Done.",
        "201" => "Made.",
        "204" => "Done; there is nothing to say.",
        "304" => "Nothing changed since the answer with that ETag.",
        _ => "Not done: what is wrong, and what would be right.",
    }
}

/// A parameter that is not given is left out: there is no null in a URL or a header.
fn mend(parameter: &mut Value) {
    let schema = &mut parameter["schema"];
    if let Some(kinds) = schema["type"].as_array() {
        let kind = kinds.iter().find(|kind| *kind != "null").cloned();
        schema["type"] = kind.unwrap_or_else(|| json!("string"));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let kind = choices.iter().find(|choice| choice["type"] != "null").cloned();
        *schema = kind.unwrap_or_else(|| json!({ "type": "string" }));
    }
    match parameter["name"].as_str() {
        Some("If-Match") => {
            parameter["schema"] = json!({
                "type": "string",
                "anyOf": [{ "const": "*" }, { "pattern": r#"^"v[0-9]+"$"# }],
            });
        }
        Some("Idempotency-Key") => parameter["schema"]["pattern"] = json!("^[!-~]{1,255}$"),
        _ => {}
    }
}
