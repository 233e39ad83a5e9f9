//! Scalars. Texts are taken as they come and read where they are used, so that a malformed one gets an
//! error with a code and a sentence in the caller's language.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use chrono::Datelike;
use serde_json::value::RawValue;

use crate::error::{Code, Refusal};

macro_rules! text_scalar {
    ($(#[$meta:meta])* $name:ident, $graphql:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        $(#[$meta])*
        #[Scalar(name = $graphql)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }
    };
}

text_scalar!(
    /// A period as in ISO 8601, reduced: a year `2021`, a quarter `2021-Q3`, a month `2021-07`.
    Period,
    "Period"
);

text_scalar!(
    /// A day, ISO 8601: `2019-02-28`.
    Date,
    "Date"
);

text_scalar!(
    /// An instant, RFC 3339, in UTC: `2027-06-30T00:00:00Z`.
    DateTime,
    "DateTime"
);

impl DateTime {
    /// Reads the instant.
    ///
    /// # Errors
    ///
    /// [`Code::DateInvalid`].
    pub fn read(&self) -> Result<chrono::DateTime<chrono::Utc>, Refusal> {
        let read = chrono::DateTime::parse_from_rfc3339(&self.0).ok();
        read.map(|instant| instant.to_utc()).ok_or_else(|| {
            Refusal::new(
                Code::DateInvalid,
                "Attendu : un instant avec son fuseau, tel que 2027-06-30T09:00:00+02:00.",
                "Expected: an instant with its time zone, such as 2027-06-30T09:00:00+02:00.",
            )
        })
    }
}

impl Period {
    /// What a caller wrote, read where it is used.
    #[must_use]
    pub fn written(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Reads the period.
    ///
    /// # Errors
    ///
    /// [`Code::PeriodInvalid`].
    pub fn read(&self) -> Result<entity::types::Period, Refusal> {
        entity::types::Period::parse(&self.0).map_err(|error| {
            Refusal::new(
                Code::PeriodInvalid,
                format!(
                    "« {} » n’est pas une période. Formes attendues : 2021, 2021-Q3 ou 2021-07.",
                    error.text
                ),
                format!("“{}” is no period. Expected: 2021, 2021-Q3 or 2021-07.", error.text),
            )
        })
    }
}

impl From<entity::types::Period> for Period {
    fn from(period: entity::types::Period) -> Self {
        Self(period.to_string())
    }
}

impl Date {
    /// What a caller wrote, read where it is used.
    #[must_use]
    pub fn written(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Reads the day.
    ///
    /// # Errors
    ///
    /// [`Code::DateInvalid`].
    pub fn read(&self) -> Result<chrono::NaiveDate, Refusal> {
        let strict = self.0.len() == 10 && self.0.starts_with(|first: char| first.is_ascii_digit());
        let day = chrono::NaiveDate::parse_from_str(&self.0, "%Y-%m-%d").ok().filter(|_| strict);
        // The years in which anything of an observatory can lie; others are slips.
        let day = day.filter(|day| (1900..=2200).contains(&day.year()));
        day.ok_or_else(|| {
            let text: String = self.0.chars().take(40).collect();
            Refusal::new(
                Code::DateInvalid,
                format!("« {text} » n’est pas un jour de 1900 à 2200. Forme attendue : 2019-02-28."),
                format!("“{text}” is no day from 1900 to 2200. Expected: 2019-02-28."),
            )
        })
    }
}

impl From<chrono::NaiveDate> for Date {
    fn from(day: chrono::NaiveDate) -> Self {
        Self(day.format("%Y-%m-%d").to_string())
    }
}

impl From<chrono::DateTime<chrono::Utc>> for DateTime {
    fn from(instant: chrono::DateTime<chrono::Utc>) -> Self {
        Self(instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
    }
}

/// A geometry or feature as in RFC 7946, longitude before latitude, degrees WGS 84.
pub struct GeoJson(Value);

impl GeoJson {
    /// A geometry, feature or collection.
    ///
    /// # Errors
    ///
    /// An internal refusal when it is none.
    pub fn from_json(json: serde_json::Value) -> Result<Self, Refusal> {
        Value::from_json(json).map(Self).map_err(|cause| {
            tracing::error!(%cause, "a feature is no JSON");
            Refusal::internal()
        })
    }

    /// A geometry whose text stands in the answer as it is.
    ///
    /// # Errors
    ///
    /// An internal refusal when the text is no JSON.
    pub fn from_text(text: &str) -> Result<Self, Refusal> {
        let raw: Result<&RawValue, _> = serde_json::from_str(text);
        let value = raw
            .map_err(|cause| cause.to_string())
            .and_then(|raw| async_graphql::to_value(raw).map_err(|cause| cause.to_string()));
        value.map(Self).map_err(|cause| {
            tracing::error!(%cause, "a contour is no JSON");
            Refusal::internal()
        })
    }
}

/// A geometry or feature as in RFC 7946, longitude before latitude, degrees WGS 84.
#[Scalar(name = "GeoJSON")]
impl ScalarType for GeoJson {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

/// JSON of another format, as it is.
pub struct Json(pub serde_json::Value);

/// JSON of another format, such as JSON-stat, as it is.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or(Value::Null)
    }
}
