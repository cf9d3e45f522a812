//! Writes the file behind `/docs`: the description of the API as a page, with code for each call. A
//! test does it, so that the Worker carries neither the description nor this code.

mod example;
mod samples;
mod schema;

use askama::Template;
use serde_json::Value;

use crate::web::docs::view::samples::Sample;
use crate::web::docs::view::schema::Field;

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage {
    version: String,
    /// The introduction, a paragraph each; `**` and backticks are marked up.
    introduction: Vec<String>,
    groups: Vec<Group>,
}

/// The operations of one tag.
struct Group {
    name: String,
    /// The name as a part of an address.
    anchor: String,
    operations: Vec<Operation>,
}

struct Operation {
    anchor: String,
    method: String,
    path: String,
    summary: String,
    description: Vec<String>,
    /// Which keys may call it: the scope of a secret key, a publishable key, or none at all.
    access: Vec<String>,
    parameters: Vec<Field>,
    body: Vec<Field>,
    answers: Vec<Answer>,
    samples: Vec<Sample>,
}

struct Answer {
    status: String,
    /// HTML.
    description: String,
    /// An example of a success, as JSON.
    example: String,
}

const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// Writes the page for the Worker at `origin`, from the description as JSON.
fn render(description: &str, origin: &str) -> askama::Result<String> {
    let document: Value =
        serde_json::from_str(description).map_err(|error| askama::Error::Custom(error.into()))?;
    let mut groups: Vec<Group> = Vec::new();
    let paths = document.pointer("/paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            let Some(found) = item.get(method) else { continue };
            let tag = text(found, "/tags/0");
            let operation = operation(&document, origin, method, path, found);
            match groups.iter_mut().find(|group| group.name == tag) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group {
                    anchor: anchor(&tag),
                    name: tag,
                    operations: vec![operation],
                }),
            }
        }
    }
    groups.sort_by_key(|group| position(&group.name));
    DocsPage {
        version: text(&document, "/info/version"),
        introduction: paragraphs(&text(&document, "/info/description")),
        groups,
    }
    .render()
}

/// The most wanted groups come first.
fn position(group: &str) -> usize {
    const ORDER: [&str; 6] = ["Orders", "Campaigns", "Purchase orders", "Trees", "Shops", "Keys"];
    ORDER.iter().position(|name| *name == group).unwrap_or(ORDER.len())
}

fn operation(
    document: &Value,
    origin: &str,
    method: &str,
    path: &str,
    operation: &Value,
) -> Operation {
    let body = operation.pointer("/requestBody/content/application~1json/schema");
    let example = body.map(|body| example::of(document, body));
    let access = access(operation);
    Operation {
        anchor: anchor(&text(operation, "/operationId")),
        samples: samples::of(origin, method, path, example.as_ref(), !access.is_empty()),
        access,
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "/summary").trim_end_matches('.').to_owned(),
        description: paragraphs(&text(operation, "/description")),
        parameters: schema::parameters(document, operation),
        body: body.map(|body| schema::fields(document, body)).unwrap_or_default(),
        answers: answers(document, operation),
    }
}

fn answers(document: &Value, operation: &Value) -> Vec<Answer> {
    let responses = operation.get("responses").and_then(Value::as_object);
    responses
        .into_iter()
        .flatten()
        .map(|(status, response)| {
            let schema = response.pointer("/content/application~1json/schema");
            let example = schema
                .filter(|_| status.starts_with('2'))
                .map(|schema| format!("{:#}", example::of(document, schema)));
            Answer {
                status: status.clone(),
                description: marked_up(&text(response, "/description")),
                example: example.unwrap_or_default(),
            }
        })
        .collect()
}

fn access(operation: &Value) -> Vec<String> {
    let alternatives = operation.get("security").and_then(Value::as_array);
    let mut access = Vec::new();
    for alternative in alternatives.into_iter().flatten().filter_map(Value::as_object) {
        for (scheme, scopes) in alternative {
            access.push(match (scheme.as_str(), scopes.pointer("/0").and_then(Value::as_str)) {
                ("secret_key", Some(scope)) => format!("a secret key with {scope}"),
                ("secret_key", None) => "a secret key".to_owned(),
                _ => "a publishable key".to_owned(),
            });
        }
        if alternative.is_empty() {
            access.push("no key".to_owned());
        }
    }
    access
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The name of a thing as a part of an address.
fn anchor(name: &str) -> String {
    name.to_lowercase().replace([' ', '_'], "-")
}

/// Paragraphs of HTML: the text escaped, `**bold**` and backticks marked up.
fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").filter(|text| !text.trim().is_empty()).map(marked_up).collect()
}

fn marked_up(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let bold = |text: &str| {
        let parts = text.split("**").enumerate();
        let mark = |(index, part): (usize, &str)| match index % 2 {
            0 => part.to_owned(),
            _ => format!("<strong>{part}</strong>"),
        };
        parts.map(mark).collect::<String>()
    };
    let mark = |(index, part): (usize, &str)| match index % 2 {
        0 => bold(part),
        _ => format!("<code>{part}</code>"),
    };
    escaped.split('`').enumerate().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::openapi::DESCRIPTION;
    use crate::web::docs::EXAMPLE_ORIGIN;

    #[test]
    fn the_page_in_the_file_shows_the_description() {
        let generated = render(DESCRIPTION, EXAMPLE_ORIGIN).unwrap();
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/description/docs.html");
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(file, &generated).unwrap();
        }
        assert!(
            std::fs::read_to_string(file).unwrap() == generated,
            "worker/description/docs.html is not the latest. Run this once more after the description \
             is written: UPDATE_OPENAPI=1 cargo nextest run -p play-it-green-worker docs"
        );
    }

    #[test]
    fn the_page_has_every_operation_with_code_in_five_languages() {
        let html = render(DESCRIPTION, EXAMPLE_ORIGIN).unwrap();
        let document: Value = serde_json::from_str(DESCRIPTION).unwrap();
        let operations: Vec<&Value> = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values())
            .collect();
        assert!(operations.len() > 25);
        for operation in &operations {
            let id = anchor(operation["operationId"].as_str().unwrap());
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
        }
        for language in ["curl", "JavaScript", "Python", "PHP", "Rust"] {
            let count = html.matches(&format!("data-language=\"{language}\"")).count();
            assert_eq!(count, operations.len(), "{language}");
        }
    }

    #[test]
    fn text_is_marked_up_and_cannot_bring_markup_of_its_own() {
        assert_eq!(
            marked_up("**Lists** `a<b>` & <script>"),
            "<strong>Lists</strong> <code>a&lt;b&gt;</code> &amp; &lt;script&gt;"
        );
    }
}
