//! Reads texts, whatever characters a shop left in them.

use std::borrow::Cow;

use memchr::memchr2;

use crate::JsonError;

/// Reads a text, from its first quotation mark to its last.
pub(crate) fn read<'a>(rest: &mut &'a [u8]) -> Result<Cow<'a, str>, JsonError> {
    let text = rest.strip_prefix(b"\"").ok_or(JsonError::NotJson)?;
    let end = memchr2(b'"', b'\\', text).ok_or(JsonError::NotJson)?;
    let (plain, special) = text.split_at_checked(end).ok_or(JsonError::NotJson)?;
    if let [b'"', after @ ..] = special
        && !plain.iter().any(|byte| *byte < b' ')
    {
        *rest = after;
        return Ok(String::from_utf8_lossy(plain));
    }
    *rest = text;
    let read = decoded(rest)?;
    let text = String::from_utf8(read);
    Ok(Cow::Owned(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into())))
}

/// Reads the rest of a text after its first quotation mark, byte by byte.
fn decoded(rest: &mut &[u8]) -> Result<Vec<u8>, JsonError> {
    let mut decoded = Vec::new();
    loop {
        match rest {
            [b'"', after @ ..] => {
                *rest = after;
                return Ok(decoded);
            }
            [b'\\', b'u', after @ ..] => {
                *rest = after;
                let mut bytes = [0; 4];
                decoded.extend_from_slice(character(rest)?.encode_utf8(&mut bytes).as_bytes());
            }
            [b'\\', code, after @ ..] => {
                *rest = after;
                decoded.push(escaped(*code)?);
            }
            [b'\\'] | [] => return Err(JsonError::NotJson),
            [byte, after @ ..] => {
                *rest = after;
                decoded.push((*byte).max(b' '));
            }
        }
    }
}

/// Skips a text, from its first quotation mark to its last.
pub(crate) fn skip(rest: &mut &[u8]) -> Result<(), JsonError> {
    let mut bytes = rest.strip_prefix(b"\"").ok_or(JsonError::NotJson)?.iter();
    loop {
        match bytes.next() {
            Some(b'"') => {
                *rest = bytes.as_slice();
                return Ok(());
            }
            Some(b'\\') => {
                bytes.next();
            }
            Some(_) => {}
            None => return Err(JsonError::NotJson),
        }
    }
}

/// Returns the byte that an escape of one letter stands for.
fn escaped(code: u8) -> Result<u8, JsonError> {
    Ok(match code {
        b'"' | b'\\' | b'/' => code,
        b'b' => 0x8,
        b'f' => 0xc,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return Err(JsonError::NotJson),
    })
}

/// Reads the character of an escape whose `\u` is read. Half a pair is the replacement character.
fn character(rest: &mut &[u8]) -> Result<char, JsonError> {
    let first = unit(rest)?;
    if (0xd800..0xdc00).contains(&first)
        && let Some(mut after) = rest.strip_prefix(br"\u")
    {
        let mut decoded = char::decode_utf16([first, unit(&mut after)?]);
        if let (Some(Ok(character)), None) = (decoded.next(), decoded.next()) {
            *rest = after;
            return Ok(character);
        }
    }
    Ok(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// Reads the four hexadecimal digits of a unit of UTF-16.
fn unit(rest: &mut &[u8]) -> Result<u16, JsonError> {
    let (digits, after) = rest.split_at_checked(4).ok_or(JsonError::NotJson)?;
    let mut unit: u16 = 0;
    for digit in digits {
        let digit = char::from(*digit).to_digit(16).and_then(|digit| u16::try_from(digit).ok());
        unit = unit.wrapping_shl(4) | digit.ok_or(JsonError::NotJson)?;
    }
    *rest = after;
    Ok(unit)
}
