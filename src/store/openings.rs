//! True numbers that grants open: which they are to open, what binds the masked figures of releases, and who has read what.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    agreement, partner_territory, release, release_component, release_reading,
    types::{Level, Purposes, ReleaseState},
    use_grant, use_grant_territory,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{
    Batch, FigureKey, Reading, Release, Store, StoreError, lifecycle::showings_like, loaders::Shared,
};
use crate::{
    charter::use_request::Terms,
    geography::Gazetteer,
    secrecy::{Address, Components, Opened, Readers, table::CellKey},
};

/// Rows in one statement: six values each, below what either database takes.
const ROWS_A_STATEMENT: usize = 4_000;

/// A release that is read, of a source of which true numbers are granted, and that was not examined yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unexamined {
    /// Reference of the release.
    pub reference: String,
}

/// The true numbers that partners have read, by release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Readings(BTreeMap<i32, Readers>);

impl Readings {
    /// Those of a release.
    pub fn of(&self, release_id: i32) -> Readers {
        self.0.get(&release_id).cloned().unwrap_or_default()
    }

    /// How many there are: none is ever taken back.
    pub fn count(&self) -> i32 {
        i32::try_from(self.0.values().map(Readers::count).sum::<usize>()).unwrap_or(i32::MAX)
    }

    /// Whether one more partner can be told apart from those who have read something of any of them.
    fn has_place_for(&self, partner_id: i32) -> bool {
        let all = self.0.values().flat_map(Readers::partners);
        all.map(|partner_id| (partner_id, 0)).collect::<Opened>().has_place_for(partner_id)
    }
}

/// Whether a release opens the true numbers that a partner was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningState {
    /// It does.
    Open,
    /// It does not, for they would tell others.
    Closed,
    /// It was not examined yet, or is not read yet.
    Awaited,
}

/// What grants in force open of the true numbers of a source, to one partner, for some purposes.
struct Granted {
    source_id: i32,
    partner_id: i32,
    purposes: Purposes,
    territories: BTreeSet<i32>,
}

/// What was granted, and what binds the masked figures of releases, by release.
pub(super) struct Grants {
    granted: Vec<Granted>,
    components: HashMap<i32, Components>,
}

impl Grants {
    /// Whether a release opens what a partner was granted among some territories, for each of some purposes alone.
    fn state(
        &self,
        release: &Release,
        partner_id: i32,
        (among, purposes): (&HashSet<i32>, Purposes),
    ) -> OpeningState {
        let Some(components) = self.components.get(&release.id) else { return OpeningState::Awaited };
        let is_open = purposes.iter().all(|purpose| {
            let theirs = self.granted.iter().filter(|granted| {
                granted.source_id == release.source_id
                    && granted.partner_id == partner_id
                    && granted.purposes.contains(purpose)
            });
            let all: BTreeSet<i32> = theirs.flat_map(|granted| &granted.territories).copied().collect();
            let told = components.tellable(&all);
            all.iter().filter(|id| among.contains(id)).all(|id| told.contains(id))
        });
        if is_open { OpeningState::Open } else { OpeningState::Closed }
    }
}

impl Store {
    /// Which masked figures of releases are bound to one another; those that were not examined are missing. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub(crate) async fn components(
        &self,
        releases: impl IntoIterator<Item = i32>,
    ) -> Result<HashMap<i32, Components>, StoreError> {
        components(&self.db, releases).await
    }

    /// Of some figures of releases those that a partner may be told the true numbers of, by what binds them: it is written down
    /// before anything is told that they have read them, so that what comes later is planned against it. A release that is not
    /// read any more, or of which something was shown since that binds its figures too, tells nothing new.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn note_readings(
        &self,
        partner_id: i32,
        asked: HashSet<(i32, FigureKey)>,
        decided: &HashMap<i32, Components>,
    ) -> Result<HashSet<(i32, FigureKey)>, StoreError> {
        let releases: BTreeSet<i32> = asked.iter().map(|(release_id, _)| *release_id).collect();
        let territories: BTreeSet<i32> = asked.iter().map(|(_, key)| key.territory_id).collect();
        let rows = release_reading::Entity::find()
            .filter(release_reading::Column::ReleaseId.is_in(releases.iter().copied()))
            .filter(release_reading::Column::PartnerId.eq(partner_id))
            .filter(release_reading::Column::TerritoryId.is_in(territories))
            .all(&self.db)
            .await?;
        let known: HashSet<(i32, FigureKey)> =
            rows.iter().map(|row| (row.release_id, FigureKey::from(cell(row)))).collect();
        let new: Vec<(i32, FigureKey)> = asked.difference(&known).copied().collect();
        let mut told: HashSet<(i32, FigureKey)> = asked.intersection(&known).copied().collect();
        if new.is_empty() {
            return Ok(told);
        }
        // Nobody publishes meanwhile.
        let batch = self.writing().await?;
        let now = components(&batch.transaction, releases.iter().copied()).await?;
        let mut read = Vec::new();
        for release_id in releases {
            // What was decided by is what binds its figures still.
            let binds = now.get(&release_id);
            if binds.is_some()
                && decided.get(&release_id) == binds
                && batch.takes_reader(release_id, partner_id).await?
            {
                read.extend(new.iter().filter(|(id, _)| *id == release_id).copied());
            }
        }
        batch.note_readings(partner_id, &read).await?;
        batch.commit().await?;
        told.extend(read);
        Ok(told)
    }

    /// What grants in force on a day open of the true numbers of a source, or will, for any purpose. Four statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn granted(
        &self,
        source_id: i32,
        gazetteer: &Gazetteer,
        today: NaiveDate,
    ) -> Result<Opened, StoreError> {
        let mut opened = Opened::default();
        for granted in granted(&self.db, (gazetteer, today), Some(source_id)).await? {
            opened.open(granted.partner_id, granted.territories);
        }
        Ok(opened)
    }

    /// Releases that are read, of sources of which true numbers are granted, and that were not examined, the newest first; six
    /// statements.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub(crate) async fn unexamined(
        &self,
        gazetteer: &Gazetteer,
        today: NaiveDate,
    ) -> Result<Vec<Unexamined>, StoreError> {
        let granted = granted(&self.db, (gazetteer, today), None).await?;
        if granted.is_empty() {
            return Ok(Vec::new());
        }
        let sources: BTreeSet<i32> = granted.iter().map(|granted| granted.source_id).collect();
        let releases = release::Entity::find()
            .filter(release::Column::State.eq(ReleaseState::Published))
            .filter(release::Column::SourceId.is_in(sources))
            .order_by_desc(release::Column::Id)
            .all(&self.db)
            .await?;
        let examined = self.components(releases.iter().map(|release| release.id)).await?;
        let left = releases.into_iter().filter(|release| !examined.contains_key(&release.id));
        Ok(left.map(|release| Unexamined { reference: release.reference }).collect())
    }

    /// What was granted, and what binds the masked figures of releases that are not under embargo. Five statements.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub(super) async fn what_grants_open(
        &self,
        (gazetteer, now): (&Gazetteer, DateTime<Utc>),
        releases: &[Release],
    ) -> Result<Grants, StoreError> {
        let granted = granted(&self.db, (gazetteer, now.date_naive()), None).await?;
        // What an embargo holds back says nothing by what it masks either.
        let read = releases.iter().filter(|release| !release.embargoed(now)).map(|release| release.id);
        Ok(Grants { granted, components: self.components(read).await? })
    }
}

impl Reading {
    /// The releases of sources that are read, in the order of numbers, each with whether it opens what a partner was granted
    /// of true numbers under some terms.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn openings(
        &self,
        partner_id: i32,
        terms: &Terms,
    ) -> Result<Vec<(Release, OpeningState)>, Shared> {
        let releases = self.releases().await?;
        let load =
            || Box::pin(self.store().what_grants_open((self.gazetteer(), self.viewer().now), releases));
        let grants = self.grants.get_or_try_init(load).await?;
        let mut roots: Vec<i32> = terms.territories.iter().copied().collect();
        if roots.is_empty() {
            let own = self.partners().await?.iter().find(|partner| partner.id == partner_id);
            roots.extend(own.into_iter().flat_map(|partner| partner.territories.iter().copied()));
        }
        let among = self.gazetteer().closure(roots);
        let of = releases.iter().filter(|release| terms.sources.contains(&release.source_id));
        let state = |release: &Release| grants.state(release, partner_id, (&among, terms.purposes));
        Ok(of.map(|release| (release.clone(), state(release))).collect())
    }
}

impl Batch {
    /// What partners have read of true numbers of these releases.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn readings(&self, releases: &[i32]) -> Result<Readings, StoreError> {
        let rows = release_reading::Entity::find()
            .filter(release_reading::Column::ReleaseId.is_in(releases.iter().copied()))
            .all(&self.transaction)
            .await?;
        let mut readings = Readings::default();
        for row in rows {
            readings.0.entry(row.release_id).or_default().note(row.partner_id, cell(&row));
        }
        Ok(readings)
    }

    /// Whether a release is read, and a partner can be told apart from those who have read true numbers of its source and
    /// period.
    async fn takes_reader(&self, release_id: i32, partner_id: i32) -> Result<bool, StoreError> {
        let row = release::Entity::find_by_id(release_id).one(&self.transaction).await?;
        let Some(row) = row.filter(|row| row.state == ReleaseState::Published) else { return Ok(false) };
        let shown = showings_like(&Release::from(row)).all(&self.transaction).await?;
        let family: Vec<i32> = shown.iter().map(|showing| showing.release_id).collect();
        Ok(self.readings(&family).await?.has_place_for(partner_id))
    }

    /// Writes down that a partner has read the true numbers of figures, each of a release.
    async fn note_readings(&self, partner_id: i32, read: &[(i32, FigureKey)]) -> Result<(), StoreError> {
        let row = |(release_id, key): &(i32, FigureKey)| release_reading::ActiveModel {
            release_id: Set(*release_id),
            partner_id: Set(partner_id),
            indicator_id: Set(key.indicator_id),
            territory_id: Set(key.territory_id),
            period: Set(key.period),
            breakdown_id: Set(key.breakdown_id),
        };
        let rows: Vec<_> = read.iter().map(row).collect();
        for some in rows.chunks(ROWS_A_STATEMENT) {
            // Somebody else of the partner may have read it meanwhile.
            release_reading::Entity::insert_many(some.iter().cloned())
                .on_conflict_do_nothing()
                .exec_without_returning(&self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Keeps which masked figures of a release are bound to one another.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn keep_components(
        &self,
        release_id: i32,
        components: &Components,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(components)
            .map_err(|cause| StoreError::Inconsistent(format!("release {release_id}: {cause}")))?;
        release_component::Entity::delete_by_id(release_id).exec(&self.transaction).await?;
        let row = release_component::ActiveModel { release_id: Set(release_id), components: Set(text) };
        release_component::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Whether a release is the last of its source and period that readers have had.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn is_last_shown(&self, of: &Release) -> Result<bool, StoreError> {
        let showings = showings_like(of).all(&self.transaction).await?;
        let last = showings.iter().max_by_key(|showing| showing.from_edition);
        // One that is read again, after a later one was taken back, was shown last but not first.
        let first =
            |id: i32| showings.iter().filter(|row| row.release_id == id).map(|row| row.from_edition).min();
        let newest = showings.iter().filter_map(|row| Some((first(row.release_id)?, row.release_id))).max();
        Ok(last.is_some_and(|last| last.release_id == of.id) && newest.is_some_and(|(_, id)| id == of.id))
    }
}

/// The figure that was read.
const fn cell(row: &release_reading::Model) -> CellKey {
    let release_reading::Model { indicator_id, territory_id, period, breakdown_id, .. } = *row;
    CellKey { indicator_id, address: Address { territory_id, period, breakdown_id } }
}

async fn components(
    db: &impl ConnectionTrait,
    releases: impl IntoIterator<Item = i32>,
) -> Result<HashMap<i32, Components>, StoreError> {
    let rows = release_component::Entity::find()
        .filter(release_component::Column::ReleaseId.is_in(releases))
        .all(db)
        .await?;
    let read = |row: release_component::Model| match serde_json::from_str(&row.components) {
        Ok(components) => Ok((row.release_id, components)),
        Err(cause) => Err(StoreError::Inconsistent(format!("release {}: {cause}", row.release_id))),
    };
    rows.into_iter().map(read).collect()
}

/// What grants in force open. A grant reaches no further than its level and that of its agreement: what is finer is as
/// closed to its partner as to everybody.
async fn granted(
    db: &impl ConnectionTrait,
    (gazetteer, today): (&Gazetteer, NaiveDate),
    source_id: Option<i32>,
) -> Result<Vec<Granted>, StoreError> {
    // What was granted once and never read is known to nobody.
    let mut asked = use_grant::Entity::find()
        .filter(use_grant::Column::Unmasked.eq(true))
        .filter(use_grant::Column::EndedOn.is_null())
        .filter(use_grant::Column::Suspended.eq(false))
        .filter(use_grant::Column::FromDate.lte(today))
        .filter(use_grant::Column::UntilDate.gte(today));
    if let Some(source_id) = source_id {
        asked = asked.filter(use_grant::Column::SourceId.eq(source_id));
    }
    let grants = asked.order_by_asc(use_grant::Column::Id).all(db).await?;
    if grants.is_empty() {
        return Ok(Vec::new());
    }
    let agreements: HashMap<i32, Level> = agreement::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(|agreement| (agreement.id, agreement.finest_level))
        .collect();
    let mut named: HashMap<i32, Vec<i32>> = HashMap::new();
    let ids = grants.iter().map(|grant| grant.id);
    let links = use_grant_territory::Entity::find()
        .filter(use_grant_territory::Column::UseGrantId.is_in(ids))
        .all(db)
        .await?;
    for link in links {
        named.entry(link.use_grant_id).or_default().push(link.territory_id);
    }
    let mut own: HashMap<i32, Vec<i32>> = HashMap::new();
    let partners = grants.iter().map(|grant| grant.partner_id);
    let links = partner_territory::Entity::find()
        .filter(partner_territory::Column::PartnerId.is_in(partners))
        .all(db)
        .await?;
    for link in links {
        own.entry(link.partner_id).or_default().push(link.territory_id);
    }
    let mut opened = Vec::new();
    for grant in &grants {
        let Some(level) = grant.agreement_id.and_then(|id| agreements.get(&id)) else { continue };
        let roots = named.get(&grant.id).or_else(|| own.get(&grant.partner_id)).into_iter().flatten();
        let all = gazetteer.closure(roots.copied());
        let within = all.into_iter().filter(|id| {
            gazetteer.get(*id).is_some_and(|territory| {
                territory.level.is_reached_by(grant.finest_level) && territory.level.is_reached_by(*level)
            })
        });
        opened.push(Granted {
            source_id: grant.source_id,
            partner_id: grant.partner_id,
            purposes: grant.purposes,
            territories: within.collect(),
        });
    }
    Ok(opened)
}
