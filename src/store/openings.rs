//! True numbers that grants open: which they are to open, and which releases open them to whom.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::{
    agreement, partner_territory, release, release_opening,
    types::{Level, ReleaseState},
    use_grant, use_grant_territory,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Batch, Reading, Release, Store, StoreError, lifecycle::showings_like, loaders::Shared};
use crate::{charter::use_request::Terms, geography::Gazetteer, secrecy::Opened};

/// Rows in one statement: four values each, below what either database takes.
const ROWS_A_STATEMENT: usize = 4_000;

/// A release that is read and that has not thought of all that a partner was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unexamined {
    /// Reference of the release.
    pub reference: String,
    /// The partner.
    pub partner_id: i32,
}

/// What a release opens of true numbers, and what it was examined for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openings {
    /// Opened.
    pub open: Opened,
    /// Kept closed.
    pub closed: Opened,
}

/// Whether a release opens the true numbers that a partner was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningState {
    /// It does.
    Open,
    /// It does not, for they would tell others.
    Closed,
    /// It was not examined yet.
    Awaited,
}

/// What was granted, by source, and what releases open of it, by release.
pub(super) struct Grants {
    granted: HashMap<i32, Opened>,
    openings: HashMap<i32, Openings>,
}

impl Grants {
    /// Whether a release opens what a partner was granted among some territories.
    fn state(&self, release: &Release, partner_id: i32, among: &HashSet<i32>) -> OpeningState {
        let granted = self.granted.get(&release.source_id);
        let granted = granted.map(|granted| granted.to(partner_id).among(among)).unwrap_or_default();
        match self.openings.get(&release.id) {
            Some(openings) if openings.open.covers(&granted) => OpeningState::Open,
            Some(openings) if openings.open.and(&openings.closed).covers(&granted) => OpeningState::Closed,
            _ => OpeningState::Awaited,
        }
    }
}

impl Openings {
    fn of(rows: &[release_opening::Model]) -> Self {
        let pairs = |open: bool| {
            rows.iter()
                .filter(move |row| row.open == open)
                .map(|row| (row.partner_id, row.territory_id))
                .collect()
        };
        Self { open: pairs(true), closed: pairs(false) }
    }
}

impl Store {
    /// Territories whose true numbers these releases open to a partner. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn opened_to(
        &self,
        partner_id: i32,
        releases: &HashSet<i32>,
    ) -> Result<HashSet<(i32, i32)>, StoreError> {
        let rows = release_opening::Entity::find()
            .filter(release_opening::Column::ReleaseId.is_in(releases.iter().copied()))
            .filter(release_opening::Column::PartnerId.eq(partner_id))
            .filter(release_opening::Column::Open.eq(true))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.release_id, row.territory_id)).collect())
    }

    /// What grants in force on a day open of the true numbers of a source, or will. Five statements.
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
        let mut granted = granted(&self.db, (gazetteer, today), Some(source_id)).await?;
        Ok(granted.remove(&source_id).unwrap_or_default())
    }

    /// Releases that are read and have not thought of what partners were granted, the newest first; seven
    /// statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn unexamined(
        &self,
        gazetteer: &Gazetteer,
        today: NaiveDate,
    ) -> Result<Vec<Unexamined>, StoreError> {
        let granted = granted(&self.db, (gazetteer, today), None).await?;
        if granted.is_empty() {
            return Ok(Vec::new());
        }
        let releases = release::Entity::find()
            .filter(release::Column::State.eq(ReleaseState::Published))
            .filter(release::Column::SourceId.is_in(granted.keys().copied()))
            .order_by_desc(release::Column::Id)
            .all(&self.db)
            .await?;
        let ids: HashSet<i32> = releases.iter().map(|release| release.id).collect();
        let known = examined(&self.db, &ids).await?;
        let mut found = Vec::new();
        for release in releases {
            let known = known.get(&release.id);
            let wanted = granted.get(&release.source_id).into_iter().flat_map(Opened::by_partner);
            let missing = wanted.filter(|(partner_id, territories)| {
                let wanted =
                    Opened::from_iter(territories.iter().map(|territory_id| (*partner_id, *territory_id)));
                !known.is_some_and(|known| known.covers(&wanted))
            });
            found.extend(
                missing
                    .map(|(partner_id, _)| Unexamined { reference: release.reference.clone(), partner_id }),
            );
        }
        Ok(found)
    }

    /// What was granted, and what releases open of it. Five statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn what_grants_open(
        &self,
        (gazetteer, today): (&Gazetteer, NaiveDate),
        releases: &[Release],
    ) -> Result<Grants, StoreError> {
        let granted = granted(&self.db, (gazetteer, today), None).await?;
        let of = releases.iter().filter(|release| granted.contains_key(&release.source_id));
        let rows = release_opening::Entity::find()
            .filter(release_opening::Column::ReleaseId.is_in(of.map(|release| release.id)))
            .all(&self.db)
            .await?;
        let openings = by_release(rows).map(|(id, rows)| (id, Openings::of(&rows))).collect();
        Ok(Grants { granted, openings })
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
        let today = self.viewer().today();
        let load = || self.store().what_grants_open((self.gazetteer(), today), releases);
        let grants = self.grants.get_or_try_init(load).await?;
        let mut roots: Vec<i32> = terms.territories.iter().copied().collect();
        if roots.is_empty() {
            let own = self.partners().await?.iter().find(|partner| partner.id == partner_id);
            roots.extend(own.into_iter().flat_map(|partner| partner.territories.iter().copied()));
        }
        let among = self.gazetteer().closure(roots);
        let of = releases.iter().filter(|release| terms.sources.contains(&release.source_id));
        Ok(of.map(|release| (release.clone(), grants.state(release, partner_id, &among))).collect())
    }
}

impl Batch {
    /// What these releases open, together.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn opened_by(&self, releases: &[i32]) -> Result<Opened, StoreError> {
        let rows = release_opening::Entity::find()
            .filter(release_opening::Column::ReleaseId.is_in(releases.iter().copied()))
            .filter(release_opening::Column::Open.eq(true))
            .all(&self.transaction)
            .await?;
        Ok(Openings::of(&rows).open)
    }

    /// Writes what a release opens of true numbers, or keeps closed, to which partner, in place of what was written of the
    /// same.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn open_release(&self, release_id: i32, openings: &Openings) -> Result<(), StoreError> {
        let mut rows = Vec::new();
        for (opened, open) in [(&openings.open, true), (&openings.closed, false)] {
            for (partner_id, territories) in opened.by_partner() {
                release_opening::Entity::delete_many()
                    .filter(release_opening::Column::ReleaseId.eq(release_id))
                    .filter(release_opening::Column::PartnerId.eq(partner_id))
                    .filter(release_opening::Column::TerritoryId.is_in(territories.iter().copied()))
                    .exec(&self.transaction)
                    .await?;
                rows.extend(territories.iter().map(|territory_id| release_opening::ActiveModel {
                    release_id: Set(release_id),
                    partner_id: Set(partner_id),
                    territory_id: Set(*territory_id),
                    open: Set(open),
                }));
            }
        }
        for some in rows.chunks(ROWS_A_STATEMENT) {
            release_opening::Entity::insert_many(some.iter().cloned())
                .exec_without_returning(&self.transaction)
                .await?;
        }
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

fn by_release(rows: Vec<release_opening::Model>) -> impl Iterator<Item = (i32, Vec<release_opening::Model>)> {
    let mut of: BTreeMap<i32, Vec<release_opening::Model>> = BTreeMap::new();
    for row in rows {
        of.entry(row.release_id).or_default().push(row);
    }
    of.into_iter()
}

/// What releases were examined for, whether it is open or not.
async fn examined(
    db: &impl ConnectionTrait,
    releases: &HashSet<i32>,
) -> Result<HashMap<i32, Opened>, StoreError> {
    let rows = release_opening::Entity::find()
        .filter(release_opening::Column::ReleaseId.is_in(releases.iter().copied()))
        .all(db)
        .await?;
    let pairs = |rows: Vec<release_opening::Model>| {
        rows.into_iter().map(|row| (row.partner_id, row.territory_id)).collect::<Opened>()
    };
    Ok(by_release(rows).map(|(id, rows)| (id, pairs(rows))).collect())
}

/// What grants in force open, by source. A grant reaches no further than its level and that of its agreement: what is finer is as
/// closed to its partner as to everybody.
async fn granted(
    db: &impl ConnectionTrait,
    (gazetteer, today): (&Gazetteer, NaiveDate),
    source_id: Option<i32>,
) -> Result<HashMap<i32, Opened>, StoreError> {
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
        return Ok(HashMap::new());
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
    let mut opened: HashMap<i32, Opened> = HashMap::new();
    for grant in &grants {
        let Some(level) = grant.agreement_id.and_then(|id| agreements.get(&id)) else { continue };
        let roots = named.get(&grant.id).or_else(|| own.get(&grant.partner_id)).into_iter().flatten();
        let all = gazetteer.closure(roots.copied());
        let within = all.into_iter().filter(|id| {
            gazetteer.get(*id).is_some_and(|territory| {
                territory.level.is_reached_by(grant.finest_level) && territory.level.is_reached_by(*level)
            })
        });
        opened.entry(grant.source_id).or_default().open(grant.partner_id, within);
    }
    Ok(opened)
}
