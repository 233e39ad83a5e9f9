//! Studies drafted, revised, submitted, published and withdrawn.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use futures_util::future::try_join_all;

use crate::{
    charter::{CharterRefusal, Given},
    error::Refusal,
    graphql::{
        codes,
        context::{InSession, Session},
        filter::{CategoryInput, Search},
        scalars::Period,
        types::{CharterError, GivenAs as _, Study, Undone},
        words::{Audience, StudyKind, Theme},
    },
    registrar::{
        RegistrarError,
        studies::{Accepted, Cited},
    },
    store::{self, StudyDraft},
};

/// An observation that a study quotes.
#[derive(InputObject)]
pub struct CitationInput {
    /// Code of the indicator.
    indicator: String,
    /// Code of the territory.
    territory: String,
    /// Period.
    period: Period,
    /// Categories, one a dimension; the total by default.
    breakdown: Option<Vec<CategoryInput>>,
}

/// What a study says and is about.
#[derive(InputObject)]
pub struct StudyInput {
    /// Kind.
    kind: StudyKind,
    /// Title; 200 characters at most.
    title: String,
    /// Summary; 20,000 characters at most.
    summary: Option<String>,
    /// Whom it may reach. It reaches no further than the sources that it uses.
    audience: Audience,
    /// Codes of partners that write it too; those that do already stay.
    #[graphql(default)]
    co_authors: Vec<String>,
    /// Codes of partners whose analysts and referents read it once it is submitted. With a group, it is submitted once the
    /// operator has read it.
    #[graphql(default)]
    study_group: Vec<String>,
    /// Codes of the territories that it is about.
    #[graphql(default)]
    territories: Vec<String>,
    /// Themes.
    #[graphql(default)]
    themes: Vec<Theme>,
    /// Codes of the indicators that it uses; those that it cites are added.
    #[graphql(default)]
    indicators: Vec<String>,
    /// Observations that it quotes; 100 at most.
    #[graphql(default)]
    citations: Vec<CitationInput>,
}

/// A study that is drafted.
#[derive(InputObject)]
pub struct DraftStudyInput {
    /// What it says and is about.
    study: StudyInput,
}

/// A study that is written anew.
#[derive(InputObject)]
pub struct UpdateStudyInput {
    /// Reference.
    reference: String,
    /// What it says and is about from now on.
    study: StudyInput,
}

/// Which study is handed to the operator.
#[derive(InputObject)]
pub struct SubmitStudyInput {
    /// Reference.
    reference: String,
}

/// Which version of a study was read, and what in it is accepted.
#[derive(InputObject)]
pub struct ReviewStudyInput {
    /// Reference.
    reference: String,
    /// The version that you have read (`Study.version`).
    version: String,
    /// Numbers of its title, its summary and the titles of its documents that no cited figure shows and that you accept, as
    /// they are written.
    #[graphql(default)]
    accepted_numbers: Vec<String>,
    /// Checksums of its documents, all of which you have read.
    #[graphql(default)]
    accepted_documents: Vec<String>,
}

/// Which study is published.
#[derive(InputObject)]
pub struct PublishStudyInput {
    /// Reference.
    reference: String,
    /// The version that you have read (`Study.version`).
    version: String,
    /// Numbers of its title and summary that no cited figure shows and that you have read and accept, as they are written.
    #[graphql(default)]
    accepted_numbers: Vec<String>,
    /// Checksums of its documents, all of which you have read.
    #[graphql(default)]
    accepted_documents: Vec<String>,
}

/// Which study is taken back.
#[derive(InputObject)]
pub struct WithdrawStudyInput {
    /// Reference.
    reference: String,
}

/// A study that was drafted.
#[derive(SimpleObject, Default)]
pub struct DraftStudyPayload {
    /// The study; null when it was not done.
    pub study: Option<Study>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A study that was written anew.
#[derive(SimpleObject, Default)]
pub struct UpdateStudyPayload {
    /// The study; null when it was not done.
    pub study: Option<Study>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A study that was submitted.
#[derive(SimpleObject, Default)]
pub struct SubmitStudyPayload {
    /// The study; null when it was not done.
    pub study: Option<Study>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A study that was read over.
#[derive(SimpleObject, Default)]
pub struct ReviewStudyPayload {
    /// The study; null when it was not done.
    pub study: Option<Study>,
    /// Why it was not done, as for its publication.
    pub user_errors: Vec<CharterError>,
}

/// A study that is published.
#[derive(SimpleObject, Default)]
pub struct PublishStudyPayload {
    /// The study; null when it was not done.
    pub study: Option<Study>,
    /// Why it was not done: one for each citation that is withheld from its audience, one for the numbers that no
    /// citation shows, and one for each document that is to be read first.
    pub user_errors: Vec<CharterError>,
}

/// A study that was withdrawn.
#[derive(SimpleObject, Default)]
pub struct WithdrawStudyPayload {
    /// The study; null when it was not done.
    pub study: Option<Study>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// Studies drafted, revised, submitted, published and withdrawn.
#[derive(Default)]
pub struct Studies;

/// Studies drafted, revised, submitted, published and withdrawn.
#[Object]
impl Studies {
    /// Drafts a study for the caller’s partner. For its analysts and referents; its authors and the operator see it.
    #[graphql(complexity = "5_000 + child_complexity")]
    async fn draft_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The study.")] input: DraftStudyInput,
    ) -> Result<DraftStudyPayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let member = session.viewer().membership().ok_or(CharterRefusal::Unknown)?;
            let draft = draft(session, &input.study).await?;
            Ok::<_, Undone>(session.registrar().draft_study(member.partner_id, draft).await?)
        };
        let (study, user_errors) = told(session, done.await, None).await?;
        Ok(DraftStudyPayload { study, user_errors })
    }

    /// Writes a study anew, all of it; what was submitted is a draft again. For its authors.
    #[graphql(complexity = "5_000 + child_complexity")]
    async fn update_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The study.")] input: UpdateStudyInput,
    ) -> Result<UpdateStudyPayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let study = found(session, &input.reference).await?.ok_or(CharterRefusal::Unknown)?;
            let draft = draft(session, &input.study).await?;
            session.registrar().revise_study(&study, draft).await?;
            Ok::<_, Undone>(study.reference.clone())
        };
        let (study, user_errors) = told(session, done.await, Some(Given::Reference)).await?;
        Ok(UpdateStudyPayload { study, user_errors })
    }

    /// Hands a study to the operator and its study group; with a group, it is refused while a citation is withheld from its
    /// audience, or as long as the operator has not read this version of it (`reviewStudy`). For its authors.
    async fn submit_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which study.")] input: SubmitStudyInput,
    ) -> Result<SubmitStudyPayload, Refusal> {
        let session = context.acting()?;
        let done = match found(session, &input.reference).await? {
            Some(study) => {
                let cited = cited_by(session, &study).await?;
                session.registrar().submit_study(&study, &cited).await.map(|()| study.reference.clone())
            }
            None => Err(CharterRefusal::Unknown.into()),
        };
        let (study, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(SubmitStudyPayload { study, user_errors })
    }

    /// Says that you have read this version of a study and let it go to its group, once its authors submit it. Held by what
    /// holds a publication. For the operator.
    async fn review_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which study.")] input: ReviewStudyInput,
    ) -> Result<ReviewStudyPayload, Refusal> {
        let session = context.acting()?;
        let accepted = Accepted {
            version: &input.version,
            numbers: &input.accepted_numbers,
            documents: &input.accepted_documents,
        };
        let done = let_go(session, &input.reference, accepted, Release::ToItsGroup).await?;
        let (study, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(ReviewStudyPayload { study, user_errors })
    }

    /// Publishes the version of a submitted study that you have read to its audience. Refused while a citation is withheld
    /// from that audience, while a number stands in it that no cited figure shows and that is not accepted, or while a
    /// document is not accepted. For the operator.
    async fn publish_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which study.")] input: PublishStudyInput,
    ) -> Result<PublishStudyPayload, Refusal> {
        let session = context.acting()?;
        let accepted = Accepted {
            version: &input.version,
            numbers: &input.accepted_numbers,
            documents: &input.accepted_documents,
        };
        let done = let_go(session, &input.reference, accepted, Release::ToItsAudience).await?;
        let (study, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(PublishStudyPayload { study, user_errors })
    }

    /// Takes a study back, for good: to its readers it is as if it had never been. For its authors and the operator.
    async fn withdraw_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which study.")] input: WithdrawStudyInput,
    ) -> Result<WithdrawStudyPayload, Refusal> {
        let session = context.acting()?;
        let done = match found(session, &input.reference).await? {
            Some(study) => session.registrar().withdraw_study(&study).await.map(|()| study.reference.clone()),
            None => Err(CharterRefusal::Unknown.into()),
        };
        let (study, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(WithdrawStudyPayload { study, user_errors })
    }
}

/// Whom a study goes to.
#[derive(Clone, Copy)]
enum Release {
    /// Its study group, once its authors submit it.
    ToItsGroup,
    /// Its audience.
    ToItsAudience,
}

/// Lets the version of a study go that the operator has read; gives its reference.
async fn let_go(
    session: &Session,
    reference: &str,
    accepted: Accepted<'_>,
    release: Release,
) -> Result<Result<String, RegistrarError>, Refusal> {
    let Some(study) = found(session, reference).await? else {
        return Ok(Err(CharterRefusal::Unknown.into()));
    };
    let cited = session.reading().for_audience(study.audience, &study.citations).await?;
    let registrar = session.registrar();
    let done = match release {
        Release::ToItsGroup => registrar.review_study(&study, &cited, accepted).await,
        Release::ToItsAudience => registrar.publish_study(&study, &cited, accepted).await,
    };
    Ok(done.map(|()| study.reference.clone()))
}

/// What the audience of a study with a group and the caller may both have of its citations: the caller reads them as any
/// other figure, for a purpose and on record, so that what is refused tells nothing that was not read.
async fn cited_by(session: &Session, study: &store::Study) -> Result<Vec<Cited>, Refusal> {
    if study.group.is_empty() {
        return Ok(Vec::new());
    }
    let mut cited = session.reading().for_audience(study.audience, &study.citations).await?;
    for (key, shown) in &mut cited {
        // Their own refusal comes first: of what they have no right to, they do not learn whether it is masked.
        if let Some(withheld) = session.figure(*key).await?.disclosed.withheld() {
            *shown = Err(withheld);
        }
    }
    Ok(cited)
}

/// The study under a reference, if it exists for the caller.
pub(super) async fn found(session: &Session, reference: &str) -> Result<Option<Arc<store::Study>>, Refusal> {
    let studies = session.reading().studies().await?;
    Ok(studies.iter().find(|study| study.reference == reference).cloned())
}

/// The study after an act, read anew, or why it was not done.
pub(super) async fn told(
    session: &Session,
    done: Result<String, impl Into<Undone>>,
    named_by: Option<Given>,
) -> Result<(Option<Study>, Vec<CharterError>), Refusal> {
    match CharterError::of_study(done, session, named_by)? {
        Ok(reference) => {
            let studies = session.anew().reading().studies().await?;
            Ok((studies.iter().find(|study| study.reference == reference).cloned().map(Study), Vec::new()))
        }
        Err(errors) => Ok((None, errors)),
    }
}

async fn draft(session: &Session, input: &StudyInput) -> Result<StudyDraft, Undone> {
    let summary = input.summary.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let citations = input.citations.iter().map(|cited| citation(session, cited));
    Ok(StudyDraft {
        kind: input.kind.into(),
        title: input.title.trim().to_owned(),
        summary: summary.map(str::to_owned),
        audience: input.audience.into(),
        authors: codes::partners(session, &input.co_authors).await.given_as(Given::CoAuthors)?,
        group: codes::partners(session, &input.study_group).await.given_as(Given::StudyGroup)?,
        territories: codes::territories(session, &input.territories).given_as(Given::StudyTerritories)?,
        themes: input.themes.iter().map(|theme| (*theme).into()).collect(),
        indicators: codes::indicators(session, &input.indicators).given_as(Given::Indicators)?,
        citations: try_join_all(citations).await.given_as(Given::Citations)?,
    })
}

async fn citation(session: &Session, cited: &CitationInput) -> Result<store::Citation, Refusal> {
    let territory: Vec<i32> = codes::territories(session, std::slice::from_ref(&cited.territory))?;
    let territory = territory.first().copied().ok_or_else(|| codes::unknown(&cited.territory))?;
    let categories = cited.breakdown.as_deref();
    let key = Search::one(session, &cited.indicator, territory, Some(&cited.period), categories).await?;
    key.ok_or_else(|| codes::unknown(&cited.indicator))
}
