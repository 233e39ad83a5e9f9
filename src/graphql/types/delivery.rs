//! Files that were handed in.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::Utc;

use super::{Release, ReleaseReport, Source};
use crate::{
    error::Refusal,
    graphql::{
        context::InSession,
        cost,
        identifier::Identifier,
        paging::{self, Counted, Paging},
        scalars::DateTime,
        words::{DeliveryIssueCode, DeliveryIssueSeverity, DeliveryState, WorkPhase},
    },
    import::IssueCode,
    release::report::Report,
    store::{DeliveryFile, Finding, Findings, Work},
};

/// A file of a provider that was handed in; never a value of it.
#[derive(Clone)]
pub struct Delivery(pub Box<DeliveryFile>);

/// A file of a provider that was handed in; never a value of it.
#[Object]
impl Delivery {
    /// Opaque identifier.
    pub async fn id(&self) -> ID {
        Identifier::Delivery(self.0.delivery.reference.clone()).encode()
    }

    /// Reference.
    async fn reference(&self) -> &str {
        &self.0.delivery.reference
    }

    /// Source.
    async fn source(&self) -> Source {
        Source::new(self.0.delivery.source_id)
    }

    /// Name of the file.
    async fn file_name(&self) -> &str {
        &self.0.delivery.file_name
    }

    /// Where it stands.
    async fn state(&self) -> DeliveryState {
        let silent = self.0.work.as_ref().is_some_and(|work| work.interrupted(Utc::now()));
        let received = self.0.delivery.state == entity::types::DeliveryState::Received;
        if received && silent { DeliveryState::Interrupted } else { self.0.delivery.state.into() }
    }

    /// When it came.
    async fn received_on(&self) -> DateTime {
        self.0.delivery.received_on.into()
    }

    /// When it was staged, refused or given up.
    async fn ended_on(&self) -> Option<DateTime> {
        self.0.delivery.ended_on.map(DateTime::from)
    }

    /// Warnings that were accepted.
    async fn accepted(&self) -> Vec<DeliveryIssueCode> {
        self.0.delivery.accepted.iter().filter_map(|word| code(word)).collect()
    }

    /// Rows that were read; null while it is being read, where it could not be, and where it was refused for an error. One
    /// that was refused for its warnings alone has its number.
    async fn rows(&self) -> Option<i32> {
        self.0.delivery.rows.map(|rows| whole(rows.unsigned_abs()))
    }

    /// How far its check and its staging have come.
    async fn progress(&self) -> Option<Progress> {
        self.0.work.clone().map(Progress)
    }

    /// How many issues there are of each code.
    #[graphql(complexity = "cost::times(20, child_complexity)")]
    async fn issue_counts(&self, context: &Context<'_>) -> Result<Vec<DeliveryIssueCount>, Refusal> {
        let counts = self.findings(context).await?.counts.into_iter();
        let count = |(word, count): (String, u64)| {
            let code: IssueCode = word.parse().ok()?;
            let count = whole(count);
            Some(DeliveryIssueCount { severity: code.severity().into(), code: code.into(), count })
        };
        Ok(counts.filter_map(count).collect())
    }

    /// What is wrong with it, by line: a hundred issues of each code at most, see `issueCounts`.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn issues(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<DeliveryIssue>, Refusal> {
        let findings = self.findings(context).await?.findings.into_iter().enumerate();
        let items = findings.map(|(at, finding)| (at.to_string(), DeliveryIssue(finding))).collect();
        let list = format!("issues of {}", self.0.delivery.reference);
        paging::page(&list, items, &Paging { first, after, last, before })
    }

    /// Release that it became.
    async fn release(&self) -> Option<Release> {
        self.0.dossier.as_ref().map(|dossier| Release(dossier.release.clone()))
    }

    /// How far the plan of its release has come.
    async fn planning(&self) -> Option<Progress> {
        self.0.planning.clone().map(Progress)
    }

    /// What the plan of its release shows and masks.
    async fn report(&self) -> Option<ReleaseReport> {
        let report = self.0.dossier.as_ref()?.report.as_deref()?;
        serde_json::from_str::<Report>(report).ok().map(ReleaseReport)
    }
}

impl Delivery {
    async fn findings(&self, context: &Context<'_>) -> Result<Findings, Refusal> {
        Ok(context.session()?.findings.load_one(self.0.delivery.id).await?.unwrap_or_default())
    }
}

/// A number as the schema's `Int` holds it.
fn whole(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn code(word: &str) -> Option<DeliveryIssueCode> {
    word.parse::<IssueCode>().ok().map(DeliveryIssueCode::from)
}

/// How many issues of one code a delivery has.
#[derive(SimpleObject)]
pub struct DeliveryIssueCount {
    /// Stable code.
    code: DeliveryIssueCode,
    /// Whether it stops a delivery, or does until it is accepted.
    severity: DeliveryIssueSeverity,
    /// How many.
    count: i32,
}

/// Something that is wrong with a delivery: where it is and what helps to mend it, never a value.
pub struct DeliveryIssue(Finding);

/// Something that is wrong with a delivery: where it is and what helps to mend it, never a value.
#[Object]
impl DeliveryIssue {
    /// Stable code; null for one that this version no longer knows.
    async fn code(&self) -> Option<DeliveryIssueCode> {
        code(&self.0.code)
    }

    /// Whether it stops a delivery, or does until it is accepted.
    async fn severity(&self) -> DeliveryIssueSeverity {
        let code: Option<IssueCode> = self.0.code.parse().ok();
        code.map_or(DeliveryIssueSeverity::Error, |code| code.severity().into())
    }

    /// Line of the file; null when it is about the file or its mapping.
    async fn line(&self) -> Option<i32> {
        self.0.line.map(whole)
    }

    /// Column of the file, by name.
    async fn column(&self) -> Option<&str> {
        self.0.column.as_deref()
    }

    /// What is wrong and what to do, in the caller’s language.
    async fn message(&self, context: &Context<'_>) -> Result<String, Refusal> {
        let language = context.session()?.language();
        Ok(language.typeset(language.pick(&self.0.french, &self.0.english)))
    }
}

/// How far a work that takes a while has come.
pub struct Progress(Work);

/// How far a work that takes a while has come.
#[Object(name = "WorkProgress")]
impl Progress {
    /// What it is doing.
    async fn phase(&self) -> WorkPhase {
        self.0.phase.into()
    }

    /// So much of the phase is done: bytes of a file, cells of a plan.
    async fn done(&self) -> i32 {
        whole(self.0.done)
    }

    /// So much there is to do in the phase; null where nobody knows.
    async fn total(&self) -> Option<i32> {
        (self.0.total > 0).then(|| whole(self.0.total))
    }

    /// When it last showed a sign of life.
    async fn updated_on(&self) -> DateTime {
        self.0.touched_on.into()
    }

    /// Whether it stopped without a word, because its server did: nothing of it was kept, begin it again.
    async fn interrupted(&self) -> bool {
        self.0.interrupted(Utc::now())
    }

    /// Stable code of why it was given up.
    async fn fault_code(&self) -> Option<&str> {
        self.0.fault.as_ref().map(|fault| fault.code.as_str())
    }

    /// Why it was given up, in the caller’s language.
    async fn fault(&self, context: &Context<'_>) -> Result<Option<String>, Refusal> {
        let language = context.session()?.language();
        let told = self.0.fault.as_ref().map(|fault| language.pick(&fault.french, &fault.english));
        Ok(told.map(|told| language.typeset(told)))
    }
}
