//! HTML pages with `{{name}}` as the placeholder of each value.

/// The value that replaces a placeholder.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    /// Text, which is escaped.
    Text(&'a str),
    /// HTML, which is inserted unchanged.
    Html(&'a str),
}

const SHOP: &str = include_str!("../pages/shop.html");

/// Writes a page of the shop.
pub(crate) fn page(title: &str, body_class: &str, content: &str) -> String {
    fill(
        SHOP,
        &[
            ("title", Value::Text(title)),
            ("body_class", Value::Text(body_class)),
            ("content", Value::Html(content)),
        ],
    )
}

/// Replaces the placeholders by the values. Placeholders inside a value are left unchanged.
pub(crate) fn fill(template: &str, values: &[(&str, Value<'_>)]) -> String {
    let mut parts = template.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        match value.map(|(_, value)| value) {
            Some(Value::Text(text)) => filled.push_str(&escape(text)),
            Some(Value::Html(html)) => filled.push_str(html),
            None => {}
        }
        filled.push_str(rest);
    }
    filled
}

/// Writes text as HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_html_is_not() {
        let values = [("a", Value::Text("<b title='\"'>&")), ("b", Value::Html("<i>"))];
        let filled = fill("{{a}} {{b}} {{unknown}}.", &values);
        assert_eq!(filled, "&lt;b title=&#39;&quot;&#39;&gt;&amp; <i> .");
    }

    #[test]
    fn a_name_in_a_value_is_left_as_it_is() {
        assert_eq!(fill("{{a}}", &[("a", Value::Text("{{b}}")), ("b", Value::Text("c"))]), "{{b}}");
    }
}
