//! Every sign and every form of a number.

use crate::{NotANumber, Sign, Value, value};

#[test]
fn signs() {
    for (sign, texts) in [
        (Sign::Secret, &["s", "S", "c", "C", "*", "ndiff", "n.diff.", "n.diff", " s\u{a0}"][..]),
        (
            Sign::NotAvailable,
            &["nd", "ND", "nd.", "n.d.", "n.d", "...", "…", "", "  ", "\u{202f}", "NA", "N/A", ":"],
        ),
        (Sign::NotApplicable, &["///", "//"]),
        (Sign::NotSignificant, &["n.s.", "n.s", "ns", "NS"]),
    ] {
        for text in texts {
            assert_eq!(value(text), Ok(Value::Withheld(sign)), "{text:?}");
        }
    }
}

#[test]
fn numbers() {
    for (text, number) in [
        ("0", 0.0),
        ("-0", 0.0),
        ("01", 1.0),
        ("12", 12.0),
        (" 12 ", 12.0),
        ("12,5", 12.5),
        ("12.5", 12.5),
        (",5", 0.5),
        (".5", 0.5),
        ("-12,5", -12.5),
        ("\u{2212}12.5", -12.5),
        ("+7", 7.0),
        ("1,234", 1.234),
        ("1.234", 1.234),
        ("1.234,5", 1234.5),
        ("1.234.567,8", 1_234_567.8),
        ("1 234", 1234.0),
        ("1\u{a0}234\u{a0}567,25", 1_234_567.25),
        ("1\u{202f}234", 1234.0),
        ("1\u{2009}234", 1234.0),
        ("1'234'567.5", 1_234_567.5),
        ("1’234", 1234.0),
        ("123 456", 123_456.0),
        ("1.5E3", 1500.0),
        ("1,5e-3", 0.0015),
        ("2E+05", 200_000.0),
        ("1e15", 1e15),
        ("-1000000000000000", -1e15),
        ("1e-999", 0.0),
    ] {
        assert_eq!(value(text), Ok(Value::Number(number)), "{text:?}");
    }
    assert!(matches!(value("-0"), Ok(Value::Number(zero)) if zero.is_sign_positive()));
}

#[test]
fn neither() {
    let long = "1".repeat(500);
    for text in [
        "12%",
        "12 %",
        "NaN",
        "nan",
        "inf",
        "Infinity",
        "-inf",
        "0x1F",
        "1_000",
        "1e16",
        "1000000000000001",
        "1e999",
        "-1e16",
        "1 23",
        "12 34",
        "1234 567",
        " 1  234",
        "1 234\u{a0}567",
        "1,234.5",
        "1,234,567",
        "1.234.567",
        "1.23.456,7",
        "1,5 000",
        "5,",
        "5.",
        "1.5E",
        "E3",
        "1E3.5",
        "--5",
        "+-5",
        "- 5",
        "5-",
        "-",
        "+",
        ".",
        ",",
        "²",
        "١",
        "½",
        "1/2",
        "12 €",
        "x",
        "//// ",
        "2024-01-01",
        "true",
        "1e",
        "e",
        long.as_str(),
    ] {
        assert_eq!(value(text), Err(NotANumber), "{text:?}");
    }
    assert_eq!(NotANumber.to_string(), "neither a number nor a known sign");
}
