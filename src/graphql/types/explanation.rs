//! Why a figure is masked, for the operator.

use async_graphql::{Context, Object};

use super::Observation;
use crate::{
    error::Refusal,
    graphql::{context::InSession, words::MaskKind},
    present::notes,
    store::{self, FigureKey},
};

/// Why the plan of a release masks one figure.
pub struct MaskExplanation {
    /// What the vault says of it.
    pub explanation: store::Explanation,
    /// The figure's source.
    pub source_id: i32,
}

/// Why the plan of a release masks one figure.
#[Object]
impl MaskExplanation {
    /// What the mask is there for.
    async fn kind(&self) -> MaskKind {
        self.explanation.why.into()
    }

    /// Code of the source’s rule of secrecy.
    async fn rule<'a>(&self, context: &Context<'a>) -> Result<&'a str, Refusal> {
        let catalogue = context.session()?.catalogue();
        let source = catalogue.source(self.source_id).ok_or_else(Refusal::internal)?;
        Ok(&catalogue.rule(source.secrecy_rule_id).ok_or_else(Refusal::internal)?.code)
    }

    /// Sensitive figures that could be narrowed down if this one were shown and all other masks stayed; for a
    /// rate the masked figures that it is worked out from.
    async fn count(&self) -> i32 {
        i32::try_from(self.explanation.count).unwrap_or(i32::MAX)
    }

    /// The first eight of them.
    async fn figures(&self, context: &Context<'_>) -> Result<Vec<Observation>, Refusal> {
        let session = context.session()?;
        let mut figures = Vec::with_capacity(self.explanation.others.len());
        for key in &self.explanation.others {
            figures.push(session.figure(FigureKey::from(*key)).await?.into());
        }
        Ok(figures)
    }

    /// The same in words.
    async fn text(&self, context: &Context<'_>) -> Result<String, Refusal> {
        Ok(notes::explanation(&self.explanation, context.session()?.language()))
    }
}
