//! The list of encryption keys in the secrets file: the first encrypts, all decrypt.

use super::plan::ENCRYPTION_KEYS;

/// Keys in a list at most, as in the Worker.
const KEYS_MAX: usize = 10;

/// The text of a secrets file, split at its list of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyList {
    before: String,
    keys: Vec<String>,
    after: String,
}

impl KeyList {
    /// Reads the text of a secrets file; `None` if it has no list of keys.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (mut before, mut after) = (String::new(), String::new());
        let mut keys = Vec::new();
        for line in text.lines() {
            match line.trim_start().strip_prefix(ENCRYPTION_KEYS).and_then(after_equals_sign) {
                Some(list) if keys.is_empty() => {
                    let list = list.trim().trim_matches(['"', '\'']);
                    let words = list.split([',', ' ']).filter(|key| !key.is_empty());
                    keys = words.map(str::to_owned).collect();
                }
                _ => {
                    let part = if keys.is_empty() { &mut before } else { &mut after };
                    part.push_str(line);
                    part.push('\n');
                }
            }
        }
        (!keys.is_empty()).then_some(Self { before, keys, after })
    }

    /// Returns `true` if older keys still decrypt.
    pub(crate) fn has_older(&self) -> bool {
        self.keys.len() > 1
    }

    /// The same list with another key at its start.
    pub(crate) fn with_new(&self, key: String) -> Self {
        let keys = std::iter::once(key).chain(self.keys.iter().cloned());
        Self { keys: keys.take(KEYS_MAX).collect(), ..self.clone() }
    }

    /// The same list without its older keys, and the older keys as comments: a backup that was made
    /// before needs them.
    pub(crate) fn without_older(&self) -> Self {
        let mut list = Self { keys: self.keys.iter().take(1).cloned().collect(), ..self.clone() };
        for key in self.keys.iter().skip(1) {
            list.after.push_str("# Removed. Backups from before need it: ");
            list.after.push_str(key);
            list.after.push('\n');
        }
        list
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> String {
        let Self { before, keys, after } = self;
        format!("{before}{ENCRYPTION_KEYS}={}\n{after}", keys.join(","))
    }
}

fn after_equals_sign(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_first_and_the_old_one_is_removed_later() {
        let text = "# Keep this file.\nENCRYPTION_KEYS=old\nSTRIPE_SECRET_KEY=other\n";
        let list = KeyList::read(text).unwrap();
        assert!(!list.has_older());
        assert_eq!(list.text(), text);
        let both = list.with_new("new".to_owned());
        assert!(both.has_older());
        let expected = "# Keep this file.\nENCRYPTION_KEYS=new,old\nSTRIPE_SECRET_KEY=other\n";
        assert_eq!(both.text(), expected);
        assert_eq!(KeyList::read(expected), Some(both.clone()));
        let one = KeyList::read(&both.without_older().text()).unwrap();
        assert!(!one.has_older());
        let expected = "# Keep this file.\nENCRYPTION_KEYS=new\nSTRIPE_SECRET_KEY=other\n\
            # Removed. Backups from before need it: old\n";
        assert_eq!(one.text(), expected);
    }

    #[test]
    fn a_list_is_read_however_it_is_written_and_a_file_without_one_is_reported() {
        for text in
            ["ENCRYPTION_KEYS=\"a,b\"", "ENCRYPTION_KEYS = a, b\n", " ENCRYPTION_KEYS='a b'"]
        {
            assert_eq!(KeyList::read(text).unwrap().text(), "ENCRYPTION_KEYS=a,b\n", "{text}");
        }
        for text in ["", "ENCRYPTION_KEYS=", "ENCRYPTION_KEYS_OLD=a", "# ENCRYPTION_KEYS=a"] {
            assert_eq!(KeyList::read(text), None, "{text}");
        }
    }
}
