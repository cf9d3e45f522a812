//! Compiles the translations of the WordPress plugin from the form that people edit (`.po`) into
//! the one that WordPress reads (`.mo`), as the manual of GNU gettext describes both.

use anyhow::{Context, Result, bail};

/// The number at the beginning of a compiled file.
const MAGIC: u32 = 0x9504_12de;

/// Bytes before the first table: seven numbers.
const HEAD: usize = 28;

/// A text and its translation. Singular and plural forms are separated by a zero byte.
type Entry = (String, String);

/// Returns the compiled form.
pub(super) fn compile(po: &str) -> Result<Vec<u8>> {
    let mut entries: Vec<Entry> =
        entries(po)?.into_iter().filter(|(_, translation)| !translation.is_empty()).collect();
    entries.sort();
    let tables = entries.len().saturating_mul(8);
    let translations = HEAD.saturating_add(tables);
    let mut offset = translations.saturating_add(tables);
    let head = [0, entries.len(), HEAD, translations, 0, translations.saturating_add(tables)];
    let mut compiled = MAGIC.to_le_bytes().to_vec();
    for number in head {
        compiled.extend(u32::try_from(number)?.to_le_bytes());
    }
    let originals = entries.iter().map(|(original, _)| original);
    let texts: Vec<&String> = originals.chain(entries.iter().map(|(_, text)| text)).collect();
    for text in &texts {
        for number in [text.len(), offset] {
            compiled.extend(u32::try_from(number)?.to_le_bytes());
        }
        offset = offset.saturating_add(text.len()).saturating_add(1);
    }
    for text in texts {
        compiled.extend(text.as_bytes());
        compiled.push(0);
    }
    Ok(compiled)
}

/// Returns the texts with their translations; the first one, without a text, is the header.
fn entries(po: &str) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut is_translation = false;
    for line in po.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (keyword, text) = line.split_once('"').with_context(|| format!("No text: {line}"))?;
        let text = text.strip_suffix('"').with_context(|| format!("No end: {line}"))?;
        match keyword.trim() {
            "msgid" => {
                entries.push(Entry::default());
                is_translation = false;
            }
            "msgid_plural" | "msgstr[1]" => append(&mut entries, is_translation, "\0")?,
            "msgstr" | "msgstr[0]" => is_translation = true,
            "" => {}
            other => bail!("What is {other}? {line}"),
        }
        append(&mut entries, is_translation, &unescape(text))?;
    }
    Ok(entries)
}

fn append(entries: &mut [Entry], is_translation: bool, text: &str) -> Result<()> {
    let (original, translation) = entries.last_mut().context("A text before the first msgid")?;
    let end = if is_translation { translation } else { original };
    end.push_str(text);
    Ok(())
}

fn unescape(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PO: &str = r#"
# A comment.
msgid ""
msgstr ""
"Language: de\n"

msgid "Code"
msgstr "Code \"hier\""

#, php-format
msgid "%d tree"
msgid_plural "%d trees"
msgstr[0] "%d Baum"
msgstr[1] "%d Bäume"

msgid "untranslated"
msgstr ""
"#;

    /// Returns the number at a byte.
    fn number(compiled: &[u8], at: usize) -> usize {
        let bytes = compiled.iter().skip(at).take(4).copied().collect::<Vec<u8>>();
        u32::from_le_bytes(bytes.try_into().unwrap()).try_into().unwrap()
    }

    /// Reads a compiled file as WordPress does: by the two tables.
    fn read(compiled: &[u8]) -> Vec<Entry> {
        let text = |table: usize, entry: usize| {
            let at = number(compiled, table).saturating_add(entry.saturating_mul(8));
            let (length, start) = (number(compiled, at), number(compiled, at.saturating_add(4)));
            let mut bytes: Vec<u8> = compiled.iter().skip(start).copied().collect();
            assert_eq!(bytes.get(length), Some(&0), "each text ends with a zero byte");
            bytes.truncate(length);
            String::from_utf8(bytes).unwrap()
        };
        (0..number(compiled, 8)).map(|entry| (text(12, entry), text(16, entry))).collect()
    }

    #[test]
    fn a_compiled_file_is_read_back_in_order_without_what_is_not_translated() {
        let own = |original: &str, text: &str| (original.to_owned(), text.to_owned());
        let expected = [
            own("", "Language: de\n"),
            own("%d tree\0%d trees", "%d Baum\0%d Bäume"),
            own("Code", "Code \"hier\""),
        ];
        assert_eq!(read(&compile(PO).unwrap()), expected);
    }

    #[test]
    fn a_line_that_is_no_translation_is_refused() {
        for broken in ["msgid", "msgid \"open", "\"early\"", "msgctxt \"a\""] {
            assert!(compile(broken).is_err(), "{broken}");
        }
    }
}
