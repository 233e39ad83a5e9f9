//! A release and all that readers have had before of its source and period, as one table.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    Address, Opened, Readers, Sheet,
    combined::Combined,
    engine::{self, CellIndex, Protection, Relation, Status, Succession, Table},
    guesses::{Doubts, Guess, Same, Was},
    plan::{Earlier, Request},
    table::{self, CellKey, Laid, LayError, Sums},
    worked_out,
};

/// What was shown before, as one table.
#[derive(Default)]
struct Past {
    table: Table,
    statuses: Vec<Status>,
    named: Vec<Named>,
    seeds: Vec<Vec<(CellIndex, i64)>>,
    /// What each cell was.
    was: Vec<Was>,
    doubts: Doubts,
}

/// A cell by its key, and which of those with this key.
type Named = (CellKey, usize);

/// Totals of which several parts are missing, with those parts.
type Gaps = BTreeSet<(i32, Address, Vec<Address>)>;

/// A release as one table, bound to what was shown before: an attacker keeps all of it and knows which counts did not
/// change, and how the numbers of several releases add up. Who has read true numbers knows them. And which of that is a guess.
///
/// # Errors
///
/// [`LayError`] when the release or an earlier one makes no table.
pub(super) fn bind(request: &Request<'_>) -> Result<(Laid, Succession, Doubts), LayError> {
    // Of what is new nobody has read anything, and whether they may read it one day depends on what they may have then.
    let nobody = Opened::default();
    if request.earlier.is_empty() {
        let mut laid = lay((request, &nobody), request.sums, request.sheets, &HashSet::new())?;
        draw_costs(request, &mut laid);
        let table = laid.table.clone();
        let succession = Succession { table, ..Succession::default() };
        return Ok((laid, succession, Doubts::default()));
    }
    let readers: BTreeSet<i32> = request.earlier.iter().flat_map(|earlier| earlier.read.partners()).collect();
    let mut past = Past::default();
    let of_earlier = |count: usize| request.earlier.iter().take(count).map(|earlier| &earlier.sheets);
    let mut before: Vec<(Combined, Gaps)> = Vec::new();
    for (at, earlier) in request.earlier.iter().enumerate() {
        let combined = Combined::of(of_earlier(at), &earlier.sheets);
        let mut laid = lay((request, &nobody), &earlier.sums, &combined.sheets, &combined.carried)?;
        tell(&mut laid, &earlier.read, &readers);
        let gaps = laid.gaps.clone();
        past = past.and(laid, earlier, &combined.carried);
        before.push((combined, gaps));
    }
    let combined = Combined::of(of_earlier(request.earlier.len()), request.sheets);
    let mut laid = lay((request, &nobody), request.sums, &combined.sheets, &combined.carried)?;
    draw_costs(request, &mut laid);
    expect_up_to_date(request, &combined, &laid)?;
    expect_one_division(request, &combined)?;
    for (then, gaps) in &before {
        // What is left beside other parts is another number: subtracted from each other they would tell the parts.
        let mut others = gaps.difference(&laid.gaps);
        let other =
            others.find(|(indicator_id, total, _)| !then.same_around(&combined, *indicator_id, total));
        if let Some((indicator_id, Address { territory_id, .. }, _)) = other {
            return Err(LayError::OtherGaps { indicator_id: *indicator_id, territory_id: *territory_id });
        }
    }
    let origins = origins(&laid, &combined.carried);
    let (laid, named) = past.without_repetition(laid);
    let mut next = laid.table.clone();
    let unchanged = past.unchanged(&next, &named);
    let origin = |now: CellIndex| named.get(now as usize).and_then(|named| origins.get(named)).copied();
    past.doubts.add(&unchanged, &past.was, |now| origin(now).unwrap_or(Same::Rest));
    for (cell, protection, guess) in past.forget_protection(&mut next, &unchanged) {
        past.doubts.forget(cell, protection, guess);
    }
    let stood = before.iter().map(|(then, _)| then).chain([&combined]).collect::<Vec<_>>();
    let across = past.across((&next, &named), &request.sums.mergers, &stood);
    past.doubts.add_sums(&across);
    let mut bound = engine::after(&past.table, &past.statuses, &next, &unchanged);
    bound.table.relations.extend(across);
    Ok((laid, Succession { seeds: past.seeds, ..bound }, past.doubts))
}

/// Readers keep every value that a figure has had, and may be shown an older one again when a release is taken back. Where
/// such a figure, or one that does not add up with the others, is of a count that a release brings, or of one that holds it
/// or is held by it, the release says what holds: it brings the figure too. Wherever it is, for what follows from it may
/// meet what follows from the release.
fn expect_up_to_date(request: &Request<'_>, combined: &Combined, laid: &Laid) -> Result<(), LayError> {
    let family = family(request);
    let concerned = |key: &&CellKey| family.contains(&key.indicator_id);
    let all = laid.contradicted.iter().chain(&combined.revised);
    let all: BTreeSet<&CellKey> = all.filter(concerned).collect();
    match all.first() {
        None => Ok(()),
        Some(CellKey { indicator_id, address: Address { territory_id, .. } }) => Err(LayError::Outdated {
            indicator_id: *indicator_id,
            territory_id: *territory_id,
            others: all.len() - 1,
        }),
    }
}

/// The counts that a release brings, and those that hold them or are held by them, however far.
fn family(request: &Request<'_>) -> BTreeSet<i32> {
    let mut family: BTreeSet<i32> = request.sheets.keys().copied().collect();
    loop {
        let pairs = request.contained.iter().map(|pair| [pair.part_id, pair.whole_id]);
        let touching = pairs.filter(|pair| pair.iter().any(|id| family.contains(id)));
        let next: Vec<i32> = touching.flatten().filter(|id| !family.contains(id)).collect();
        if next.is_empty() {
            return family;
        }
        family.extend(next);
    }
}

/// Neighbourhoods of two generations may be the same ground, and no sum says so.
fn expect_one_division(request: &Request<'_>, combined: &Combined) -> Result<(), LayError> {
    let of = |sums: &Sums| -> HashSet<i32> {
        let all = sums.sums.iter().chain(&sums.mergers).chain(&sums.divided);
        all.flat_map(|(whole, parts)| parts.iter().copied().chain([*whole])).collect()
    };
    let mut now = of(request.sums);
    now.extend(&request.sums.hidden);
    let before: HashSet<i32> = request.earlier.iter().flat_map(|earlier| of(&earlier.sums)).collect();
    let other = |key: &&CellKey| {
        let territory_id = key.address.territory_id;
        before.contains(&territory_id) && !now.contains(&territory_id)
    };
    match combined.carried.iter().filter(other).min() {
        None => Ok(()),
        Some(CellKey { indicator_id, address: Address { territory_id, .. } }) => {
            Err(LayError::OtherDivision { indicator_id: *indicator_id, territory_id: *territory_id })
        }
    }
}

/// Those who have read a figure of a release hold it; of what was carried over or follows from others they have read nothing
/// there.
fn tell(laid: &mut Laid, read: &Readers, readers: &BTreeSet<i32>) {
    let figures = numbered(&laid.keys).zip(&mut laid.table.cells);
    // What follows the first of a key is a rest of that figure.
    for ((key, _), cell) in figures.filter(|((key, number), _)| *number == 1 && laid.own.contains(key)) {
        cell.holders = read.holders(&key, readers);
    }
}

fn draw_costs(request: &Request<'_>, laid: &mut Laid) {
    for (cell, key) in laid.table.cells.iter_mut().zip(&laid.keys) {
        request.lot.draw(key, cell);
    }
}

/// A release over what came before it, with all that binds its figures, and which of them a grant may open.
///
/// # Errors
///
/// [`LayError`] when it makes no table.
pub(super) fn lay_whole(request: &Request<'_>, sums: &Sums, combined: &Combined) -> Result<Laid, LayError> {
    let within = sums.sums.iter().flat_map(|(whole, parts)| parts.iter().chain([whole])).copied();
    let cells = combined.sheets.values().flat_map(Sheet::in_order).map(|(address, _)| address.territory_id);
    let all = Opened::from_iter(within.chain(cells).filter(|id| *id >= 0).map(|id| (0, id)));
    lay((request, &all), sums, &combined.sheets, &combined.carried)
}

fn lay(
    (request, opened): (&Request<'_>, &Opened),
    sums: &Sums,
    sheets: &BTreeMap<i32, Sheet>,
    carried: &HashSet<CellKey>,
) -> Result<Laid, LayError> {
    let Request { breakdowns, contained, rule, .. } = request;
    table::lay(sheets, carried, breakdowns, sums, contained, (opened, rule))
}

impl Past {
    /// This past, and a release that came after it, with what was carried over into it.
    fn and(mut self, next: Laid, earlier: &Earlier, carried: &HashSet<CellKey>) -> Self {
        let origins = origins(&next, carried);
        let (next, named) = self.without_repetition(next);
        let status = |(key, cell): (&CellKey, &engine::Cell)| match (cell.published, cell.protection) {
            (false, _) => Status::Hidden,
            (true, _) if earlier.shown.contains(key) => Status::Shown,
            (true, Some(_)) => Status::Primary,
            (true, None) => Status::Secondary,
        };
        let Laid { mut table, keys, .. } = next;
        for (key, cell) in keys.iter().zip(&mut table.cells) {
            // Shown under another rule, or before that rule was there.
            if cell.published && earlier.shown.contains(key) {
                cell.protection = None;
            }
        }
        let start = self.named.len() as CellIndex;
        self.seeds.extend(
            earlier.proofs.0.iter().map(|steps| steps.iter().map(|(cell, by)| (cell + start, *by)).collect()),
        );
        let statuses: Vec<Status> = keys.iter().zip(&table.cells).map(status).collect();
        let origin = |named: &Named| origins.get(named).copied().unwrap_or(Same::Rest);
        let was = named.iter().map(|named| Was { origin: origin(named), stands: earlier.stands });
        let was: Vec<Was> = was.collect();
        if self.named.is_empty() {
            return Self { table, statuses, named, was, ..self };
        }
        let unchanged = self.unchanged(&table, &named);
        self.doubts
            .add(&unchanged, &self.was, |now| was.get(now as usize).map_or(Same::Rest, |was| was.origin));
        for (before, now) in &unchanged {
            let known = self.statuses.get(*before as usize).is_some_and(|status| status.is_shown());
            // Carried over from a release that showed it.
            if let Some(cell) = table.cells.get_mut(*now as usize).filter(|cell| known && !cell.published) {
                cell.protection = None;
            }
        }
        self.table = engine::after(&self.table, &self.statuses, &table, &unchanged).table;
        self.statuses.extend(statuses);
        self.named.extend(named);
        self.was.extend(was);
        self
    }

    /// What readers have already is not shown again, but nothing protects it any more from those who take it for unchanged. Gives
    /// what protected which cells of both, and how much an attacker must guess for nothing to.
    fn forget_protection(
        &self,
        next: &mut Table,
        unchanged: &[(CellIndex, CellIndex)],
    ) -> Vec<(CellIndex, Protection, Guess)> {
        let start = self.table.cells.len() as CellIndex;
        let mut forgotten: BTreeMap<CellIndex, (Protection, Option<Guess>)> = BTreeMap::new();
        for (before, now) in unchanged {
            let known = self.statuses.get(*before as usize).is_some_and(|status| status.is_shown());
            let Some(cell) = next.cells.get_mut(*now as usize).filter(|_| known) else { continue };
            let guess = self.doubts.of((*before, *now + start));
            if let Some(protection) = cell.protection.take() {
                cell.published = false;
                forgotten.insert(*now + start, (protection, guess));
            } else if let Some((_, least)) = forgotten.get_mut(&(*now + start)) {
                // Who guesses least: nobody has to where it was carried over.
                *least = least.zip(guess).map(|(least, guess)| least.max(guess));
            }
        }
        let guessed = |(cell, (protection, guess))| Some((cell, protection, guess?));
        forgotten.into_iter().filter_map(guessed).collect()
    }

    /// A table without relations that bound the same numbers in an earlier one, and without cells that only they bound.
    fn without_repetition(&self, laid: Laid) -> (Laid, Vec<Named>) {
        let all: Vec<Named> = numbered(&laid.keys).collect();
        let known: HashSet<(Named, i64)> =
            self.named.iter().zip(&self.table.cells).map(|(named, cell)| (*named, cell.value)).collect();
        let repeated: Vec<bool> = laid
            .table
            .cells
            .iter()
            .zip(&all)
            .map(|(cell, named)| !laid.own.contains(&named.0) && known.contains(&(*named, cell.value)))
            .collect();
        let is_new = |cell: CellIndex| repeated.get(cell as usize) == Some(&false);
        let mut relations = laid.table.relations;
        relations.retain(|relation| relation.terms.iter().any(|(cell, _)| is_new(*cell)));
        let bound: HashSet<CellIndex> =
            relations.iter().flat_map(|relation| &relation.terms).map(|(cell, _)| *cell).collect();
        let mut places: HashMap<CellIndex, CellIndex> = HashMap::new();
        let (mut cells, mut keys, mut named) = (Vec::new(), Vec::new(), Vec::new());
        for (at, ((cell, key), name)) in (0..).zip(laid.table.cells.into_iter().zip(laid.keys).zip(all)) {
            if is_new(at) || bound.contains(&at) {
                places.insert(at, cells.len() as CellIndex);
                cells.push(cell);
                keys.push(key);
                named.push(name);
            }
        }
        for term in relations.iter_mut().flat_map(|relation| &mut relation.terms) {
            term.0 = places.get(&term.0).copied().unwrap_or_default();
        }
        (Laid { table: Table { cells, relations }, keys, ..laid }, named)
    }

    /// Sums between geographies of which one side was shown before: whoever has had the figures of communes that
    /// merged subtracts them from that of the one commune, where the counts did not change. Other counts bind nobody, and
    /// neither do those of parts that never stood together.
    fn across(
        &self,
        (next, named): (&Table, &[Named]),
        mergers: &[(i32, Vec<i32>)],
        stood: &[&Combined],
    ) -> Vec<Relation> {
        let start = self.table.cells.len() as CellIndex;
        let now = named.iter().copied().zip(&next.cells).zip(start..);
        let before = self.named.iter().copied().zip(&self.table.cells).zip(0..);
        // What follows the first of a key is a rest of that figure.
        let figures = now.chain(before).filter(|(((_, number), _), _)| *number == 1);
        let concerned: HashSet<i32> =
            mergers.iter().flat_map(|(one, parts)| parts.iter().copied().chain([*one])).collect();
        // Of several cells of the same count one stands for all: they are bound already.
        let mut cells: BTreeMap<CellKey, BTreeMap<i64, CellIndex>> = BTreeMap::new();
        for (((key, _), cell), at) in figures {
            if concerned.contains(&key.address.territory_id) {
                cells.entry(key).or_default().entry(cell.value).or_insert(at);
            }
        }
        let mut relations = Vec::new();
        for (one, parts) in mergers {
            for (key, totals) in cells.iter().filter(|(key, _)| key.address.territory_id == *one) {
                let at =
                    |part: &i32| CellKey { address: Address { territory_id: *part, ..key.address }, ..*key };
                let counted = |then: &&Combined| {
                    let count = |part: &i32| {
                        let key = at(part);
                        let count = then.count(&key)?;
                        Some((count, *cells.get(&key)?.get(&count)?))
                    };
                    parts.iter().map(count).collect::<Option<Vec<_>>>()
                };
                // The same parts may have stood in several releases.
                for parts in stood.iter().filter_map(counted).collect::<BTreeSet<_>>() {
                    let sum = parts.iter().map(|(count, _)| *count).sum::<i64>();
                    if let Some(total) = totals.get(&sum) {
                        let parts = parts.into_iter().map(|(_, part)| (part, 1));
                        relations.push(Relation { terms: parts.chain([(*total, -1)]).collect() });
                    }
                }
            }
        }
        relations
    }

    /// Pairs of an earlier and a next cell of the same figure and the same count; parts that nobody is shown among
    /// them, for an attacker may know that those did not change either.
    fn unchanged(&self, next: &Table, named: &[Named]) -> Vec<(CellIndex, CellIndex)> {
        let mut known: HashMap<(CellKey, usize, i64), Vec<CellIndex>> = HashMap::new();
        for (at, (key, cell)) in self.named.iter().zip(&self.table.cells).enumerate() {
            known.entry((key.0, key.1, cell.value)).or_default().push(at as CellIndex);
        }
        let mut pairs = Vec::new();
        for (now, (key, cell)) in named.iter().zip(&next.cells).enumerate() {
            let before = known.get(&(key.0, key.1, cell.value));
            pairs.extend(before.into_iter().flatten().map(|before| (*before, now as CellIndex)));
        }
        pairs
    }
}

/// What each cell of a release is: what follows from figures that were carried over is carried over like them.
fn origins(laid: &Laid, carried: &HashSet<CellKey>) -> HashMap<Named, Same> {
    let all: Vec<Named> = numbered(&laid.keys).collect();
    // What follows the first of a key is a rest of that figure.
    let is_carried = |(key, number): &Named| *number == 1 && carried.contains(key);
    let told = all.iter().map(is_carried).collect();
    let follows = worked_out::following(&laid.table.relations, told);
    let origin = |(named, follows): (&Named, bool)| match named {
        _ if follows || is_carried(named) => Same::CarriedOver,
        (key, 1) if laid.own.contains(key) => Same::Figure,
        _ => Same::Rest,
    };
    all.iter().zip(follows).map(|cell| (*cell.0, origin(cell))).collect()
}

/// Keys with how many cells of the same key came before: hidden rests go by the figure that they are a rest of.
fn numbered(keys: &[CellKey]) -> impl Iterator<Item = Named> {
    let mut seen: HashMap<CellKey, usize> = HashMap::new();
    keys.iter().map(move |key| {
        let before = seen.entry(*key).or_default();
        *before += 1;
        (*key, *before)
    })
}

#[cfg(test)]
mod tests;
