//! The same call in five languages, each with what its users have at hand.

use serde_json::Value;

/// Code that makes one call.
pub(super) struct Sample {
    pub(super) language: &'static str,
    pub(super) code: String,
}

/// The common parts of the samples.
struct Call<'a> {
    url: String,
    method: String,
    body: Option<&'a Value>,
    with_key: bool,
}

/// The placeholder of the reader's key in the samples.
const KEY: &str = "YOUR_API_KEY";

/// The call in every language.
pub(super) fn of(
    origin: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
    with_key: bool,
) -> Vec<Sample> {
    let url = format!("{origin}{}", path.replace("{id}", "ID"));
    let call = Call { url, method: method.to_uppercase(), body, with_key };
    vec![
        Sample { language: "curl", code: curl(&call) },
        Sample { language: "JavaScript", code: javascript(&call) },
        Sample { language: "Python", code: python(&call) },
        Sample { language: "PHP", code: php(&call) },
        Sample { language: "Rust", code: rust(&call) },
    ]
}

impl Call<'_> {
    fn json(&self) -> Option<String> {
        self.body.map(|body| format!("{body:#}"))
    }
}

fn curl(call: &Call<'_>) -> String {
    let mut lines = vec![match call.method.as_str() {
        "GET" => format!("curl {}", call.url),
        method => format!("curl -X {method} {}", call.url),
    }];
    if call.with_key {
        lines.push(format!("-H 'Authorization: Bearer {KEY}'"));
    }
    if let Some(json) = call.json() {
        lines.push("-H 'Content-Type: application/json'".to_owned());
        // Within single quotes, a shell takes everything but a single quote as it is.
        lines.push(format!("-d '{}'", json.replace('\'', "'\\''")));
    }
    lines.join(" \\\n  ")
}

fn javascript(call: &Call<'_>) -> String {
    let mut options = vec![format!("  method: \"{}\",", call.method)];
    if call.with_key {
        options.push(format!("  headers: {{ Authorization: \"Bearer {KEY}\" }},"));
    }
    if let Some(json) = call.json() {
        options.push(format!("  body: JSON.stringify({}),", indented(&json, 2)));
    }
    format!(
        "const response = await fetch(\"{}\", {{\n{}\n}});\nconst answer = await response.json();\n\
         if (!response.ok) throw new Error(answer.message);\nconsole.log(answer);",
        call.url,
        options.join("\n")
    )
}

/// The standard library is enough. JSON is parsed, because Python writes `True` and `None`.
fn python(call: &Call<'_>) -> String {
    let mut code = vec!["import json\nimport urllib.request\n\n".to_owned()];
    let mut options = vec![format!("\"{}\"", call.url), format!("method=\"{}\"", call.method)];
    if call.with_key {
        options.push(format!("headers={{\"Authorization\": \"Bearer {KEY}\"}}"));
    }
    if let Some(json) = call.json() {
        code.push(format!("body = r\"\"\"{json}\"\"\"\n"));
        options.push("data=body.encode()".to_owned());
    }
    code.push(format!(
        "request = urllib.request.Request(\n    {},\n)\nwith urllib.request.urlopen(request) as \
         response:\n    print(json.load(response))",
        options.join(",\n    ")
    ));
    code.concat()
}

fn php(call: &Call<'_>) -> String {
    let mut code = vec![format!(
        "<?php\n$request = curl_init('{}');\ncurl_setopt_array($request, [\n",
        call.url
    )];
    code.push(format!(
        "    CURLOPT_CUSTOMREQUEST => '{}',\n    CURLOPT_RETURNTRANSFER => true,\n",
        call.method
    ));
    if call.with_key {
        code.push(format!("    CURLOPT_HTTPHEADER => ['Authorization: Bearer {KEY}'],\n"));
    }
    if let Some(json) = call.json() {
        // A nowdoc takes everything as it is.
        code.push(format!("    CURLOPT_POSTFIELDS => <<<'JSON'\n{json}\nJSON,\n"));
    }
    code.push("]);\n$answer = json_decode(curl_exec($request));\nvar_dump($answer);".to_owned());
    code.concat()
}

/// With the crate `ureq`.
fn rust(call: &Call<'_>) -> String {
    let method = call.method.to_lowercase();
    let mut lines = vec![format!("let mut response = ureq::{method}(\"{}\")", call.url)];
    if call.with_key {
        lines.push(format!(".header(\"Authorization\", \"Bearer {KEY}\")"));
    }
    lines.push(match (call.json(), call.method.as_str()) {
        (Some(json), _) => format!(".send(r#\"{json}\"#)?;"),
        (None, "POST" | "PUT") => ".send_empty()?;".to_owned(),
        (None, _) => ".call()?;".to_owned(),
    });
    format!(
        "fn main() -> Result<(), ureq::Error> {{\n    {}\n    println!(\"{{}}\", \
         response.body_mut().read_to_string()?);\n    Ok(())\n}}",
        lines.join("\n        ")
    )
}

fn indented(json: &str, spaces: usize) -> String {
    json.replace('\n', &format!("\n{}", " ".repeat(spaces)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quotes_in_an_example_do_not_break_the_code() {
        let body = json!({"title": "Tea 'Oolong'"});
        let samples = of("https://worker.example.com", "post", "/api/orders", Some(&body), true);
        assert!(samples[0].code.contains("Tea '\\''Oolong'\\''"), "{}", samples[0].code);
    }

    #[test]
    fn a_call_without_a_key_shows_none() {
        for sample in of("https://worker.example.com", "get", "/health", None, false) {
            assert!(!sample.code.contains(KEY), "{}", sample.code);
        }
    }
}
