//! Finds a part in a title.

/// Returns true if `title` contains `part`, ignoring the case of ASCII letters. No title contains
/// an empty part.
///
/// Anyone can send a title, even one that almost matches at every byte. So a place is compared only
/// if the sum of its bytes equals the part's sum. Moving on adds one byte to the sum and subtracts
/// one.
pub(crate) fn contains(title: &str, part: &str) -> bool {
    let (title, part) = (title.as_bytes(), part.as_bytes());
    let value = |byte: &u8| u32::from(byte.to_ascii_lowercase());
    let sum = |bytes: &[u8]| bytes.iter().map(value).fold(0, u32::wrapping_add);
    let Some(first) = title.get(..part.len()).filter(|first| !first.is_empty()) else {
        return false;
    };
    let (wanted, mut found) = (sum(part), sum(first));
    let bytes_out = title.iter().map(value);
    let bytes_in = title.iter().skip(part.len()).map(value).chain(std::iter::once(0));
    for ((place, byte_out), byte_in) in title.windows(part.len()).zip(bytes_out).zip(bytes_in) {
        if found == wanted && place.eq_ignore_ascii_case(part) {
            return true;
        }
        found = found.wrapping_sub(byte_out).wrapping_add(byte_in);
    }
    false
}
