//! What a plan would show, for who publishes.

use async_graphql::{Context, Object, SimpleObject};

use super::Indicator;
use crate::{
    auth::Action,
    error::Refusal,
    graphql::{
        guard::{Requires, scope},
        words::Level,
    },
    release::report,
};

/// How many figures of a release are shown and masked.
#[derive(SimpleObject, Clone, Copy, Debug)]
pub struct ReleaseCount {
    /// Figures that everybody with access would read.
    pub shown: i32,
    /// Figures that are masked, for themselves or for others.
    pub masked: i32,
    /// Of these, figures that the rule masks by themselves; the others are masked so that those cannot be worked out, or
    /// are rates of masked ones. For the operator alone, like what explains a mask.
    #[graphql(
        guard = "Requires(Action::ExplainMasks)",
        directive = scope::apply(Action::ExplainMasks.scope().to_owned())
    )]
    pub sensitive: Option<i32>,
}

impl From<report::Count> for ReleaseCount {
    fn from(count: report::Count) -> Self {
        let whole = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            shown: whole(count.shown),
            masked: whole(count.masked),
            sensitive: Some(whole(count.sensitive)),
        }
    }
}

/// What a plan shows and masks, in counts.
pub struct ReleaseReport(pub report::Report);

/// What a plan shows and masks, in counts.
#[Object]
impl ReleaseReport {
    /// All figures of the release.
    async fn total(&self) -> ReleaseCount {
        self.0.total.into()
    }

    /// By indicator and level.
    #[graphql(complexity = "50 * child_complexity")]
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
        i32::try_from(self.0.newly_masked).unwrap_or(i32::MAX)
    }

    /// Figures that the release before masked and this one shows.
    async fn newly_shown(&self) -> i32 {
        i32::try_from(self.0.newly_shown).unwrap_or(i32::MAX)
    }

    /// Numbers, shown or not, that are others than in the release before. For the operator alone.
    #[graphql(
        guard = "Requires(Action::ExplainMasks)",
        directive = scope::apply(Action::ExplainMasks.scope().to_owned())
    )]
    async fn revised(&self) -> Option<i32> {
        Some(i32::try_from(self.0.revised).unwrap_or(i32::MAX))
    }

    /// Sensitive figures that one contributor, alone in another one, may still work out. For the operator alone.
    #[graphql(
        guard = "Requires(Action::ExplainMasks)",
        directive = scope::apply(Action::ExplainMasks.scope().to_owned())
    )]
    async fn exposed_to_insiders(&self) -> Option<i32> {
        Some(i32::try_from(self.0.exposed_to_insiders).unwrap_or(i32::MAX))
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
        self.0.count.into()
    }
}
