//! The programme of studies.

use async_graphql::{Context, Object};
use entity::types::StudyKind as Kind;

use super::{Partner, Study};
use crate::{
    error::Refusal,
    graphql::{
        context::InSession,
        cost,
        scalars::Date,
        words::{PlannedStudyState, StudyKind},
    },
    language::Language,
    store,
};

/// A study of the programme: one that was planned, or that a rule asks for.
#[derive(Clone)]
pub struct PlannedStudy(pub store::PlannedStudy);

/// A study of the programme: one that was planned, or that a rule asks for.
#[Object]
impl PlannedStudy {
    /// Reference.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Kind of study.
    async fn kind(&self) -> StudyKind {
        self.0.kind.into()
    }

    /// Title, in the caller’s language where a rule asks for it and nobody planned it.
    async fn title(&self, context: &Context<'_>) -> Result<String, Refusal> {
        let language = context.session()?.language();
        Ok(self.0.title.clone().unwrap_or_else(|| of_rule(self.0.kind, language).to_owned()))
    }

    /// Whether a rule asks for it (needs analysis: article R.123-1 of the code de l’action sociale et des familles;
    /// evaluation of the urban policy, each year), whether somebody planned it or not.
    async fn required(&self) -> bool {
        self.0.required
    }

    /// Who leads it.
    async fn leader(&self, context: &Context<'_>) -> Result<Partner, Refusal> {
        Partner::by_id(context.session()?, self.0.partner_id).await?.ok_or_else(Refusal::internal)
    }

    /// Last day on which it is in time.
    async fn due_on(&self) -> Date {
        self.0.due_on.into()
    }

    /// Where it stands, as far as the viewer may know: a study that does not exist for them is not in it.
    async fn state(&self) -> PlannedStudyState {
        self.0.state.into()
    }

    /// The study that it became, where that exists for the viewer: the one that its leader named, or, of what a rule asks
    /// for, the one of the kind that the leader wrote by itself or with its commune and that is no complement of another.
    #[graphql(complexity = "cost::times(4, child_complexity)")]
    async fn study(&self, context: &Context<'_>) -> Result<Option<Study>, Refusal> {
        let mut studies = context.session()?.reading().studies().await?.iter();
        Ok(self.0.study_id.and_then(|id| studies.find(|study| study.id == id)).cloned().map(Study))
    }

    /// Why it was dropped.
    async fn drop_reason(&self) -> Option<&str> {
        self.0.drop_reason.as_deref()
    }
}

const fn of_rule(kind: Kind, language: Language) -> &'static str {
    match (kind, language) {
        (Kind::NeedsAnalysis, Language::French) => "Analyse des besoins sociaux (art. R.123-1 du CASF)",
        (Kind::NeedsAnalysis, Language::English) => "Analysis of social needs (CASF, article R.123-1)",
        (_, Language::French) => "Évaluation annuelle de la politique de la ville",
        (_, Language::English) => "Yearly evaluation of the urban policy",
    }
}
