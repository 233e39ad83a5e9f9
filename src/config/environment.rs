//! Variables of the environment, letter by letter: what looks like a number is one only where it is written as one.

use figment::{
    Error, Metadata, Profile, Provider,
    providers::Env,
    value::{Dict, Map, Value},
};

/// Variables as they are written.
pub struct AsWritten(pub Env);

impl Provider for AsWritten {
    fn metadata(&self) -> Metadata {
        self.0.metadata()
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let variables = self.0.iter().map(|(name, text)| (name.to_string(), value(&text)));
        Ok(Profile::Default.collect(variables.collect()))
    }
}

/// What a variable says: `007` is a text, of which no zero is lost.
pub fn value(text: &str) -> Value {
    let value: Value = text.parse().unwrap_or_else(|error| match error {});
    match &value {
        Value::Num(_, number) if serde_json::to_string(number).is_ok_and(|number| number != text.trim()) => {
            Value::from(text)
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, value};

    #[test]
    fn what_looks_like_a_number_keeps_its_letters() {
        for text in ["007", "1.50", "+5", "2026.10", "1e3", "plain"] {
            assert_eq!(value(text).as_str(), Some(text));
        }
        assert_eq!(value("42").to_u128(), Some(42));
        assert!(matches!(value("-1.5"), Value::Num(..)));
        assert_eq!(value("true").to_bool(), Some(true));
    }
}
