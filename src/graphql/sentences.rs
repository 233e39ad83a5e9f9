//! What the engine says of a document or of its variables, in French: its own words are English. Each sentence is told from its
//! form; one that is not known stays as it is, after what it is about.

use super::cut;
use crate::language::Language;

/// A form of a sentence with `{}` where something is named, and the same in French, where `{0}` is what was named first.
type Sentence = (&'static str, &'static str);

/// What is said of documents.
const OF_DOCUMENTS: &[Sentence] = &[
    (r#"Unknown field "{}" on type "{}"."#, "Le type « {1} » n’a pas de champ « {0} »."),
    (
        r#"Unknown argument "{}" on field "{}" of type "{}"."#,
        "Le champ « {1} » du type « {2} » n’a pas d’argument « {0} ».",
    ),
    (r#"Unknown argument "{}" on directive "{}"."#, "La directive « @{1} » n’a pas d’argument « {0} »."),
    (r#"Unknown directive "{}""#, "Il n’y a pas de directive « @{0} »."),
    (r#"Unknown fragment: "{}""#, "Aucun fragment du document ne s’appelle « {0} »."),
    (r#"Unknown type "{}""#, "Il n’y a pas de type « {0} »."),
    (r#"Directive "{}" may not be used on "{}""#, "La directive « @{0} » ne se place pas ici ({1})."),
    (r#"Duplicate directive "{}""#, "La directive « @{0} » est là deux fois."),
    (
        r#"Variable "{}" is not defined by operation "{}""#,
        "L’opération « {1} » ne déclare pas la variable « {0} ».",
    ),
    (r#"Variable "{}" is not defined"#, "La variable « {0} » n’est pas déclarée."),
    (
        r#"Variable "{}" is not used by operation "{}""#,
        "L’opération « {1} » déclare la variable « {0} », et ne s’en sert pas.",
    ),
    (r#"Variable "{}" is not used"#, "La variable « {0} » est déclarée, et ne sert pas."),
    (
        r#"Variable "{}" cannot be of non-input type "{}""#,
        "La variable « {0} » ne peut être du type « {1} », qui est celui d’une réponse.",
    ),
    (r#"Fragment "{}" is never used"#, "Le fragment « {0} » ne sert pas."),
    (
        r#"Fragment "{}" cannot condition non composite type "{}""#,
        "Le fragment « {0} » porte sur « {1} », qui n’a pas de champs.",
    ),
    (
        r#"Fragment cannot condition non composite type "{}""#,
        "Un fragment porte sur « {0} », qui n’a pas de champs.",
    ),
    (
        r#"Fragment "{}" cannot be spread here as objects of type "{}" can never be of type "{}""#,
        "Le fragment « {0} » n’a pas sa place ici : un « {1} » n’est jamais un « {2} ».",
    ),
    (
        r#"Fragment cannot be spread here as objects of type "{}" can never be of type "{}""#,
        "Ce fragment n’a pas sa place ici : un « {0} » n’est jamais un « {1} ».",
    ),
    (
        r#"Directive "@{}" argument "{}" of type "{}" is required but not provided"#,
        "La directive « @{0} » demande l’argument « {1} », de type « {2} ».",
    ),
    (
        r#"Field "{}" argument "{}" of type "{}" is required but not provided"#,
        "Le champ « {0} » demande l’argument « {1} ».",
    ),
    (
        r#"Field "{}" must not have a selection since type "{}" has no subfields"#,
        "Le champ « {0} », de type « {1} », n’a pas de champs à lui : retirez les accolades.",
    ),
    (
        r#"Field "{}" of type "{}" must have a selection of subfields"#,
        "Le champ « {0} », de type « {1} », a des champs à lui : dites entre accolades lesquels.",
    ),
    (r#"There can only be one argument named "{}""#, "L’argument « {0} » est là deux fois."),
    (
        "The Upload type is only allowed to be defined on a mutation",
        "Seule une mutation prend des fichiers (type « Upload »).",
    ),
];

/// What is said of values, before what is wrong with them.
const OF_VALUES: &[Sentence] = &[
    (r#"Invalid value for argument "{}", {}"#, "La valeur de « {0} » ne convient pas : {1}"),
    (
        r#"Invalid default value for argument: "{}", {}"#,
        "La valeur par défaut de « {0} » ne convient pas : {1}",
    ),
    (
        r#"Failed to parse "{}": {} (occurred while parsing "{}")"#,
        "La valeur du type « {0} », dans « {2} », ne convient pas : {1}",
    ),
    (r#"Failed to parse "{}": {}"#, "La valeur du type « {0} » ne convient pas : {1}"),
    (
        r#"Expected input type "{}", found {} (occurred while parsing "{}")"#,
        "Une valeur du type « {0} » est attendue dans « {2} », et non {1}",
    ),
    (r#"Expected input type "{}", found {}"#, "Une valeur du type « {0} » est attendue, et non {1}"),
];

/// What is wrong with a value.
const REASONS: &[Sentence] = &[
    (r#"expected type "{}""#, "il en faut une du type « {0} »."),
    (
        r#"enumeration type "{}" does not contain the value "{}""#,
        "l’énumération « {0} » n’a pas de mot « {1} ».",
    ),
    (
        r#"field "{}" of type "{}" is required but not provided"#,
        "le champ « {0} », de type « {1} », y manque.",
    ),
    (r#"unknown field "{}" of type "{}""#, "« {1} » n’a pas de champ « {0} »."),
    ("Only integers from {} to {} are accepted.", "seuls les entiers de {0} à {1} sont pris."),
    ("Invalid number", "ce n’est pas un nombre."),
];

/// What stays in English comes after this.
const NOT_TOLD: &str = "La requête ne convient pas au schéma : ";

/// A sentence of the engine in a language, cut where it gets too long.
#[must_use]
pub fn told(sentence: &str, language: Language) -> String {
    match language {
        Language::English => cut(sentence),
        Language::French => language.typeset(&cut(&french(sentence))),
    }
}

fn french(sentence: &str) -> String {
    if let Some(told) = found(OF_DOCUMENTS, sentence) {
        return told;
    }
    for (form, told) in OF_VALUES {
        if let Some(mut named) = places(form, sentence) {
            let reason = named.get(1).and_then(|reason| found(REASONS, reason));
            if let (Some(place), Some(reason)) = (named.get_mut(1), &reason) {
                *place = reason;
            }
            return filled(told, &named);
        }
    }
    format!("{NOT_TOLD}{sentence}")
}

fn found(sentences: &[Sentence], sentence: &str) -> Option<String> {
    sentences.iter().find_map(|(form, told)| Some(filled(told, &places(form, sentence)?)))
}

/// What a sentence of a form names; none where it has not that form.
fn places<'s>(form: &str, sentence: &'s str) -> Option<Vec<&'s str>> {
    let mut pieces = form.split("{}").peekable();
    let mut rest = sentence.strip_prefix(pieces.next()?)?;
    let mut places = Vec::new();
    while let Some(piece) = pieces.next() {
        let (place, after) = match pieces.peek() {
            Some(_) => rest.split_once(piece)?,
            None => (rest.strip_suffix(piece)?, ""),
        };
        places.push(place);
        rest = after;
    }
    rest.is_empty().then_some(places)
}

/// A sentence with what it names.
fn filled(told: &str, places: &[&str]) -> String {
    let mut pieces = told.split('{');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (number, text) = piece.split_once('}').unwrap_or_default();
        let place = number.parse().ok().and_then(|number: usize| places.get(number));
        filled.push_str(place.copied().unwrap_or_default());
        filled.push_str(text);
    }
    filled
}

#[cfg(test)]
mod tests;
