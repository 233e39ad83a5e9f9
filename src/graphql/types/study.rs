//! Studies.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::{Document, Indicator, Observation, Partner, Territory};
use crate::{
    auth::{
        Viewer,
        policy::{self, CharterAct},
    },
    error::Refusal,
    graphql::{
        breadth::{self, Breadth, Lead},
        context::{InSession, Session},
        cost,
        identifier::Identifier,
        paging::{self, Counted, Paging},
        scalars::Date,
        words::{Audience, StudyKind, StudyStatus, Theme},
    },
    store,
};

/// A study that exists for this viewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Study(pub Arc<store::Study>);

impl Study {
    /// One of its documents.
    #[must_use]
    pub fn document(&self, reference: &str) -> Option<Document> {
        let documents = self.0.documents.iter();
        let mut documents = documents.map(|document| Document::new(document.clone(), Arc::clone(&self.0)));
        documents.find(|document| document.is(reference))
    }

    /// Whether the viewer writes it, or lets it go.
    fn is_written_by(&self, viewer: &Viewer) -> bool {
        let writes =
            |partner_id: &i32| policy::acts(viewer, CharterAct::WriteStudy { partner_id: *partner_id });
        policy::acts(viewer, CharterAct::PublishStudy) || self.0.authors.iter().any(writes)
    }

    fn used(&self) -> Vec<Indicator> {
        self.0.indicators.iter().map(|id| Indicator::new(*id)).collect()
    }

    fn places(&self, session: &Session) -> Vec<Territory> {
        let gazetteer = session.gazetteer();
        self.0.territories.iter().filter_map(|id| gazetteer.get(*id)).map(Territory::latest).collect()
    }

    /// A page of studies.
    ///
    /// # Errors
    ///
    /// Those of [`paging::page`].
    pub fn page<'a>(
        studies: impl Iterator<Item = &'a Arc<store::Study>>,
        paging: &Paging,
    ) -> Result<Counted<Self>, Refusal> {
        let items = studies.map(|study| (study.reference.clone(), Self(study.clone()))).collect();
        paging::page("studies", items, paging)
    }
}

impl Breadth for Study {
    fn lead(field: &str) -> Lead<Self> {
        match field {
            "indicators" => Lead::to::<Indicator>(&[], |rows, context| {
                Box::pin(async move {
                    let used: Vec<Vec<Indicator>> = rows.iter().map(|row| row.used()).collect();
                    breadth::lists(context, used.iter().map(|list| list.iter().collect()).collect()).await
                })
            }),
            "territories" => Lead::to::<Territory>(&[], |rows, context| {
                Box::pin(async move {
                    let session = context.session().ok()?;
                    let places: Vec<Vec<Territory>> = rows.iter().map(|row| row.places(session)).collect();
                    breadth::lists(context, places.iter().map(|list| list.iter().collect()).collect()).await
                })
            }),
            _ => Lead::Here,
        }
    }
}

/// A study that exists for this viewer; to everybody else it is as if it had never been.
#[Object]
impl Study {
    /// Opaque identifier.
    pub async fn id(&self) -> ID {
        Identifier::Study(self.0.reference.clone()).encode()
    }

    /// Reference.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Kind.
    async fn kind(&self) -> StudyKind {
        self.0.kind.into()
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Summary.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// Where it stands.
    async fn status(&self) -> StudyStatus {
        self.0.status.into()
    }

    /// Whom it may reach.
    async fn audience(&self) -> Audience {
        self.0.audience.into()
    }

    /// Partners that wrote it.
    #[graphql(complexity = "cost::times(4, child_complexity)")]
    async fn authors(&self, context: &Context<'_>) -> Result<Vec<Partner>, Refusal> {
        let partners = context.session()?.reading().partners().await?;
        let authors = partners.iter().filter(|partner| self.0.authors.contains(&partner.id));
        Ok(authors.cloned().map(Partner).collect())
    }

    /// Partners whose analysts and referents read it once it is submitted.
    #[graphql(complexity = "cost::times(4, child_complexity)")]
    async fn study_group(&self, context: &Context<'_>) -> Result<Vec<Partner>, Refusal> {
        let partners = context.session()?.reading().partners().await?;
        let group = partners.iter().filter(|partner| self.0.group.contains(&partner.id));
        Ok(group.cloned().map(Partner).collect())
    }

    /// Territories that it is about.
    #[graphql(complexity = "cost::times(6, child_complexity)")]
    async fn territories(&self, context: &Context<'_>) -> Result<Vec<Territory>, Refusal> {
        Ok(self.places(context.session()?))
    }

    /// Themes.
    async fn themes(&self) -> Vec<Theme> {
        self.0.themes.iter().copied().map(Theme::from).collect()
    }

    /// Indicators that it uses.
    #[graphql(complexity = "cost::times(6, child_complexity)")]
    async fn indicators(&self) -> Vec<Indicator> {
        self.used()
    }

    /// Observations that it quotes, as this viewer is told them.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn citations(&self, context: &Context<'_>) -> Result<Vec<Observation>, Refusal> {
        let session = context.session()?;
        let mut citations = Vec::with_capacity(self.0.citations.len());
        for told in
            futures_util::future::join_all(self.0.citations.iter().map(|key| session.figure(*key))).await
        {
            citations.push(Observation::from(told?));
        }
        Ok(citations)
    }

    /// Documents, in the order of attachment.
    #[graphql(complexity = "cost::times(3, child_complexity)")]
    async fn documents(&self) -> Vec<Document> {
        let documents = self.0.documents.iter();
        documents.map(|document| Document::new(document.clone(), Arc::clone(&self.0))).collect()
    }

    /// What it says and is about at this moment, in a word; the operator names it when they let it go. Null but for its
    /// authors and the operator.
    async fn version(&self, context: &Context<'_>) -> Result<Option<String>, Refusal> {
        Ok(self.is_written_by(context.session()?.viewer()).then(|| self.0.version()))
    }

    /// Subject of the token of the person who drafted it, never a name; null but for its authors and the operator, and for
    /// studies that came with the observatory.
    async fn drafted_by(&self, context: &Context<'_>) -> Result<Option<&str>, Refusal> {
        let written = self.is_written_by(context.session()?.viewer());
        Ok(self.0.drafted_by.as_deref().filter(|_| written))
    }

    /// Whether the operator has read it as it stands; null but for its authors and the operator.
    async fn reviewed(&self, context: &Context<'_>) -> Result<Option<bool>, Refusal> {
        Ok(self.is_written_by(context.session()?.viewer()).then(|| self.0.is_reviewed()))
    }

    /// Day of publication.
    async fn published_on(&self) -> Option<Date> {
        self.0.published_on.map(Date::from)
    }
}
