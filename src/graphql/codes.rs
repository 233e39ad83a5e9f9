//! Codes that an input names, as what they stand for.

use entity::types::{IndicatorCode, PartnerCode, TerritoryCode};

use super::context::Session;
use crate::{
    charter::CharterRefusal,
    error::{Code, Refusal},
    geography::Vintage,
};

/// The code of a partner that acts, or is acted for.
///
/// # Errors
///
/// [`CharterRefusal::Unknown`], as of a partner that is not there: what a caller may not act for reads alike.
pub fn partner(written: &str) -> Result<PartnerCode, CharterRefusal> {
    PartnerCode::parse(written).or(Err(CharterRefusal::Unknown))
}

/// The numbers of sources.
///
/// # Errors
///
/// A refusal that names the first code that stands for nothing.
pub fn sources<B: FromIterator<i32>>(session: &Session, codes: &[String]) -> Result<B, Refusal> {
    numbers(codes, |code| Some(session.catalogue().source_by_code(code)?.id))
}

/// The numbers of territories, as they are today.
///
/// # Errors
///
/// A refusal that names the first code that stands for nothing.
pub fn territories<B: FromIterator<i32>>(session: &Session, codes: &[String]) -> Result<B, Refusal> {
    numbers(codes, |code| {
        let code = TerritoryCode::parse(code).ok()?;
        Some(session.gazetteer().find(&code, None, Vintage::LATEST.day())?.id)
    })
}

/// The numbers of indicators.
///
/// # Errors
///
/// A refusal that names the first code that stands for nothing.
pub fn indicators<B: FromIterator<i32>>(session: &Session, codes: &[String]) -> Result<B, Refusal> {
    numbers(codes, |code| Some(session.catalogue().indicator(&IndicatorCode::parse(code).ok()?)?.id))
}

/// The numbers of partners.
///
/// # Errors
///
/// A refusal that names the first code that stands for nothing.
pub async fn partners(session: &Session, codes: &[String]) -> Result<Vec<i32>, Refusal> {
    let partners = session.reading().partners().await?;
    numbers(codes, |code| {
        let code = PartnerCode::parse(code).ok()?;
        Some(partners.iter().find(|partner| partner.code == code)?.id)
    })
}

fn numbers<B: FromIterator<i32>>(
    codes: &[String],
    find: impl Fn(&String) -> Option<i32>,
) -> Result<B, Refusal> {
    codes.iter().map(|code| find(code).ok_or_else(|| unknown(code))).collect()
}

/// The partner that an input names for a processor, and that is none.
pub fn no_processor(code: &str) -> Refusal {
    let code = quoted(code);
    Refusal::new(
        Code::CodeUnknown,
        format!("« {code} » existe, mais n’est pas un sous-traitant : nommez-en un, ou aucun."),
        format!("“{code}” is there, but is no processor: name one, or none."),
    )
}

/// A code as it is told again, however long it is.
fn quoted(code: &str) -> String {
    code.chars().take(80).collect()
}

/// What an input names and what stands for nothing.
pub fn unknown(code: &str) -> Refusal {
    let code = quoted(code);
    Refusal::new(
        Code::CodeUnknown,
        format!("Le code « {code} » ne désigne rien."),
        format!("The code “{code}” names nothing."),
    )
}
