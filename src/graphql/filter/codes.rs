//! What the codes of a filter stand for, and how they are refused.

use entity::types::{Breakdown, IndicatorCode, TerritoryCode};

use super::CategoryInput;
use crate::{
    catalogue::Dimension,
    error::{Code, Refusal},
    geography::Territory,
    graphql::context::Session,
};

/// The refusal of a filter that makes no sense.
pub(in crate::graphql) fn invalid(french: impl Into<String>, english: impl Into<String>) -> Refusal {
    Refusal::new(Code::FilterInvalid, french, english)
}

/// The refusal of a list that is too long.
pub(in crate::graphql) fn too_many(what: &str, given: usize, limit: usize) -> Refusal {
    invalid(
        format!("« {what} » contient {given} éléments ; la limite est de {limit}."),
        format!("“{what}” has {given} items; the limit is {limit}."),
    )
}

fn code_invalid(error: &entity::types::InvalidCode) -> Refusal {
    let english = format!("“{}” is no {}.", error.text, error.kind_in_english);
    Refusal::new(Code::CodeInvalid, format!("{error}."), english)
}

fn code_unknown(code: &str, french: &str, english: &str) -> Refusal {
    Refusal::new(
        Code::CodeUnknown,
        format!("Aucun {french} n’a le code « {code} »."),
        format!("No {english} has the code “{code}”."),
    )
}

/// The number of an indicator.
pub(in crate::graphql) fn indicator_id(session: &Session, code: &str) -> Result<i32, Refusal> {
    let parsed = IndicatorCode::parse(code).map_err(|error| code_invalid(&error))?;
    let found = session.catalogue().indicator(&parsed);
    found.map(|found| found.id).ok_or_else(|| code_unknown(code, "indicateur", "indicator"))
}

/// Every version of a territory.
pub(in crate::graphql) fn versions<'a>(
    session: &'a Session,
    code: &str,
) -> Result<Vec<&'a Territory>, Refusal> {
    let parsed = TerritoryCode::parse(code).map_err(|error| code_invalid(&error))?;
    let found: Vec<&Territory> = session.gazetteer().versions(&parsed).collect();
    if found.is_empty() { Err(code_unknown(code, "territoire", "territory")) } else { Ok(found) }
}

/// The number of a breakdown; none where no figure uses it yet.
pub(in crate::graphql) fn breakdown_id(
    session: &Session,
    categories: &[CategoryInput],
    indicators: &[i32],
) -> Result<Option<i32>, Refusal> {
    let catalogue = session.catalogue();
    for pair in categories {
        let dimension = catalogue
            .dimension(&pair.dimension)
            .ok_or_else(|| dimension_unknown(session, &pair.dimension))?;
        if !dimension.categories.iter().any(|category| category.code == pair.category) {
            return Err(category_unknown(dimension, &pair.category));
        }
    }
    let pairs = categories.iter().map(|pair| (pair.dimension.as_str(), pair.category.as_str()));
    let breakdown = Breakdown::of(pairs).map_err(|error| breakdown_invalid(&error.0))?;
    let dimensions: Vec<&str> = categories.iter().map(|pair| pair.dimension.as_str()).collect();
    some_broken_down(session, indicators, &dimensions)?;
    Ok(catalogue.breakdown_id(&breakdown))
}

/// Refuses dimensions by which none of the indicators is broken down.
pub(in crate::graphql) fn some_broken_down(
    session: &Session,
    indicators: &[i32],
    dimensions: &[&str],
) -> Result<(), Refusal> {
    let has = |id: &i32| {
        let indicator = session.catalogue().indicator_by_id(*id);
        let known = |code: &&str| indicator.is_some_and(|found| found.dimensions.iter().any(|of| of == code));
        dimensions.iter().all(known)
    };
    if indicators.iter().any(has) {
        return Ok(());
    }
    let codes = dimensions.join(" × ");
    Err(Refusal::new(
        Code::BreakdownInvalid,
        format!("Aucun des indicateurs demandés n’est ventilé par {codes}."),
        format!("None of these indicators is broken down by {codes}."),
    ))
}

/// Most codes that a refusal lists.
const MOST_LISTED: usize = 40;
/// Longest code that a refusal quotes, in characters.
const LONGEST_QUOTED: usize = 80;

fn listed<'a>(codes: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = if codes.len() > MOST_LISTED { "…" } else { "" };
    let codes: Vec<&str> = codes.take(MOST_LISTED).collect();
    format!("{}{more}", codes.join(", "))
}

/// The refusal of what is the code of no dimension.
pub(in crate::graphql) fn dimension_unknown(session: &Session, code: &str) -> Refusal {
    let code: String = code.chars().take(LONGEST_QUOTED).collect();
    let known = listed(session.catalogue().dimensions().iter().map(|dimension| dimension.code.as_str()));
    Refusal::new(
        Code::BreakdownInvalid,
        format!("« {code} » n’est pas une dimension. Il y a : {known}."),
        format!("“{code}” is no dimension. There are: {known}."),
    )
}

fn category_unknown(dimension: &Dimension, code: &str) -> Refusal {
    let code: String = code.chars().take(LONGEST_QUOTED).collect();
    let known = listed(dimension.categories.iter().map(|category| category.code.as_str()));
    let of = &dimension.code;
    Refusal::new(
        Code::BreakdownInvalid,
        format!("« {code} » n’est pas une catégorie de la dimension {of}, qui a : {known}."),
        format!("“{code}” is no category of the dimension {of}, which has: {known}."),
    )
}

/// The refusal of what is no breakdown.
pub(in crate::graphql) fn breakdown_invalid(what: &str) -> Refusal {
    let what: String = what.chars().take(LONGEST_QUOTED).collect();
    Refusal::new(
        Code::BreakdownInvalid,
        format!(
            "« {what} » n’est pas une ventilation : chaque dimension une seule fois, avec une de ses catégories."
        ),
        format!("“{what}” is no breakdown: each dimension once, with one of its categories."),
    )
}
