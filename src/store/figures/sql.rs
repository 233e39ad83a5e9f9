//! Figures in the database: found under their keys, and searched as one viewer may see them.

use std::collections::{HashMap, HashSet};

use entity::{
    figure::{Column, Entity, Model},
    types::{Period, Withheld},
};
use futures_util::TryStreamExt as _;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, JoinType, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, IntoIden, IntoValueTuple, SimpleExpr, TableRef},
};

use super::{
    FigureFilter, FigureKey, FigureOrder, FigurePage, FigureRow, Position, Shape, Sort,
    columns::{Cell, Columns},
};
use crate::{
    secrecy::Masked,
    store::{Store, StoreError, releases::shown_in},
};

impl Store {
    /// The published figures under these keys; those that nobody has are missing. One statement for every
    /// [`MOST_KEYS`] keys.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(in crate::store) async fn figures(
        &self,
        edition: i32,
        keys: &[FigureKey],
    ) -> Result<HashMap<FigureKey, FigureRow>, StoreError> {
        let mut found = HashMap::with_capacity(keys.len());
        for keys in keys.chunks(MOST_KEYS) {
            // Only what is needed, by its place: a table reads thousands.
            let rows = under_keys(edition, keys).select_only().columns(READ).into_tuple::<Row>();
            let rows = rows.all(&self.db).await?;
            found.extend(rows.into_iter().map(FigureRow::from).map(|row| (row.key, row)));
        }
        let wanted: HashSet<FigureKey> = keys.iter().copied().collect();
        found.retain(|key, _| wanted.contains(key));
        Ok(found)
    }

    /// All figures of an indicator in a release. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn columns(
        &self,
        (release_id, indicator_id): (i32, i32),
    ) -> Result<Columns, StoreError> {
        let rows = Entity::find()
            .select_only()
            .columns(READ)
            .filter(Column::ReleaseId.eq(release_id))
            .filter(Column::IndicatorId.eq(indicator_id))
            .order_by_asc(Column::TerritoryId)
            .order_by_asc(Column::Period)
            .order_by_asc(Column::BreakdownId)
            .into_tuple::<Row>();
        // One after the other: an indicator of a country has millions.
        let mut rows = rows.stream(&self.db).await?;
        let mut columns = Columns::default();
        while let Some(row) = rows.try_next().await? {
            let FigureRow { key, masked, .. } = row.into();
            columns
                .add(key.territory_id, Cell { period: key.period, breakdown_id: key.breakdown_id, masked });
        }
        Ok(columns.whole())
    }

    /// A page of the published figures that fit a filter, in order, and one more when there are more. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(in crate::store) async fn search_figures(
        &self,
        edition: i32,
        filter: &FigureFilter,
        shown: &[Shape],
        page: &FigurePage,
    ) -> Result<Vec<FigureRow>, StoreError> {
        let visible = visible(shown);
        let keys = order_keys(&page.full_order(), &visible);
        let mut query = narrowed(edition, filter, &visible);
        if let Some(position) = &page.after {
            query = query.filter(beyond(&keys, position, false));
        }
        if let Some(position) = &page.before {
            query = query.filter(beyond(&keys, position, true));
        }
        for (expression, descending) in keys {
            let order = if descending == page.from_end { Order::Asc } else { Order::Desc };
            query = query.order_by(expression, order);
        }
        let mut rows: Vec<FigureRow> = query
            .limit(page.limit.saturating_add(1))
            .all(&self.db)
            .await?
            .into_iter()
            .map(FigureRow::from)
            .collect();
        if page.from_end {
            rows.reverse();
        }
        Ok(rows)
    }

    /// How many published figures fit a filter. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(in crate::store) async fn count_figures(
        &self,
        edition: i32,
        filter: &FigureFilter,
        shown: &[Shape],
    ) -> Result<u64, StoreError> {
        Ok(narrowed(edition, filter, &visible(shown)).count(&self.db).await?)
    }

    /// The periods for which an indicator has published figures, by indicator, in order. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(in crate::store) async fn periods(
        &self,
        edition: i32,
        indicators: &[i32],
    ) -> Result<HashMap<i32, Vec<Period>>, StoreError> {
        let rows: Vec<(i32, Period)> = published(edition)
            .select_only()
            .columns([Column::IndicatorId, Column::Period])
            .filter(Column::IndicatorId.is_in(indicators.iter().copied()))
            .distinct()
            .order_by_asc(Column::Period)
            .into_tuple()
            .all(&self.db)
            .await?;
        let mut periods: HashMap<i32, Vec<Period>> = HashMap::new();
        for (indicator, period) in rows {
            periods.entry(indicator).or_default().push(period);
        }
        Ok(periods)
    }
}

/// The columns of a figure that are read, and their types.
const READ: [Column; 7] = [
    Column::ReleaseId,
    Column::IndicatorId,
    Column::TerritoryId,
    Column::Period,
    Column::BreakdownId,
    Column::Shown,
    Column::Withheld,
];
type Row = (i32, i32, i32, Period, i32, Option<f64>, Option<Withheld>);

impl From<Row> for FigureRow {
    fn from((release_id, indicator_id, territory_id, period, breakdown_id, shown, withheld): Row) -> Self {
        let key = FigureKey { indicator_id, territory_id, period, breakdown_id };
        Self { key, release_id, masked: Masked::from_columns(shown, withheld) }
    }
}

impl From<Model> for FigureRow {
    fn from(row: Model) -> Self {
        let key = FigureKey {
            indicator_id: row.indicator_id,
            territory_id: row.territory_id,
            period: row.period,
            breakdown_id: row.breakdown_id,
        };
        Self { key, release_id: row.release_id, masked: Masked::from_columns(row.shown, row.withheld) }
    }
}

/// Figures of the releases that an edition shows; no other figure is ever read.
fn published(edition: i32) -> Select<Entity> {
    Entity::find().filter(Column::ReleaseId.in_subquery(shown_in(&Expr::val(edition))))
}

/// The value as the viewer is shown it: nothing outside of the shapes.
fn visible(shapes: &[Shape]) -> SimpleExpr {
    let mut shown = Condition::any().add(Expr::val(1).eq(0));
    for shape in shapes {
        let mut inside = Condition::all().add(Column::IndicatorId.is_in(shape.indicators.iter().copied()));
        if let Some(territories) = &shape.territories {
            inside = inside.add(Column::TerritoryId.is_in(territories.iter().copied()));
        }
        if !shape.except_releases.is_empty() {
            inside = inside.add(Column::ReleaseId.is_not_in(shape.except_releases.iter().copied()));
        }
        shown = shown.add(inside);
    }
    let nothing: Option<f64> = None;
    Expr::case(shown, Expr::col(Column::Shown)).finally(Expr::val(nothing).cast_as("double precision")).into()
}

/// Most keys in one statement, by what both databases take as parameters.
const MOST_KEYS: usize = 5_000;

/// How many times as many rows as keys may be read to spare naming each key.
const TOLERATED_WASTE: usize = 4;

/// Figures that contain those under the keys. Keys that form a block (territories × periods, as most do) are
/// found by their sides; keys that do not, one by one.
fn under_keys(edition: i32, keys: &[FigureKey]) -> Select<Entity> {
    let side = |of: fn(&FigureKey) -> i32| keys.iter().map(of).collect::<HashSet<i32>>();
    let indicators = side(|key| key.indicator_id);
    let territories = side(|key| key.territory_id);
    let breakdowns = side(|key| key.breakdown_id);
    let periods: HashSet<Period> = keys.iter().map(|key| key.period).collect();
    let block = [indicators.len(), territories.len(), breakdowns.len(), periods.len()];
    let block = block.into_iter().fold(1_usize, usize::saturating_mul);
    if block <= keys.len().saturating_mul(TOLERATED_WASTE) {
        return published(edition)
            .filter(Column::IndicatorId.is_in(indicators))
            .filter(Column::TerritoryId.is_in(territories))
            .filter(Column::Period.is_in(periods))
            .filter(Column::BreakdownId.is_in(breakdowns));
    }
    let tuple = |key: &FigureKey| {
        (key.indicator_id, key.territory_id, key.period.number(), key.breakdown_id).into_value_tuple()
    };
    let wanted = TableRef::ValuesList(keys.iter().map(tuple).collect(), "wanted".into_iden());
    let on = |column: Column, name: &'static str| Expr::col(column).equals(("wanted", name));
    let mut query = published(edition);
    QueryTrait::query(&mut query).join(
        JoinType::InnerJoin,
        wanted,
        Condition::all()
            .add(on(Column::IndicatorId, "column1"))
            .add(on(Column::TerritoryId, "column2"))
            .add(on(Column::Period, "column3"))
            .add(on(Column::BreakdownId, "column4")),
    );
    query
}

fn narrowed(edition: i32, filter: &FigureFilter, visible: &SimpleExpr) -> Select<Entity> {
    let mut query = published(edition)
        .filter(Column::IndicatorId.is_in(filter.indicators.iter().copied()))
        .filter(Column::TerritoryId.is_in(filter.territories.iter().copied()))
        .filter(Column::BreakdownId.is_in(filter.breakdowns.iter().copied()));
    if let Some(periods) = &filter.periods {
        query = query.filter(Column::Period.is_in(periods.iter().copied()));
    }
    if let Some(first) = filter.between.0 {
        query = query.filter(Column::Period.gte(first));
    }
    if let Some(last) = filter.between.1 {
        query = query.filter(Column::Period.lte(last));
    }
    match filter.shown {
        Some(true) => query = query.filter(visible.clone().is_not_null()),
        Some(false) => query = query.filter(visible.clone().is_null()),
        None => {}
    }
    if let Some(least) = filter.at_least {
        query = query.filter(visible.clone().gte(least));
    }
    if let Some(most) = filter.at_most {
        query = query.filter(visible.clone().lte(most));
    }
    query
}

/// The expressions of an order, each with its direction.
fn order_keys(order: &[Sort], visible: &SimpleExpr) -> Vec<(SimpleExpr, bool)> {
    let mut keys: Vec<(SimpleExpr, bool)> = Vec::new();
    for sort in order {
        let column = match sort.by {
            FigureOrder::Value => {
                let withheld = Expr::case(visible.clone().is_null(), Expr::val(1)).finally(Expr::val(0));
                keys.push((withheld.into(), false));
                let value = Expr::case(visible.clone().is_null(), Expr::val(0.0)).finally(visible.clone());
                keys.push((value.into(), sort.descending));
                continue;
            }
            FigureOrder::Indicator => Column::IndicatorId,
            FigureOrder::Territory => Column::TerritoryId,
            FigureOrder::Period => Column::Period,
            FigureOrder::Breakdown => Column::BreakdownId,
        };
        keys.push((Expr::col(column), sort.descending));
    }
    keys
}

/// Rows that come after (or before) a position: greater in the first key that differs.
fn beyond(keys: &[(SimpleExpr, bool)], position: &Position, before: bool) -> Condition {
    let mut any = Condition::any();
    for (at, (expression, descending)) in keys.iter().enumerate() {
        let mut all = Condition::all();
        for ((earlier, _), number) in keys.iter().zip(position.numbers()).take(at) {
            all = all.add(earlier.clone().eq(*number));
        }
        let number = position.numbers().get(at).copied().unwrap_or_default();
        let further = expression.clone();
        all = all.add(if *descending == before { further.gt(number) } else { further.lt(number) });
        any = any.add(all);
    }
    any
}
