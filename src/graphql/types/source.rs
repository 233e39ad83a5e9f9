//! Sources and their rules of secrecy.

use async_graphql::{Context, ID, Object};

use super::{Agreement, Partner};
use crate::{
    catalogue,
    error::Refusal,
    graphql::{
        context::{InSession, Session},
        identifier::Identifier,
        scalars::Date,
        words::Audience,
    },
};

/// A source of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    id: i32,
}

impl Source {
    /// The source of a number.
    #[must_use]
    pub const fn new(id: i32) -> Self {
        Self { id }
    }

    fn facts<'a>(&self, session: &'a Session) -> Result<&'a catalogue::Source, Refusal> {
        session.catalogue().source(self.id).ok_or_else(Refusal::internal)
    }
}

/// A source of data and whom it may reach.
#[Object]
impl Source {
    /// Opaque identifier.
    pub async fn id(&self, context: &Context<'_>) -> Result<ID, Refusal> {
        Ok(Identifier::Source(self.facts(context.session()?)?.code.clone()).encode())
    }

    /// Code, such as `CAF-ALLOC`.
    async fn code<'a>(&self, context: &Context<'a>) -> Result<&'a str, Refusal> {
        Ok(&self.facts(context.session()?)?.code)
    }

    /// Label in the viewer's language; says when the figures are synthetic.
    async fn label<'a>(&self, context: &Context<'a>) -> Result<&'a str, Refusal> {
        let session = context.session()?;
        Ok(self.facts(session)?.label.in_language(session.language()))
    }

    /// Who provides it.
    async fn provider(&self, context: &Context<'_>) -> Result<Partner, Refusal> {
        let session = context.session()?;
        let code = &self.facts(session)?.provider;
        let partners = session.reading().partners().await?;
        partners
            .iter()
            .find(|partner| partner.code == *code)
            .cloned()
            .map(Partner)
            .ok_or_else(Refusal::internal)
    }

    /// Whom it may reach.
    async fn audience(&self, context: &Context<'_>) -> Result<Audience, Refusal> {
        Ok(self.facts(context.session()?)?.audience.into())
    }

    /// Its rule of statistical secrecy.
    async fn secrecy_rule(&self, context: &Context<'_>) -> Result<SecrecyRule, Refusal> {
        let session = context.session()?;
        let rule = session.catalogue().rule(self.facts(session)?.secrecy_rule_id);
        rule.cloned().map(SecrecyRule).ok_or_else(Refusal::internal)
    }

    /// Whether its figures are generated for the demonstration.
    async fn synthetic(&self, context: &Context<'_>) -> Result<bool, Refusal> {
        Ok(self.facts(context.session()?)?.synthetic)
    }

    /// The agreement in force with its provider; null where there is none, or without the right
    /// `agreement:read`.
    async fn agreement(&self, context: &Context<'_>) -> Result<Option<Agreement>, Refusal> {
        let session = context.session()?;
        let today = session.viewer().today();
        let agreements = session.reading().agreements().await?.unwrap_or_default();
        let mut fitting =
            agreements.iter().filter(|found| found.sources.contains(&self.id) && found.in_force(today));
        Ok(fitting.next().cloned().map(Agreement))
    }
}

/// A rule of statistical secrecy.
pub struct SecrecyRule(catalogue::SecrecyRule);

/// A rule of statistical secrecy.
#[Object]
impl SecrecyRule {
    /// Code, such as `CAF-5`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Label in the viewer's language.
    async fn label(&self, context: &Context<'_>) -> Result<&str, Refusal> {
        Ok(self.0.label.in_language(context.session()?.language()))
    }

    /// Fewer units than this behind a cell mask it; null when the producer applied its own rule.
    async fn minimum_contributors(&self) -> Option<i32> {
        self.0.minimum_contributors
    }

    /// A contributor above this share of a cell, in per cent, masks it.
    async fn dominance_percent(&self) -> Option<f64> {
        self.0.dominance_percent
    }

    /// Where the rule comes from and how sure it is, in the viewer's language.
    async fn basis(&self, context: &Context<'_>) -> Result<&str, Refusal> {
        Ok(self.0.basis.in_language(context.session()?.language()))
    }

    /// First day of the rule.
    async fn effective_from(&self) -> Date {
        self.0.effective_from.into()
    }
}
