//! `observatoire log`: the log of access, verified or listed.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Days, NaiveDate, Utc};
use clap::{Args, Subcommand};
use entity::types::PartnerCode;

use super::{Failure, partners, print, progress::Bar, setup, values};
use crate::{
    access_log::{Link, Record},
    config::Settings,
    demonstration::Progress,
    store::{AccessFilter, AccessPage, Others, Reach, Reference, Store},
};

/// What is audited besides a masked table.
#[derive(Subcommand)]
pub enum Audited {
    /// Vérifie le journal des accès, comme `log verify`. / Verifies the log of access, like `log verify`.
    Verify(Kept),
}

/// What a chain is held against.
#[derive(Args)]
pub struct Kept {
    /// Fin de chaîne conservée ailleurs, telle que cette commande l’écrit : NUMÉRO:EMPREINTE. / An end that was kept.
    #[arg(long, value_name = "NUMBER:HASH", value_parser = link)]
    kept: Option<Link>,
}

/// What is done with the log of access.
#[derive(Subcommand)]
pub enum Step {
    /// Vérifie la chaîne : tout enregistrement modifié, supprimé ou inséré est nommé. / Verifies the chain.
    Verify(Kept),
    /// Liste les enregistrements, les plus récents d’abord. / Lists records, the newest first.
    List {
        /// Depuis ce jour. / Since this day.
        #[arg(long, value_name = "DAY", value_parser = values::day)]
        since: Option<NaiveDate>,
        /// Une seule source. / One source only.
        #[arg(long)]
        source: Option<String>,
        /// Un seul partenaire. / One partner only.
        #[arg(long)]
        partner: Option<String>,
        /// Au plus tant d’enregistrements. / At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u64,
    },
}

/// Records that are listed at once.
const A_PAGE: u64 = 500;
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Takes a step.
pub async fn run(settings: &Settings, step: Step) -> Result<(), Failure> {
    let store = setup::existing(settings).await?;
    match step {
        Step::Verify(Kept { kept }) => verify(settings, &store, kept).await,
        Step::List { since, source, partner, limit } => {
            expect_named(&store, source.as_deref(), partner.as_deref()).await?;
            let from = since.and_then(|day| day.and_hms_opt(0, 0, 0)).map(|instant| instant.and_utc());
            let filter = AccessFilter { source, partner, from, ..AccessFilter::default() };
            list(&store, &filter, limit).await
        }
    }
}

/// Refuses a source or a partner that is not there: a slip of the hand is not answered with nothing.
async fn expect_named(store: &Store, source: Option<&str>, partner: Option<&str>) -> Result<(), Failure> {
    if let Some(code) = source
        && store.catalogue().await?.source_by_code(code).is_none()
    {
        return Err(format!("aucune source n’a le code « {code} »").into());
    }
    if let Some(code) = partner {
        let kind = match PartnerCode::parse(code) {
            Ok(known) => store.partner_kind(&known).await?,
            Err(_) => None,
        };
        if kind.is_none() {
            return Err(partners::unknown(store, code).await?);
        }
    }
    Ok(())
}

async fn verify(settings: &Settings, store: &Store, kept: Option<Link>) -> Result<(), Failure> {
    let keyring = setup::keyring(settings, store).await?;
    let bar = Bar::new();
    let progress = |done, total| bar.step("enregistrements vérifiés", done, total);
    let (chain, verdict) = store.verify_log(&keyring, kept, &progress).await?;
    bar.finish();
    for fault in &verdict.faults {
        print::text(&format!("{fault}\n"))?;
    }
    if !verdict.holds() {
        let faults = print::several(usize::try_from(verdict.fault_count)?, "anomalie", "anomalies");
        return Err(format!("le journal des accès ne tient pas : {faults}").into());
    }
    let Some(chain) = chain else {
        return Ok(print::text("le journal des accès n’est pas encore commencé\n")?);
    };
    let removed = match (chain.removed_on(), chain.removed().number) {
        (Some(day), 1) => format!(", le premier retiré le {}", day.format("%d/%m/%Y")),
        (Some(day), number) => {
            let number = print::count(usize::try_from(number)?);
            format!(", les {number} premiers retirés jusqu’au {}", day.format("%d/%m/%Y"))
        }
        (None, _) => String::new(),
    };
    let (number, hash) = (chain.last().number, hexadecimal(&chain.last().hash));
    print::text(&format!(
        "{} enregistrements vérifiés, journal commencé le {}{removed}\n{number}:{hash}\n",
        verdict.records,
        chain.begun_on().format("%d/%m/%Y"),
    ))?;
    Ok(print::note(
        "Conservez la dernière ligne ailleurs : observatoire log verify --kept la confrontera au journal.",
    )?)
}

async fn list(store: &Store, filter: &AccessFilter, limit: u64) -> Result<(), Failure> {
    let reach = Reach { own: None, others: Others::All };
    let (mut page, mut left) = (AccessPage::default(), limit);
    while left > 0 {
        page.limit = left.min(A_PAGE);
        let found = store.search_log(&reach, filter, &page).await?;
        let Some(last) = found.last() else { break };
        page.after = Some(last.number);
        left = left.saturating_sub(found.len() as u64);
        print::text(&found.iter().map(line).collect::<String>())?;
    }
    Ok(())
}

fn line(record: &Record) -> String {
    let entry = &record.entry;
    let purpose = entry.purpose.map_or("sans finalité", |purpose| purpose.word());
    let client =
        entry.client.as_ref().map_or_else(String::new, |client| format!(" par {}", client.escape_debug()));
    let mut text = format!(
        "{} {} {} pour {}{client} : {purpose}\n",
        record.number,
        entry.at.format("%Y-%m-%dT%H:%M:%SZ"),
        entry.subject.escape_debug(),
        entry.partner,
    );
    for source in &entry.sources {
        let counts = source.counts;
        let several = |count: u32, one, many| print::several(count as usize, one, many);
        text.push_str(&format!(
            "  {} : {} dont {}, {} dont {}, {} ; {}\n",
            source.source,
            several(counts.shown, "montrée", "montrées"),
            several(counts.unmasked, "démasquée", "démasquées"),
            several(counts.withheld, "retenue", "retenues"),
            several(counts.refused, "refusée", "refusées"),
            several(counts.searches, "recherche", "recherches"),
            several(source.territory_count, "territoire", "territoires"),
        ));
    }
    text
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a link as it is written.
fn link(text: &str) -> Result<Link, String> {
    let read = || {
        let (number, hash) = text.trim().split_once(':')?;
        let digits = hash.as_bytes().chunks(2);
        let bytes = digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        Some(Link { number: number.parse().ok()?, hash: bytes.collect::<Option<Vec<u8>>>()? })
    };
    read().filter(|link| link.hash.len() == 32).ok_or_else(|| {
        "attendu : NUMÉRO:EMPREINTE, l’empreinte en 64 chiffres hexadécimaux, comme cette commande l’écrit".to_owned()
    })
}

/// Removes what is older than is kept, now and once a day, as long as the server runs.
pub async fn shorten(store: Store, reference: Arc<Reference>, days: u32) {
    loop {
        let now = Utc::now();
        match store.log_chain(&reference.keyring).await {
            Ok(chain) => tracing::info!(
                number = chain.last().number,
                hash = %hexadecimal(&chain.last().hash),
                "the log of access ends here"
            ),
            Err(cause) => tracing::error!(%cause, "the log of access cannot be written to"),
        }
        let before = now.checked_sub_days(Days::new(u64::from(days))).unwrap_or(DateTime::<Utc>::MIN_UTC);
        match store.shorten_log(&reference.keyring, before, now).await {
            Ok(0) => {}
            Ok(records) => tracing::info!(records, "old records of access were removed"),
            Err(cause) => tracing::error!(%cause, "old records of access were not removed"),
        }
        tokio::time::sleep(DAY).await;
    }
}
