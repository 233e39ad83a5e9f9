//! A stand-in for the reader of values, until the crate that reads files is plugged in: `value`, `Value` and `Sign`
//! are its names, so that only the imports of three files change.

/// What stands in a field of values.
pub(super) enum Value {
    /// A number.
    Number(f64),
    /// A sign instead of one.
    Withheld(Sign),
}

/// Why there is no number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Statistical secrecy.
    Secret,
    /// Nobody has it.
    NotAvailable,
    /// It makes no sense here.
    NotApplicable,
    /// It is too uncertain.
    NotSignificant,
}

/// A text that is neither a number nor a sign; what it is stays with the file.
pub(super) struct NotANumber;

/// Reads a field of values: a decimal comma or point, spaces between thousands, or a sign.
///
/// # Errors
///
/// [`NotANumber`] for anything else.
pub(super) fn value(text: &str) -> Result<Value, NotANumber> {
    match text.trim() {
        "s" | "c" | "*" | "ndiff" => return Ok(Value::Withheld(Sign::Secret)),
        "" | "..." | "nd" => return Ok(Value::Withheld(Sign::NotAvailable)),
        "///" => return Ok(Value::Withheld(Sign::NotApplicable)),
        "n.s." => return Ok(Value::Withheld(Sign::NotSignificant)),
        _ => {}
    }
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let plain = plain.replace(',', ".");
    let digits = plain.trim_start_matches(['-', '+']);
    if !digits.chars().all(|letter| letter.is_ascii_digit() || letter == '.') {
        return Err(NotANumber);
    }
    plain.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Number).ok_or(NotANumber)
}

#[cfg(test)]
mod tests {
    use super::{Sign, Value, value};

    #[test]
    fn numbers_as_french_files_write_them_and_signs_are_read() {
        for (text, number) in [("12", 12.0), ("1 234,5", 1_234.5), ("\u{a0}7 ", 7.0), ("-3", -3.0)] {
            assert!(matches!(value(text), Ok(Value::Number(read)) if read == number), "{text}");
        }
        for (text, sign) in [
            ("s", Sign::Secret),
            ("", Sign::NotAvailable),
            ("///", Sign::NotApplicable),
            ("n.s.", Sign::NotSignificant),
        ] {
            assert!(matches!(value(text), Ok(Value::Withheld(read)) if read == sign), "{text}");
        }
        for text in ["douze", "1e5", "NaN", "inf", "1.2.3", "12 %"] {
            assert!(value(text).is_err(), "{text}");
        }
    }
}
