//! The demonstration as readers find it.

use entity::types::{Period, Withheld};

use super::Fault;
use crate::{
    demonstration::{Material, Options, Report, Silent, build, catalogue, files},
    release::Staged,
    secrecy::Keyring,
    store::{Stage, Store},
};

fn open_figure(releases: &[Staged], key: (i32, i32, Period)) -> Option<(Option<f64>, Option<Withheld>)> {
    let mut figures = releases.iter().flat_map(|staged| &staged.masked_by_producer);
    figures
        .find(|(cell, _)| {
            let address = &cell.address;
            (cell.indicator_id, address.territory_id, address.period) == key && address.breakdown_id == 0
        })
        .map(|(_, masked)| masked.columns())
}

#[test]
fn open_figures_are_those_of_insee_and_its_s_stays_withheld() -> Result<(), Fault> {
    let Material { catalogue, places, open, table, .. } = Material::read()?;
    let releases = open.releases(&table, &catalogue, &places)?;
    let figure = |indicator: &str, territory: &str, year: i32| -> Result<_, Fault> {
        let entry = catalogue::entry(files::OPEN, indicator);
        let territory = places.current(territory).ok_or("territory")?;
        let key = (catalogue.indicator(indicator, entry)?.0, territory, Period::year(year)?);
        Ok(open_figure(&releases, key).ok_or("no figure")?)
    };
    assert_eq!(figure("DEM01", "21231", 2022)?, (Some(159_941.0), None));
    assert_eq!(figure("DEM01", "242100410", 2022)?, (Some(258_630.0), None));
    assert_eq!(figure("REV03", "21003", 2021)?, (None, Some(Withheld::StatisticalSecrecy)));
    assert_eq!(figure("REV03", "21231", 2021)?, (Some(17.0), None));
    assert_eq!(figure("DEM07", "21003", 2024)?, (Some(2.0), None));
    assert_eq!(figure("DEM02", "21231", 2022)?, (Some(0.51), None));
    assert!(figure("REV03", "242100410", 2021).is_err());
    Ok(())
}

async fn built(canary: bool) -> Result<(Store, Report, tempfile::TempDir), Fault> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}/demonstration.sqlite", folder.path().display());
    let store = Store::connect(&url, 2).await?;
    store.migrate().await?;
    let options = Options { first_year: 2024, last_year: 2024, canary };
    let report = build(&store, &Keyring::new(&[7; 32]), &options, &Silent).await?;
    Ok((store, report, folder))
}

#[tokio::test]
async fn the_demonstration_is_built_as_a_whole_and_reads_back() -> Result<(), Fault> {
    let (store, report, _folder) = built(false).await?;
    assert_eq!(store.stage().await?, Stage::Ready);
    let counts = report.counts;
    let kinds = report.open + report.rates + counts.shown + counts.primary + counts.secondary;
    assert_eq!(report.figures, kinds);
    assert!(
        counts.primary > 1_000 && counts.secondary > 1_000 && counts.shown > counts.primary,
        "{counts:?}"
    );
    assert!(report.masked.is_empty(), "true amounts left a build without canaries");
    let gazetteer = store.gazetteer().await?;
    let id = |code: &str| {
        let mut versions = gazetteer.all().iter().filter(|territory| territory.code.as_str() == code);
        versions.next_back().map(|territory| territory.id).ok_or("territory")
    };
    let (dijon, talant, spanning) = (id("21231")?, id("21617")?, id("QN21X002")?);
    // Talant itself, 5 IRIS, a neighbourhood and a remainder of each generation.
    assert_eq!(gazetteer.closure([talant]).len(), 10);
    assert!(!gazetteer.closure([dijon]).contains(&spanning));
    assert!(gazetteer.closure([dijon, talant]).contains(&spanning));
    let merged: Vec<&str> = gazetteer.predecessors(id("21452")?).map(|before| before.name.as_str()).collect();
    assert_eq!(merged, ["Crimolois", "Neuilly-lès-Dijon"]);
    Ok(())
}

#[tokio::test]
async fn canaries_name_every_masked_count_that_is_not_zero_and_change_nothing_else() -> Result<(), Fault> {
    let (_, plain, _folder) = built(false).await?;
    let (_, report, _folder) = built(true).await?;
    assert_eq!(report.figures, plain.figures);
    assert_eq!(report.counts.primary, plain.counts.primary);
    assert_eq!(report.masked.len(), report.counts.primary + report.counts.secondary);
    assert!(report.masked.iter().all(|(_, amount)| amount.len() >= 7));
    Ok(())
}
