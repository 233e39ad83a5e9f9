//! Why sheets make no table.

use crate::secrecy::engine::primary::FactError;

/// A sheet that cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayError {
    /// A cell of which the rule would have to know more, or that contradicts itself.
    #[error("indicator {indicator_id} in territory {territory_id}: {fault}")]
    Facts {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
        /// What is missing.
        fault: FactError,
    },
    /// A part that is more than what it is a part of.
    #[error(
        "indicator {part_id} is more than indicator {whole_id}, of which it is a part, in territory {territory_id}"
    )]
    MoreThanWhole {
        /// The part.
        part_id: i32,
        /// The whole.
        whole_id: i32,
        /// Territory.
        territory_id: i32,
    },
    /// Margins that together may tell a crossing that was not delivered, although each of them is large.
    #[error(
        "indicator {indicator_id}: margins in territory {territory_id} overlap in a cycle without the crossing that they are margins of; deliver it, or leave a margin out"
    )]
    Tangled {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
    },
    /// A territory beside one that cuts it, without the piece that they have in common.
    #[error(
        "indicator {indicator_id}: territory {territory_id} and one that cuts it are there without the piece that they have in common; deliver it, or leave one of them out"
    )]
    Uncut {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
    },
    /// Categories that are not there although a total says that they are no zeros.
    #[error(
        "indicator {indicator_id}: the categories that are there of a dimension are less than their total in territory {territory_id}; deliver the others, or the total with them"
    )]
    Categories {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
    },
    /// A part that is known more finely than its whole, without what holds it: several of them add up under the whole.
    #[error(
        "indicator {part_id} in territory {territory_id}: neither its total nor indicator {whole_id}, of which it is a part, is there to hold it; deliver one of them for the same territories, periods and breakdowns"
    )]
    Unheld {
        /// The part.
        part_id: i32,
        /// The whole, known more coarsely.
        whole_id: i32,
        /// Territory of the part.
        territory_id: i32,
    },
    /// Two parts of one whole that are both known more finely than the whole: the larger of both counts at each place.
    #[error(
        "indicators {part_id} and {other_id} are both divided more finely than indicator {whole_id}, of which they are parts, around territory {territory_id}; deliver that one for the same territories, periods and breakdowns"
    )]
    DividedAlike {
        /// A part.
        part_id: i32,
        /// The other part.
        other_id: i32,
        /// The whole, known more coarsely.
        whole_id: i32,
        /// Territory of the part.
        territory_id: i32,
    },
    /// Parts that are missing where others bind them: what follows for the others cannot be told apart.
    #[error(
        "indicator {indicator_id}: parts are missing around territory {territory_id} that are bound by several sums; deliver them, or leave their totals out too"
    )]
    Incomplete {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
    },
    /// A release of which other parts are missing than of one before it, while what is around them has changed.
    #[error(
        "indicator {indicator_id}: other parts of territory {territory_id} are missing than in a release before, and what is around them has changed"
    )]
    OtherGaps {
        /// Indicator.
        indicator_id: i32,
        /// Territory of the total.
        territory_id: i32,
    },
    /// A number that readers have had, that the release does not bring again, and that it contradicts or that was corrected
    /// since: what holds of the release's own numbers cannot be told.
    #[error(
        "indicator {indicator_id}: a number of territory {territory_id} that was released before, and that is not delivered again, is contradicted or has had several values, and {others} more; deliver them too, as they are today"
    )]
    Outdated {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
        /// How many more such figures there are.
        others: usize,
    },
    /// A release that was divided into neighbourhoods of another generation: both may be the same ground.
    #[error(
        "indicator {indicator_id}: territory {territory_id} was released before for the same period, and is none of the division that this release follows; follow the same division"
    )]
    OtherDivision {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
    },
    /// An amount that is no non-negative whole number.
    #[error("an amount of indicator {indicator_id} in territory {territory_id} is not a count")]
    NotACount {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
    },
}
