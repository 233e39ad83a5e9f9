//! Studies.

use async_graphql::{Context, InputObject, Object};

use crate::{
    error::Refusal,
    graphql::{
        context::InSession,
        cost,
        paging::{Counted, Paging},
        types::Study,
        words::{StudyKind, StudyStatus, Theme},
    },
};

/// Which studies.
#[derive(Clone, Debug, Default, InputObject)]
pub struct StudyFilter {
    /// Only this kind.
    kind: Option<StudyKind>,
    /// Only this status.
    status: Option<StudyStatus>,
    /// Only this theme.
    theme: Option<Theme>,
}

/// Studies.
#[derive(Default)]
pub struct StudyQuery;

#[Object]
impl StudyQuery {
    /// A study by its reference; null when it is not there, or not this viewer's.
    async fn study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Reference.")] reference: String,
    ) -> Result<Option<Study>, Refusal> {
        let studies = context.session()?.reading().studies().await?;
        Ok(studies.iter().find(|study| study.reference == reference).cloned().map(Study))
    }

    /// Studies that exist for this viewer, in the order of their references.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn studies(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which studies.")] filter: Option<StudyFilter>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Study>, Refusal> {
        let filter = filter.unwrap_or_default();
        let kind = filter.kind.map(entity::types::StudyKind::from);
        let status = filter.status.map(entity::types::StudyStatus::from);
        let theme = filter.theme.map(entity::types::Theme::from);
        let studies = context.session()?.reading().studies().await?.iter().filter(|study| {
            kind.is_none_or(|kind| study.kind == kind)
                && status.is_none_or(|status| study.status == status)
                && theme.is_none_or(|theme| study.themes.contains(&theme))
        });
        Study::page(studies, &Paging { first, after, last, before })
    }
}
