//! For whom a file was made, and what for.

use chrono::{DateTime, SecondsFormat, Utc};
use entity::types::Purpose;
use serde_json::{Value, json};

use crate::{auth::Viewer, language::Language, present::words};

/// The charter: deliberation of the CCAS of Dijon.
const CHARTER: &str = "39-2014";

/// For whom a file was made and what they may use it for: the third commitment of the charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Code of the partner; none for the public.
    pub partner: Option<String>,
    /// Purpose that was declared.
    pub purpose: Option<Purpose>,
    /// Reference of the charter.
    pub charter: &'static str,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Whether it holds numbers that a grant opens to this partner alone.
    pub unmasked: bool,
}

impl Stamp {
    /// The stamp of what a viewer asks for now: whether data of partners were reached, for public data are anybody's to pass
    /// on, and whether they were told numbers that others are not shown.
    #[must_use]
    pub fn of(viewer: &Viewer, (reached, unmasked): (bool, bool)) -> Self {
        let identity = viewer.identity().filter(|_| reached);
        Self {
            partner: identity.map(|identity| identity.partner.to_string()),
            purpose: identity.and_then(|identity| identity.purpose),
            charter: CHARTER,
            made_at: viewer.now,
            unmasked,
        }
    }

    /// The stamp as headers of an answer, where the file itself has no place for it; none for the public.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, String)> {
        let partner = self.partner.clone().map(|partner| ("observatory-partner", partner));
        let charter = self.partner.is_some().then(|| ("observatory-charter", self.charter.to_owned()));
        let purpose = self.purpose.map(|purpose| ("observatory-purpose", purpose.word().to_owned()));
        let unmasked = self.unmasked.then(|| ("observatory-unmasked", "true".to_owned()));
        partner.into_iter().chain(purpose).chain(charter).chain(unmasked)
    }

    /// The stamp in words.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let day = self.made_at.format(language.pick("%d/%m/%Y", "%Y-%m-%d"));
        let (charter, partner) = (self.charter, self.partner.as_deref());
        let purpose = self.purpose.map(|purpose| words::purpose(purpose, language));
        match (partner, language) {
            (None, Language::French) => format!("Extrait le {day}, données publiques."),
            (None, Language::English) => format!("Made on {day}, public data."),
            (Some(partner), Language::French) => {
                let purpose = purpose
                    .map_or_else(String::new, |words| format!(", pour la finalité «\u{a0}{words}\u{a0}»"));
                let circulation = if self.unmasked {
                    "contient des chiffres couverts par le secret statistique, ouverts à votre seul organisme\u{a0}: ne pas diffuser, pas même aux autres signataires de la charte"
                } else {
                    "diffusion aux seuls signataires de la charte"
                };
                format!("Extrait le {day} pour {partner}{purpose}. Usage propre, {circulation} {charter}.")
            }
            (Some(partner), Language::English) => {
                let purpose =
                    purpose.map_or_else(String::new, |words| format!(", for the purpose “{words}”"));
                let circulation = if self.unmasked {
                    "it holds figures under statistical secrecy that are open to your organisation alone: not to be passed on, not even to the other signatories of the charter"
                } else {
                    "circulation among the signatories only, by the charter"
                };
                format!("Made on {day} for {partner}{purpose}. Own use, {circulation} {charter}.")
            }
        }
    }

    /// When, RFC 3339 in UTC.
    #[must_use]
    pub fn made_at(&self) -> String {
        self.made_at.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// The stamp as a member of a JSON document.
    #[must_use]
    pub fn member(&self, language: Language) -> Value {
        json!({
            "partner": self.partner,
            "purpose": self.purpose.map(Purpose::word),
            "charter": self.charter,
            "madeAt": self.made_at(),
            "note": self.text(language),
        })
    }
}
