//! Runs the samples of each language.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use play_it_green_tests::local_worker::repository;
use play_it_green_tests::node::node;

/// Returns one command per sample of a language.
pub(crate) fn commands(language: &str, codes: &[String]) -> Vec<Command> {
    let each = |command: fn(&str) -> Command| codes.iter().map(|code| command(code)).collect();
    match language {
        "curl" => each(|code| {
            let mut command = Command::new("sh");
            // `--silent` hides the progress meter, which curl writes to the error stream.
            command.arg("-c").arg(format!("curl() {{ command curl --silent \"$@\"; }}\n{code}"));
            command
        }),
        "JavaScript" => each(|code| {
            let mut command = node();
            command.args(["--input-type=module", "--eval", code]);
            command
        }),
        "Python" => each(|code| {
            let mut command = Command::new("python3");
            command.arg("-c").arg(code);
            command
        }),
        "PHP" => each(|code| {
            let mut command = Command::new("php");
            command.arg("-r").arg(code.strip_prefix("<?php").expect("PHP opens with its tag"));
            command
        }),
        _ => rust(codes),
    }
}

/// Compiles all samples into one program, because compiling takes longer than running. Its argument
/// selects a sample.
fn rust(codes: &[String]) -> Vec<Command> {
    let folder = repository().join("target/tests/samples");
    fs::create_dir_all(&folder).unwrap();
    let (source, program) = (folder.join("samples.rs"), folder.join("samples"));
    let modules = codes.iter().enumerate().map(|(index, code)| {
        let code = code.replace("fn main()", "pub fn main()");
        format!("mod sample_{index} {{\n{code}\n}}\n")
    });
    let choices =
        (0..codes.len()).map(|index| format!("Some(\"{index}\") => sample_{index}::main(),\n"));
    let choices: Vec<String> = choices.collect();
    let main = format!(
        "fn main() -> Result<(), ureq::Error> {{\nmatch std::env::args().nth(1).as_deref() {{\n\
         {}_ => Ok(()),\n}}\n}}\n",
        choices.concat()
    );
    fs::write(&source, modules.chain([main]).collect::<String>()).unwrap();
    let libraries = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let compiled = Command::new("rustc")
        .args(["--edition", "2024", "-o"])
        .arg(&program)
        .arg("-L")
        .arg(format!("dependency={}", libraries.display()))
        .arg("--extern")
        .arg(format!("ureq={}", newest_ureq(&libraries).display()))
        .arg(&source)
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let command = |index: usize| {
        let mut command = Command::new(&program);
        command.arg(index.to_string());
        command
    };
    (0..codes.len()).map(command).collect()
}

/// Returns the newest compiled library of the crate that the samples use.
fn newest_ureq(libraries: &Path) -> PathBuf {
    let files = fs::read_dir(libraries).unwrap().map(|file| file.unwrap().path());
    let is_ureq = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("libureq-") && name.ends_with(".rlib")
    };
    let modified = |path: &PathBuf| fs::metadata(path).unwrap().modified().unwrap();
    files.filter(is_ureq).max_by_key(modified).expect("these tests are built with ureq")
}
