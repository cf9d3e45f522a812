//! Prints the description of each command.

use crate::commands::COMMANDS;

/// The widest line of an explanation.
const WIDTH: usize = 76;

/// Prints all commands with their steps.
pub(crate) fn print() {
    println!("cargo xtask COMMAND, or npm run COMMAND (npm start and npm test for short):\n");
    for command in COMMANDS {
        println!("{} {}", command.name, command.arguments);
        for line in wrapped(command.about) {
            println!("    {line}");
        }
        println!();
    }
}

/// Returns the text in lines of at most [`WIDTH`] characters; existing line breaks stay.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let length = line.chars().count().saturating_add(word.chars().count());
            if !line.is_empty() && length >= WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}
