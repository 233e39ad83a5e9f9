//! Answers as text: what was written already stands in them as it is.

use std::sync::OnceLock;

use async_graphql::{Name, Response, Value, indexmap::IndexMap};
use serde_json::value::RawValue;

use super::failed_validation;

/// The key under which the engine keeps what is written already, in an object of its own.
fn token() -> Option<&'static Name> {
    static TOKEN: OnceLock<Option<Name>> = OnceLock::new();
    let told = || match async_graphql::to_value(RawValue::NULL) {
        Ok(Value::Object(object)) => object.into_iter().next().map(|(token, _)| token),
        _ => None,
    };
    TOKEN.get_or_init(told).as_ref()
}

/// A value that is written already, as JSON; none where the engine keeps none.
#[must_use]
pub fn already(json: Vec<u8>) -> Option<Value> {
    let text = String::from_utf8(json).ok()?;
    Some(Value::Object(IndexMap::from_iter([(token()?.clone(), Value::String(text))])))
}

/// The text of an object that stands for what is written already.
fn as_it_is(object: &IndexMap<Name, Value>) -> Option<&str> {
    match object.get_index(0) {
        Some((key, Value::String(text))) if object.len() == 1 && Some(key) == token() => Some(text),
        _ => None,
    }
}

/// Writes a value.
///
/// # Errors
///
/// [`serde_json::Error`].
pub fn value(value: &Value, out: &mut Vec<u8>) -> serde_json::Result<()> {
    match value {
        Value::Object(object) => match as_it_is(object) {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => {
                let mut before = b'{';
                for (key, inner) in object {
                    out.push(std::mem::replace(&mut before, b','));
                    serde_json::to_writer(&mut *out, key.as_str())?;
                    out.push(b':');
                    self::value(inner, out)?;
                }
                if object.is_empty() {
                    out.push(before);
                }
                out.push(b'}');
            }
        },
        Value::List(items) => {
            let mut before = b'[';
            for item in items {
                out.push(std::mem::replace(&mut before, b','));
                self::value(item, out)?;
            }
            if items.is_empty() {
                out.push(before);
            }
            out.push(b']');
        }
        scalar => serde_json::to_writer(&mut *out, scalar)?,
    }
    Ok(())
}

/// An answer, as a client reads it: what the document was refused for has no data, not even null.
///
/// # Errors
///
/// [`serde_json::Error`].
pub fn answer(answer: &Response) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(1024);
    let mut before = &b"{"[..];
    let mut part = |out: &mut Vec<u8>, key: &[u8]| {
        out.extend_from_slice(std::mem::replace(&mut before, b","));
        out.extend_from_slice(key);
    };
    if failed_validation(answer) {
        part(&mut out, b"\"errors\":");
        serde_json::to_writer(&mut out, &answer.errors)?;
    } else {
        part(&mut out, b"\"data\":");
        value(&answer.data, &mut out)?;
    }
    if !answer.extensions.is_empty() {
        part(&mut out, b"\"extensions\":");
        serde_json::to_writer(&mut out, &answer.extensions)?;
    }
    if !failed_validation(answer) && !answer.errors.is_empty() {
        part(&mut out, b"\"errors\":");
        serde_json::to_writer(&mut out, &answer.errors)?;
    }
    out.push(b'}');
    Ok(out)
}

#[cfg(test)]
mod tests {
    use async_graphql::{PathSegment, Response, ServerError, Value, value};

    use super::{already, answer};

    #[test]
    fn answers_are_written_as_the_engine_writes_them() {
        let data = value!({ "é\"\\": [1, 2.5, null, true, "\u{1f600}\n"], "none": {}, "nothing": [], "one": { "two": [{}] } });
        let mut all = vec![Response::new(data), Response::new(Value::Null)];
        let mut failed = Response::new(value!({ "here": null }));
        failed.errors.push(ServerError {
            path: vec![PathSegment::Field("here".to_owned())],
            ..ServerError::new("no", None)
        });
        all.push(failed.extension("cost", value!({ "requested": 3 })));
        for response in all {
            assert_eq!(answer(&response).unwrap(), serde_json::to_vec(&response).unwrap());
        }
    }

    #[test]
    fn what_is_written_already_stands_as_it_is() {
        let written = already(br#"[{"value":1.50}]"#.to_vec()).unwrap();
        let response = Response::new(value!({ "nodes": written }));
        let text = r#"{"data":{"nodes":[{"value":1.50}]}}"#;
        assert_eq!(String::from_utf8(answer(&response).unwrap()).unwrap(), text);
        assert_eq!(serde_json::to_string(&response).unwrap(), text);
    }

    #[test]
    fn a_document_that_was_refused_has_no_data() {
        let refused = Response::from_errors(vec![ServerError::new("no", None)]);
        assert_eq!(answer(&refused).unwrap(), br#"{"errors":[{"message":"no"}]}"#);
    }
}
