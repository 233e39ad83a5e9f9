//! DataLoaders: what the resolvers of one request ask one by one is read in one statement.
//!
//! A loader is built for one request and holds its viewer's [`Reading`], so that nothing it remembers can
//! reach another viewer. The figure loader's value is [`Told`], which only the policy's decision makes.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use entity::types::{ContributionKind, Period};

use crate::{
    auth::policy::{self, CharterAct},
    charter::standing::Facts,
    secrecy::Explanation,
};

use super::{
    FigureKey, Findings, Geometry, Reading, Referent, StoreError, ThirdPartyClient, TokenBearer, Told,
};

/// A fault of the store, shared by everybody who waited for the same statement.
pub type Shared = Arc<StoreError>;

/// Figures as this viewer is told them.
pub struct Figures(pub Arc<Reading>);

impl Loader<FigureKey> for Figures {
    type Value = Told;
    type Error = Shared;

    async fn load(&self, keys: &[FigureKey]) -> Result<HashMap<FigureKey, Told>, Shared> {
        self.0.tell(keys).await
    }
}

/// Why figures are masked, for the viewers who may ask.
pub struct Masks(pub Arc<Reading>);

impl Loader<FigureKey> for Masks {
    type Value = Explanation;
    type Error = Shared;

    async fn load(&self, keys: &[FigureKey]) -> Result<HashMap<FigureKey, Explanation>, Shared> {
        self.0.explain(keys).await
    }
}

/// What is wrong with deliveries, by number.
pub struct DeliveryFindings(pub Arc<Reading>);

impl Loader<i32> for DeliveryFindings {
    type Value = Findings;
    type Error = Shared;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, Findings>, Shared> {
        self.0.findings(keys).await
    }
}

/// Contours, by territory.
pub struct Geometries(pub Arc<Reading>);

impl Loader<i32> for Geometries {
    type Value = Arc<Geometry>;
    type Error = Shared;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, Arc<Geometry>>, Shared> {
        self.0.contours(keys).await
    }
}

/// Periods with published figures, by indicator.
pub struct Periods(pub Arc<Reading>);

impl Loader<i32> for Periods {
    type Value = Vec<Period>;
    type Error = Shared;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, Vec<Period>>, Shared> {
        self.0.periods(keys).await
    }
}

/// Referents in office today, by partner.
pub struct Referents(pub Arc<Reading>);

impl Loader<i32> for Referents {
    type Value = Vec<Referent>;
    type Error = Shared;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, Vec<Referent>>, Shared> {
        let viewer = self.0.viewer();
        let theirs: Vec<i32> = keys.iter().copied().filter(|id| policy::referents(viewer, *id)).collect();
        Ok(self.0.store().referents(&theirs, viewer.today()).await?)
    }
}

/// Who has asked with the tokens of partners that are the viewer's to revoke.
pub struct TokenBearers(pub Arc<Reading>);

impl Loader<i32> for TokenBearers {
    type Value = Vec<TokenBearer>;
    type Error = Shared;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, Vec<TokenBearer>>, Shared> {
        self.0.note_changing();
        let theirs = |id: &i32| policy::acts(self.0.viewer(), CharterAct::RevokeTokens { partner_id: *id });
        let theirs: Vec<i32> = keys.iter().copied().filter(theirs).collect();
        Ok(self.0.store().token_bearers(&theirs).await?)
    }
}

/// Programs that ask for partners whose tokens are the viewer's to revoke.
pub struct Clients(pub Arc<Reading>);

impl Loader<i32> for Clients {
    type Value = Vec<ThirdPartyClient>;
    type Error = Shared;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, Vec<ThirdPartyClient>>, Shared> {
        let theirs = |id: &i32| policy::acts(self.0.viewer(), CharterAct::RevokeTokens { partner_id: *id });
        let theirs: Vec<i32> = keys.iter().copied().filter(theirs).collect();
        Ok(self.0.store().third_party_clients(&theirs).await?)
    }
}

/// Day of the signature in force today, by partner.
pub struct Signatures(pub Arc<Reading>);

impl Loader<i32> for Signatures {
    type Value = NaiveDate;
    type Error = Shared;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, NaiveDate>, Shared> {
        Ok(self.0.store().signatures(keys, self.0.viewer().today()).await?)
    }
}

/// What is known of partners whose standing is the viewer's to read.
pub struct Standings(pub Arc<Reading>);

impl Loader<i32> for Standings {
    type Value = Facts;
    type Error = Shared;

    async fn load(&self, _: &[i32]) -> Result<HashMap<i32, Facts>, Shared> {
        Ok(self.0.standings().await?.clone())
    }
}

/// How much partners contributed, by year and kind.
pub struct Contributed(pub Arc<Reading>);

impl Loader<i32> for Contributed {
    type Value = BTreeMap<(i32, ContributionKind), u32>;
    type Error = Shared;

    async fn load(&self, _: &[i32]) -> Result<HashMap<i32, Self::Value>, Shared> {
        self.0.contributions().await
    }
}
