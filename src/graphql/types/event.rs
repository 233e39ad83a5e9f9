//! Meetings of the signatories.

use async_graphql::{Context, ID, Object};

use super::{Partner, Study};
use crate::{
    error::Refusal,
    graphql::{context::InSession, cost, identifier::Identifier, scalars::Date, words::EventKind},
    store,
};

/// A meeting of the signatories; for those who read for one, and the operator.
#[derive(Clone)]
pub struct Event(pub store::Event);

/// A meeting of the signatories; for those who read for one, and the operator.
#[Object]
impl Event {
    /// Opaque identifier.
    pub async fn id(&self) -> ID {
        Identifier::Event(self.0.reference.clone()).encode()
    }

    /// Reference.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// What it is for.
    async fn kind(&self) -> EventKind {
        self.0.kind.into()
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Agenda.
    async fn agenda(&self) -> &str {
        &self.0.agenda
    }

    /// Day.
    async fn held_on(&self) -> Date {
        self.0.on.into()
    }

    /// Studies that it is about, as far as they exist for the viewer.
    #[graphql(complexity = "cost::times(4, child_complexity)")]
    async fn studies(&self, context: &Context<'_>) -> Result<Vec<Study>, Refusal> {
        let studies = context.session()?.reading().studies().await?.iter();
        Ok(studies.filter(|study| self.0.studies.contains(&study.id)).cloned().map(Study).collect())
    }

    /// Who is registered: oneself, those of one’s partner for its referent, everybody for the operator.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn attendances(&self) -> Vec<Attendance> {
        self.0.attendances.iter().cloned().map(Attendance).collect()
    }
}

/// Somebody who is registered for a meeting.
pub struct Attendance(store::Attendance);

/// Somebody who is registered for a meeting.
#[Object]
impl Attendance {
    /// Subject of the person’s tokens; never a name.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Whom the person is there for.
    async fn partner(&self, context: &Context<'_>) -> Result<Partner, Refusal> {
        Partner::by_id(context.session()?, self.0.partner_id).await?.ok_or_else(Refusal::internal)
    }

    /// Whether the person was there.
    async fn attended(&self) -> bool {
        self.0.attended
    }
}
