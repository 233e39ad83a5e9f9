//! Filters of observations: from what a caller writes to what the reading searches.

pub mod codes;
mod input;
mod search;

pub use input::{
    CategoryInput, IndicatorObservationFilter, ObservationFilter, ObservationOrder,
    TerritoryObservationFilter,
};
pub use search::Search;
