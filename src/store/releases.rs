//! Releases: what is published of which source, and since when.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    edition, release, release_showing,
    types::{Period, ReleaseState},
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, SelectStatement, SimpleExpr, SubQueryStatement},
};

use super::{Store, StoreError};

/// One publication of a source for one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Number.
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Source.
    pub source_id: i32,
    /// Year that it describes.
    pub period: Period,
    /// Where it stands.
    pub state: ReleaseState,
    /// Year whose 1 January geography it uses.
    pub geography_vintage: i32,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// Nobody without the right sees it before.
    pub embargo_until: Option<DateTime<Utc>>,
}

impl Release {
    /// Whether the release is still under embargo.
    #[must_use]
    pub fn embargoed(&self, now: DateTime<Utc>) -> bool {
        self.embargo_until.is_some_and(|until| now < until)
    }
}

impl Store {
    /// The edition that is read now: its number and every release in it, in the order of numbers. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn current(&self) -> Result<Edition, StoreError> {
        let now = edition::Entity::find().select_only().column(edition::Column::Number).into_query();
        let rows: Vec<Row> = release::Entity::find()
            .select_only()
            .columns([
                release::Column::Id,
                release::Column::Reference,
                release::Column::SourceId,
                release::Column::Period,
                release::Column::State,
                release::Column::GeographyVintage,
                release::Column::PublishedOn,
                release::Column::EmbargoUntil,
            ])
            .expr_as(number_of(now.clone()), "edition")
            .filter(release::Column::Id.in_subquery(shown_in(&number_of(now))))
            .order_by_asc(release::Column::Id)
            .into_tuple()
            .all(&self.db)
            .await?;
        let number = rows.first().map_or(0, |row| row.8);
        let releases = rows.into_iter().map(|row| {
            let (id, reference, source_id, period, state, geography_vintage, published_on, embargo_until, _) =
                row;
            Release {
                id,
                reference,
                source_id,
                period,
                state,
                geography_vintage,
                published_on,
                embargo_until,
            }
        });
        Ok(Edition { number, releases: releases.collect() })
    }
}

/// A release in an edition: its columns and the edition's number.
type Row = (i32, String, i32, Period, ReleaseState, i32, Option<NaiveDate>, Option<DateTime<Utc>>, i32);

/// What is read at one time.
#[derive(Clone, Debug, Default)]
pub(super) struct Edition {
    /// Number; 0 while nothing is published.
    pub number: i32,
    /// Its releases.
    pub releases: Vec<Release>,
}

impl Edition {
    /// How many of its releases are under embargo at a moment.
    pub(super) fn embargoed(&self, now: DateTime<Utc>) -> usize {
        self.releases.iter().filter(|release| release.embargoed(now)).count()
    }
}

fn number_of(query: SelectStatement) -> SimpleExpr {
    SimpleExpr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(query)))
}

/// The numbers of the releases that an edition shows.
pub(super) fn shown_in(edition: &SimpleExpr) -> SelectStatement {
    release_showing::Entity::find()
        .select_only()
        .column(release_showing::Column::ReleaseId)
        .filter(Expr::col(release_showing::Column::FromEdition).lte(edition.clone()))
        .filter(
            release_showing::Column::UntilEdition
                .is_null()
                .or(Expr::col(release_showing::Column::UntilEdition).gt(edition.clone())),
        )
        .into_query()
}

impl From<release::Model> for Release {
    fn from(row: release::Model) -> Self {
        Self {
            id: row.id,
            reference: row.reference,
            source_id: row.source_id,
            period: row.period,
            state: row.state,
            geography_vintage: row.geography_vintage,
            published_on: row.published_on,
            embargo_until: row.embargo_until,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, Utc};
    use entity::{
        release_component,
        types::{PartnerCode, Period, Purpose, Purposes, Role, Withheld},
        use_grant,
    };
    use sea_orm::{EntityTrait, sea_query::Expr};

    use crate::{
        auth::{Caller, Identity, Viewer},
        demonstration::{Options, Silent, build},
        secrecy::Keyring,
        store::{FigureFilter, FigurePage, Reading, Reference, Store},
    };

    type Fault = Box<dyn std::error::Error>;

    /// The reading of an analyst of Chenôve, to whom the Caf has opened true numbers of the commune.
    async fn grantee(store: &Store) -> Result<Reading, Fault> {
        let now: DateTime<Utc> = "2026-11-01T12:00:00Z".parse()?;
        let gazetteer = store.gazetteer().await?;
        let partner = PartnerCode::parse("COM-21166")?;
        let membership = store
            .membership((&partner, "anne"), now.date_naive(), &gazetteer)
            .await?
            .ok_or("no such partner")?;
        let identity = Identity {
            subject: "somebody".to_owned(),
            client: None,
            partner,
            roles: vec![Role::Analyst],
            purposes: Purposes::all(),
            purpose: Some(Purpose::UrbanPolicy),
        };
        let reference =
            Reference { gazetteer, catalogue: store.catalogue().await?, keyring: Keyring::new(&[7; 32]) };
        let viewer = Viewer { caller: Caller::Known { identity, membership: Arc::new(membership) }, now };
        Ok(Reading::new(store.clone(), Arc::new(reference), viewer))
    }

    /// How many figures of Chenôve are masked for them, of how many.
    async fn masked(store: &Store) -> Result<(usize, usize), Fault> {
        let reading = grantee(store).await?;
        let gazetteer = reading.gazetteer();
        let roots =
            gazetteer.all().iter().filter(|place| place.code.as_str() == "21166").map(|place| place.id);
        let filter = FigureFilter {
            territories: gazetteer.closure(roots).into_iter().collect(),
            indicators: reading.catalogue().indicators().iter().map(|known| known.id).collect(),
            breakdowns: reading.catalogue().breakdowns().keys().copied().collect(),
            periods: Some(vec![Period::year(2024)?]),
            ..FigureFilter::default()
        };
        let sources: Vec<i32> =
            reading.catalogue().source_by_code("CAF-ALLOC").map(|source| source.id).into_iter().collect();
        let of_source = |indicator_id: i32| {
            let found = reading.catalogue().indicator_by_id(indicator_id);
            found.is_some_and(|found| sources.contains(&found.source_id) && found.additive)
        };
        let page =
            FigurePage { order: Vec::new(), after: None, before: None, limit: 20_000, from_end: false };
        let (told, _) = reading.search(&filter, &page).await.map_err(|error| error.to_string())?;
        let theirs: Vec<_> = told.iter().filter(|(told, _)| of_source(told.key.indicator_id)).collect();
        let hidden = theirs
            .iter()
            .filter(|(told, _)| told.disclosed.withheld() == Some(Withheld::StatisticalSecrecy))
            .count();
        Ok((hidden, theirs.len()))
    }

    #[tokio::test]
    async fn who_has_read_true_numbers_knows_them_when_the_grant_has_ended() -> Result<(), Fault> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}/ended.sqlite", folder.path().display());
        let store = Store::connect(&url, 2).await?;
        store.migrate().await?;
        let options = Options { first_year: 2024, last_year: 2024, canary: false };
        build(&store, &Keyring::new(&[7; 32]), &options, &Silent).await?;
        let gazetteer = store.gazetteer().await?;
        let source = store.catalogue().await?.source_by_code("CAF-ALLOC").map(|source| source.id);
        let source = source.ok_or("no such source")?;
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).ok_or("no such day")?;
        assert!(!store.granted(source, &gazetteer, today).await?.is_empty());
        let releases: Vec<i32> = store.dossiers().await?.iter().map(|dossier| dossier.release.id).collect();
        assert_eq!(store.writing().await?.readings(&releases).await?.count(), 0);
        masked(&store).await?;
        let known = store.writing().await?.readings(&releases).await?;
        assert!(known.count() > 0);
        let day = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).ok_or("no such day")?;
        use_grant::Entity::update_many()
            .col_expr(use_grant::Column::EndedOn, Expr::value(day.and_time(chrono::NaiveTime::MIN).and_utc()))
            .col_expr(use_grant::Column::UntilDate, Expr::value(day))
            .exec(&store.db)
            .await?;
        assert!(
            store.granted(source, &gazetteer, today).await?.is_empty(),
            "what was never read is not known"
        );
        assert_eq!(store.writing().await?.readings(&releases).await?, known);
        let (hidden, _) = masked(&store).await?;
        assert!(hidden > 0, "what was read once is read again without a grant");
        Ok(())
    }

    #[tokio::test]
    async fn a_grant_opens_nothing_in_a_release_that_was_not_examined() -> Result<(), Fault> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}/openings.sqlite", folder.path().display());
        let store = Store::connect(&url, 2).await?;
        store.migrate().await?;
        let options = Options { first_year: 2024, last_year: 2024, canary: false };
        build(&store, &Keyring::new(&[7; 32]), &options, &Silent).await?;
        let (hidden, all) = masked(&store).await?;
        assert!(all > 100, "only {all} figures");
        assert_eq!(hidden, 0, "the grant does not open what it is for");
        release_component::Entity::delete_many().exec(&store.db).await?;
        let (hidden, again) = masked(&store).await?;
        assert_eq!(again, all);
        assert!(hidden > 0, "true numbers come out of a release that nobody examined");
        Ok(())
    }
}
