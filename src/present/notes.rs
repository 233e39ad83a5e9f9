//! Notes: why a value is not shown, in words, and what would change it.

use entity::types::Withheld;

use super::words;
use crate::{
    language::Language,
    store::{Explanation, Told, Why},
};

/// Why a mask is there, in words.
#[must_use]
pub fn explanation(explanation: &Explanation, language: Language) -> String {
    let count = explanation.count;
    let many = words::is_plural(count as usize, language);
    match (explanation.why, language) {
        (Why::Rule, Language::French) => {
            let others = if many { "autres données sensibles" } else { "autre donnée sensible" };
            format!(
                "La règle de secret de la source masque cette donnée par elle-même. Son masque protège aussi {count} {others}."
            )
        }
        (Why::Rule, Language::English) => {
            let others = if many { "other sensitive figures" } else { "other sensitive figure" };
            format!(
                "The source’s rule of secrecy masks this figure by itself. Its mask protects {count} {others} too."
            )
        }
        (Why::Complement, Language::French) => {
            let (figures, each) =
                if many { ("données sensibles", "chacune d’elles") } else { ("donnée sensible", "elle") };
            format!(
                "Masque complémentaire\u{a0}: montrée, cette donnée permettrait de cerner jusqu’à {count} {figures}. La montrer demanderait d’autres masques pour {each}."
            )
        }
        (Why::Complement, Language::English) => {
            let (figures, each) =
                if many { ("sensitive figures", "each of them") } else { ("sensitive figure", "it") };
            format!(
                "Complementary mask: shown, this figure would let up to {count} {figures} be narrowed down. Showing it would take other masks for {each}."
            )
        }
        (Why::Rate, Language::French) => {
            "Un taux est masqué avec les effectifs dont il est tiré, car il les laisserait retrouver."
                .to_owned()
        }
        (Why::Rate, Language::English) => {
            "A rate is masked with the counts that it is worked out from, for it would give them away."
                .to_owned()
        }
    }
}

/// How many values are not shown, and how many of them because of secrecy; nothing where all are shown.
#[must_use]
pub fn not_shown<'a>(told: impl Iterator<Item = &'a Told>, language: Language) -> Option<String> {
    let reasons: Vec<Withheld> = told.filter_map(|told| told.disclosed.withheld()).collect();
    let secret = reasons.iter().filter(|reason| **reason == Withheld::StatisticalSecrecy).count();
    (!reasons.is_empty()).then(|| counted(reasons.len(), secret, language))
}

fn counted(count: usize, secret: usize, language: Language) -> String {
    let sentence = match (language, words::is_plural(count, language)) {
        (Language::French, true) => "valeurs ne sont pas montrées",
        (Language::French, false) => "valeur n’est pas montrée",
        (Language::English, true) => "values are not shown",
        (Language::English, false) => "value is not shown",
    };
    let secrecy = match (language, secret == count) {
        _ if secret == 0 => String::new(),
        (Language::French, true) => ", par secret statistique".to_owned(),
        (Language::French, false) => format!(", dont {secret} par secret statistique"),
        (Language::English, true) => ", for statistical secrecy".to_owned(),
        (Language::English, false) => format!(", {secret} of them for statistical secrecy"),
    };
    format!("{count} {sentence}{secrecy}.")
}

/// What is said where none of the values that were asked for is shown.
#[must_use]
pub const fn none_shown(language: Language) -> &'static str {
    language.pick("Aucune valeur ne peut être montrée.", "No value can be shown.")
}

/// What to know of a figure of a territory that was formed after the period.
#[must_use]
pub const fn carried(language: Language) -> &'static str {
    language.pick(
        "Ce territoire a été formé plus tard : la donnée y est portée à partir des territoires dont il est issu.",
        "This territory was formed later: the figure is carried into it from the territories that it was formed of.",
    )
}

/// What is said of true numbers that a grant opens to this viewer alone.
#[must_use]
pub const fn opened(language: Language) -> &'static str {
    language.pick(
        "Valeur vraie, ouverte à vous seuls par un accord d’usage\u{a0}: à ne pas diffuser, pas même aux autres signataires.",
        "True number, opened to you alone by a grant: not to be passed on, not even to other signatories.",
    )
}

/// What to know where a series breaks: from when on, and why.
#[must_use]
pub fn series_break(found: &crate::catalogue::SeriesBreak, language: Language) -> String {
    let (period, reason) = (words::period(found.period, language), found.reason.in_language(language));
    match language {
        Language::French => format!("Rupture de série ({period}). {reason}"),
        Language::English => format!("Break in the series ({period}). {reason}"),
    }
}

/// The reason in a few words, where its sign stands for others too; nothing where the sign says it.
#[must_use]
pub const fn reason(reason: Withheld, language: Language) -> Option<&'static str> {
    match reason {
        Withheld::StatisticalSecrecy | Withheld::NotApplicable | Withheld::NotSignificant => None,
        Withheld::NotCollected => Some(language.pick("non disponible", "not available")),
        Withheld::Embargo => Some(language.pick("sous embargo", "under embargo")),
        Withheld::OutOfScope
        | Withheld::CharterNotSigned
        | Withheld::NoReferent
        | Withheld::PurposeNotDeclared
        | Withheld::NoAgreement
        | Withheld::TrainingMissing => Some(language.pick("hors de vos droits", "not open to you")),
    }
}

/// The reason in the viewer's language, with the remedy where there is one.
#[must_use]
pub const fn note(reason: Withheld, language: Language) -> &'static str {
    match reason {
        Withheld::StatisticalSecrecy => language.pick(
            "Donnée couverte par le secret statistique\u{a0}: la montrer permettrait d’identifier des personnes. Un territoire plus large ou une ventilation moins fine peut être diffusé.",
            "Covered by statistical secrecy: showing it would allow people to be identified. A wider territory or a coarser breakdown may be shown.",
        ),
        Withheld::OutOfScope => language.pick(
            "Hors de votre périmètre\u{a0}: votre rôle ou la convention ne donne pas accès à ce territoire à ce niveau. Votre référent peut vous habiliter comme analyste, ou demander un usage au fournisseur.",
            "Out of your scope: your role or the agreement does not reach this territory at this level. Your referent can enable you as an analyst, or request a use from the provider.",
        ),
        Withheld::CharterNotSigned => language.pick(
            "Réservé aux signataires de la charte de l’observatoire\u{a0}: votre organisme doit la signer, ou renouveler sa signature, et vous devez présenter un jeton d’accès à son nom.",
            "For signatories of the observatory’s charter: your organisation must sign it, or renew its signature, and you must present an access token in its name.",
        ),
        Withheld::NoReferent => language.pick(
            "Votre organisme n’a pas de référent en exercice\u{a0}: il doit en désigner un.",
            "Your organisation has no current referent: it must designate one.",
        ),
        Withheld::PurposeNotDeclared => language.pick(
            "Déclarez la finalité de votre requête (en-tête X-Purpose), parmi celles que votre jeton autorise.",
            "Declare the purpose of your request (header X-Purpose), among those that your token allows.",
        ),
        Withheld::NoAgreement => language.pick(
            "Aucune convention en vigueur, ou aucun accord préalable du fournisseur, n’ouvre cette source pour cette finalité. Demandez-le au fournisseur.",
            "No agreement in force, or no prior agreement of the provider, opens this source for this purpose. Ask the provider for it.",
        ),
        Withheld::TrainingMissing => language.pick(
            "Réservé, à ce niveau, aux personnes qui ont suivi récemment une formation de l’observatoire\u{a0}: inscrivez-vous à la prochaine (registerForEvent).",
            "At this level for people who have attended a training of the observatory recently: register for the next one (registerForEvent).",
        ),
        Withheld::Embargo => language.pick(
            "Sous embargo\u{a0}: la donnée paraîtra à la date indiquée par la diffusion.",
            "Under embargo: the figure will appear on the date that its release gives.",
        ),
        Withheld::NotCollected => language.pick(
            "Donnée non disponible\u{a0}: elle n’a pas été collectée pour ce territoire, cette période ou cette ventilation.",
            "Not available: it was not collected for this territory, period or breakdown.",
        ),
        Withheld::NotApplicable => {
            language.pick("Sans objet\u{a0}: rien à mesurer ici.", "Not applicable: there is nothing to measure here.")
        }
        Withheld::NotSignificant => {
            language.pick("Donnée non significative.", "Not significant: too uncertain to be shown.")
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::types::Withheld;

    use super::{carried, counted, explanation, note, opened};
    use crate::{
        language::Language::{English, French},
        store::{Explanation, Why},
    };

    #[test]
    fn counts_agree_with_their_words() {
        assert_eq!(counted(1, 0, French), "1 valeur n’est pas montrée.");
        assert_eq!(counted(3, 1, French), "3 valeurs ne sont pas montrées, dont 1 par secret statistique.");
        assert_eq!(counted(1, 1, English), "1 value is not shown, for statistical secrecy.");
        assert_eq!(counted(2, 1, English), "2 values are not shown, 1 of them for statistical secrecy.");
        let said = |count, language| {
            explanation(&Explanation { why: Why::Rule, others: Vec::new(), count }, language)
        };
        assert!(said(1, French).ends_with("1 autre donnée sensible."));
        assert!(said(2, French).ends_with("2 autres données sensibles."));
        assert!(said(0, English).ends_with("0 other sensitive figures too."));
        assert!(said(1, English).ends_with("1 other sensitive figure too."));
    }

    #[test]
    fn notes_are_printed_as_they_stand() {
        let mut all = vec![carried(French), opened(French)];
        all.extend(Withheld::ALL.iter().map(|reason| note(*reason, French)));
        for said in all {
            assert_eq!(said, French.typeset(said));
        }
    }
}
