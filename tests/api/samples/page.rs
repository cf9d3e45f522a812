//! The samples as readers copy them from the page.

/// Code that makes one call.
pub(super) struct Sample {
    /// The operation's name in an address: `list-orders`.
    pub(super) operation: String,
    pub(super) language: String,
    pub(super) code: String,
}

/// Returns every sample on the page.
pub(super) fn samples(page: &str) -> Vec<Sample> {
    let articles = page.split("<article id=\"").skip(1);
    articles
        .flat_map(|article| {
            let (operation, rest) = article.split_once('"').unwrap();
            rest.split("data-language=\"").skip(1).map(move |sample| {
                let (language, rest) = sample.split_once("\">").unwrap();
                let (code, _) = rest.split_once("</pre>").unwrap();
                Sample {
                    operation: operation.to_owned(),
                    language: language.to_owned(),
                    code: as_text(code),
                }
            })
        })
        .collect()
}

/// Returns the text that a browser shows for HTML without tags.
fn as_text(html: &str) -> String {
    let mut text = String::new();
    let mut parts = html.split('&');
    text.push_str(parts.next().unwrap());
    for part in parts {
        let (entity, rest) = part.split_once(';').expect("an entity ends");
        let code = entity.strip_prefix('#').expect("the template writes entities by number");
        text.push(char::from_u32(code.parse().unwrap()).unwrap());
        text.push_str(rest);
    }
    text
}
