//! What a token of a provider says of its bearer, in the provider's words, and who that is to us.

use chrono::{DateTime, Utc};
use entity::types::{PartnerCode, Purpose, Purposes, Role};
use serde_json::Value;

use super::ProviderSettings;
use crate::auth::{
    Identity,
    token::{Bearer, LEEWAY_SECONDS, TokenFault},
};

/// Longest subject, in bytes (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// Who a token's claims say that its bearer is; `now` in seconds since 1970.
///
/// # Errors
///
/// [`TokenFault`] where a claim is missing, of another shape, or gives no partner or no role.
pub fn bearer(
    settings: &ProviderSettings,
    claims: &Value,
    declared: Option<Purpose>,
    now: u64,
) -> Result<Bearer, TokenFault> {
    let issued_at = issued_at(claims, now)?;
    let purposes = match claim(claims, &settings.purposes_claim) {
        Some(said) => words(said)?.into_iter().filter_map(|word| word.parse().ok()).collect(),
        None => settings.purposes.iter().copied().collect::<Purposes>(),
    };
    let identity = Identity {
        subject: subject(claims)?,
        client: client(settings, claims)?,
        partner: partner(settings, claims)?,
        roles: roles(settings, claims)?,
        purposes,
        purpose: declared,
    };
    if declared.is_some_and(|purpose| !purposes.contains(purpose)) {
        return Err(TokenFault::Purpose);
    }
    Ok(Bearer { identity, issued_at, token_id: None })
}

/// When it was issued: the earlier of both moments that it may name, and no moment to come, for nothing would revoke it.
fn issued_at(claims: &Value, now: u64) -> Result<DateTime<Utc>, TokenFault> {
    let issued = seconds(claims.get("iat").ok_or(TokenFault::Malformed)?)?;
    if issued > now.saturating_add(LEEWAY_SECONDS) {
        return Err(TokenFault::NotYetValid);
    }
    let from = claims.get("nbf").map(seconds).transpose()?.unwrap_or(issued);
    let earlier = i64::try_from(issued.min(from)).or(Err(TokenFault::Malformed))?;
    DateTime::from_timestamp(earlier, 0).ok_or(TokenFault::Malformed)
}

/// A moment in whole seconds since 1970; providers may write fractions.
fn seconds(value: &Value) -> Result<u64, TokenFault> {
    let whole = value.as_u64();
    // Within the bounds of what it becomes, rounded down.
    let read = whole
        .or_else(|| value.as_f64().filter(|number| (0.0..1e15).contains(number)).map(|number| number as u64));
    read.ok_or(TokenFault::Malformed)
}

fn subject(claims: &Value) -> Result<String, TokenFault> {
    let subject = claims.get("sub").and_then(Value::as_str);
    let fits = subject.filter(|text| !text.trim().is_empty() && text.len() <= LONGEST_SUBJECT);
    fits.map(str::to_owned).ok_or(TokenFault::Malformed)
}

fn partner(settings: &ProviderSettings, claims: &Value) -> Result<PartnerCode, TokenFault> {
    let said = match claim(claims, &settings.partner_claim) {
        Some(Value::String(word)) => word,
        // Directories write a list of one; of several nobody knows which.
        Some(Value::Array(list)) => match list.as_slice() {
            [Value::String(word)] => word,
            _ => return Err(TokenFault::Partner),
        },
        _ => return Err(TokenFault::Partner),
    };
    let code = if settings.partners.is_empty() {
        said
    } else {
        settings.partners.get(said).ok_or(TokenFault::Partner)?
    };
    PartnerCode::parse(code).or(Err(TokenFault::Partner))
}

fn roles(settings: &ProviderSettings, claims: &Value) -> Result<Vec<Role>, TokenFault> {
    let said = claim(claims, &settings.roles_claim).map(words).transpose()?.unwrap_or_default();
    let ours = |word: &str| {
        if settings.roles.is_empty() { word.parse().ok() } else { settings.roles.get(word).copied() }
    };
    let mut roles: Vec<Role> = said.into_iter().filter_map(ours).collect();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() { Err(TokenFault::Role) } else { Ok(roles) }
}

fn client(settings: &ProviderSettings, claims: &Value) -> Result<Option<String>, TokenFault> {
    match settings.client_claim.as_deref().and_then(|name| claim(claims, name)) {
        None => Ok(None),
        // Never taken for a person, who may do more, because its name is odd.
        Some(Value::String(name)) if !name.trim().is_empty() => Ok(Some(name.clone())),
        Some(_) => Err(TokenFault::Malformed),
    }
}

/// A claim by its whole name, else by the names of objects within one another; null is none.
fn claim<'a>(claims: &'a Value, path: &str) -> Option<&'a Value> {
    let within = || path.split('.').try_fold(claims, |object, name| object.get(name));
    claims.get(path).or_else(within).filter(|value| !value.is_null())
}

/// The words of a claim: a list of texts, or a text with spaces between them.
fn words(value: &Value) -> Result<Vec<&str>, TokenFault> {
    match value {
        Value::String(text) => Ok(text.split_whitespace().collect()),
        Value::Array(list) => list.iter().map(|word| word.as_str().ok_or(TokenFault::Malformed)).collect(),
        _ => Err(TokenFault::Malformed),
    }
}

#[cfg(test)]
mod tests;
