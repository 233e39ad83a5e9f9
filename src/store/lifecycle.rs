//! Releases from the vault to their readers and back: staged, planned, shown, replaced, taken back.
//!
//! What is read is a matter of editions: each publication and withdrawal makes a new one in one transaction, and
//! every request reads the edition that it found when it began.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    edition, figure, release, release_component, release_showing,
    types::{Period, ReleaseState, Withheld},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, TransactionTrait, sea_query::Expr,
};

use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

use super::{Batch, Release, Store, StoreError, releases::shown_in};
use crate::secrecy::{Address, Keyring, Masked, Sheet, table::CellKey};

/// So few that either database finds their figures by the key, and not by reading the table.
const TERRITORIES_A_STATEMENT: usize = 500;

/// A release with what is known of how it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    /// The release.
    pub release: Release,
    /// When it was staged; none for releases that came with the observatory.
    pub staged_on: Option<DateTime<Utc>>,
    /// Generation of the priority neighbourhoods that it counts.
    pub generation: Option<i32>,
    /// Rows of its file.
    pub rows: Option<i32>,
    /// Name of its file.
    pub file_name: Option<String>,
    /// Mark of its file under the vault key.
    pub digest: Option<String>,
    /// Codes of the warnings that were accepted.
    pub accepted: Vec<String>,
    /// What its plan shows and masks, as JSON.
    pub report: Option<String>,
    /// Edition that its plan knew.
    pub planned_edition: Option<i32>,
    /// How many true numbers partners had read when it was planned.
    pub planned_readings: Option<i32>,
}

/// What becomes a staged release.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Code of the source, for the reference.
    pub source_code: String,
    /// Source.
    pub source_id: i32,
    /// Year that it describes.
    pub period: Period,
    /// Year whose 1 January geography it uses.
    pub geography_vintage: i32,
    /// Generation of the priority neighbourhoods.
    pub generation: i32,
    /// Nobody without the right sees it before.
    pub embargo_until: Option<DateTime<Utc>>,
    /// When it came.
    pub staged_on: DateTime<Utc>,
    /// Rows of the file.
    pub rows: u64,
    /// Name of the file.
    pub file_name: String,
    /// Mark of the file, and of how it is read, under the vault key; none where it is not known.
    pub digest: Option<String>,
    /// Codes of the warnings that were accepted.
    pub accepted: Vec<String>,
}

impl From<release::Model> for Dossier {
    fn from(row: release::Model) -> Self {
        Self {
            staged_on: row.staged_on,
            generation: row.generation,
            rows: row.rows,
            file_name: row.file_name.clone(),
            digest: row.digest.clone(),
            accepted: row.accepted.iter().flat_map(|codes| codes.split(' ')).map(str::to_owned).collect(),
            report: row.report.clone(),
            planned_edition: row.planned_edition,
            planned_readings: row.planned_readings,
            release: Release::from(row),
        }
    }
}

impl Store {
    /// Begins a transaction that writes releases: one at a time, any other one waits.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], when another one takes too long too.
    pub async fn writing(&self) -> Result<Batch, StoreError> {
        let batch = Batch { transaction: self.office.begin().await? };
        // A write before any read takes the lock of either database.
        edition::Entity::update_many()
            .col_expr(edition::Column::Number, Expr::col(edition::Column::Number).add(0))
            .exec(&batch.transaction)
            .await?;
        Ok(batch)
    }

    /// Every release in any state, in the order of numbers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn dossiers(&self) -> Result<Vec<Dossier>, StoreError> {
        let rows = release::Entity::find().order_by_asc(release::Column::Id).all(&self.db).await?;
        Ok(rows.into_iter().map(Dossier::from).collect())
    }

    /// The reference of a release of a source that readers have, or have had until it was corrected, and that came from a
    /// file with this mark.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn published_from(&self, source_id: i32, mark: &str) -> Result<Option<String>, StoreError> {
        let states = [ReleaseState::Published, ReleaseState::Superseded];
        from_file(&self.db, source_id, mark, states).await
    }

    /// The numbers that the releases of a source show now of some indicators and territories: the latest of each place,
    /// breakdown and part of the year.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn last_shown(
        &self,
        source_id: i32,
        (indicators, territories): (&BTreeSet<i32>, &BTreeSet<i32>),
    ) -> Result<HashMap<CellKey, f64>, StoreError> {
        let published = release::Entity::find()
            .select_only()
            .column(release::Column::Id)
            .filter(release::Column::SourceId.eq(source_id))
            .filter(release::Column::State.eq(ReleaseState::Published))
            .into_query();
        let of = figure::Entity::find()
            .filter(figure::Column::ReleaseId.in_subquery(published))
            .filter(figure::Column::IndicatorId.is_in(indicators.iter().copied()))
            .filter(figure::Column::Shown.is_not_null())
            .order_by_asc(figure::Column::Period);
        let territories: Vec<i32> = territories.iter().copied().collect();
        let mut latest = HashMap::new();
        for some in territories.chunks(TERRITORIES_A_STATEMENT) {
            let rows = of.clone().filter(figure::Column::TerritoryId.is_in(some.iter().copied()));
            let mut rows = rows.stream(&self.db).await?;
            while let Some(row) = rows.try_next().await? {
                let place = (row.indicator_id, row.territory_id, row.breakdown_id, row.period.kind());
                latest.extend(row.shown.map(|shown| (place, (key(&row), shown))));
            }
        }
        Ok(latest.into_values().collect())
    }

    /// SHA-256 of everything that is read now, in hexadecimal: two observatories with the same digest show the same
    /// figures, bit for bit.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn digest_of_read(&self) -> Result<String, StoreError> {
        let edition = edition::Entity::find().one(&self.db).await?.map_or(0, |row| row.number);
        let mut rows = figure::Entity::find()
            .filter(figure::Column::ReleaseId.in_subquery(shown_in(&Expr::val(edition))))
            .order_by_asc(figure::Column::IndicatorId)
            .order_by_asc(figure::Column::TerritoryId)
            .order_by_asc(figure::Column::Period)
            .order_by_asc(figure::Column::BreakdownId)
            .stream(&self.db)
            .await?;
        let mut digest = Sha256::new();
        while let Some(row) = rows.try_next().await? {
            for number in [row.indicator_id, row.territory_id, row.period.number(), row.breakdown_id] {
                digest.update(number.to_le_bytes());
            }
            digest.update(row.shown.unwrap_or(f64::NAN).to_bits().to_le_bytes());
            digest.update(row.withheld.map_or("", Withheld::word));
        }
        Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// A release in any state.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn dossier(&self, reference: &str) -> Result<Option<Dossier>, StoreError> {
        let row =
            release::Entity::find().filter(release::Column::Reference.eq(reference)).one(&self.db).await?;
        Ok(row.map(Dossier::from))
    }
}

impl Batch {
    /// A release in any state.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn dossier(&self, reference: &str) -> Result<Option<Dossier>, StoreError> {
        let found = release::Entity::find().filter(release::Column::Reference.eq(reference));
        Ok(found.one(&self.transaction).await?.map(Dossier::from))
    }

    /// The edition that is read now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn edition(&self) -> Result<i32, StoreError> {
        let row = edition::Entity::find().one(&self.transaction).await?;
        row.map(|row| row.number).ok_or_else(|| StoreError::Inconsistent("no edition".to_owned()))
    }

    /// The reference of a release of a source that came from a file with this mark and that has not been published yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn waiting_from(
        &self,
        source_id: i32,
        mark: &str,
    ) -> Result<Option<String>, StoreError> {
        from_file(&self.transaction, source_id, mark, [ReleaseState::Staged, ReleaseState::Planned]).await
    }

    /// Writes the row of a release that has arrived, under the next free number and reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn receive(&self, arrival: Arrival) -> Result<Release, StoreError> {
        let last = release::Entity::find().order_by_desc(release::Column::Id).one(&self.transaction).await?;
        let before = release::Entity::find()
            .filter(release::Column::SourceId.eq(arrival.source_id))
            .filter(release::Column::Period.eq(arrival.period))
            .count(&self.transaction)
            .await?;
        let row = release::Model {
            id: last.map_or(0, |row| row.id) + 1,
            reference: format!("{}-{}-{}", arrival.source_code, arrival.period, before + 1),
            source_id: arrival.source_id,
            period: arrival.period,
            state: ReleaseState::Staged,
            geography_vintage: arrival.geography_vintage,
            published_on: None,
            embargo_until: arrival.embargo_until,
            staged_on: Some(arrival.staged_on),
            generation: Some(arrival.generation),
            rows: i32::try_from(arrival.rows).ok(),
            file_name: Some(arrival.file_name),
            digest: arrival.digest,
            accepted: (!arrival.accepted.is_empty()).then(|| arrival.accepted.join(" ")),
            report: None,
            planned_edition: None,
            planned_readings: None,
        };
        let active: release::ActiveModel = row.clone().into();
        release::Entity::insert(active).exec_without_returning(&self.transaction).await?;
        Ok(Release::from(row))
    }

    /// The releases of a source and period that readers have had before a release, in the order in which they came.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn shown_before(&self, of: &Release) -> Result<Vec<Dossier>, StoreError> {
        let shown = release_showing::Entity::find()
            .select_only()
            .column(release_showing::Column::ReleaseId)
            .into_query();
        let rows = release::Entity::find()
            .filter(release::Column::SourceId.eq(of.source_id))
            .filter(release::Column::Period.eq(of.period))
            .filter(release::Column::Id.ne(of.id))
            .filter(release::Column::Id.in_subquery(shown))
            .all(&self.transaction)
            .await?;
        let mut dossiers: Vec<Dossier> = rows.into_iter().map(Dossier::from).collect();
        let ids = dossiers.iter().map(|dossier| dossier.release.id);
        let showings = release_showing::Entity::find()
            .filter(release_showing::Column::ReleaseId.is_in(ids))
            .all(&self.transaction)
            .await?;
        // Numbers are given when files come in; they may be published in another order.
        let mut first: HashMap<i32, i32> = HashMap::new();
        for row in showings {
            let edition = first.entry(row.release_id).or_insert(row.from_edition);
            *edition = std::cmp::min(row.from_edition, *edition);
        }
        dossiers.sort_by_key(|dossier| (first.get(&dossier.release.id).copied(), dossier.release.id));
        Ok(dossiers)
    }

    /// The keys of the figures that a release shows with their values.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn shown_keys(&self, release_id: i32) -> Result<HashSet<CellKey>, StoreError> {
        let rows = figure::Entity::find()
            .filter(figure::Column::ReleaseId.eq(release_id))
            .filter(figure::Column::Shown.is_not_null())
            .all(&self.transaction)
            .await?;
        Ok(rows.iter().map(key).collect())
    }

    /// Every figure of a release, as readers find it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn figures_of(&self, release_id: i32) -> Result<Vec<(CellKey, Masked)>, StoreError> {
        let rows = figure::Entity::find()
            .filter(figure::Column::ReleaseId.eq(release_id))
            .all(&self.transaction)
            .await?;
        Ok(rows.iter().map(|row| (key(row), Masked::from_columns(row.shown, row.withheld))).collect())
    }

    /// The sheets of a release, sealed, for planning it or what comes after it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Vault`] when one does not open under the keyring.
    pub(crate) async fn sheets_to_plan(
        &self,
        keyring: &Keyring,
        release_id: i32,
    ) -> Result<BTreeMap<i32, Sheet>, StoreError> {
        self.all_sheets(keyring, release_id).await
    }

    /// Takes back what an earlier plan of a release wrote.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn forget_plan(&self, release_id: i32, indicators: &[i32]) -> Result<(), StoreError> {
        figure::Entity::delete_many()
            .filter(figure::Column::ReleaseId.eq(release_id))
            .filter(figure::Column::IndicatorId.is_in(indicators.iter().copied()))
            .exec(&self.transaction)
            .await?;
        release_component::Entity::delete_by_id(release_id).exec(&self.transaction).await?;
        self.forget_explanations(release_id).await
    }

    /// Says that a release is planned, knowing an edition, and that so many figures were read by partners.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn mark_planned(
        &self,
        release_id: i32,
        (planned_edition, planned_readings): (i32, i32),
        report: String,
    ) -> Result<(), StoreError> {
        release::Entity::update_many()
            .col_expr(release::Column::State, Expr::value(ReleaseState::Planned))
            .col_expr(release::Column::PlannedEdition, Expr::value(planned_edition))
            .col_expr(release::Column::PlannedReadings, Expr::value(planned_readings))
            .col_expr(release::Column::Report, Expr::value(report))
            .filter(release::Column::Id.eq(release_id))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Whether a release of the same source and period has come or gone since an edition.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn changed_since(&self, of: &Release, edition: i32) -> Result<bool, StoreError> {
        let changed = showings_like(of)
            .filter(
                release_showing::Column::FromEdition
                    .gt(edition)
                    .or(release_showing::Column::UntilEdition.gt(edition)),
            )
            .count(&self.transaction)
            .await?;
        Ok(changed > 0)
    }

    /// Begins an edition in which these releases are no longer read and that one is; gives its number.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn turn_page(&self, closed: &[i32], opened: Option<i32>) -> Result<i32, StoreError> {
        let next = self.edition().await? + 1;
        edition::Entity::update_many()
            .col_expr(edition::Column::Number, Expr::value(next))
            .exec(&self.transaction)
            .await?;
        release_showing::Entity::update_many()
            .col_expr(release_showing::Column::UntilEdition, Expr::value(next))
            .filter(release_showing::Column::ReleaseId.is_in(closed.iter().copied()))
            .filter(release_showing::Column::UntilEdition.is_null())
            .exec(&self.transaction)
            .await?;
        if let Some(release_id) = opened {
            self.show_from(release_id, next).await?;
        }
        Ok(next)
    }

    /// Opens a release to its readers from an edition on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn show_from(&self, release_id: i32, from_edition: i32) -> Result<(), StoreError> {
        let row = release_showing::ActiveModel {
            release_id: Set(release_id),
            from_edition: Set(from_edition),
            until_edition: Set(None),
        };
        release_showing::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Moves a release to a state; a day of publication is set where one is given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn set_state(
        &self,
        release_id: i32,
        state: ReleaseState,
        published_on: Option<NaiveDate>,
    ) -> Result<(), StoreError> {
        let mut update = release::Entity::update_many().col_expr(release::Column::State, Expr::value(state));
        if let Some(day) = published_on {
            update = update.col_expr(release::Column::PublishedOn, Expr::value(day));
        }
        update.filter(release::Column::Id.eq(release_id)).exec(&self.transaction).await?;
        Ok(())
    }
}

fn key(row: &figure::Model) -> CellKey {
    CellKey {
        indicator_id: row.indicator_id,
        address: Address {
            territory_id: row.territory_id,
            period: row.period,
            breakdown_id: row.breakdown_id,
        },
    }
}

/// When releases of the source and period of one, itself among them, were shown.
pub(super) fn showings_like(of: &Release) -> Select<release_showing::Entity> {
    let same = release::Entity::find()
        .select_only()
        .column(release::Column::Id)
        .filter(release::Column::SourceId.eq(of.source_id))
        .filter(release::Column::Period.eq(of.period))
        .into_query();
    release_showing::Entity::find().filter(release_showing::Column::ReleaseId.in_subquery(same))
}

async fn from_file(
    on: &impl ConnectionTrait,
    source_id: i32,
    mark: &str,
    states: [ReleaseState; 2],
) -> Result<Option<String>, StoreError> {
    let found = release::Entity::find()
        .filter(release::Column::SourceId.eq(source_id))
        .filter(release::Column::Digest.eq(mark))
        .filter(release::Column::State.is_in(states))
        .order_by_desc(release::Column::Id);
    Ok(found.one(on).await?.map(|row| row.reference))
}
