//! Input objects as they are written: each field once. The parser keeps the last of several and forgets the others.
//!
//! # Citations
//!
//! GraphQL specification, October 2021: 5.6.3 *Input Object Field Uniqueness*.

use std::collections::HashSet;

use super::{
    cut,
    limits::{after_block, after_string, from},
};
use crate::error::{Code, Refusal};

/// What stands between brackets.
enum Within<'t> {
    /// Fields that are asked for.
    Selections,
    /// Arguments, or a list.
    Values,
    /// An input object, with the fields that it has by now.
    Object(HashSet<&'t str>),
}

/// Checks a text whose brackets were counted, before it is parsed.
///
/// # Errors
///
/// [`Code::ValidationFailed`].
pub fn check(text: &str) -> Result<(), Refusal> {
    let mut within: Vec<Within<'_>> = Vec::new();
    // The name that stands before, where it may be that of a field.
    let mut name = None;
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        if is_ignored(first) || !first.is_ascii() {
            rest = rest.get(1..).unwrap_or_else(|| after_letter(rest));
            continue;
        }
        if is_of_name(first) && !first.is_ascii_digit() {
            let end = rest.bytes().position(|byte| !is_of_name(byte)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            (name, rest) = (Some(word), after);
            continue;
        }
        let before = name.take();
        let after = &rest[1..];
        rest = match first {
            b'#' => from_byte(after, |rest| matches!(rest.first(), Some(b'\n' | b'\r'))),
            b'"' if after.starts_with("\"\"") => same_end(after, after_block(&after.as_bytes()[2..])),
            b'"' => same_end(after, after_string(after.as_bytes())),
            // What follows is a variable's name or a directive's, and letters after digits are of a number.
            b'$' | b'@' | b'-' | b'0'..=b'9' => {
                let end = after.bytes().position(|byte| !is_of_name(byte)).unwrap_or(after.len());
                &after[end..]
            }
            _ => after,
        };
        match first {
            b'(' | b'[' => within.push(Within::Values),
            b'{' => within.push(match within.last() {
                None | Some(Within::Selections) => Within::Selections,
                Some(_) => Within::Object(HashSet::new()),
            }),
            b')' | b']' | b'}' => {
                within.pop();
            }
            b':' => {
                if let (Some(Within::Object(fields)), Some(name)) = (within.last_mut(), before)
                    && !fields.insert(name)
                {
                    return Err(twice(name));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Spaces, ends of lines and commas, of which the language makes nothing.
const fn is_ignored(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',')
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn after_letter(text: &str) -> &str {
    let mut letters = text.chars();
    letters.next();
    letters.as_str()
}

fn from_byte(text: &str, holds: impl Fn(&[u8]) -> bool) -> &str {
    same_end(text, from(text.as_bytes(), holds))
}

/// The end of a text that is as long as some bytes of it.
fn same_end<'t>(text: &'t str, bytes: &[u8]) -> &'t str {
    text.get(text.len() - bytes.len()..).unwrap_or_default()
}

fn twice(name: &str) -> Refusal {
    let name = cut(name);
    Refusal::new(
        Code::ValidationFailed,
        format!("Le champ « {name} » est donné deux fois dans un même objet."),
        format!("The field “{name}” is given twice in one object."),
    )
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_field_of_an_input_object_is_given_once() {
        for text in [
            "{ a(b: { c: 1 c: 2 }) }",
            "{ a(b: { c: 1, d: { e: 1 }, c: 2 }) }",
            "{ a(b: [{ c: \"}\" # }\n c: 2 }]) }",
            "query ($a: A = { b: {} b: {} }) { c }",
            "{ a @d(b: { c: \"\"\" } \\\"\"\" \"\"\" c : $e }) }",
            "{ a(b: { c: 1e5 c: FOO }) }",
            "{ é a(b: { c: \"é\" c: 1 }) }",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
        for text in [
            "{ a: b a: b c(d: { a: 1 }, e: { a: 1 }) { a: b a: b } }",
            "{ a(b: [{ c: 1 }, { c: 1 }], c: { c: { c: $c d: c } e: c }) }",
            "{ a(b: { c: \"c: 1\", d: \"\"\"c: 1 \"\"\" }) # c: 1 c: 1\n }",
            "query ($a: A = { b: 1 }, $b: A = { b: 1 }) { a(a: $a) { b } }",
            "{ a(b: { c: -1.5e5, e5: 2 }) } } ) ]",
            "",
        ] {
            assert!(check(text).is_ok(), "{text}");
        }
    }
}
