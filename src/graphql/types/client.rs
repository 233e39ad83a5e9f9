//! Programs of third parties that ask for a partner.

use async_graphql::Object;

use crate::{
    graphql::{scalars::DateTime, words::Purpose},
    store,
};

/// A program of a third party that asks for a partner, such as a dashboard. It reads what a reader of the partner does.
#[derive(Clone)]
pub struct ThirdPartyClient(pub store::ThirdPartyClient);

/// A program of a third party that asks for a partner, such as a dashboard. It reads what a reader of the partner does.
#[Object]
impl ThirdPartyClient {
    /// Its name among the partner’s; the log of access names it by that.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// For what it may ask; each request declares one of them.
    async fn purposes(&self) -> Vec<Purpose> {
        self.0.purposes.iter().map(Purpose::from).collect()
    }

    /// When the token that is accepted of it was issued.
    async fn issued_at(&self) -> DateTime {
        self.0.issued_at.into()
    }

    /// Subject of the token of the referent who had it issued; never a name.
    async fn issued_by(&self) -> &str {
        &self.0.issued_by
    }

    /// Until when that token is good.
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }

    /// When it was revoked; null while it is not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime::from)
    }
}
