//! The sums that deliveries are held against are those that the demonstration was drawn with.

use std::collections::{BTreeSet, HashMap};

use crate::{
    demonstration::{Options, Silent, build, ground::Ground, places::Places},
    geography::{Vintage, partition::Partition, surroundings},
    secrecy::Keyring,
    store::Store,
};

type Fault = Box<dyn std::error::Error>;

/// Each sum as names: those of territories are their numbers, those of hidden parts what they are part of.
fn named(sums: &[(i32, Vec<i32>)], names: &HashMap<i32, String>) -> BTreeSet<(String, BTreeSet<String>)> {
    let name = |id: &i32| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    sums.iter().map(|(total, parts)| (name(total), parts.iter().map(name).collect())).collect()
}

#[tokio::test]
async fn the_partition_of_the_gazetteer_is_that_of_the_demonstrations_ground() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let store = Store::connect(&format!("sqlite://{}/ground.sqlite", folder.path().display()), 2).await?;
    store.migrate().await?;
    let options = Options { first_year: 2025, last_year: 2024, canary: false };
    build(&store, &Keyring::new(&[7; 32]), &options, &Silent).await?;
    let (gazetteer, places) = (store.gazetteer().await?, Places::read()?);
    for (vintage, generation) in [(Vintage::EARLIEST, 2015), (Vintage::LATEST, 2015), (Vintage::LATEST, 2024)]
    {
        let ground = Ground::survey(&places, vintage, generation, None);
        let partition = Partition::of(&gazetteer, vintage, generation);
        let mut drawn: HashMap<i32, String> = HashMap::new();
        for parcel in ground.parcels.iter().filter(|parcel| parcel.own < 0) {
            use entity::types::Level;
            let at = |level: Level| {
                parcel.territories.iter().find(|(_, found)| *found == level).map(|(id, _)| *id)
            };
            let plot = at(Level::Iris).or(at(Level::Commune)).ok_or("a parcel nowhere")?;
            let zone = at(Level::PriorityNeighbourhood);
            drawn.insert(
                parcel.own,
                format!("{plot}/{}", zone.map_or_else(String::new, |zone| zone.to_string())),
            );
        }
        // A share has no name of its own: it goes by what it is made of.
        let share = |parts: &[i32], names: &HashMap<i32, String>| -> String {
            let names: BTreeSet<String> =
                parts.iter().map(|id| names.get(id).cloned().unwrap_or_else(|| id.to_string())).collect();
            names.into_iter().collect::<Vec<_>>().join("+")
        };
        for (total, parts) in &ground.sums.sums {
            if *total < 0 && !drawn.contains_key(total) {
                let name = share(parts, &drawn);
                drawn.insert(*total, name);
            }
        }
        let mut known: HashMap<i32, String> = HashMap::new();
        for part in &partition.parts {
            known.insert(part.id, format!("{}/{}", part.inside, part.neighbourhood));
        }
        for rest in &partition.rests {
            known.insert(rest.id, format!("{}/", rest.whole));
        }
        for (id, parts) in &partition.shares {
            let name = share(parts, &known);
            known.insert(*id, name);
        }
        // What joins communes is worked out by the same code for both.
        let mut drawn_sums = ground.sums.sums.clone();
        drawn_sums.retain(|(total, _)| !surroundings::is_one(*total));
        let theirs = named(&drawn_sums, &drawn);
        let ours = named(&partition.sums, &known);
        let missing: Vec<_> = theirs.difference(&ours).collect();
        let more: Vec<_> = ours.difference(&theirs).collect();
        assert!(
            missing.is_empty() && more.is_empty(),
            "{vintage:?} {generation}: missing {missing:#?}, more {more:#?}"
        );
    }
    Ok(())
}
