//! Grants of true numbers before and after releases, against partners who keep what they were told, alone and all together.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{
    types::{Purposes, ReleaseState},
    use_grant, use_grant_territory,
};

use super::*;
use crate::secrecy::Opened;

/// Who is granted something in these trials.
const PARTNERS: [i32; 4] = [1, 2, 3, 4];
/// To whom the lot of the key of these trials opens what holds.
const OPENED: i32 = 2;
/// The demonstration's first agreement.
const WITH_THE_CAF: i32 = 1;

impl Place {
    /// A grant of true numbers, in force.
    async fn grant(&self, id: i32, partner_id: i32, level: Level, communes: &[i32]) -> Result<(), Fault> {
        let source_id = self.arrival()?.source_id;
        let day = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).ok_or("no such day");
        let row = use_grant::Model {
            id,
            reference: format!("ESSAI-{id}"),
            partner_id,
            source_id,
            finest_level: level,
            purposes: Purposes::all(),
            from_date: day(2020)?,
            until_date: day(2030)?,
            unmasked: true,
            use_request_id: None,
            suspended: false,
            agreement_id: Some(WITH_THE_CAF),
            ended_on: None,
        };
        let territories = communes
            .iter()
            .map(|id_of| use_grant_territory::Model { use_grant_id: id, territory_id: *id_of });
        let batch = self.store.writing().await?;
        batch.insert::<use_grant::ActiveModel>([row]).await?;
        batch.insert::<use_grant_territory::ActiveModel>(territories).await?;
        Ok(batch.commit().await?)
    }

    /// Publishes counts of a year; gives the release's number and what everybody reads.
    async fn publish(
        &self,
        year: i32,
        counts: &Counts,
    ) -> Result<(i32, HashMap<CellKey, Option<f64>>), Fault> {
        let period = Period::year(year)?;
        let mut sheet = Sheet::default();
        for (key, count) in counts.cells()? {
            sheet.insert(Address { period, ..key.address }, Raw::seal(count as f64, None));
        }
        let sheets = BTreeMap::from([(counts.indicator_id, sheet)]);
        let delivered = Delivered { sheets, masked_by_producer: Vec::new() };
        let office = self.office();
        let dossier = office.stage(Arrival { period, ..self.arrival()? }, delivered).await?;
        let reference = &dossier.release.reference;
        office.plan(reference, now()?, Arc::new(Unwatched)).await?;
        office.publish(reference, now()?).await?;
        let figures = self.store.writing().await?.figures_of(dossier.release.id).await?;
        let like = Period::year(2024)?;
        let as_counted = |key: CellKey| CellKey { address: Address { period: like, ..key.address }, ..key };
        let read = figures.into_iter().map(|(key, masked)| (as_counted(key), masked.columns().0));
        Ok((dossier.release.id, read.collect()))
    }
}

/// What partners keep of a year: all versions, and where each was told true numbers.
#[derive(Default)]
struct Kept {
    attacker: Attacker,
    /// For each cell that the attacker has, its release and territory.
    of: Vec<(i32, i32)>,
    told: BTreeSet<(i32, i32, i32)>,
}

impl Kept {
    fn keep(
        &mut self,
        release_id: i32,
        counts: &Counts,
        read: &HashMap<CellKey, Option<f64>>,
    ) -> Result<(), Fault> {
        self.attacker.keep(counts, read)?;
        self.of.extend(counts.cells()?.iter().map(|(key, _)| (release_id, key.address.territory_id)));
        Ok(())
    }

    fn tell(&mut self, release_id: i32, opened: &Opened) {
        for (partner_id, territories) in opened.by_partner() {
            self.told.extend(territories.iter().map(|territory_id| (partner_id, release_id, *territory_id)));
        }
    }

    /// Sensitive counts that these partners together work out, of places of which they were granted none.
    fn worked_out(&self, partners: &[i32]) -> Result<usize, Fault> {
        let told = |(release_id, territory_id): &(i32, i32)| {
            partners.iter().any(|partner_id| self.told.contains(&(*partner_id, *release_id, *territory_id)))
        };
        // What did not change since is the number that was granted.
        let granted = |territory_id: i32| {
            self.told
                .iter()
                .any(|(partner_id, _, told)| partners.contains(partner_id) && *told == territory_id)
        };
        let mut table = self.attacker.table.clone();
        let mut statuses = self.attacker.statuses.clone();
        for ((cell, status), of) in table.cells.iter_mut().zip(&mut statuses).zip(&self.of) {
            cell.protection = cell.protection.filter(|_| !granted(of.1)).map(|_| Protection {
                low: cell.value,
                high: cell.value,
                width: 1,
            });
            if told(of) {
                *status = Status::Shown;
            }
        }
        let audit = engine::audit(&table, &statuses, AuditOptions::default(), &mut |_, _| ())?;
        Ok(audit.too_narrow(&table).len())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_that_come_before_and_after_releases_tell_nobody_more_than_they_grant() -> Result<(), Fault> {
    let place = Place::found().await?;
    let office = place.office();
    let mut chance = ChaCha8Rng::seed_from_u64(35);
    let years = [2014, 2015, 2016];
    let mut kept: Vec<(Counts, Kept, i32)> = Vec::new();
    for year in years {
        let counts = Counts::draw(&place, &mut chance)?;
        let (id, read) = place.publish(year, &counts).await?;
        let mut of_year = Kept::default();
        of_year.keep(id, &counts, &read)?;
        kept.push((counts, of_year, id));
    }
    let (mut open, mut closed) = (0, 0);
    for round in 0..8 {
        let communes: Vec<i32> = kept[0].0.communes.clone();
        let some: Vec<i32> =
            (0..=round % 3).map(|_| communes[chance.next_u32() as usize % communes.len()]).collect();
        place.grant(100 + round, PARTNERS[round as usize % 4], Level::Commune, &some).await?;
        if round % 3 == 2 {
            // Some releases are corrected with the grant in mind, the others are examined for it.
            let (counts, of_year, id) = &mut kept[round as usize / 3];
            *counts = counts.changed(&mut chance);
            let read;
            (*id, read) = place.publish(years[round as usize / 3], counts).await?;
            of_year.keep(*id, counts, &read)?;
        }
        office.examine(now()?).await?;
        assert_eq!(place.store.unexamined(&place.gazetteer, now()?.date_naive()).await?, Vec::new());
        for (_, of_year, id) in &mut kept {
            let opened = place.store.writing().await?.opened_by(&[*id]).await?;
            of_year.tell(*id, &opened);
            open += opened.by_partner().count();
        }
        let granted =
            place.store.granted(place.arrival()?.source_id, &place.gazetteer, now()?.date_naive()).await?;
        for (_, _, id) in &kept {
            let opened = place.store.writing().await?.opened_by(&[*id]).await?;
            closed += granted.without(&opened).by_partner().count();
        }
        for (_, of_year, _) in &kept {
            for partner in PARTNERS {
                assert_eq!(of_year.worked_out(&[partner])?, 0, "partner {partner} in round {round}");
            }
            assert_eq!(of_year.worked_out(&PARTNERS)?, 0, "all together in round {round}");
        }
    }
    assert!(open > 10 && closed > 0, "{open} openings, {closed} kept closed: this shows little");
    // The same true numbers, told without being examined, tell others.
    let granted =
        place.store.granted(place.arrival()?.source_id, &place.gazetteer, now()?.date_naive()).await?;
    let mut leaks = 0;
    for (_, of_year, id) in &mut kept {
        of_year.tell(*id, &granted);
        leaks += of_year.worked_out(&PARTNERS)?;
        for partner in PARTNERS {
            leaks += of_year.worked_out(&[partner])?;
        }
    }
    assert!(leaks > 0, "nobody works out anything from grants that nobody examined, and this shows nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_opened_since_a_plan_outdates_it_and_a_grant_for_communes_opens_nothing_finer()
-> Result<(), Fault> {
    let place = Place::found().await?;
    let office = place.office();
    let mut chance = ChaCha8Rng::seed_from_u64(36);
    let counts = Counts::draw(&place, &mut chance)?;
    let (id, _) = place.publish(2014, &counts).await?;
    let arrival = Arrival { period: Period::year(2014)?, ..place.arrival()? };
    let mut sheet = Sheet::default();
    for (key, count) in counts.cells()? {
        sheet.insert(Address { period: Period::year(2014)?, ..key.address }, Raw::seal(count as f64, None));
    }
    let sheets = BTreeMap::from([(counts.indicator_id, sheet)]);
    let dossier = office.stage(arrival, Delivered { sheets, masked_by_producer: Vec::new() }).await?;
    let reference = dossier.release.reference;
    office.plan(&reference, now()?, Arc::new(Unwatched)).await?;
    place.grant(100, OPENED, Level::Commune, &counts.communes).await?;
    assert_eq!(
        office.examine(now()?).await?.done,
        place
            .store
            .dossiers()
            .await?
            .iter()
            .filter(|dossier| {
                dossier.release.source_id == arrival_source(&place)
                    && dossier.release.state == ReleaseState::Published
            })
            .count()
    );
    let opened = place.store.writing().await?.opened_by(&[id]).await?;
    assert!(!opened.to(OPENED).is_empty(), "nothing is opened");
    let after = NaiveDate::from_ymd_opt(2031, 1, 1).ok_or("no such day")?;
    let later = place.store.granted(arrival_source(&place), &place.gazetteer, after).await?;
    assert!(later.to(OPENED).is_empty(), "what was granted until 2030 is granted no more");
    let levels: BTreeSet<Level> = opened
        .to(OPENED)
        .by_partner()
        .flat_map(|(_, territories)| territories)
        .filter_map(|id| Some(place.gazetteer.get(*id)?.level))
        .collect();
    assert_eq!(levels, BTreeSet::from([Level::Commune]));
    assert!(matches!(office.publish(&reference, now()?).await, Err(OfficeError::Outdated(_))));
    office.plan(&reference, now()?, Arc::new(Unwatched)).await?;
    office.publish(&reference, now()?).await?;
    Ok(())
}

fn arrival_source(place: &Place) -> i32 {
    place.catalogue.source_by_code("CAF-ALLOC").map_or(0, |source| source.id)
}

#[tokio::test]
async fn a_demonstration_has_thought_of_all_its_grants() -> Result<(), Fault> {
    let place = Place::found().await?;
    let granted = place.store.granted(arrival_source(&place), &place.gazetteer, now()?.date_naive()).await?;
    assert!(!granted.is_empty());
    assert_eq!(place.store.unexamined(&place.gazetteer, now()?.date_naive()).await?, Vec::new());
    Ok(())
}
