//! Records of the log of access.

use async_graphql::{Object, SimpleObject};

use crate::{
    access_log::{Record, SourceAccess},
    graphql::{
        cost,
        scalars::DateTime,
        words::{Level, Purpose, Role},
    },
};

/// A request that reached partner data; never a value.
pub struct AccessRecord(pub Record);

/// A request that reached partner data; never a value.
#[Object]
impl AccessRecord {
    /// Number in the log, without a gap.
    async fn number(&self) -> i64 {
        self.0.number
    }

    /// When it was asked.
    async fn at(&self) -> DateTime {
        self.0.entry.at.into()
    }

    /// Subject of the token.
    async fn subject(&self) -> &str {
        &self.0.entry.subject
    }

    /// The third-party dashboard that asked, when it was not a person.
    async fn client(&self) -> Option<&str> {
        self.0.entry.client.as_deref()
    }

    /// Code of the partner that it was asked for.
    async fn partner(&self) -> &str {
        &self.0.entry.partner
    }

    /// Roles that were held.
    async fn roles(&self) -> Vec<Role> {
        self.0.entry.roles.iter().map(|role| (*role).into()).collect()
    }

    /// Purpose that was declared.
    async fn purpose(&self) -> Option<Purpose> {
        self.0.entry.purpose.map(Purpose::from)
    }

    /// Name of the operation, where the document gave one.
    async fn operation_name(&self) -> Option<&str> {
        self.0.entry.operation_name.as_deref()
    }

    /// What was reached, by source; a provider sees only its own sources in the requests of others.
    #[graphql(complexity = "cost::times(3, child_complexity)")]
    async fn sources(&self) -> Vec<AccessSource> {
        self.0.entry.sources.iter().map(AccessSource::from).collect()
    }

    /// Hash of the record before it and of this one, in hexadecimal, under a key of the server.
    async fn hash(&self) -> String {
        self.0.hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What a request reached of one source. Each figure counts once, however often it was asked.
#[derive(SimpleObject)]
pub struct AccessSource {
    /// Code of the source.
    source: String,
    /// Values that were shown.
    shown: u32,
    /// Figures whose value was withheld.
    withheld: u32,
    /// Those of the withheld that the viewer had no right to.
    refused: u32,
    /// Those of the shown that a grant unmasked.
    unmasked: u32,
    /// Those of the withheld whose mask was explained.
    explained: u32,
    /// Searches whose conditions or order looked through values.
    searches: u32,
    /// Levels of territory, widest first.
    levels: Vec<AccessLevel>,
    /// Codes of territories, those of the finest level first; 50 at most.
    territories: Vec<String>,
    /// How many territories there were in all.
    territory_count: u32,
}

/// How many territories of a level a request reached.
#[derive(SimpleObject)]
pub struct AccessLevel {
    /// Level.
    level: Level,
    /// How many territories of it.
    territory_count: u32,
}

impl From<&SourceAccess> for AccessSource {
    fn from(access: &SourceAccess) -> Self {
        let level =
            |(level, count): &(_, u32)| AccessLevel { level: Level::from(*level), territory_count: *count };
        Self {
            source: access.source.clone(),
            shown: access.counts.shown,
            withheld: access.counts.withheld,
            refused: access.counts.refused,
            unmasked: access.counts.unmasked,
            explained: access.counts.explained,
            searches: access.counts.searches,
            levels: access.levels.iter().map(level).collect(),
            territories: access.territories.clone(),
            territory_count: access.territory_count,
        }
    }
}
