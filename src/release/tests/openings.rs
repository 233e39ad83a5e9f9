//! Grants of true numbers before and after releases, against partners who keep what they were told, alone and all together.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{types::Purposes, use_grant, use_grant_territory};

use super::*;
use crate::{
    secrecy::{Components, Opened, Readers, plan::Unplannable},
    store::FigureKey,
};

/// Who is granted something in these trials.
const PARTNERS: [i32; 4] = [1, 2, 3, 4];
/// Who reads true numbers after a plan.
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

    /// Has all partners read of a release what they may now of some figures; gives what that is.
    async fn read_some(&self, id: i32, mut some: impl FnMut(&CellKey) -> bool) -> Result<Readers, Fault> {
        let mut told = Readers::default();
        let all = self.store.components([id]).await?;
        let Some(components) = all.get(&id) else { return Ok(told) };
        let batch = self.store.writing().await?;
        let figures = batch.figures_of(id).await?;
        drop(batch);
        for (partner_id, territories) in self.granted().await?.by_partner() {
            let open = components.tellable(territories);
            let masked = figures.iter().filter(|(_, masked)| !masked.is_shown()).map(|(key, _)| *key);
            let asked = masked.filter(|key| open.contains(&key.address.territory_id) && some(key));
            let asked = asked.map(|key| (id, FigureKey::from(key))).collect();
            let noted = self.store.note_readings(partner_id, asked, &all).await?;
            for (_, FigureKey { indicator_id, territory_id, period, breakdown_id }) in noted {
                let address = Address { territory_id, period, breakdown_id };
                told.note(partner_id, CellKey { indicator_id, address });
            }
        }
        Ok(told)
    }

    /// The same of all figures.
    async fn read_all(&self, id: i32) -> Result<Readers, Fault> {
        self.read_some(id, |_| true).await
    }

    async fn granted(&self) -> Result<Opened, Fault> {
        let source_id = self.arrival()?.source_id;
        Ok(self.store.granted(source_id, &self.gazetteer, now()?.date_naive()).await?)
    }

    /// Ends a grant, as if it had been revoked.
    async fn end(&self, id: i32) -> Result<(), Fault> {
        use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
        let batch = self.store.writing().await?;
        use_grant::Entity::update_many()
            .col_expr(use_grant::Column::EndedOn, Expr::value(now()?))
            .filter(use_grant::Column::Id.eq(id))
            .exec(batch.connection())
            .await?;
        Ok(batch.commit().await?)
    }

    /// Publishes counts of a year; gives the release's number and what everybody reads, or nothing where it would tell others to
    /// whoever has read true numbers before.
    async fn publish(
        &self,
        year: i32,
        counts: &Counts,
    ) -> Result<Option<(i32, HashMap<CellKey, Option<f64>>)>, Fault> {
        self.publish_some(year, counts, |_| true).await
    }

    /// The same of some of the counts.
    async fn publish_some(
        &self,
        year: i32,
        counts: &Counts,
        some: impl Fn(&CellKey) -> bool,
    ) -> Result<Option<(i32, HashMap<CellKey, Option<f64>>)>, Fault> {
        let period = Period::year(year)?;
        let mut sheet = Sheet::default();
        for (key, count) in counts.cells()?.into_iter().filter(|(key, _)| some(key)) {
            sheet.insert(Address { period, ..key.address }, Raw::seal(count as f64, None));
        }
        let sheets = BTreeMap::from([(counts.indicator_id, sheet)]);
        let delivered = Delivered { sheets, masked_by_producer: Vec::new() };
        let office = self.office();
        let dossier = office.stage(Arrival { period, ..self.arrival()? }, delivered).await?;
        let reference = &dossier.release.reference;
        match office.plan(reference, now()?, Arc::new(Unwatched)).await {
            Err(OfficeError::Unplannable { cause: Unplannable::ToldToHolders { .. }, .. }) => {
                return Ok(None);
            }
            planned => planned?,
        };
        office.publish(reference, now()?).await?;
        let figures = self.store.writing().await?.figures_of(dossier.release.id).await?;
        let read = figures.into_iter().map(|(key, masked)| Ok((as_counted(key)?, masked.columns().0)));
        Ok(Some((dossier.release.id, read.collect::<Result<_, Fault>>()?)))
    }
}

/// A figure of whichever year as the counts of these trials name it.
fn as_counted(key: CellKey) -> Result<CellKey, Fault> {
    Ok(CellKey { address: Address { period: Period::year(2024)?, ..key.address }, ..key })
}

/// What partners keep of a year: all versions, and which true numbers each was told.
#[derive(Default)]
struct Kept {
    attacker: Attacker,
    /// For each cell that the attacker has, its release, and what it is.
    of: Vec<(i32, CellKey)>,
    told: BTreeSet<(i32, i32, CellKey)>,
}

impl Kept {
    fn keep(
        &mut self,
        release_id: i32,
        counts: &Counts,
        read: &HashMap<CellKey, Option<f64>>,
    ) -> Result<(), Fault> {
        self.attacker.keep(counts, read)?;
        self.of.extend(counts.cells()?.iter().map(|(key, _)| (release_id, *key)));
        Ok(())
    }

    fn tell(&mut self, release_id: i32, read: &Readers) -> Result<(), Fault> {
        for partner_id in read.partners() {
            for figure in read.of(partner_id) {
                self.told.insert((partner_id, release_id, as_counted(figure)?));
            }
        }
        Ok(())
    }

    /// How many sensitive counts these partners together work out and were never told.
    fn worked_out(&self, partners: &[i32]) -> Result<usize, Fault> {
        Ok(self.which(partners)?.len())
    }

    /// Which counts that is: a number that did not change is the same one in another release.
    fn which(&self, partners: &[i32]) -> Result<BTreeSet<(CellKey, i64)>, Fault> {
        let told = |(release_id, key): &(i32, CellKey)| {
            partners.iter().any(|partner_id| self.told.contains(&(*partner_id, *release_id, *key)))
        };
        let mut table = self.attacker.table.clone();
        let mut statuses = self.attacker.statuses.clone();
        // What did not change since is the number that was told.
        let cells = self.of.iter().zip(&table.cells);
        let known: HashSet<(CellKey, i64)> =
            cells.filter(|(of, _)| told(of)).map(|(of, cell)| (of.1, cell.value)).collect();
        for ((cell, status), of) in table.cells.iter_mut().zip(&mut statuses).zip(&self.of) {
            cell.protection = cell
                .protection
                .filter(|_| !known.contains(&(of.1, cell.value)))
                .map(|_| Protection { low: cell.value, high: cell.value, width: 1 });
            if told(of) {
                *status = Status::Shown;
            }
        }
        let audit = engine::audit(&table, &statuses, AuditOptions::default(), &mut |_, _| ())?;
        let narrow = audit.too_narrow(&table).into_iter();
        let of =
            |at: engine::CellIndex| Some((self.of.get(at as usize)?.1, table.cells.get(at as usize)?.value));
        Ok(narrow.filter_map(of).collect())
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
        let (id, read) = place.publish(year, &counts).await?.ok_or("refused")?;
        let mut of_year = Kept::default();
        of_year.keep(id, &counts, &read)?;
        kept.push((counts, of_year, id));
    }
    let (mut open, mut closed, mut corrected, mut refused) = (0, 0, 0, 0);
    for round in 0..12 {
        let communes: Vec<i32> = kept[0].0.communes.clone();
        // Of all communes, or without some of them, which sums bind to the others.
        let left_out = [0, 2, 0, 9][round as usize % 4];
        let begin = chance.next_u32() as usize % communes.len();
        let turned = communes.iter().cycle().skip(begin).take(communes.len() - left_out);
        let some: Vec<i32> = turned.copied().collect();
        place.grant(100 + round, PARTNERS[round as usize % 4], Level::Commune, &some).await?;
        if round % 3 == 2 {
            // What was read stays known when the grant has ended, and opens nothing that comes later.
            place.end(100 + round - 2).await?;
            let (counts, of_year, id) = &mut kept[round as usize / 3 % 3];
            let changed = counts.changed(&mut chance);
            match place.publish(years[round as usize / 3 % 3], &changed).await? {
                Some((next, read)) => {
                    (*id, *counts) = (next, changed);
                    of_year.keep(next, counts, &read)?;
                    corrected += 1;
                }
                None => refused += 1,
            }
        }
        office.examine(now()?).await?;
        assert_eq!(place.store.unexamined(&place.gazetteer, now()?.date_naive()).await?, Vec::new());
        let granted = place.granted().await?;
        for (_, of_year, id) in &mut kept {
            let told = place.read_all(*id).await?;
            of_year.tell(*id, &told)?;
            open += told.partners().count();
            let components = place.store.components([*id]).await?.remove(id).ok_or("not examined")?;
            let masked: HashSet<i32> = components.territories().collect();
            let places = told.partners().flat_map(|partner_id| {
                told.of(partner_id).map(move |figure| (partner_id, figure.address.territory_id))
            });
            closed += granted.among(&masked).without(&places.collect()).by_partner().count();
        }
        for (_, of_year, _) in &kept {
            for partner in PARTNERS {
                assert_eq!(of_year.worked_out(&[partner])?, 0, "partner {partner} in round {round}");
            }
            assert_eq!(of_year.worked_out(&PARTNERS)?, 0, "all together in round {round}");
        }
    }
    assert!(
        open > 10 && closed > 0 && corrected > refused,
        "{open} openings, {closed} kept closed, {corrected} corrections, {refused} refused: this shows little"
    );
    // The same true numbers, told without being examined, tell others.
    let granted = place.granted().await?;
    let mut leaks = 0;
    for (counts, of_year, id) in &mut kept {
        for (partner_id, territories) in granted.by_partner() {
            let cells = counts.cells()?.into_iter().map(|(key, _)| key);
            let theirs = cells.filter(|key| territories.contains(&key.address.territory_id));
            of_year.told.extend(theirs.map(|key| (partner_id, *id, key)));
        }
        leaks += of_year.worked_out(&PARTNERS)?;
        for partner in PARTNERS {
            leaks += of_year.worked_out(&[partner])?;
        }
    }
    assert!(leaks > 0, "nobody works out anything from grants that nobody examined, and this shows nothing");
    Ok(())
}

/// The same with a few counts changed.
fn mended(counts: &Counts, chance: &mut ChaCha8Rng) -> Counts {
    let mut mended = counts.clone();
    for _ in 0..3 {
        let (commune, age) = (chance.next_u32() as usize, chance.next_u32() as usize);
        let of = commune % mended.inner.len();
        let at = age % mended.inner[of].len();
        mended.inner[of][at] = i64::from(chance.next_u32() % 8);
    }
    mended
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_read_all_and_may_read_no_more_does_not_work_out_what_was_mended_since() -> Result<(), Fault>
{
    let place = Place::found().await?;
    let mut chance = ChaCha8Rng::seed_from_u64(37);
    let partner = PARTNERS[0];
    let (mut corrected, mut refused, mut read_once) = (0, 0, 0);
    for year in 2000..2010 {
        let counts = Counts::draw(&place, &mut chance)?;
        let mut kept = Kept::default();
        let (id, read) = place.publish(year, &counts).await?.ok_or("refused")?;
        kept.keep(id, &counts, &read)?;
        place
            .grant(200 + year, partner, Level::Commune, &[&counts.communes[..], &[counts.whole]].concat())
            .await?;
        place.office().examine(now()?).await?;
        let told = place.read_all(id).await?;
        read_once += told.partners().count();
        kept.tell(id, &told)?;
        place.end(200 + year).await?;
        let counts = mended(&counts, &mut chance);
        match place.publish(year, &counts).await? {
            Some((id, read)) => {
                kept.keep(id, &counts, &read)?;
                corrected += 1;
                assert_eq!(place.read_all(id).await?.count(), 0, "it is read without a grant");
                assert_eq!(kept.worked_out(&[partner])?, 0, "{year}");
            }
            None => refused += 1,
        }
    }
    assert!(
        read_once > 5 && corrected > refused,
        "{read_once} read, {corrected} corrected, {refused} refused"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_read_some_and_may_read_no_more_works_out_nothing_new_with_what_comes() -> Result<(), Fault> {
    let place = Place::found().await?;
    let mut chance = ChaCha8Rng::seed_from_u64(38);
    let pool = [PARTNERS[0], PARTNERS[1]];
    let (mut corrected, mut refused, mut read_once) = (0, 0, 0);
    for year in 2000..2012 {
        let counts = Counts::draw(&place, &mut chance)?;
        let mut kept = Kept::default();
        // Totals come later.
        let ages = |key: &CellKey| key.address.breakdown_id != counts.total;
        let (id, read) = place.publish_some(year, &counts, ages).await?.ok_or("refused")?;
        kept.keep(id, &counts, &read)?;
        for partner in pool {
            let of_all = [&counts.communes[..], &[counts.whole]].concat();
            place.grant(10 * year + partner, partner, Level::Commune, &of_all).await?;
        }
        place.office().examine(now()?).await?;
        // A figure here and there, each partner others.
        let told = place.read_some(id, |_| chance.next_u32() % 4 == 0).await?;
        read_once += told.count();
        kept.tell(id, &told)?;
        for partner in pool {
            place.end(10 * year + partner).await?;
        }
        for round in 0..2 {
            let before = kept.which(&pool)?;
            let next = if round == 1 { mended(&counts, &mut chance) } else { counts.clone() };
            match place.publish(year, &next).await? {
                Some((id, read)) => {
                    kept.keep(id, &next, &read)?;
                    corrected += 1;
                    let after = kept.which(&pool)?;
                    let new: Vec<_> = after.difference(&before).collect();
                    assert!(new.is_empty(), "{year}, round {round}: {new:?}");
                }
                None => refused += 1,
            }
        }
    }
    assert!(
        read_once > 20 && corrected > refused,
        "{read_once} read, {corrected} corrected, {refused} refused"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_since_a_plan_outdates_it_and_a_grant_for_communes_opens_nothing_finer()
-> Result<(), Fault> {
    let place = Place::found().await?;
    let office = place.office();
    let mut chance = ChaCha8Rng::seed_from_u64(36);
    let counts = Counts::draw(&place, &mut chance)?;
    let (id, _) = place.publish(2014, &counts).await?.ok_or("refused")?;
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
    // It was planned while others were granted true numbers of the source.
    assert_eq!(office.examine(now()?).await?.done, 0);
    let opened = place.read_all(id).await?;
    assert!(opened.of(OPENED).next().is_some(), "nothing is opened");
    // What was decided by is not what binds its figures any more: somebody who waited meanwhile is told nothing.
    let decided = place.store.components([id]).await?;
    let read = opened.of(OPENED).next().ok_or("nothing is opened")?;
    let asked = || HashSet::from([(id, FigureKey::from(read))]);
    let batch = place.store.writing().await?;
    batch.keep_components(id, &Components::closed()).await?;
    batch.commit().await?;
    assert!(place.store.note_readings(PARTNERS[2], asked(), &decided).await?.is_empty());
    let batch = place.store.writing().await?;
    batch.keep_components(id, decided.get(&id).ok_or("not examined")?).await?;
    batch.commit().await?;
    let after = NaiveDate::from_ymd_opt(2031, 1, 1).ok_or("no such day")?;
    let later = place.store.granted(arrival_source(&place), &place.gazetteer, after).await?;
    assert!(later.to(OPENED).is_empty(), "what was granted until 2030 is granted no more");
    let levels: BTreeSet<Level> = opened
        .of(OPENED)
        .filter_map(|figure| Some(place.gazetteer.get(figure.address.territory_id)?.level))
        .collect();
    assert_eq!(levels, BTreeSet::from([Level::Commune]));
    assert!(matches!(office.publish(&reference, now()?).await, Err(OfficeError::Outdated(_))));
    office.plan(&reference, now()?, Arc::new(Unwatched)).await?;
    office.publish(&reference, now()?).await?;
    assert!(
        place.store.note_readings(PARTNERS[2], asked(), &decided).await?.is_empty(),
        "it is read no more"
    );
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
