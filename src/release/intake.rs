//! From a file that was handed in to a staged release, or to all that is wrong with it.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    sync::Arc,
};

use chrono::{DateTime, Utc};
use delivery_reader::{Options, ReadError};
use entity::types::{DeliveryState, WorkPhase};
use serde_json::json;
use tokio::runtime::Handle;

use super::{
    logbook::Progress,
    office::{Delivered, Office},
    refusal::OfficeError,
};
use crate::{
    import::{Context, Detail, Issue, IssueCode, Issues, Mapping, Subjects, file},
    language::Language,
    store::{
        Arrival, Delivery, Dossier, Ended, Fault, Finding, Findings, Received, Reference, Store, StoreError,
    },
};

/// A file that was handed in, and how it is taken.
pub struct Parcel {
    /// The file.
    pub file: File,
    /// Its name, without what a terminal takes for an order.
    pub file_name: String,
    /// How it is read.
    pub options: Options,
    /// What its columns mean.
    pub mapping: Mapping,
    /// The mapping as somebody wrote it: kept with the source once the file is staged.
    pub mapping_text: Option<String>,
    /// Year that it describes; that of the file where it is not said.
    pub year: Option<i32>,
    /// Warnings that are accepted.
    pub accepted: Vec<IssueCode>,
    /// Only checked, and nothing of it kept.
    pub only_check: bool,
    /// Nobody without the right sees it before.
    pub embargo_until: Option<DateTime<Utc>>,
    /// Partner that handed it in; none for the command line.
    pub partner_id: Option<i32>,
}

/// What became of a file.
pub struct Taken {
    /// What is wrong with it.
    pub issues: Issues,
    /// Rows that were read; none when it is refused.
    pub rows: Option<u64>,
    /// Categories that it leaves out beside others, which are zeros.
    pub zeros: usize,
    /// The release that it became.
    pub dossier: Option<Dossier>,
}

/// Why a file is not taken in; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No source has this code.
    #[error("no source {0}")]
    Source(String),
    /// The file is no table, or over a limit.
    #[error("{}", .0.french())]
    Unreadable(#[from] ReadError),
    /// Staging.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The checking thread did not end.
    #[error("the check was interrupted")]
    Interrupted,
}

impl IntakeError {
    /// What happened and what to do, for people, with a code; causes inside the database are for the log.
    #[must_use]
    pub fn fault(&self) -> Fault {
        let (code, french, english) = match self {
            Self::Source(code) => (
                "SOURCE_UNKNOWN",
                format!("Aucune source n’a le code « {code} »."),
                format!("No source has the code “{code}”."),
            ),
            Self::Unreadable(error) => (error.kind.code(), error.french(), error.english()),
            Self::Office(error) => {
                (error.word(), error.told(Language::French), error.told(Language::English))
            }
            Self::Store(_) | Self::Interrupted => (
                "INTERNAL",
                "La base de données n’a pas répondu comme attendu ; rien n’a changé. Recommencez.".to_owned(),
                "The database did not answer as expected; nothing has changed. Try again.".to_owned(),
            ),
        };
        Fault { code: code.to_owned(), french, english }
    }
}

/// Takes files in.
#[derive(Clone)]
pub struct Intake {
    store: Store,
    reference: Arc<Reference>,
}

impl Intake {
    /// The intake of an observatory.
    #[must_use]
    pub const fn new(store: Store, reference: Arc<Reference>) -> Self {
        Self { store, reference }
    }

    /// Writes down that a file has come.
    ///
    /// # Errors
    ///
    /// [`IntakeError::Source`], [`IntakeError::Store`].
    pub async fn receive(&self, parcel: &Parcel, now: DateTime<Utc>) -> Result<Delivery, IntakeError> {
        let code = &parcel.mapping.source;
        let source = self.reference.catalogue.source_by_code(code);
        let source_id = source.ok_or_else(|| IntakeError::Source(code.chars().take(80).collect()))?.id;
        let batch = self.store.writing().await?;
        let received = Received {
            source_id,
            partner_id: parcel.partner_id,
            file_name: parcel.file_name.clone(),
            received_on: now,
            accepted: parcel.accepted.iter().map(|code| code.word().to_owned()).collect(),
        };
        let delivery = batch.receive_delivery(received).await?;
        batch.commit().await?;
        Ok(delivery)
    }

    /// Reads a file to its end, checks it, and stages it unless something is wrong or only a check was asked for. The
    /// record of the delivery, where there is one, says how it ended; a release is staged in the same transaction.
    ///
    /// # Errors
    ///
    /// [`IntakeError`]; the record says so too.
    pub async fn take(
        &self,
        delivery: Option<&Delivery>,
        parcel: Parcel,
        progress: Arc<dyn Progress>,
    ) -> Result<Taken, IntakeError> {
        let taken = self.try_take(delivery.map(|delivery| delivery.id), parcel, progress).await;
        if let (Some(delivery), Err(error)) = (delivery, &taken) {
            tracing::warn!(delivery = delivery.reference, code = error.fault().code, "a delivery failed");
            let ended = Ended {
                state: DeliveryState::Failed,
                ended_on: Utc::now(),
                rows: None,
                findings: Findings::default(),
                release_id: None,
            };
            self.store.end_delivery(delivery.id, &ended).await?;
        }
        taken
    }

    async fn try_take(
        &self,
        delivery: Option<i32>,
        parcel: Parcel,
        progress: Arc<dyn Progress>,
    ) -> Result<Taken, IntakeError> {
        let source = self.reference.catalogue.source_by_code(&parcel.mapping.source);
        let (store, source_id) = (self.store.clone(), source.map(|source| source.id));
        let Parcel {
            mut file,
            file_name,
            options,
            mapping,
            mapping_text,
            year,
            accepted,
            only_check,
            embargo_until,
            partner_id,
            ..
        } = parcel;
        // Of another partner's file nobody learns whether a guess of theirs is the same.
        let manner = json!([mapping, options.sheet, year, embargo_until, partner_id]).to_string();
        let reference = Arc::clone(&self.reference);
        let told = Arc::clone(&progress);
        let runtime = Handle::current();
        let examined = tokio::task::spawn_blocking(move || {
            let last = |Subjects { indicators, territories }: &Subjects| match source_id {
                Some(source_id) => {
                    Ok(runtime.block_on(store.last_shown(source_id, (indicators, territories)))?)
                }
                None => Ok(HashMap::new()),
            };
            let context = Context {
                gazetteer: &reference.gazetteer,
                catalogue: &reference.catalogue,
                year,
                today: Utc::now().date_naive(),
            };
            let mut tell = |done: u64, all: u64| told.tell(WorkPhase::Checking, done, all);
            file::examine::<IntakeError>(&mut file, &options, context, mapping, &mut tell, last)
        });
        let examined = examined.await.or(Err(IntakeError::Interrupted))??;
        let file::Examined { checked, digest } = examined;
        let mut issues = checked.issues;
        // The same file, read the same way, is the same delivery, however often a command is run.
        let mark = digest.map(|digest| self.reference.keyring.mark(&format!("{digest} {manner}")));
        if let (Some(mark), Some(source)) = (&mark, source)
            && let Some(release) = self.store.published_from(source.id, mark).await?
        {
            issues.push(Issue::new(IssueCode::AlreadyDelivered, Detail::Names { names: vec![release] }));
        }
        let mut ended = Ended {
            state: DeliveryState::Refused,
            ended_on: Utc::now(),
            rows: checked.delivery.as_ref().map(|delivery| delivery.rows),
            findings: findings(&issues),
            release_id: None,
        };
        let zeros = checked.delivery.as_ref().map_or(0, |delivery| delivery.zeros);
        let right = checked.delivery.filter(|_| !issues.refused(&accepted));
        let (Some(right), Some(source), false) = (right, source, only_check) else {
            if only_check && !issues.refused(&accepted) {
                ended.state = DeliveryState::Checked;
            }
            if let Some(id) = delivery {
                self.store.end_delivery(id, &ended).await?;
            }
            return Ok(Taken { issues, rows: ended.rows, zeros, dossier: None });
        };
        progress.tell(WorkPhase::Staging, 0, right.rows);
        let arrival = Arrival {
            source_code: source.code.clone(),
            source_id: source.id,
            period: right.period,
            geography_vintage: right.vintage.year(),
            generation: right.generation,
            embargo_until,
            staged_on: Utc::now(),
            rows: right.rows,
            file_name,
            digest: mark,
            accepted: accepted.iter().map(|code| code.word().to_owned()).collect(),
        };
        let delivered = Delivered { sheets: right.sheets, masked_by_producer: right.masked_by_producer };
        ended.state = DeliveryState::Staged;
        let rows = ended.rows;
        let dossier =
            self.office().stage_delivery(arrival, delivered, delivery.map(|id| (id, ended))).await?;
        if let Some(text) = mapping_text {
            self.store.keep_mapping(source.id, &text, Utc::now()).await?;
        }
        Ok(Taken { issues, rows, zeros, dossier: Some(dossier) })
    }

    fn office(&self) -> Office<'_> {
        Office::over(&self.store, &self.reference)
    }
}

/// What is kept of issues: places and names.
fn findings(issues: &Issues) -> Findings {
    let finding = |issue: &Issue| Finding {
        code: issue.code.word().to_owned(),
        line: issue.line,
        column: issue.column.clone(),
        french: issue.french(),
        english: issue.english(),
    };
    let counts: BTreeMap<&str, u64> = issues.summary().map(|(code, _, count)| (code.word(), count)).collect();
    Findings {
        findings: issues.iter().map(finding).collect(),
        counts: counts.into_iter().map(|(code, count)| (code.to_owned(), count)).collect(),
    }
}
