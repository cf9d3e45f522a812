//! Checks that comments name the actor: no sentence begins with a question word or hides who acts.

use super::Fault;

/// Words that hide the actor at the beginning of a sentence.
const QUESTION_WORDS: [&str; 6] = ["What", "Who", "Whoever", "Whatever", "Whether", "Where"];

/// Words that hide the actor anywhere in a sentence, and their plain counterparts.
const VAGUE_WORDS: [(&str, &str); 5] = [
    ("nobody", "name the actor that does not act"),
    ("somebody", "name the actor"),
    ("whoever", "name the actor"),
    ("told", "write reported"),
    ("tells", "write reports"),
];

/// Reports each comment sentence of a Rust file that begins with a question word, or holds a vague
/// word.
pub(super) fn check(path: &str, text: &str, faults: &mut Vec<Fault>) {
    for (line, sentence) in sentences(text) {
        if hides_actor(&sentence) {
            faults.push(format!(
                "{path}:{line}: name the actor first, then the verb: \"{sentence}\""
            ));
        }
        let words = || sentence.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        let vague = VAGUE_WORDS.iter().filter(|(vague, _)| words().any(|word| word == *vague));
        faults.extend(vague.map(|(_, remedy)| format!("{path}:{line}: {remedy}: \"{sentence}\"")));
    }
}

fn hides_actor(sentence: &str) -> bool {
    let first = sentence.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    first.is_some_and(|word| QUESTION_WORDS.contains(&word))
}

/// Returns the sentences of all comments, each with the number of the line that it begins on.
fn sentences(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut sentence = String::new();
    let mut begins_on = 0;
    for (index, line) in text.lines().enumerate() {
        let comment = comment(line);
        if comment.is_none_or(|comment| comment.is_empty() || comment.starts_with(['#', '-'])) {
            found.push((begins_on, std::mem::take(&mut sentence)));
        }
        for word in comment.unwrap_or_default().split_whitespace() {
            if sentence.is_empty() {
                begins_on = index.saturating_add(1);
            } else {
                sentence.push(' ');
            }
            sentence.push_str(word);
            if word.ends_with(['.', ':', '!', '?']) {
                found.push((begins_on, std::mem::take(&mut sentence)));
            }
        }
        if comment.is_some_and(|comment| comment.starts_with('#')) {
            sentence.clear();
        }
    }
    found.push((begins_on, sentence));
    found
}

/// Returns the text of a comment that takes the whole line.
fn comment(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix("//")?;
    Some(text.trim_start_matches(['/', '!']).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(path: &str, text: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        check(path, text, &mut faults);
        faults
    }

    #[test]
    fn a_sentence_that_begins_with_a_question_word_is_a_fault() {
        for word in QUESTION_WORDS {
            let text = format!("//! Role.\n\n    /// {word} stands here.\nfn a() {{}}\n");
            let expected = format!(
                "xtask/src/a.rs:3: name the actor first, then the verb: \"{word} stands here.\""
            );
            assert!(faults_of("xtask/src/a.rs", &text).contains(&expected), "{word}");
        }
    }

    #[test]
    fn a_fault_names_the_line_that_its_sentence_begins_on() {
        let text =
            "//! Role.\n// The Worker stores it. Where\n// it is stored depends on the shop.\n";
        let faults = faults_of("demo/src/a.rs", text);
        assert_eq!(faults.len(), 1);
        assert!(faults.concat().starts_with("demo/src/a.rs:2: "), "{faults:?}");
        assert!(faults.concat().ends_with("\"Where it is stored depends on the shop.\""));
    }

    #[test]
    fn a_sentence_may_begin_after_a_colon_a_heading_or_a_list_mark() {
        for before in
            ["/// It is one of two:", "/// # Errors\n///", "/// # Errors", "/// One\n/// -"]
        {
            let text = format!("//! Role.\n{before}\n/// Where it calls.\n");
            assert_eq!(faults_of("accounts/src/a.rs", &text).len(), 1, "{before}");
        }
        let list = "//! Role.\n/// - One\n/// - Who calls\n";
        assert_eq!(faults_of("accounts/src/a.rs", list).len(), 1);
    }

    #[test]
    fn a_question_word_inside_a_sentence_a_string_or_code_is_no_fault() {
        let text = "//! Role.\n\n/// The place where it is.\nconst A: &str = \"What is it?\";\n\
                    // A reader\n// Whatson calls it.\nfn what() {}\n";
        assert!(faults_of("operator/src/a.rs", text).is_empty());
    }

    #[test]
    fn a_vague_word_anywhere_in_a_sentence_is_a_fault_with_its_remedy() {
        let faults = faults_of("demo/src/a.rs", "//! Role.\n// The Worker tells Nobody.\n");
        assert_eq!(faults.len(), 2);
        assert!(faults.concat().contains("demo/src/a.rs:2: write reports: "), "{faults:?}");
        assert!(faults_of("demo/src/a.rs", "//! Role.\n// A storyteller.\n").is_empty());
    }
}
