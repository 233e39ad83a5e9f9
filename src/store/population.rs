//! How many inhabitants territories have, as the observatory shows it: a fact of the rules by population.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    figure, release,
    types::{Period, PeriodKind},
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::Expr,
};

use super::{Batch, StoreError, releases::shown_in};

/// The number of the breakdown that is none.
const TOTAL: i32 = 0;

impl Batch {
    /// The latest number of inhabitants that is shown for each territory, at or before a year, by an indicator that
    /// counts them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn inhabitants(
        &self,
        indicator_id: i32,
        year: Period,
        now: DateTime<Utc>,
    ) -> Result<HashMap<i32, u64>, StoreError> {
        // What is under embargo is not shown, and is no fact before that.
        let told = release::Entity::find()
            .select_only()
            .column(release::Column::Id)
            .filter(release::Column::EmbargoUntil.is_null().or(release::Column::EmbargoUntil.lte(now)))
            .into_query();
        let edition = self.edition().await?;
        let rows = figure::Entity::find()
            .filter(figure::Column::ReleaseId.in_subquery(shown_in(&Expr::val(edition))))
            .filter(figure::Column::ReleaseId.in_subquery(told))
            .filter(figure::Column::IndicatorId.eq(indicator_id))
            .filter(figure::Column::BreakdownId.eq(TOTAL))
            .filter(figure::Column::Period.lte(year))
            .filter(figure::Column::Shown.is_not_null())
            .order_by_asc(figure::Column::Period)
            .all(&self.transaction)
            .await?;
        // Later years replace earlier ones; quarters of the year count as little as those of any other indicator.
        let of_years = rows.iter().filter(|row| row.period.kind() == PeriodKind::Year);
        let counted = of_years.filter_map(|row| Some((row.territory_id, whole(row.shown?)?)));
        Ok(counted.collect())
    }
}

/// Inhabitants that a figure counts: some are weighted, and a part of one is none.
fn whole(shown: f64) -> Option<u64> {
    (shown.is_finite() && shown >= 0.0).then_some(shown as u64)
}
