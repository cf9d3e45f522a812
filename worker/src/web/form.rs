//! The fields of a form of the settings, kept to be shown again after an error.

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned};

use crate::platform::problem::Problem;

/// The fields of a form, and what was wrong with one of them.
#[derive(Default)]
pub(crate) struct Form {
    /// Names and values, in the order of the page. A box that is not ticked is not there.
    fields: Vec<(String, String)>,
    /// The field that was refused, and why.
    refused: Option<(String, String)>,
}

impl Form {
    /// A form that was sent, or one that is still untouched.
    pub(crate) fn new(fields: Vec<(String, String)>) -> Self {
        Self { fields, refused: None }
    }

    /// A form with these names and values in it.
    pub(crate) fn of<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let fields = fields.into_iter();
        Self::new(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The same, to be shown again with what was wrong.
    pub(crate) fn refused(self, problem: &Problem) -> Self {
        let field = problem.field();
        let message = problem.message();
        let message = message.strip_prefix(field).and_then(|rest| rest.strip_prefix(": "));
        let message = sentence(message.unwrap_or(problem.message()));
        Self { refused: Some((field.to_owned(), message)), ..self }
    }

    /// Returns true if this form was sent and is shown again.
    pub(crate) fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    /// The error of this field.
    pub(crate) fn flaw(&self, name: &str) -> Option<&str> {
        let (field, message) = self.refused.as_ref()?;
        (field == name).then_some(message.as_str())
    }

    /// The text of a field.
    pub(crate) fn text(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field that may have several.
    pub(crate) fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.fields.iter().filter(move |(field, _)| field == name);
        fields.map(|(_, value)| value.trim())
    }

    /// Returns true if this value of a list or a box is chosen.
    pub(crate) fn is_chosen(&self, name: &str, value: &str) -> bool {
        self.texts(name).any(|chosen| chosen == value)
    }

    /// Reads a value that was chosen from a list.
    pub(crate) fn choice<T: DeserializeOwned>(&self, name: &str) -> Result<T, Problem> {
        choice(name, self.text(name))
    }

    /// Reads every value that was ticked.
    pub(crate) fn choices<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, Problem> {
        let chosen = self.texts(name).map(|text| choice(name, text));
        let chosen = chosen.collect::<Result<Vec<T>, Problem>>()?;
        if chosen.is_empty() {
            return Err(Problem::unprocessable(name, format!("{name}: tick at least one.")));
        }
        Ok(chosen)
    }
}

/// Not by way of a JSON `Value`, whose reader brings the tables for floats: 20 KB.
fn choice<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Problem> {
    T::deserialize(StrDeserializer::<de::value::Error>::new(text))
        .map_err(|_| Problem::unprocessable(name, format!("{name}: choose one of the list.")))
}

/// The words with a capital letter in front.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use order_events::Platform;

    use super::*;

    fn form(fields: &[(&str, &str)]) -> Form {
        Form::of(fields.iter().copied())
    }

    #[test]
    fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_where_it_is() {
        let problem = Problem::unprocessable("origin", "origin: write an origin.");
        let form = form(&[("name", " Mugs "), ("origin", "mugs")]).refused(&problem);
        assert_eq!((form.text("name"), form.text("origin")), ("Mugs", "mugs"));
        assert_eq!(form.flaw("origin"), Some("Write an origin."));
        assert_eq!(form.flaw("name"), None);
    }

    #[test]
    fn only_what_is_on_the_list_can_be_chosen() {
        let form = form(&[("platform", "wix"), ("other", "amazon")]);
        assert_eq!(form.choice::<Platform>("platform").unwrap(), Platform::Wix);
        let refused = form.choice::<Platform>("other").unwrap_err();
        assert_eq!(
            (refused.field(), refused.message()),
            ("other", "other: choose one of the list.")
        );
        assert_eq!(form.choices::<Platform>("none").unwrap_err().field(), "none");
    }

    #[test]
    fn boxes_are_as_they_were_left() {
        let form = form(&[("scopes", "keys:read"), ("scopes", "orders:read")]);
        let refused = form.refused(&Problem::unprocessable("name", "name: is empty."));
        assert!(refused.is_chosen("scopes", "orders:read"));
        assert!(!refused.is_chosen("scopes", "keys:write"));
    }
}
