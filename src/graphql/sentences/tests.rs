use async_graphql::{Request, Variables};
use serde_json::{Value, json};

use super::{NOT_TOLD, OF_DOCUMENTS, OF_VALUES, REASONS, Sentence, told};
use crate::{
    graphql::{Schema, engine::Measured},
    language::Language,
};

/// What the engine says itself of a document: what is checked before would often say it first.
async fn said(schema: &Schema, document: &str, variables: Value) -> Vec<String> {
    let chosen = Request::new(document).variables(Variables::from_json(variables));
    let answer = schema.cost(Measured { chosen, others: Vec::new() }).await;
    let errors = answer.err().map(|refused| refused.errors).unwrap_or_default();
    errors.into_iter().map(|error| error.message).collect()
}

/// Documents that do not fit, and what is said of them, maybe among other things.
const WRONG: &[(&str, &str)] = &[
    ("{ a }", "Le type « Query » n’a pas de champ « a »."),
    (
        r#"{ territory(code: "1", a: 1) { id } }"#,
        "Le champ « territory » du type « Query » n’a pas d’argument « a ».",
    ),
    ("{ viewer { subject @skip(if: true, a: 1) } }", "La directive « @skip » n’a pas d’argument « a »."),
    ("{ viewer { subject @a } }", "Il n’y a pas de directive « @a »."),
    ("{ ...a }", "Aucun fragment du document ne s’appelle « a »."),
    ("{ ... on a { id } }", "Il n’y a pas de type « a »."),
    ("query @skip(if: true) { viewer { subject } }", "La directive « @skip » ne se place pas ici (QUERY)."),
    ("query q { territory(code: $c) { id } }", "L’opération « q » ne déclare pas la variable « $c »."),
    ("query { territory(code: $c) { id } }", "La variable « $c » n’est pas déclarée."),
    (
        "query q($c: Int) { viewer { subject } }",
        "L’opération « q » déclare la variable « $c », et ne s’en sert pas.",
    ),
    ("query ($c: Int) { viewer { subject } }", "La variable « $c » est déclarée, et ne sert pas."),
    ("{ viewer { subject } } fragment a on Viewer { subject }", "Le fragment « a » ne sert pas."),
    (
        "{ viewer { ...a } } fragment a on Study { id }",
        "Le fragment « a » n’a pas sa place ici : un « Viewer » n’est jamais un « Study ».",
    ),
    (
        "{ viewer { ... on Study { id } } }",
        "Ce fragment n’a pas sa place ici : un « Viewer » n’est jamais un « Study ».",
    ),
    (
        "{ viewer { subject @skip } }",
        "La directive « @skip » demande l’argument « if », de type « Boolean! ».",
    ),
    ("{ territory { id } }", "Le champ « territory » demande l’argument « code »."),
    (
        "{ viewer { subject { a } } }",
        "Le champ « subject », de type « String », n’a pas de champs à lui : retirez les accolades.",
    ),
    (
        "{ viewer }",
        "Le champ « viewer », de type « Viewer », a des champs à lui : dites entre accolades lesquels.",
    ),
    (r#"{ territory(code: "1", code: "2") { id } }"#, "L’argument « code » est là deux fois."),
    (
        "{ territory(code: 1) { id } }",
        "La valeur de « code » ne convient pas : il en faut une du type « String ».",
    ),
    (
        "{ territories(filter: { level: A }) { totalCount } }",
        "La valeur de « filter.level » ne convient pas : l’énumération « TerritoryLevel » n’a pas de mot « A ».",
    ),
    (
        "{ territories(filter: { a: 1 }) { totalCount } }",
        "La valeur de « filter » ne convient pas : « TerritoryFilter » n’a pas de champ « a ».",
    ),
    (
        "mutation { issueClient(input: {}) { __typename } }",
        "La valeur de « input » ne convient pas : le champ « partner », de type « String! », y manque.",
    ),
    (
        "query ($n: Int = \"a\") { territories(first: $n) { totalCount } }",
        "La valeur par défaut de « n » ne convient pas : il en faut une du type « Int ».",
    ),
    (
        "{ territories(first: 12345678901) { totalCount } }",
        "La valeur du type « Int » ne convient pas : seuls les entiers de -2147483648 à 2147483647 sont pris.",
    ),
];

#[tokio::test]
async fn what_the_engine_says_of_documents_is_said_in_french() {
    let schema = Schema::new();
    for (document, expected) in WRONG {
        let said = said(&schema, document, json!({})).await;
        let french: Vec<String> =
            said.iter().map(|sentence| told(sentence, Language::French).replace('\u{a0}', " ")).collect();
        assert!(!french.is_empty(), "{document} fits");
        for (english, french) in said.iter().zip(&french) {
            assert!(!french.starts_with(NOT_TOLD), "{document}: nobody says in French “{english}”");
            assert_eq!(told(english, Language::English), *english);
        }
        assert!(french.iter().any(|french| french == expected), "{document}: {french:#?}");
    }
}

#[test]
fn every_form_has_the_same_places_in_french() {
    for (form, told) in [OF_DOCUMENTS, OF_VALUES, REASONS].into_iter().flatten() {
        let count = form.matches("{}").count();
        for number in 0..5 {
            let is_there = told.contains(&format!("{{{number}}}"));
            assert!(number < count || !is_there, "{form}: {told}");
        }
        assert!(count == 0 || told.contains("{0}"), "{form}: {told}");
    }
}

#[test]
fn what_is_named_may_hold_anything_and_what_is_not_known_stays() {
    let french = |sentence: &str| told(sentence, Language::French);
    assert_eq!(
        french(
            r#"Invalid value for argument "a{1}", enumeration type "B" does not contain the value "x"y{0}""#
        ),
        "La valeur de «\u{a0}a{1}\u{a0}» ne convient pas\u{a0}: l’énumération «\u{a0}B\u{a0}» n’a pas de mot «\u{a0}x\"y{0}\u{a0}»."
    );
    assert_eq!(
        french(
            r#"Failed to parse "Int": Only integers from 1 to 2 are accepted. (occurred while parsing "F")"#
        ),
        "La valeur du type «\u{a0}Int\u{a0}», dans «\u{a0}F\u{a0}», ne convient pas\u{a0}: seuls les entiers de 1 à 2 sont pris."
    );
    assert_eq!(french("Something else."), "La requête ne convient pas au schéma\u{a0}: Something else.");
    let sentences: &[Sentence] = &[("a {} b", "{0}"), ("a", "b")];
    assert_eq!(super::found(sentences, "a"), Some("b".to_owned()));
    assert_eq!((super::found(sentences, "a b"), super::found(sentences, "ab")), (None, None));
}
