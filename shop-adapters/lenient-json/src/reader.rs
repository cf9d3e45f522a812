//! Reads values one after the other, and skips those that are not kept.

use serde_json::{Map, Number, Value};

use crate::{JsonError, LEVELS_MAX, Names, VALUES_MAX, text};

/// A text that is read from its beginning.
pub(crate) struct Reader<'a> {
    /// The part that is not read yet.
    rest: &'a [u8],
    /// Values that may still be kept.
    values_left: usize,
    /// The fields that are wanted; `None` is any field.
    names: Option<&'a Names>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a [u8], names: Option<&'a Names>) -> Self {
        Self { rest: text, values_left: VALUES_MAX, names }
    }

    /// Reads the only value of the text.
    pub(crate) fn whole(mut self) -> Result<Value, JsonError> {
        let value = self.value(1)?;
        if self.next().is_none() { Ok(value) } else { Err(JsonError::NotJson) }
    }

    /// Returns the next byte that is no white space, without reading it.
    fn next(&mut self) -> Option<u8> {
        // A byte order mark is none either, wherever a shop leaves it.
        while let [b'\0'..=b' ', rest @ ..] | [0xef, 0xbb, 0xbf, rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    /// Reads this byte, after white space.
    fn mark(&mut self, mark: u8) -> Result<(), JsonError> {
        self.next();
        self.rest = self.rest.strip_prefix(&[mark]).ok_or(JsonError::NotJson)?;
        Ok(())
    }

    /// Reads a value that is kept.
    fn value(&mut self, level: usize) -> Result<Value, JsonError> {
        self.values_left = self.values_left.checked_sub(1).ok_or(JsonError::TooManyValues)?;
        match self.next() {
            Some(b'{' | b'[') if level > LEVELS_MAX => {
                self.skip()?;
                Ok(Value::Null)
            }
            Some(b'{') => self.object(level),
            Some(b'[') => self.list(level),
            Some(b'"') => Ok(Value::String(text::read(&mut self.rest)?.into_owned())),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true", Value::Bool(true)),
            Some(b'f') => self.word(b"false", Value::Bool(false)),
            Some(b'n') => self.word(b"null", Value::Null),
            _ => Err(JsonError::NotJson),
        }
    }

    fn object(&mut self, level: usize) -> Result<Value, JsonError> {
        let mut object = Map::new();
        let mut is_first = true;
        let mut left_out = None;
        self.mark(b'{')?;
        while self.next() != Some(b'}') {
            if !is_first {
                self.mark(b',')?;
                self.next();
            }
            is_first = false;
            let name = text::read(&mut self.rest)?;
            self.mark(b':')?;
            // An object may stand for a list, so one in any field is kept.
            if self.next() == Some(b'{') || self.names.is_none_or(|names| names.has(&name)) {
                object.insert(name.into_owned(), self.value(level.saturating_add(1))?);
                continue;
            }
            let is_nothing = self.is_nothing();
            self.skip()?;
            if let Some(before) = object.get_mut(name.as_ref()) {
                *before = Value::Bool(!is_nothing);
            } else if left_out.as_ref().is_none_or(|(_, is_nothing)| *is_nothing) {
                left_out = Some((name, is_nothing));
            }
        }
        self.mark(b'}')?;
        // One of them shows that the object has further fields.
        if let Some((name, is_nothing)) = left_out {
            object.entry(name).or_insert(Value::Bool(!is_nothing));
        }
        Ok(Value::Object(object))
    }

    fn list(&mut self, level: usize) -> Result<Value, JsonError> {
        let mut list = Vec::new();
        self.mark(b'[')?;
        while self.next() != Some(b']') {
            if !list.is_empty() {
                self.mark(b',')?;
            }
            list.push(self.value(level.saturating_add(1))?);
        }
        self.mark(b']')?;
        Ok(Value::Array(list))
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.rest.iter().take_while(is_part).count();
        let (number, rest) = self.rest.split_at_checked(length).ok_or(JsonError::NotJson)?;
        self.rest = rest;
        let number: Option<Number> = str::from_utf8(number).ok().and_then(|text| text.parse().ok());
        number.map(Value::Number).ok_or(JsonError::NotJson)
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, JsonError> {
        self.rest = self.rest.strip_prefix(word).ok_or(JsonError::NotJson)?;
        Ok(value)
    }

    /// Returns true if the next value is one that scripts write for none.
    fn is_nothing(&self) -> bool {
        let is_empty_list = |rest: &[u8]| rest.trim_ascii_start().starts_with(b"]");
        let words: [&[u8]; 3] = [b"null", b"false", b"\"\""];
        words.iter().any(|word| self.rest.starts_with(word))
            || self.rest.strip_prefix(b"[").is_some_and(is_empty_list)
    }

    /// Skips any value. Only texts and brackets matter: megabytes are passed as fast as their bytes
    /// can be looked at, and an error inside a list costs nothing else.
    fn skip(&mut self) -> Result<(), JsonError> {
        match self.next() {
            Some(b'"') => return text::skip(&mut self.rest),
            Some(b'{' | b'[') => {}
            _ => return self.skip_word(),
        }
        let mut level: usize = 0;
        loop {
            let is_mark = |byte: &u8| matches!(byte, b'"' | b'[' | b']' | b'{' | b'}');
            let at = self.rest.iter().position(is_mark).ok_or(JsonError::NotJson)?;
            self.rest = self.rest.get(at..).unwrap_or_default();
            match self.rest {
                [b'"', ..] => text::skip(&mut self.rest)?,
                [b'[' | b'{', after @ ..] => {
                    self.rest = after;
                    level = level.saturating_add(1);
                }
                [_, after @ ..] => {
                    self.rest = after;
                    level = level.saturating_sub(1);
                }
                [] => return Err(JsonError::NotJson),
            }
            if level == 0 {
                return Ok(());
            }
        }
    }

    /// Skips a number or a word.
    fn skip_word(&mut self) -> Result<(), JsonError> {
        let is_part =
            |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        match self.rest.iter().take_while(is_part).count() {
            0 => Err(JsonError::NotJson),
            length => {
                self.rest = self.rest.get(length..).unwrap_or_default();
                Ok(())
            }
        }
    }
}
