//! Checks that comment sentences of plain rooms begin with the actor, not with a question word.

use super::Fault;

/// The rooms whose comments are in plain words: prefixes of paths.
const PLAIN: [&str; 18] = [
    "accounts/",
    "demo/",
    "operator/",
    "order-events/src/check",
    "order-events/src/explain",
    "order-events/src/merge",
    "order-events/src/timestamp",
    "order-events/tests/",
    "shop-adapters/",
    "tests/evaluate/",
    "tests/localstripe/",
    "tests/months/",
    "tests/operator/",
    "tests/panic/",
    "tests/same_answer/",
    "tests/src/",
    "tests/wordpress/",
    "xtask/",
];

/// Words that hide the actor at the beginning of a sentence.
const QUESTION_WORDS: [&str; 6] = ["What", "Who", "Whoever", "Whatever", "Whether", "Where"];

/// Reports each comment sentence of a Rust file that begins with a question word, in plain rooms.
pub(super) fn check(path: &str, text: &str, faults: &mut Vec<Fault>) {
    if !PLAIN.iter().any(|room| path.starts_with(room)) {
        return;
    }
    let hidden = sentences(text).into_iter().filter(|(_, sentence)| hides_actor(sentence));
    faults.extend(hidden.map(|(line, sentence)| {
        format!("{path}:{line}: name the actor first, then the verb: \"{sentence}\"")
    }));
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
            assert_eq!(faults_of("xtask/src/a.rs", &text), [expected]);
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
            let text = format!("//! Role.\n{before}\n/// Whoever calls.\n");
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
    fn other_rooms_are_not_checked() {
        assert!(faults_of("plugin/src/a.rs", "//! What it is.\n").is_empty());
    }
}
