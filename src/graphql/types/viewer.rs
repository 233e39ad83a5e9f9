//! Who asks.

use async_graphql::{Context, Object, SimpleObject};

use super::{Partner, Territory, standing::CommitmentStanding};
use crate::{
    auth::{Action, policy},
    error::Refusal,
    geography::Vintage,
    graphql::{
        context::InSession,
        cost,
        words::{Purpose, Role, Withheld},
    },
};

/// Who asks, for which partner and what for.
pub struct Viewer;

/// Whether the viewer's organisation may reach partner data today, and what is missing.
#[derive(SimpleObject)]
pub struct Standing {
    /// Whether a signature of the charter is in force.
    pub charter_signed: bool,
    /// Whether a referent is in office.
    pub referent_designated: bool,
    /// Whether this request declares a purpose.
    pub purpose_declared: bool,
    /// What keeps partner data withheld from every request of this viewer.
    pub missing: Vec<Withheld>,
    /// Where the viewer’s organisation stands with the commitments of the charter; none without a token.
    pub commitments: Vec<CommitmentStanding>,
}

/// Who asks, for which partner and what for.
#[Object]
impl Viewer {
    /// Subject of the token; null without one.
    async fn subject(&self, context: &Context<'_>) -> Result<Option<String>, Refusal> {
        Ok(context.session()?.viewer().identity().map(|identity| identity.subject.clone()))
    }

    /// The third-party dashboard that asks, when it is not a person.
    async fn client(&self, context: &Context<'_>) -> Result<Option<String>, Refusal> {
        Ok(context.session()?.viewer().identity().and_then(|identity| identity.client.clone()))
    }

    /// The viewer's organisation; null without a token.
    async fn partner(&self, context: &Context<'_>) -> Result<Option<Partner>, Refusal> {
        let session = context.session()?;
        let Some(member) = session.viewer().membership() else { return Ok(None) };
        Partner::by_id(session, member.partner_id).await
    }

    /// Roles that the viewer holds.
    async fn roles(&self, context: &Context<'_>) -> Result<Vec<Role>, Refusal> {
        let viewer = context.session()?.viewer();
        Ok(entity::types::Role::ALL
            .iter()
            .filter(|role| viewer.holds(**role))
            .map(|role| (*role).into())
            .collect())
    }

    /// The purpose that this request declares.
    async fn purpose(&self, context: &Context<'_>) -> Result<Option<Purpose>, Refusal> {
        Ok(context.session()?.viewer().purpose().map(Into::into))
    }

    /// Rights that the viewer holds, as `@scope` names them.
    async fn scopes(&self, context: &Context<'_>) -> Result<Vec<&'static str>, Refusal> {
        let viewer = context.session()?.viewer();
        let allowed = Action::ALL.iter().filter(|action| policy::allows(viewer, **action));
        Ok(allowed.map(|action| action.scope()).collect())
    }

    /// Territories of the viewer's organisation.
    #[graphql(complexity = "cost::times(3, child_complexity)")]
    async fn territories(&self, context: &Context<'_>) -> Result<Vec<Territory>, Refusal> {
        let session = context.session()?;
        let Some(member) = session.viewer().membership() else { return Ok(Vec::new()) };
        let partners = session.reading().partners().await?;
        let own = partners.iter().find(|partner| partner.id == member.partner_id);
        let ids = own.map(|partner| partner.territories.as_slice()).unwrap_or_default();
        Ok(ids.iter().map(|id| Territory::in_vintage(*id, Vintage::LATEST)).collect())
    }

    /// Where the viewer's organisation stands today.
    async fn standing(&self, context: &Context<'_>) -> Result<Standing, Refusal> {
        let session = context.session()?;
        let viewer = session.viewer();
        let member = viewer.membership();
        let facts = match member {
            Some(member) => session.standings.load_one(member.partner_id).await?,
            None => None,
        };
        let charter_signed = member.is_some_and(|member| member.signed);
        let referent_designated = member.is_some_and(|member| member.referent);
        let purpose_declared = viewer.purpose().is_some();
        let missing = [
            (charter_signed, Withheld::CharterNotSigned),
            (referent_designated, Withheld::NoReferent),
            (purpose_declared, Withheld::PurposeNotDeclared),
        ];
        Ok(Standing {
            charter_signed,
            referent_designated,
            purpose_declared,
            commitments: facts.map(|facts| CommitmentStanding::of(session, &facts)).unwrap_or_default(),
            missing: missing.into_iter().filter(|(kept, _)| !kept).map(|(_, reason)| reason).collect(),
        })
    }
}
