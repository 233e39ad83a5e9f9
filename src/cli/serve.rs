//! `observatoire serve`.

use std::{sync::Arc, time::Duration};

use chrono::{TimeDelta, Utc};
use entity::types::{PartnerCode, Purpose, Purposes, Role};
use tokio::net::TcpListener;

use super::{Failure, log, print, setup, token};
use crate::{
    auth::{
        Identity,
        token::{ClientTokens, Issuer, Links},
    },
    config::Settings,
    graphql,
    http::{self, App},
    present::profile::Templates,
    provider_keys,
    release::desk::Desk,
    store::{AccessLog, Happenings, Reference, Store},
};

/// Between two times of removing what is long past.
const A_WHILE: Duration = Duration::from_secs(300);
/// Between two removals of old revisions at least.
const A_MOMENT: Duration = Duration::from_secs(1);

/// The callers of the demonstration, each with the subject of a ready token; a referent’s is one in office.
const CALLERS: &[(&str, &str, Role, &str, Option<&str>)] = &[
    ("lecteur d’un signataire", "CCAS-DIJON", Role::Reader, "demo", None),
    ("analyste d’un signataire", "CCAS-DIJON", Role::Analyst, "demo", None),
    ("référent d’un signataire", "CCAS-CHENOVE", Role::Referent, "agent-0018", None),
    ("analyste, usage accordé par la Caf pour URBAN_POLICY", "COM-21166", Role::Analyst, "demo", None),
    ("tableau de bord tiers d’un signataire", "CCAS-DIJON", Role::Reader, "demo", Some("tableau-de-bord")),
    ("fournisseur", "CAF21", Role::Provider, "demo", None),
    ("prestataire", "COMPAS-TIS", Role::Processor, "demo", None),
    ("opérateur (l’agglomération)", "GRAND-DIJON", Role::Operator, "demo", None),
];

const EXAMPLE: &str = r#"{ viewer { partner { name } standing { missing } }
  territory(code: "21231") { name population { value period }
    rsa: observation(indicator: "PRE03", period: "2023") { value withheld note } } }"#;

/// Serves until asked to stop, then lets answers finish.
pub async fn run(settings: &Settings) -> Result<(), Failure> {
    // First of all, so that a busy address is known before the demonstration is built.
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        format!("{} : {error} (OBSERVATOIRE_LISTEN choisit une autre adresse)", settings.listen)
    })?;
    let store = setup::ready(settings).await?;
    let demonstration =
        store.setting("content").await?.is_some_and(|content| content.starts_with("demonstration"));
    if let Some(address) = settings.metrics_listen {
        let served = http::Measures::begin()?.serve(address).await;
        served.map_err(|error| format!("{address} : {error} (OBSERVATOIRE_METRICS_LISTEN)"))?;
    }
    let issuer = token::issuer(settings)?;
    let app = app(settings, store, &issuer).await?;
    tokio::spawn(log::shorten(app.store.clone(), Arc::clone(&app.reference), settings.log_retention_days));
    tokio::spawn(revisions(app.store.clone()));
    tokio::spawn(app.desk.clone().watch_grants());
    provider_keys::ask_at_start(&app.verifier);
    welcome(settings, &issuer, listener.local_addr()?, demonstration)?;
    let places = http::Connections { most: settings.most_connections, behind_proxy: settings.behind_proxy };
    let (connections, store) = ((places, app.ending.clone()), app.store.clone());
    http::serve(listener, http::router(app, settings), connections, stopped()).await;
    // What is not folded now is by the next start.
    if let Err(cause) = store.fold().await {
        tracing::warn!(%cause, "the write-ahead file stays as it is");
    }
    Ok(())
}

/// What every request needs.
pub async fn app(settings: &Settings, store: Store, issuer: &Issuer) -> Result<App, Failure> {
    let reference = Reference {
        gazetteer: store.gazetteer().await?,
        catalogue: store.catalogue().await?,
        keyring: setup::keyring(settings, &store).await?,
    };
    let reference = Arc::new(reference);
    let templates = Templates::read(settings.profiles.as_deref(), &reference.catalogue)?;
    Ok(App {
        desk: Desk::new(store.clone(), Arc::clone(&reference)),
        happenings: Happenings::of(&store),
        ending: http::Ending::default(),
        persisted: Arc::new(http::Persisted::read(settings.registered_documents.as_deref())?),
        access_log: AccessLog::start(&store, Arc::clone(&reference)).await?,
        store,
        reference,
        shelf: setup::shelf(settings)?,
        verifier: Arc::new(issuer.verifier().trusting(provider_keys::open(&settings.providers)?)),
        links: Links::of(issuer),
        client_tokens: ClientTokens::of(issuer),
        templates: Arc::new(templates),
        schema: graphql::Schema::new(),
        clock: Arc::new(Utc::now),
    })
}

fn welcome(
    settings: &Settings,
    issuer: &Issuer,
    address: std::net::SocketAddr,
    demonstration: bool,
) -> Result<(), Failure> {
    print::text(&format!("GraphiQL : http://{address}/\nGraphQL :  http://{address}/graphql\n"))?;
    if !demonstration || !address.ip().is_loopback() {
        // Ready tokens are for trials on one's own machine, never for a log that others read.
        return Ok(print::text("Jetons : observatoire token --help\n")?);
    }
    print::text(
        "\nUn jeton par type d’appelant (12 h ; ajoutez l’en-tête X-Purpose: NEEDS_ANALYSIS pour déclarer une finalité) :\n  public : sans jeton\n",
    )?;
    for (label, partner, role, subject, client) in CALLERS {
        let identity = Identity {
            subject: (*subject).to_owned(),
            client: client.map(str::to_owned),
            partner: PartnerCode::parse(partner)?,
            roles: vec![*role],
            purposes: Purposes::all(),
            purpose: client.map(|_| Purpose::NeedsAnalysis),
        };
        let token = issuer.issue(&identity, Utc::now(), TimeDelta::hours(12))?;
        print::text(&format!("  {label} ({partner}) :\n    {token}\n"))?;
    }
    print::text(&format!("\nUne requête à essayer :\n{EXAMPLE}\n\nDonnées : {}\n", settings.data.display()))?;
    Ok(())
}

/// Removes the records of changes that are long past, now and every few minutes, as long as the server runs.
async fn revisions(store: Store) {
    loop {
        if let Err(cause) = store.shorten_revisions().await {
            tracing::warn!(%cause, "old revisions were not removed");
        }
        // Not at once again: others may still be counting.
        tokio::time::sleep(A_MOMENT).await;
        tokio::select! {
            () = tokio::time::sleep(A_WHILE) => {}
            () = store.revisions_crowd() => {}
        }
    }
}

async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminated) = terminated {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
