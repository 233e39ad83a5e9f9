//! Levels of territory.

use super::words;

words! {
    /// The levels of territory, widest first.
    Level {
        /// France.
        Country = "COUNTRY",
        /// A region.
        Region = "REGION",
        /// A department.
        Department = "DEPARTMENT",
        /// A group of communes with a tax of its own (EPCI).
        Agglomeration = "AGGLOMERATION",
        /// A commune.
        Commune = "COMMUNE",
        /// A statistical quarter of about 2,000 inhabitants (« îlots regroupés pour l’information statistique »).
        Iris = "IRIS",
        /// A priority neighbourhood of the urban policy (« quartier prioritaire »), which cuts across IRIS.
        PriorityNeighbourhood = "PRIORITY_NEIGHBOURHOOD",
        /// The part of a commune outside its priority neighbourhoods: subtraction makes it a territory.
        Remainder = "REMAINDER",
        /// A zone of a partner's own.
        Zone = "ZONE",
    }
}

impl Level {
    /// Whether a territory of this level lies below the commune.
    #[must_use]
    pub const fn is_below_commune(self) -> bool {
        matches!(self, Self::Iris | Self::PriorityNeighbourhood | Self::Remainder | Self::Zone)
    }

    /// Whether something opened down to `finest` reaches this level. All levels below the commune
    /// are equally fine: each can be had from another by subtraction.
    #[must_use]
    pub const fn is_reached_by(self, finest: Self) -> bool {
        finest.is_below_commune() || (!self.is_below_commune() && (self as u8) <= (finest as u8))
    }
}
