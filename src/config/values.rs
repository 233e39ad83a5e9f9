//! How values of settings are read: variables of the environment have no types, so that a text may look like a number there.

use std::{
    fmt,
    net::{AddrParseError, SocketAddr},
    path::PathBuf,
};

use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};

/// A text, whatever it looks like.
struct Text;

impl Visitor<'_> for Text {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("un texte / a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

/// A text, or a path, that may look like a number.
pub fn text<'de, D: Deserializer<'de>, T: From<String>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Text).map(T::from)
}

/// A path that may be missing, and may look like a number.
pub fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    #[derive(Deserialize)]
    struct Read(#[serde(deserialize_with = "text")] PathBuf);
    Option::<Read>::deserialize(deserializer).map(|read| read.map(|Read(path)| path))
}

/// Yes or no, as 1 or 0 too.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Flag;
    impl Visitor<'_> for Flag {
        type Value = bool;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("true ou false (1 ou 0) / true or false (1 or 0)")
        }

        fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
            Ok(value)
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
            u64::try_from(value).map_err(E::custom).and_then(|value| self.visit_u64(value))
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
            match value {
                0 => Ok(false),
                1 => Ok(true),
                _ => Err(E::invalid_value(serde::de::Unexpected::Unsigned(value), &self)),
            }
        }
    }
    deserializer.deserialize_any(Flag)
}

/// A list of texts; one text is a list of one.
pub fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct List;
    impl<'de> Visitor<'de> for List {
        type Value = Vec<String>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str(
                "une liste de textes, comme [\"https://tableau.example\"] / a list of texts, such as [\"https://tableau.example\"]",
            )
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<String>, A::Error> {
            let mut all = Vec::new();
            while let Some(item) = items.next_element()? {
                all.push(item);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_any(List)
}

/// An address and a port.
pub fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let said: String = text(deserializer)?;
    said.parse().map_err(|error: AddrParseError| {
        D::Error::custom(format!(
            "« {said} » ({error}) : une adresse IP et un port sont attendus, comme 127.0.0.1:8080 / an IP address and a port are expected, such as 127.0.0.1:8080"
        ))
    })
}

/// An address and a port that may be missing.
pub fn optional_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    #[derive(Deserialize)]
    struct Read(#[serde(deserialize_with = "address")] SocketAddr);
    Option::<Read>::deserialize(deserializer).map(|read| read.map(|Read(address)| address))
}

#[cfg(test)]
mod tests {
    use figment::{Figment, providers::Serialized};

    use crate::config::{Settings, environment};

    /// With variables as the environment has them.
    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let defaults = Figment::from(Serialized::defaults(Settings::default()));
        let with =
            |figment: Figment, (name, text): &(&str, &str)| figment.merge((*name, environment::value(text)));
        variables.iter().fold(defaults, with).extract().map_err(|error| error.to_string())
    }

    #[test]
    fn variables_are_taken_as_people_write_them() {
        let settings = read(&[
            ("graphiql", "0"),
            ("behind_proxy", "1"),
            ("legacy_status", "true"),
            ("origins", "https://a.example"),
            ("issuer", "12345"),
            ("data", "007"),
            ("profiles", "2027"),
            ("listen", "127.0.0.1:8190"),
        ])
        .unwrap();
        assert_eq!((settings.graphiql, settings.behind_proxy, settings.legacy_status), (false, true, true));
        assert_eq!(settings.origins, ["https://a.example"]);
        assert_eq!(settings.issuer, "12345");
        assert_eq!(settings.data.to_str(), Some("007"));
        assert_eq!(settings.profiles.as_deref().and_then(std::path::Path::to_str), Some("2027"));
        assert_eq!((settings.listen.port(), settings.metrics_listen), (8190, None));
        let list = read(&[("origins", "[\"https://a.example\", \"https://b.example\"]")]).unwrap();
        assert_eq!(list.origins.len(), 2);
    }

    #[test]
    fn what_cannot_be_taken_is_answered_with_an_example() {
        for (name, text, example) in [
            ("listen", "localhost:8190", "127.0.0.1:8080"),
            ("metrics_listen", "9090", "127.0.0.1:8080"),
            ("graphiql", "2", "1 ou 0"),
            ("origins", "5", "https://tableau.example"),
        ] {
            let said = read(&[(name, text)]).unwrap_err();
            assert!(said.contains(example), "{name}: {said}");
        }
    }
}
