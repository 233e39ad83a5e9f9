//! A delivery in an older geography carried into a later one: counts by sum, and what cannot be carried is told.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    harvest::Harvest,
    issue::{CarryFault, Detail, Issue, IssueCode, Subject},
    places::Places,
    presence::tally,
    words::Words,
};
use crate::{
    geography::{partition::Part, passage::Passage},
    secrecy::{
        inspect::{self, HiddenRest},
        passage,
        table::CellKey,
    },
};

/// Carries what was taken in from the places of one vintage to those of a later one.
pub(super) fn carry(
    harvest: &mut Harvest,
    words: &Words<'_>,
    (from, to): (&Places<'_>, &Places<'_>),
    change: &Passage,
) -> Vec<Issue> {
    let indicators = words.catalogue.indicators().iter();
    let additive: HashSet<i32> = indicators.filter(|known| known.additive).map(|known| known.id).collect();
    let mut left = passage::carry_sealed(&mut harvest.sheets, &change.merged);
    let open = (&change.merged, &change.lost);
    left.extend(passage::carry_open(&mut harvest.masked, open, &additive));
    passage::renumber(&mut harvest.sheets, &numbers(from, to, change));
    let rests = to.partition.rests.iter();
    let rests: Vec<HiddenRest<'_>> =
        rests.map(|rest| HiddenRest { id: rest.id, whole: rest.whole, parts: &rest.parts }).collect();
    // Parts that were more than their whole have been told in the geography of the file.
    let _ = inspect::derive_rests(&mut harvest.sheets, &rests);
    inspect::derive_shares(&mut harvest.sheets, &to.partition.shares);
    let lost = harvest.lines.keys().filter(|key| change.lost.contains(&key.address.territory_id));
    let lost = lost.map(|key| (key.indicator_id, key.address.territory_id, CarryFault::Split));
    let left = left.into_iter().map(|key: CellKey| {
        let why =
            if additive.contains(&key.indicator_id) { CarryFault::Incomplete } else { CarryFault::Rate };
        (key.indicator_id, key.address.territory_id, why)
    });
    let counted: BTreeMap<_, _> = tally(lost.chain(left).map(|place| (place, None)));
    let told = counted.into_iter().map(|((indicator_id, territory_id, why), (cells, _))| {
        let indicator = words.catalogue.indicator_by_id(indicator_id);
        let subject = Subject {
            territory: from.code(territory_id),
            indicator: indicator.map(|indicator| indicator.code.to_string()),
            ..Subject::default()
        };
        Issue::new(IssueCode::NotCarried, Detail::Carried { why, cells }).about(subject)
    });
    told.collect()
}

/// The numbers of the parts in the later geography, by those in the earlier one.
fn numbers(from: &Places<'_>, to: &Places<'_>, change: &Passage) -> HashMap<i32, i32> {
    let became: HashMap<i32, i32> =
        change.merged.iter().flat_map(|(one, parts)| parts.iter().map(|part| (*part, *one))).collect();
    let number = |part: &Part| {
        let inside = became.get(&part.inside).copied().unwrap_or(part.inside);
        let mut later = to.partition.parts.iter();
        let found =
            later.find(|known| known.inside == inside && known.neighbourhood == part.neighbourhood)?;
        Some((part.id, found.id))
    };
    from.partition.parts.iter().filter_map(number).collect()
}
