//! Where a partner stands with the eight commitments of the charter.

use chrono::{Datelike, Months, NaiveDate};
use entity::types::{Commitment, PartnerKind};

use crate::language::Language;

/// How long a workshop or a training counts, in months.
pub const COUNTS_MONTHS: u32 = 24;

/// What is known of a partner on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it is to the observatory.
    pub kind: PartnerKind,
    /// Whether a signature of the charter is in force.
    pub signed: bool,
    /// Whether a referent is in office.
    pub referent: bool,
    /// Sources of its own that are not open and that no agreement in force covers.
    pub without_agreement: usize,
    /// Whether any agreement with a provider is in force.
    pub any_agreement: bool,
    /// The last year in which it contributed.
    pub contributed: Option<i32>,
    /// The last day on which somebody of it was at a workshop.
    pub workshop: Option<NaiveDate>,
    /// The last day on which somebody of it was at a training.
    pub training: Option<NaiveDate>,
}

/// What is missing so that a commitment is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A signature of the charter.
    Signature,
    /// An agreement for sources of the partner's own.
    OwnAgreement,
    /// An agreement with any provider.
    Agreement,
    /// A referent.
    Referent,
    /// A contribution of this year or the last.
    Contribution,
    /// A workshop.
    Workshop,
    /// A training.
    Training,
}

/// Every commitment that concerns the partner, with what is missing of it. Those of signatories concern signatories;
/// a provider answers for the agreements about its sources.
#[must_use]
pub fn commitments(facts: &Facts, today: NaiveDate) -> Vec<(Commitment, Option<Missing>)> {
    let concerned = |commitment: &&Commitment| match facts.kind {
        PartnerKind::Provider => **commitment == Commitment::PriorAgreement,
        PartnerKind::Processor => false,
        PartnerKind::Agglomeration | PartnerKind::Commune | PartnerKind::Ccas => true,
    };
    let missing = |commitment: Commitment| {
        let (kept, missing) = match commitment {
            Commitment::PriorAgreement if facts.without_agreement > 0 => (false, Missing::OwnAgreement),
            Commitment::PriorAgreement => (facts.any_agreement, Missing::Agreement),
            // The server keeps these for whoever has signed.
            Commitment::StatisticalSecrecy | Commitment::OwnUse | Commitment::Circulation => {
                (facts.signed, Missing::Signature)
            }
            Commitment::UrbanPolicy => {
                (facts.contributed.is_some_and(|year| year >= today.year() - 1), Missing::Contribution)
            }
            Commitment::Referents => (facts.referent, Missing::Referent),
            Commitment::Workshops => (counts(facts.workshop, today), Missing::Workshop),
            Commitment::Training => (counts(facts.training, today), Missing::Training),
        };
        (commitment, (!kept).then_some(missing))
    };
    Commitment::ALL.iter().filter(concerned).map(|commitment| missing(*commitment)).collect()
}

fn counts(on: Option<NaiveDate>, today: NaiveDate) -> bool {
    let last = on.and_then(|on| on.checked_add_months(Months::new(COUNTS_MONTHS)));
    last.is_some_and(|last| today <= last)
}

/// What the partners commit themselves to.
#[must_use]
pub const fn text(commitment: Commitment, language: Language) -> &'static str {
    let (french, english) = match commitment {
        Commitment::PriorAgreement => (
            "N’utiliser les données sources qu’avec l’accord préalable de leur fournisseur.",
            "To use source data only with the prior agreement of their provider.",
        ),
        Commitment::StatisticalSecrecy => (
            "Respecter le secret statistique, et celui de ce que disent les études.",
            "To respect statistical secrecy, and that of what studies say.",
        ),
        Commitment::OwnUse => (
            "Réserver les données à l’usage propre de la collectivité.",
            "To keep the data for the collectivity’s own use.",
        ),
        Commitment::Circulation => (
            "Ne faire circuler les études qu’entre signataires.",
            "To circulate studies among signatories only.",
        ),
        Commitment::UrbanPolicy => {
            ("Contribuer à la politique de la ville.", "To contribute to the urban policy.")
        }
        Commitment::Referents => ("Désigner des référents.", "To designate referents."),
        Commitment::Workshops => (
            "Participer aux ateliers et aux groupes d’analyse partagée.",
            "To take part in workshops and groups of shared analysis.",
        ),
        Commitment::Training => ("Suivre les formations.", "To attend the trainings."),
    };
    language.pick(french, english)
}

impl Missing {
    /// What is missing and what to do, for people.
    #[must_use]
    pub const fn told(self, language: Language) -> &'static str {
        let (french, english) = match self {
            Self::Signature => (
                "Aucune signature de la charte n’est en vigueur : la personne référente ou l’opérateur la signe (signCharter).",
                "No signature of the charter is in force: the referent or the operator signs it (signCharter).",
            ),
            Self::OwnAgreement => (
                "Une des sources de l’organisme n’est couverte par aucune convention en vigueur : concluez-en une (concludeAgreement).",
                "One of the organisation’s sources is under no agreement in force: conclude one (concludeAgreement).",
            ),
            Self::Agreement => (
                "Aucune convention avec un fournisseur n’est en vigueur : l’un d’eux doit en conclure une (concludeAgreement).",
                "No agreement with a provider is in force: one of them must conclude one (concludeAgreement).",
            ),
            Self::Referent => (
                "Aucune personne référente n’est en exercice : désignez-en une (designateReferent).",
                "No referent is in office: designate one (designateReferent).",
            ),
            Self::Contribution => (
                "Aucune contribution cette année ni la précédente : livrez des données, publiez une étude ou notez une analyse (recordContribution).",
                "No contribution this year or the last: deliver data, publish a study, or record an analysis (recordContribution).",
            ),
            Self::Workshop => (
                "Personne n’a participé à un atelier depuis 24 mois : inscrivez-vous au prochain (registerForEvent).",
                "Nobody has been at a workshop for 24 months: register for the next one (registerForEvent).",
            ),
            Self::Training => (
                "Personne n’a suivi de formation depuis 24 mois : inscrivez-vous à la prochaine (registerForEvent).",
                "Nobody has been at a training for 24 months: register for the next one (registerForEvent).",
            ),
        };
        language.pick(french, english)
    }
}

#[cfg(test)]
mod tests {
    use super::{Commitment, Facts, Missing, NaiveDate, PartnerKind, commitments};

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
    }

    #[test]
    fn each_commitment_is_kept_by_its_own_fact() {
        let today = day(2026, 11, 25);
        let all = Facts {
            kind: PartnerKind::Ccas,
            signed: true,
            referent: true,
            without_agreement: 0,
            any_agreement: true,
            contributed: Some(2025),
            workshop: Some(day(2024, 11, 25)),
            training: Some(day(2024, 11, 25)),
        };
        assert!(commitments(&all, today).iter().all(|(_, missing)| missing.is_none()));
        assert_eq!(commitments(&all, today).len(), 8);
        let lacks = |facts: Facts| -> Vec<(Commitment, Missing)> {
            let found = commitments(&facts, today).into_iter();
            found.filter_map(|(commitment, missing)| Some((commitment, missing?))).collect()
        };
        let of = |commitment: Commitment, missing: Missing| vec![(commitment, missing)];
        assert_eq!(
            lacks(Facts { signed: false, ..all.clone() }).iter().map(|(of, _)| *of).collect::<Vec<_>>(),
            [Commitment::StatisticalSecrecy, Commitment::OwnUse, Commitment::Circulation]
        );
        assert_eq!(
            lacks(Facts { referent: false, ..all.clone() }),
            of(Commitment::Referents, Missing::Referent)
        );
        assert_eq!(
            lacks(Facts { any_agreement: false, ..all.clone() }),
            of(Commitment::PriorAgreement, Missing::Agreement)
        );
        assert_eq!(
            lacks(Facts { contributed: Some(2024), ..all.clone() }),
            of(Commitment::UrbanPolicy, Missing::Contribution)
        );
        assert_eq!(
            lacks(Facts { workshop: Some(day(2024, 11, 24)), ..all.clone() }),
            of(Commitment::Workshops, Missing::Workshop)
        );
        assert_eq!(
            lacks(Facts { training: None, ..all.clone() }),
            of(Commitment::Training, Missing::Training)
        );
        let provider = Facts { kind: PartnerKind::Provider, without_agreement: 1, ..all };
        assert_eq!(lacks(provider), of(Commitment::PriorAgreement, Missing::OwnAgreement));
    }
}
