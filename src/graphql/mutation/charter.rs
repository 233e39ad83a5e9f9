//! Signatures of the charter and referents.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    charter::{Given, referents::Leaving},
    error::Refusal,
    graphql::{
        codes,
        context::{InSession, Session},
        scalars::Date,
        types::{CharterError, GivenAs as _, Partner, Undone},
    },
    store,
};

/// Who signs the charter.
#[derive(InputObject)]
pub struct SignCharterInput {
    /// Code of the partner.
    partner: String,
    /// Last day, where it ends by itself.
    expires_on: Option<Date>,
}

/// Who withdraws from the charter.
#[derive(InputObject)]
pub struct WithdrawFromCharterInput {
    /// Code of the partner.
    partner: String,
}

/// Who is designated.
#[derive(InputObject)]
pub struct DesignateReferentInput {
    /// Code of the partner.
    partner: String,
    /// Subject of the person’s tokens; never a name.
    subject: String,
    /// Service.
    service: String,
    /// Last day, where it is set.
    until: Option<Date>,
}

/// Whose office ends.
#[derive(InputObject)]
pub struct EndReferentInput {
    /// Code of the partner.
    partner: String,
    /// Subject of the person’s tokens.
    subject: String,
    /// States that the partner’s access is suspended until somebody else is designated: the last referent cannot go
    /// without.
    #[graphql(default = false)]
    suspend_access: bool,
}

/// A charter that was signed.
#[derive(SimpleObject, Default)]
pub struct SignCharterPayload {
    /// Who signed; null when it was not done.
    pub partner: Option<Partner>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A partner that has withdrawn.
#[derive(SimpleObject, Default)]
pub struct WithdrawFromCharterPayload {
    /// Who withdrew; null when it was not done.
    pub partner: Option<Partner>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A referent who was designated.
#[derive(SimpleObject, Default)]
pub struct DesignateReferentPayload {
    /// The partner; null when it was not done.
    pub partner: Option<Partner>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A referent whose office has ended.
#[derive(SimpleObject, Default)]
pub struct EndReferentPayload {
    /// The partner; null when it was not done.
    pub partner: Option<Partner>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// Signatures of the charter and referents.
#[derive(Default)]
pub struct People;

/// Signatures of the charter and referents.
#[Object]
impl People {
    /// Signs the charter for a partner from today on. For its referent, and the operator.
    async fn sign_charter(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who signs.")] input: SignCharterInput,
    ) -> Result<SignCharterPayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let code = codes::partner(&input.partner)?;
            let expires_on =
                input.expires_on.as_ref().map(Date::read).transpose().given_as(Given::ExpiresOn)?;
            Ok::<_, Undone>(session.registrar().sign(&code, expires_on).await?)
        };
        let done = done.await;
        Ok(match told(session, done)? {
            Ok(partner) => SignCharterPayload { partner: Some(partner), ..Default::default() },
            Err(error) => SignCharterPayload { user_errors: vec![error], ..Default::default() },
        })
    }

    /// Withdraws a partner from the charter: its people lose their access with the next request. For its referent, and
    /// the operator.
    async fn withdraw_from_charter(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who withdraws.")] input: WithdrawFromCharterInput,
    ) -> Result<WithdrawFromCharterPayload, Refusal> {
        let session = context.acting()?;
        let done = match codes::partner(&input.partner) {
            Ok(code) => session.registrar().withdraw(&code).await,
            Err(unknown) => Err(unknown.into()),
        };
        Ok(match told(session, done)? {
            Ok(partner) => WithdrawFromCharterPayload { partner: Some(partner), ..Default::default() },
            Err(error) => WithdrawFromCharterPayload { user_errors: vec![error], ..Default::default() },
        })
    }

    /// Designates somebody who answers for a partner’s agents, from today on. For a referent of the partner, and the
    /// operator.
    async fn designate_referent(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who is designated.")] input: DesignateReferentInput,
    ) -> Result<DesignateReferentPayload, Refusal> {
        let session = context.acting()?;
        let person = (input.subject.trim(), input.service.trim());
        let done = async {
            let code = codes::partner(&input.partner)?;
            let until = input.until.as_ref().map(Date::read).transpose().given_as(Given::Until)?;
            Ok::<_, Undone>(session.registrar().designate(&code, person, until).await?)
        };
        let done = done.await;
        Ok(match told(session, done)? {
            Ok(partner) => DesignateReferentPayload { partner: Some(partner), ..Default::default() },
            Err(error) => DesignateReferentPayload { user_errors: vec![error], ..Default::default() },
        })
    }

    /// Ends a referent’s office, at once. For a referent of the partner, and the operator.
    async fn end_referent(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose office ends.")] input: EndReferentInput,
    ) -> Result<EndReferentPayload, Refusal> {
        let session = context.acting()?;
        let leaving = if input.suspend_access { Leaving::Suspending } else { Leaving::Succeeded };
        let done = match codes::partner(&input.partner) {
            Ok(code) => session.registrar().end_referent(&code, input.subject.trim(), leaving).await,
            Err(unknown) => Err(unknown.into()),
        };
        Ok(match told(session, done)? {
            Ok(partner) => EndReferentPayload { partner: Some(partner), ..Default::default() },
            Err(error) => EndReferentPayload { user_errors: vec![error], ..Default::default() },
        })
    }
}

fn told(
    session: &Session,
    done: Result<store::Partner, impl Into<Undone>>,
) -> Result<Result<Partner, CharterError>, Refusal> {
    Ok(CharterError::sort(done, session.anew().language(), Some(Given::Partner))?.map(Partner))
}
