//! What a plan would show, for who publishes.

use async_graphql::{Context, Object};

use super::Indicator;
use crate::{
    auth::{Action, policy},
    error::Refusal,
    graphql::{context::InSession, cost, words::Level},
    release::report,
};

/// How many figures of a release are shown and masked.
pub struct ReleaseCount(report::Count);

fn whole(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A count that tells which masks are there for themselves, or whether masked numbers are new: for the operator alone, like
/// what explains a mask.
fn for_the_operator(context: &Context<'_>, number: usize) -> Result<Option<i32>, Refusal> {
    let viewer = context.session()?.viewer();
    Ok(policy::allows(viewer, Action::ExplainMasks).then(|| whole(number)))
}

/// How many figures of a release are shown and masked.
#[Object]
impl ReleaseCount {
    /// Figures that everybody with access would read.
    async fn shown(&self) -> i32 {
        whole(self.0.shown)
    }

    /// Figures that are masked, for themselves or for others.
    async fn masked(&self) -> i32 {
        whole(self.0.masked)
    }

    /// Of these, figures that the rule masks by themselves; the others are masked so that those cannot be worked out, or
    /// are rates of masked ones. Null for anybody but the operator.
    async fn sensitive(&self, context: &Context<'_>) -> Result<Option<i32>, Refusal> {
        for_the_operator(context, self.0.sensitive)
    }
}

/// What a plan shows and masks, in counts.
pub struct ReleaseReport(pub report::Report);

/// What a plan shows and masks, in counts.
#[Object]
impl ReleaseReport {
    /// All figures of the release.
    async fn total(&self) -> ReleaseCount {
        ReleaseCount(self.0.total)
    }

    /// By indicator and level.
    #[graphql(complexity = "cost::times(50, child_complexity)")]
    async fn lines(&self) -> Vec<ReleaseReportLine> {
        self.0.lines.iter().cloned().map(ReleaseReportLine).collect()
    }

    /// References of the releases of the same source and period that readers have had, and that the plan reckons
    /// with.
    async fn earlier(&self) -> &[String] {
        &self.0.earlier
    }

    /// Figures that the release before showed and this one masks.
    async fn newly_masked(&self) -> i32 {
        whole(self.0.newly_masked)
    }

    /// Figures that the release before masked and this one shows.
    async fn newly_shown(&self) -> i32 {
        whole(self.0.newly_shown)
    }

    /// Numbers, shown or not, that are others than in the release before. Null for anybody but the operator.
    async fn revised(&self, context: &Context<'_>) -> Result<Option<i32>, Refusal> {
        for_the_operator(context, self.0.revised)
    }

    /// Sensitive figures that one contributor, alone in another one, may still work out. Null for anybody but the operator.
    async fn exposed_to_insiders(&self, context: &Context<'_>) -> Result<Option<i32>, Refusal> {
        for_the_operator(context, self.0.exposed_to_insiders)
    }
}

/// One indicator at one level.
pub struct ReleaseReportLine(report::Line);

/// One indicator at one level.
#[Object]
impl ReleaseReportLine {
    /// What is measured.
    async fn indicator(&self) -> Indicator {
        Indicator::new(self.0.indicator_id)
    }

    /// At which level.
    async fn level(&self, _context: &Context<'_>) -> Result<Level, Refusal> {
        let level: entity::types::Level = self.0.level.parse().ok().ok_or_else(Refusal::internal)?;
        Ok(level.into())
    }

    /// Inhabitants of the territories of which a figure is shown, in per cent of the inhabitants of all that the figures
    /// describe, over all breakdowns; null where the observatory shows no inhabitants at this level.
    async fn described_percent(&self) -> Option<i32> {
        self.0.described_percent.map(i32::from)
    }

    /// Its figures.
    async fn count(&self) -> ReleaseCount {
        ReleaseCount(self.0.count)
    }
}
