//! Node identifiers: opaque to clients, typed and validated for us.

use async_graphql::ID;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::types::{IndicatorCode, Level, PartnerCode, TerritoryCode};

use crate::{
    error::{Code, Refusal},
    geography::Vintage,
};

/// What a node identifier stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// A territory as of a vintage; a neighbourhood's generation is in its code.
    Territory(Level, TerritoryCode, Vintage),
    /// An indicator.
    Indicator(IndicatorCode),
    /// A source.
    Source(String),
    /// A study.
    Study(String),
    /// A partner.
    Partner(PartnerCode),
    /// A release.
    Release(String),
    /// An agreement.
    Agreement(String),
    /// A delivery.
    Delivery(String),
    /// A request to use sources.
    UseRequest(String),
    /// A meeting of the signatories.
    Event(String),
}

impl Identifier {
    /// The opaque text.
    #[must_use]
    pub fn encode(&self) -> ID {
        let text = match self {
            Self::Territory(level, code, vintage) => format!("territory:{level}:{code}:{}", vintage.year()),
            Self::Indicator(code) => format!("indicator:{code}"),
            Self::Source(code) => format!("source:{code}"),
            Self::Study(reference) => format!("study:{reference}"),
            Self::Partner(code) => format!("partner:{code}"),
            Self::Release(reference) => format!("release:{reference}"),
            Self::Agreement(reference) => format!("agreement:{reference}"),
            Self::Delivery(reference) => format!("delivery:{reference}"),
            Self::UseRequest(reference) => format!("use-request:{reference}"),
            Self::Event(reference) => format!("event:{reference}"),
        };
        ID(URL_SAFE_NO_PAD.encode(text))
    }

    /// Reads an identifier back.
    ///
    /// # Errors
    ///
    /// [`Code::IdentifierInvalid`] for a text that we never gave out.
    pub fn decode(id: &ID) -> Result<Self, Refusal> {
        let bytes = URL_SAFE_NO_PAD.decode(id.as_str()).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        // In the one spelling in which it was given out.
        let read = text.as_deref().and_then(Self::read).filter(|read| read.encode() == *id);
        read.ok_or_else(|| {
            Refusal::new(
                Code::IdentifierInvalid,
                "Cet identifiant n’en est pas un. Reprenez tel quel le champ « id » d’une réponse.",
                "This is no identifier. Take the “id” field of an answer as it is.",
            )
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        Some(match kind {
            "territory" => {
                let mut parts = rest.splitn(3, ':');
                let level = parts.next()?.parse().ok()?;
                let code = TerritoryCode::parse(parts.next()?).ok()?;
                Self::Territory(level, code, Vintage::of_year(parts.next()?.parse().ok()?).ok()?)
            }
            "indicator" => Self::Indicator(IndicatorCode::parse(rest).ok()?),
            "source" => Self::Source(rest.to_owned()),
            "study" => Self::Study(rest.to_owned()),
            "partner" => Self::Partner(PartnerCode::parse(rest).ok()?),
            "release" => Self::Release(rest.to_owned()),
            "agreement" => Self::Agreement(rest.to_owned()),
            "delivery" => Self::Delivery(rest.to_owned()),
            "use-request" => Self::UseRequest(rest.to_owned()),
            "event" => Self::Event(rest.to_owned()),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Identifier;
    use crate::geography::Vintage;
    use async_graphql::ID;
    use entity::types::{Level, TerritoryCode};

    #[test]
    fn an_identifier_reads_back_as_it_was() {
        let code = TerritoryCode::parse("2A004").unwrap();
        let vintage = Vintage::of_year(2021).unwrap();
        for identifier in [
            Identifier::Territory(Level::Commune, code, vintage),
            Identifier::Study("ABS:2024".to_owned()),
            Identifier::Source("CAF-ALLOC".to_owned()),
        ] {
            assert_eq!(Identifier::decode(&identifier.encode()).ok(), Some(identifier));
        }
    }

    #[test]
    fn what_we_never_gave_out_is_refused() {
        for text in ["", "21231", "dGVycml0b3J5", "%", "Zm9vOmJhcg"] {
            assert!(Identifier::decode(&ID(text.to_owned())).is_err(), "{text}");
        }
    }
}
