//! `observatoire token`.

use chrono::{TimeDelta, Utc};
use clap::Args;
use entity::types::{PartnerCode, Purpose, Purposes, Role};

use super::{Failure, partners, print, setup};
use crate::{
    auth::{Identity, token::Issuer, token::Trust},
    config::Settings,
    keys,
    store::Store,
};

/// Whom the token is for.
#[derive(Args)]
pub struct Arguments {
    /// Code du partenaire. / Code of the partner.
    #[arg(long)]
    partner: PartnerCode,
    /// Rôle, répétable : READER, ANALYST, REFERENT, PROVIDER, PROCESSOR, OPERATOR. / Role, may be repeated.
    #[arg(long, required = true)]
    role: Vec<Role>,
    /// Finalité déclarée. / Declared purpose: NEEDS_ANALYSIS, URBAN_POLICY, THEMATIC_STUDY.
    #[arg(long)]
    purpose: Option<Purpose>,
    /// Finalités que l’en-tête X-Purpose peut déclarer, répétable ; toutes par défaut, sauf avec --purpose.
    #[arg(long)]
    allow_purpose: Vec<Purpose>,
    /// Nom du tableau de bord tiers, quand le jeton n’est pas celui d’une personne. / Third-party dashboard.
    #[arg(long)]
    client: Option<String>,
    /// Sujet du jeton. / Subject of the token.
    #[arg(long, default_value = "demo")]
    subject: String,
    /// Durée de validité. / Lifetime.
    #[arg(long, default_value = "1h", value_parser = humantime::parse_duration)]
    ttl: std::time::Duration,
}

/// Prints a token, after checking that its partner exists and that the roles fit it.
pub async fn run(settings: &Settings, arguments: Arguments) -> Result<(), Failure> {
    let store = setup::existing(settings).await?;
    let kind = store.partner_kind(&arguments.partner).await?;
    let Some(kind) = kind else {
        return Err(partners::unknown(&store, arguments.partner.as_str()).await?);
    };
    if let Some(role) = arguments.role.iter().find(|role| !role.fits(kind)) {
        return Err(format!("le rôle {role} ne convient pas à un partenaire de type {kind}").into());
    }
    if arguments.role.contains(&Role::Referent) {
        expect_office(&store, &arguments).await?;
    }
    let lifetime = TimeDelta::from_std(arguments.ttl)?;
    if arguments.subject.trim().is_empty() || lifetime < TimeDelta::seconds(1) {
        return Err("un jeton a un sujet (--subject) et vaut une seconde au moins (--ttl 1h)".into());
    }
    if lifetime > TimeDelta::days(365) {
        return Err("un jeton vaut un an au plus (--ttl 365d)".into());
    }
    let identity = identity(arguments);
    print::text(&format!("{}\n", issuer(settings)?.issue(&identity, Utc::now(), lifetime)?))?;
    Ok(())
}

/// A token that calls somebody a referent who is not in office opens nothing.
async fn expect_office(store: &Store, arguments: &Arguments) -> Result<(), Failure> {
    let in_office = store.subjects_in_office(&arguments.partner, Utc::now().date_naive()).await?;
    if in_office.contains(&arguments.subject) {
        return Ok(());
    }
    let whom = match in_office.as_slice() {
        [] => "personne ne l’est : l’opérateur désigne quelqu’un (designateReferent)".to_owned(),
        subjects => format!("en exercice : {} (--subject)", subjects.join(", ")),
    };
    Err(format!("« {} » n’est pas référent de {} ; {whom}", arguments.subject, arguments.partner).into())
}

/// The local issuer.
pub fn issuer(settings: &Settings) -> Result<Issuer, Failure> {
    let trust = Trust { issuer: settings.issuer.clone(), audience: settings.audience.clone() };
    let folder = settings.keys();
    // That of a new observatory is made with it.
    if !keys::has_issuer(&folder) {
        print::note(&format!(
            "La clé qui signe les jetons n’est pas dans {} : une nouvelle y est créée. Les jetons émis avant sont refusés, et \
             les autres instances refusent les nouveaux jusqu’à ce qu’elles aient la même clé.",
            folder.display()
        ))?;
    }
    Ok(Issuer::new(keys::issuer(&folder)?, trust))
}

fn identity(arguments: Arguments) -> Identity {
    let allowed = arguments.allow_purpose;
    let purposes = match (allowed.is_empty(), arguments.purpose) {
        (true, None) => Purposes::all(),
        (_, purpose) => allowed.into_iter().chain(purpose).collect(),
    };
    Identity {
        subject: arguments.subject,
        client: arguments.client,
        partner: arguments.partner,
        roles: arguments.role,
        purposes,
        purpose: arguments.purpose,
    }
}
