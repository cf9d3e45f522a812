//! Records every secret that the Worker returned during the tests, and then searches everything
//! that it stored for them.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;

use crate::{Failure, While};

/// The environment variable with the file in which the tests record secrets.
pub const FILE: &str = "PLAY_IT_GREEN_SECRETS";

/// The first characters of a secret.
const STARTS: [&str; 8] =
    ["pig_sk_", "pig_pk_", "pig_op_", "pigwh", "/pay/", "/sign-in/", "session=", "sign-in="];

/// Hexadecimal digits at the end of a secret that must be readable nowhere: the whole random part
/// of a token, and the part of a key that stays secret even if its last four characters are known.
const RANDOM_CHARACTERS: usize = 32;

/// Returns the secrets in a text: API keys, secrets of webhooks, and the tokens of pay links,
/// sign-in links, sessions and marked browsers.
#[must_use]
pub fn in_text(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for start in STARTS {
        for (position, _) in text.match_indices(start) {
            let rest = text.get(position.saturating_add(start.len())..).unwrap_or_default();
            let is_secret = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = rest.find(|c| !is_secret(c)).unwrap_or(rest.len());
            let secret = rest.get(..end).unwrap_or_default();
            if searched_part(secret).is_some() {
                found.insert(secret.to_owned());
            }
        }
    }
    found
}

/// Records the secrets in a text, if [`FILE`] names a file.
///
/// # Errors
/// If the file cannot be written.
pub fn note(text: &str) -> Result<(), Failure> {
    write(&in_text(text))
}

/// Records a mail address, which must not be readable in the Worker's data.
///
/// # Errors
/// If the file cannot be written.
pub fn note_address(address: &str) -> Result<(), Failure> {
    write(&BTreeSet::from([address.to_owned()]))
}

fn write(secrets: &BTreeSet<String>) -> Result<(), Failure> {
    let Some(file) = std::env::var_os(FILE).filter(|_| !secrets.is_empty()) else {
        return Ok(());
    };
    let mut file =
        OpenOptions::new().create(true).append(true).open(file).when("The noted secrets")?;
    let mut lines: String = secrets.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    lines.push('\n');
    // In one write, because other processes write their lines at the same time.
    file.write_all(lines.as_bytes()).when("The noted secrets")
}

/// Returns the file that an environment variable names, without the contents of an earlier run.
///
/// # Errors
/// If the variable is not set, or the file cannot be removed.
pub fn new_file(variable: &str) -> Result<PathBuf, Failure> {
    let file = std::env::var_os(variable).map(PathBuf::from);
    let file = file
        .ok_or_else(|| Failure(format!("{variable} is not set: run npm test or npm run check")))?;
    if file.exists() {
        fs::remove_file(&file).when("The file of an earlier run cannot be removed")?;
    }
    Ok(file)
}

/// Returns the secrets recorded in a file.
///
/// # Errors
/// If the file cannot be read, because a search for nothing would find nothing. If a line is no
/// secret, because a search for a short text would find it everywhere.
pub fn noted(file: &Path) -> Result<BTreeSet<String>, Failure> {
    let text = fs::read_to_string(file).when("No secret was noted")?;
    let secrets: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    match secrets.iter().find(|line| searched_part(line).is_none()) {
        Some(line) => Err(Failure(format!("{line:?} was noted, which is no secret"))),
        None => Ok(secrets),
    }
}

/// A search for many secrets at once.
pub struct Search(AhoCorasick);

impl Search {
    /// Returns a search for the random parts of these secrets.
    ///
    /// # Errors
    /// If there are no secrets to search for.
    pub fn new(secrets: &BTreeSet<String>) -> Result<Self, Failure> {
        let parts: BTreeSet<&str> =
            secrets.iter().filter_map(|secret| searched_part(secret)).collect();
        if parts.is_empty() {
            return Err(Failure("There are no secrets to search for".to_owned()));
        }
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(parts)
            .map(Self)
            .when("The search cannot be made")
    }

    /// Returns the number of secrets in these bytes.
    #[must_use]
    pub fn count(&self, bytes: &[u8]) -> usize {
        self.0.find_iter(bytes).count()
    }

    /// Returns the files that contain a secret, in a folder and for names that `is_ours` accepts.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn files(&self, folder: &Path, is_ours: fn(&str) -> bool) -> Result<Vec<PathBuf>, Failure> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).when(&folder.display().to_string())? {
            let entry = entry.when("A folder")?;
            let path = entry.path();
            if is_ours(&entry.file_name().to_string_lossy()) {
                found.extend(self.everything_in(&path)?);
            }
        }
        Ok(found)
    }

    fn everything_in(&self, path: &Path) -> Result<Vec<PathBuf>, Failure> {
        if path.is_dir() {
            return self.files(path, |_| true);
        }
        let mut bytes = fs::read(path).when(&path.display().to_string())?;
        if path.extension().is_some_and(|extension| extension == "log") {
            bytes = without_requests(&bytes);
        }
        let holds = self.count(&bytes) > 0;
        Ok(if holds { vec![path.to_owned()] } else { Vec::new() })
    }
}

/// Returns a log without the lines in which wrangler prints a requested address, such as
/// `[wrangler:info] GET /pay/… 200 OK (32ms)`.
fn without_requests(log: &[u8]) -> Vec<u8> {
    let is_kept = |line: &&[u8]| {
        let text = String::from_utf8_lossy(line);
        let request = text.strip_prefix("[wrangler:info] ").unwrap_or_default();
        let mut words = request.split(' ').skip(1);
        let has_path = words.next().is_some_and(|word| word.starts_with('/'));
        let has_status = words.next().is_some_and(|word| word.parse::<u16>().is_ok());
        !(has_path && has_status)
    };
    log.split(|byte| *byte == b'\n').filter(is_kept).collect::<Vec<_>>().join(&b'\n')
}

/// Returns the searched text: the random part of a secret, or a whole mail address. Returns `None`
/// if a text is neither.
fn searched_part(noted: &str) -> Option<&str> {
    if noted.contains('@') {
        return Some(noted);
    }
    let random = noted.rsplit('_').next()?.get(..RANDOM_CHARACTERS)?;
    random.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "pig_sk_live_0123456789abcdef0123456789abcdef";

    #[test]
    fn every_kind_of_secret_is_recognised() {
        let text = format!(
            "{{\"api_key\":\"{KEY}\",\"pay_link\":\"/pay/fedcba9876543210fedcba9876543210\",\
             \"other\":\"/pay/help\"}} session=00112233445566778899aabbccddeeff; Path=/"
        );
        let secrets = in_text(&text);
        let ends: Vec<&str> = secrets.iter().filter_map(|secret| searched_part(secret)).collect();
        let expected = [
            "00112233445566778899aabbccddeeff",
            "fedcba9876543210fedcba9876543210",
            "0123456789abcdef0123456789abcdef",
        ];
        assert_eq!(ends, expected);
    }

    #[test]
    fn a_planted_secret_is_found_in_a_file_however_deep() {
        let folder = std::env::temp_dir().join(format!("play-it-green-{}", std::process::id()));
        let deep = folder.join("a/b");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("clean.log"), "pig_sk_live_… was used").unwrap();
        let search = Search::new(&in_text(KEY)).unwrap();
        assert_eq!(search.files(&folder, |_| true).unwrap(), Vec::<PathBuf>::new());
        let planted = [b"\0\xff", KEY.to_uppercase().as_bytes(), b"\0"].concat();
        fs::write(deep.join("database.sqlite"), planted).unwrap();
        assert_eq!(search.files(&folder, |_| true).unwrap(), [deep.join("database.sqlite")]);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn only_the_lines_of_wrangler_itself_are_left_out_of_a_log() {
        let request = "[wrangler:info] GET /pay/fedcba9876543210fedcba9876543210 200 OK (32ms)";
        let others = "[wrangler:info] Ready on http://localhost:1\nGET /pay/fedc 200 is ours";
        let log = format!("{request}\n{others}");
        assert_eq!(without_requests(log.as_bytes()), others.as_bytes());
    }

    #[test]
    fn what_only_looks_like_a_secret_is_not_searched_for() {
        let text =
            "pig_sk_live_an_underscore_at_the_end_ pig_pk_test_YOUR_PUBLISHABLE_KEY_COMES_HERE";
        assert_eq!(in_text(text), BTreeSet::new());
        let file = std::env::temp_dir().join(format!("play-it-green-{}.txt", std::process::id()));
        fs::write(&file, format!("{KEY}\n\n")).unwrap();
        assert!(noted(&file).is_err(), "an empty line would be found everywhere");
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_search_for_nothing_is_refused() {
        assert!(Search::new(&BTreeSet::new()).is_err());
    }
}
