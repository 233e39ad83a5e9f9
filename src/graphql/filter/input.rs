//! What a caller writes.

use async_graphql::{Enum, InputObject};

use super::Search;
use crate::{
    error::Refusal,
    graphql::{
        context::Session,
        scalars::{Date, Period},
        words::Level,
    },
    store::{FigureOrder, Sort},
};

/// A category of a dimension.
#[derive(Clone, Debug, InputObject)]
pub struct CategoryInput {
    /// Code of the dimension, such as `SEXE`.
    pub dimension: String,
    /// Code of the category, such as `F`.
    pub category: String,
}

/// Which figures. Conditions on values look only at what this viewer is shown.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ObservationFilter {
    /// Codes of the indicators, 1 to 50.
    pub indicators: Vec<String>,
    /// Codes of the territories, at most 500; every version under a code counts.
    pub territories: Option<Vec<String>>,
    /// Only territories of this level.
    pub level: Option<Level>,
    /// Only territories that lie wholly in the one of this code.
    pub within: Option<String>,
    /// Only territories that exist on this day.
    pub as_of: Option<Date>,
    /// Only these periods.
    pub periods: Option<Vec<Period>>,
    /// Only from this period on.
    pub from: Option<Period>,
    /// Only up to this period.
    pub to: Option<Period>,
    /// Exactly this breakdown; the total by default.
    pub breakdown: Option<Vec<CategoryInput>>,
    /// Every crossing of exactly these dimensions, instead of one breakdown.
    pub dimensions: Option<Vec<String>>,
    /// True: only values that are shown to this viewer. False: only those that are masked, or withheld
    /// from this viewer; a number that a grant opens is masked.
    pub shown: Option<bool>,
    /// Only shown values from here.
    pub at_least: Option<f64>,
    /// Only shown values up to here.
    pub at_most: Option<f64>,
}

/// Which figures of one territory. Conditions on values look only at what this viewer is shown.
#[derive(Clone, Debug, InputObject)]
pub struct TerritoryObservationFilter {
    /// Codes of the indicators, 1 to 50.
    pub indicators: Vec<String>,
    /// Only these periods.
    pub periods: Option<Vec<Period>>,
    /// Only from this period on.
    pub from: Option<Period>,
    /// Only up to this period.
    pub to: Option<Period>,
    /// Exactly this breakdown; the total by default.
    pub breakdown: Option<Vec<CategoryInput>>,
    /// Every crossing of exactly these dimensions, instead of one breakdown.
    pub dimensions: Option<Vec<String>>,
    /// True: only values that are shown to this viewer. False: only those that are masked, or withheld
    /// from this viewer; a number that a grant opens is masked.
    pub shown: Option<bool>,
}

/// Which figures of one indicator. Conditions on values look only at what this viewer is shown.
#[derive(Clone, Debug, InputObject)]
pub struct IndicatorObservationFilter {
    /// Codes of the territories, at most 500; every version under a code counts.
    pub territories: Option<Vec<String>>,
    /// Only territories of this level.
    pub level: Option<Level>,
    /// Only territories that lie wholly in the one of this code.
    pub within: Option<String>,
    /// Only these periods.
    pub periods: Option<Vec<Period>>,
    /// Exactly this breakdown; the total by default.
    pub breakdown: Option<Vec<CategoryInput>>,
    /// Every crossing of exactly these dimensions, instead of one breakdown.
    pub dimensions: Option<Vec<String>>,
    /// True: only values that are shown to this viewer. False: only those that are masked, or withheld
    /// from this viewer; a number that a grant opens is masked.
    pub shown: Option<bool>,
    /// Only shown values from here.
    pub at_least: Option<f64>,
    /// Only shown values up to here.
    pub at_most: Option<f64>,
}

/// What observations are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ObservationOrderField {
    /// Value as this viewer is shown it; withheld ones come last in either direction.
    Value,
    /// Indicator.
    Indicator,
    /// Territory, by level, then code.
    Territory,
    /// Period.
    Period,
}

/// In which direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// A key of order.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct ObservationOrder {
    /// By what.
    pub field: ObservationOrderField,
    /// In which direction.
    #[graphql(default)]
    pub direction: OrderDirection,
}

impl From<ObservationOrder> for Sort {
    fn from(order: ObservationOrder) -> Self {
        let by = match order.field {
            ObservationOrderField::Value => FigureOrder::Value,
            ObservationOrderField::Indicator => FigureOrder::Indicator,
            ObservationOrderField::Territory => FigureOrder::Territory,
            ObservationOrderField::Period => FigureOrder::Period,
        };
        Self { by, descending: order.direction == OrderDirection::Descending }
    }
}

impl TerritoryObservationFilter {
    /// The search for the figures of one territory.
    ///
    /// # Errors
    ///
    /// Those of [`Search::new`].
    pub fn search(self, session: &Session, territory_id: i32) -> Result<Search, Refusal> {
        let filter = ObservationFilter {
            indicators: self.indicators,
            periods: self.periods,
            from: self.from,
            to: self.to,
            breakdown: self.breakdown,
            dimensions: self.dimensions,
            shown: self.shown,
            // This one, which is not looked for among all.
            territories: Some(Vec::new()),
            ..ObservationFilter::default()
        };
        let mut search = Search::new(session, &filter, Vec::new())?;
        search.filter.territories = vec![territory_id];
        Ok(search)
    }
}

impl IndicatorObservationFilter {
    /// The search for the figures of one indicator.
    ///
    /// # Errors
    ///
    /// Those of [`Search::new`].
    pub fn search(self, session: &Session, indicator_id: i32) -> Result<Search, Refusal> {
        let code = session.catalogue().indicator_by_id(indicator_id).map(|found| found.code.to_string());
        let filter = ObservationFilter {
            indicators: code.into_iter().collect(),
            territories: self.territories,
            level: self.level,
            within: self.within,
            periods: self.periods,
            breakdown: self.breakdown,
            dimensions: self.dimensions,
            shown: self.shown,
            at_least: self.at_least,
            at_most: self.at_most,
            ..ObservationFilter::default()
        };
        Search::new(session, &filter, Vec::new())
    }
}
