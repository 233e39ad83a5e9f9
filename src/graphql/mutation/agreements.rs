//! Agreements with providers: concluded and ended.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::types::{PartnerCode, PartnerKind};

use crate::{
    charter::{Given, agreement::AgreementDraft},
    error::Refusal,
    graphql::{
        codes,
        context::{InSession, Session},
        scalars::Date,
        types::{Agreement, CharterError, GivenAs as _, Undone},
        words::{Level, Purpose},
    },
};

/// What a provider agrees to.
#[derive(InputObject)]
pub struct ConcludeAgreementInput {
    /// Code of the provider.
    provider: String,
    /// Codes of the sources, all its own.
    sources: Vec<String>,
    /// Finest level that it opens.
    finest_level: Level,
    /// Below this level a signatory sees only its own territories; all where it is not said.
    own_territories_below: Option<Level>,
    /// What for.
    purposes: Vec<Purpose>,
    /// First day.
    from: Date,
    /// Last day.
    until: Date,
    /// Code of the firm that may handle the deliveries.
    processor: Option<String>,
    /// Below the commune, only for people who have attended a training in so many months, 1 to 120.
    training_months: Option<u32>,
}

/// Which agreement ends.
#[derive(InputObject)]
pub struct EndAgreementInput {
    /// Its reference.
    reference: String,
}

/// An agreement that was concluded.
#[derive(SimpleObject, Default)]
pub struct ConcludeAgreementPayload {
    /// The agreement; null when it was not done.
    pub agreement: Option<Agreement>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// An agreement that has ended.
#[derive(SimpleObject, Default)]
pub struct EndAgreementPayload {
    /// The agreement; null when it was not done.
    pub agreement: Option<Agreement>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// Agreements with providers: concluded and ended.
#[derive(Default)]
pub struct Agreements;

/// Agreements with providers: concluded and ended.
#[Object]
impl Agreements {
    /// Concludes an agreement (convention) of a provider with the agglomeration, in force with the next request. For the
    /// provider’s steward: nobody agrees in the provider’s place.
    async fn conclude_agreement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What the provider agrees to.")] input: ConcludeAgreementInput,
    ) -> Result<ConcludeAgreementPayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let provider = codes::partner(&input.provider)?;
            let draft = draft(session, &input).await?;
            Ok::<_, Undone>(session.registrar().conclude(&provider, draft).await?)
        };
        let (agreement, user_errors) = told(session, done.await, Given::Provider).await?;
        Ok(ConcludeAgreementPayload { agreement, user_errors })
    }

    /// Ends an agreement: what it opened is closed with the next request. For the provider’s steward, and the operator.
    async fn end_agreement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which agreement.")] input: EndAgreementInput,
    ) -> Result<EndAgreementPayload, Refusal> {
        let session = context.acting()?;
        let done = session.registrar().end_agreement(&input.reference).await.map(|()| input.reference);
        let (agreement, user_errors) = told(session, done, Given::Reference).await?;
        Ok(EndAgreementPayload { agreement, user_errors })
    }
}

async fn draft(session: &Session, input: &ConcludeAgreementInput) -> Result<AgreementDraft, Undone> {
    let partners = session.reading().partners().await.map_err(Refusal::from)?;
    let number =
        |code: &PartnerCode| partners.iter().find(|partner| partner.code == *code).map(|partner| partner.id);
    let named: Vec<i32> = codes::sources(session, &input.sources).given_as(Given::Sources)?;
    let catalogue = session.catalogue();
    let with_provider = |id: i32| {
        let source = catalogue.sources().iter().find(|source| source.id == id);
        (id, source.and_then(|source| number(&source.provider)))
    };
    let processor = codes::partners(session, input.processor.as_slice()).await.given_as(Given::Processor)?;
    let processor = processor.first().copied();
    let is_processor =
        |id: i32| partners.iter().any(|one| one.id == id && one.kind == PartnerKind::Processor);
    if let (Some(code), Some(id)) = (&input.processor, processor)
        && !is_processor(id)
    {
        return Err(codes::no_processor(code)).given_as(Given::Processor);
    }
    Ok(AgreementDraft {
        sources: named
            .into_iter()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .map(with_provider)
            .collect(),
        finest_level: input.finest_level.into(),
        own_territories_below: input.own_territories_below.map(Into::into),
        purposes: input.purposes.iter().map(|purpose| entity::types::Purpose::from(*purpose)).collect(),
        from: input.from.read().given_as(Given::From)?,
        until: input.until.read().given_as(Given::Until)?,
        processor_id: processor,
        training_months: input.training_months,
    })
}

/// The agreement after an act, or the user’s error.
async fn told(
    session: &Session,
    done: Result<String, impl Into<Undone>>,
    with: Given,
) -> Result<(Option<Agreement>, Vec<CharterError>), Refusal> {
    match CharterError::sort(done, session.language(), Some(with))? {
        Ok(reference) => {
            let agreements = session.anew().reading().agreements().await?.unwrap_or_default().iter();
            let mut found = agreements.filter(|agreement| agreement.reference == reference);
            Ok((found.next().cloned().map(Agreement), Vec::new()))
        }
        Err(error) => Ok((None, vec![error])),
    }
}
