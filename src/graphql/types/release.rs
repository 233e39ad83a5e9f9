//! Releases.

use async_graphql::{ID, Object};

use super::Source;
use crate::{
    graphql::{
        identifier::Identifier,
        scalars::{Date, DateTime, Period},
        words::ReleaseState,
    },
    store,
};

/// One publication of a source for one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release(pub store::Release);

/// One publication of a source for one period.
#[Object]
impl Release {
    /// Opaque identifier.
    pub async fn id(&self) -> ID {
        Identifier::Release(self.0.reference.clone()).encode()
    }

    /// Reference.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Source.
    async fn source(&self) -> Source {
        Source::new(self.0.source_id)
    }

    /// Year that it describes.
    async fn period(&self) -> Period {
        self.0.period.into()
    }

    /// Where it stands.
    async fn state(&self) -> ReleaseState {
        self.0.state.into()
    }

    /// Year whose 1 January geography its figures use.
    async fn geography_vintage(&self) -> i32 {
        self.0.geography_vintage
    }

    /// Day of publication.
    async fn published_on(&self) -> Option<Date> {
        self.0.published_on.map(Date::from)
    }

    /// Nobody without the right sees its figures before.
    async fn embargo_until(&self) -> Option<DateTime> {
        self.0.embargo_until.map(DateTime::from)
    }
}
