//! Rules that French providers are known for, under the names of the catalogue.
//!
//! Each preset says where its numbers come from and how sure they are; the agreement with the provider
//! decides. A rule's name is the provider's code and what it looks at, such as `ENT-3-85 dominance`.
//!
//! # Citations
//!
//! - Insee, *Guide du secret statistique*.
//! - InseeFrLab, *Manuel de protection des tableaux*, annex "Règles".

use super::{
    contributors::MinimumContributors,
    dominance::{Boundary, Dominance},
    error::RuleError,
    level::{ByLevel, Elsewhere, Level},
    margin::Margin,
    percent::Percent,
    population::MinimumPopulation,
    rule::{NamedRule, Rule},
};

/// Business statistics (`ENT-3-85`): at least 3 units, and none above 85%.
///
/// Both read in the source. Whether 85% itself is too much differs between official texts ("plus de 85 %",
/// "85 % ou plus"), so it must be chosen; local observatories with agreements use the same rule.
///
/// # Errors
///
/// [`RuleError`] never: the numbers are legal.
pub fn enterprises(boundary: Boundary) -> Result<Vec<NamedRule>, RuleError> {
    minimum_and_dominance("ENT-3-85", 3, boundary)
}

/// Tax data on persons (`FISC-11-85`): at least 11 units, and none above 85%. Both read in the source.
///
/// # Errors
///
/// [`RuleError`] never: the numbers are legal.
pub fn persons_taxed(boundary: Boundary) -> Result<Vec<NamedRule>, RuleError> {
    minimum_and_dominance("FISC-11-85", 11, boundary)
}

/// Wealth tax (`IFI-50-20k`): at least 50 taxpayers, and a commune of more than 20,000 inhabitants. Both read
/// in the source. The level of communes is the caller's; other levels have no minimum population.
///
/// # Errors
///
/// [`RuleError`] never: the numbers are legal.
pub fn wealth_taxed(commune: Level) -> Result<Vec<NamedRule>, RuleError> {
    let population = MinimumPopulation::of_inhabitants(20_001, Margin::EXACT)?;
    let communes = ByLevel::new([(commune, population.into())])?.elsewhere(Elsewhere::Free);
    Ok(vec![
        NamedRule::new("IFI-50-20k contributors", MinimumContributors::new(50)?)?,
        NamedRule::new("IFI-50-20k population", communes)?,
    ])
}

/// Filosofi by commune (`FILO-COM`): nothing below 50 households, unless there are 100 persons.
///
/// Not from a text of Insee: a third party restates the 50 households, and the 100 persons are inferred from
/// what the file of 2021 shows. Insee applies it before delivery.
///
/// # Errors
///
/// [`RuleError`] never: the numbers are legal.
pub fn local_incomes() -> Result<Vec<NamedRule>, RuleError> {
    let rule = MinimumPopulation::of_either(50, 100, Margin::EXACT)?;
    Ok(vec![NamedRule::new("FILO-COM population", rule)?])
}

/// Sensitive variables of the census (`RP-SENS`): communes of at least 5,000 inhabitants, urban policy zones
/// of at least 10,000; of other levels it says nothing, so they are not judged.
///
/// Read in the order of 24 March 2005, art. 5, which a later one has replaced: the shape holds, the numbers
/// are to be checked.
///
/// # Errors
///
/// [`RuleError::Levels`] when both are the same level.
pub fn census_sensitive(commune: Level, policy_zone: Level) -> Result<Vec<NamedRule>, RuleError> {
    let minimum = |inhabitants: u32| MinimumPopulation::of_inhabitants(inhabitants, Margin::EXACT);
    let rules: [(Level, Rule); 2] =
        [(commune, minimum(5_000)?.into()), (policy_zone, minimum(10_000)?.into())];
    Ok(vec![NamedRule::new("RP-SENS population", ByLevel::new(rules)?)?])
}

/// Any provider with a minimum alone, such as `CAF-5`, `DEPP-10` or `SANTE-11`.
///
/// # Errors
///
/// [`RuleError`] for an empty code or a minimum below 2.
pub fn minimum(code: &str, minimum: u32) -> Result<Vec<NamedRule>, RuleError> {
    named(code)?;
    Ok(vec![NamedRule::new(format!("{code} contributors"), MinimumContributors::new(minimum)?)?])
}

/// Thresholds as a catalogue stores them, each of which may be absent; dominance is that of one contributor.
///
/// # Errors
///
/// [`RuleError`] for an empty code or a threshold that makes no sense.
pub fn stored(
    code: &str,
    contributors: Option<u32>,
    dominance: Option<(Percent, Boundary)>,
    inhabitants: Option<u32>,
) -> Result<Vec<NamedRule>, RuleError> {
    named(code)?;
    let mut rules = Vec::new();
    if let Some(least) = contributors {
        rules.extend(minimum(code, least)?);
    }
    if let Some((share, boundary)) = dominance {
        rules.push(NamedRule::new(format!("{code} dominance"), Dominance::new(1, share, boundary)?)?);
    }
    if let Some(least) = inhabitants {
        let rule = MinimumPopulation::of_inhabitants(least, Margin::EXACT)?;
        rules.push(NamedRule::new(format!("{code} population"), rule)?);
    }
    Ok(rules)
}

fn named(code: &str) -> Result<(), RuleError> {
    if code.trim().is_empty() { Err(RuleError::Nameless { what: "a provider's rule" }) } else { Ok(()) }
}

fn minimum_and_dominance(
    code: &str,
    contributors: u32,
    boundary: Boundary,
) -> Result<Vec<NamedRule>, RuleError> {
    stored(code, Some(contributors), Some((Percent::whole(85), boundary)), None)
}
