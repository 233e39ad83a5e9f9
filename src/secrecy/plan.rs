//! The plan of a release: what everybody without a grant may see of it, decided once on the whole table.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::types::{Breakdown, Withheld};

use super::{
    Address, Components, Explanations, Lot, Masked, Proofs, Readers, Rule, Sheet,
    engine::{CheckError, PlanError, Status},
    masking::{self, Masks},
    progress::{Phase, Progress},
    succession,
    table::{CellKey, Containment, Laid, LayError, Sums},
};

/// What a plan is made from.
pub struct Request<'a> {
    /// True numbers of the additive indicators, by indicator.
    pub sheets: &'a BTreeMap<i32, Sheet>,
    /// Breakdowns by number.
    pub breakdowns: &'a HashMap<i32, Breakdown>,
    /// Sums over territories.
    pub sums: &'a Sums,
    /// Which counts are parts of which.
    pub contained: &'a [Containment],
    /// Whether grants open true numbers of the source: then it is worked out which figures are bound to one another.
    pub opens: bool,
    /// The source's rule.
    pub rule: &'a Rule,
    /// Rates to work out from what the plan shows.
    pub rates: &'a [Rate],
    /// What readers have had of the same source and period before, oldest first: they keep it.
    pub earlier: &'a [Earlier],
    /// By which costs of masks are drawn.
    pub lot: Lot,
}

/// A release that readers have had.
pub struct Earlier {
    /// Its true numbers, by indicator.
    pub sheets: BTreeMap<i32, Sheet>,
    /// Sums over its territories.
    pub sums: Sums,
    /// The figures that it showed.
    pub shown: HashSet<CellKey>,
    /// What proved its plan.
    pub proofs: Proofs,
    /// The true numbers of it that partners have read under a grant: they know them, whatever became of that.
    pub read: Readers,
    /// Whether it was not taken back.
    pub stands: bool,
}

/// A rate, worked out from figures that the plan shows; it is masked with either of them.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The rate's indicator.
    pub indicator_id: i32,
    /// Indicator above the line.
    pub numerator_id: i32,
    /// Indicator below the line.
    pub denominator_id: i32,
    /// Breakdowns of the rate, each with the numerator's and the denominator's breakdown.
    pub breakdowns: Vec<(i32, i32, i32)>,
    /// 100 for per cent, 1,000 for per thousand.
    pub factor: f64,
}

/// What a release shows.
pub struct Plan {
    figures: Vec<(CellKey, Masked)>,
    sensitive: HashSet<CellKey>,
    explanations: BTreeMap<i32, Explanations>,
    proofs: Proofs,
    summary: Summary,
    components: Option<Components>,
}

/// How many cells a plan shows and masks; rates are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cells that are shown.
    pub shown: usize,
    /// Cells that the rule masks.
    pub primary: usize,
    /// Cells masked so that those cannot be worked out.
    pub secondary: usize,
    /// Sensitive cells that one contributor, alone in another cell, may still work out.
    pub exposed_to_insiders: usize,
}

/// A release that cannot be planned; nothing of it may be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unplannable {
    /// The sheets are not counts.
    #[error(transparent)]
    Lay(#[from] LayError),
    /// A cell that the engine cannot protect, whatever is masked.
    #[error(
        "nothing protects indicator {indicator_id} in territory {territory_id}, breakdown {breakdown_id}"
    )]
    Unprotectable {
        /// Indicator.
        indicator_id: i32,
        /// Territory; a negative one is a part that is never shown.
        territory_id: i32,
        /// Breakdown.
        breakdown_id: i32,
    },
    /// The engine found no plan that holds.
    #[error(transparent)]
    Engine(#[from] PlanError),
    /// Who has read true numbers in what came before would work out others with what this release shows.
    #[error("{cells} sensitive cells would be told to partners who have read true numbers before")]
    ToldToHolders {
        /// How many sensitive cells.
        cells: usize,
    },
    /// A plan of the engine that its own proofs do not hold up: never published.
    #[error("the plan is not proved: {0}")]
    Unproved(#[from] CheckError),
}

impl Plan {
    /// Plans a release.
    ///
    /// # Errors
    ///
    /// [`Unplannable`] when the numbers are no counts, do not add up, or cannot be protected.
    pub fn make(request: &Request<'_>, progress: &dyn Progress) -> Result<Self, Unplannable> {
        let plan = Self::against_those_who_know(request, progress)?;
        if !request.opens {
            return Ok(plan);
        }
        let components = Some(Components::of(request, &plan.shown())?);
        Ok(Self { components, ..plan })
    }

    /// The figures that it shows.
    fn shown(&self) -> HashSet<CellKey> {
        self.figures.iter().filter(|(_, masked)| masked.is_shown()).map(|(key, _)| *key).collect()
    }

    /// The plan against everybody, and against partners who know true numbers.
    fn against_those_who_know(request: &Request<'_>, progress: &dyn Progress) -> Result<Self, Unplannable> {
        progress.at(Phase::Laying, 0, 1);
        let (laid, bound, doubts) = succession::bind(request)?;
        let Masks { solution, start, exposed_to_insiders } =
            masking::find(&laid, (bound, &doubts), progress)?;
        let mut plan = Self::of(&laid, solution.statuses.get(start..).unwrap_or_default());
        plan.proofs = Proofs::of(&solution, start);
        plan.explanations = Explanations::of(&laid, &solution, start);
        plan.summary.exposed_to_insiders = exposed_to_insiders;
        plan.work_out(request.rates);
        progress.at(Phase::Checking, 1, 1);
        Ok(plan)
    }

    fn of(laid: &Laid, statuses: &[Status]) -> Self {
        let mut plan = Self {
            figures: Vec::new(),
            sensitive: HashSet::new(),
            explanations: BTreeMap::new(),
            proofs: Proofs::default(),
            summary: Summary::default(),
            components: None,
        };
        for ((key, cell), status) in laid.keys.iter().zip(&laid.table.cells).zip(statuses) {
            if !cell.published {
                continue;
            }
            let masked = match status {
                Status::Shown => {
                    plan.summary.shown += 1;
                    Masked::shown(cell.value as f64)
                }
                // What readers know from before and may not be shown again is hidden to the engine.
                Status::Primary | Status::Hidden => {
                    plan.summary.primary += 1;
                    plan.sensitive.insert(*key);
                    Masked::withheld(Withheld::StatisticalSecrecy)
                }
                Status::Secondary => {
                    plan.summary.secondary += 1;
                    Masked::withheld(Withheld::StatisticalSecrecy)
                }
            };
            plan.figures.push((*key, masked));
        }
        plan
    }

    fn work_out(&mut self, rates: &[Rate]) {
        let counts: HashMap<CellKey, Masked> = self.figures.iter().copied().collect();
        for rate in rates {
            for (breakdown_id, above, below) in &rate.breakdowns {
                let numerators = counts.iter().filter(|(key, _)| {
                    key.indicator_id == rate.numerator_id && key.address.breakdown_id == *above
                });
                for (key, numerator) in numerators {
                    let address = Address { breakdown_id: *below, ..key.address };
                    let below = CellKey { indicator_id: rate.denominator_id, address };
                    let Some(denominator) = counts.get(&below) else { continue };
                    let address = Address { breakdown_id: *breakdown_id, ..key.address };
                    let masked = [(*key, numerator), (below, denominator)];
                    let masked = masked.into_iter().filter(|(_, part)| part.outcome().is_err());
                    let masked: Vec<CellKey> = masked.map(|(part, _)| part).collect();
                    if !masked.is_empty() {
                        self.explanations.entry(rate.indicator_id).or_default().add_rate(address, masked);
                    }
                    let key = CellKey { indicator_id: rate.indicator_id, address };
                    self.figures.push((key, ratio(*numerator, *denominator, rate.factor)));
                }
            }
        }
        self.figures.sort_unstable_by_key(|(key, _)| *key);
    }

    /// Every figure of the release, in the order of indicator and address.
    #[must_use]
    pub fn figures(&self) -> &[(CellKey, Masked)] {
        &self.figures
    }

    /// Whether a figure is masked by itself, rather than for others.
    #[must_use]
    pub fn is_sensitive(&self, key: &CellKey) -> bool {
        self.sensitive.contains(key)
    }

    /// Why figures are masked, by indicator.
    #[must_use]
    pub const fn explanations(&self) -> &BTreeMap<i32, Explanations> {
        &self.explanations
    }

    /// Which masked figures are bound to one another; none where nothing is opened.
    #[must_use]
    pub const fn components(&self) -> Option<&Components> {
        self.components.as_ref()
    }

    /// What proves the plan.
    #[must_use]
    pub const fn proofs(&self) -> &Proofs {
        &self.proofs
    }

    /// Masked cells with their true amounts, for tests that search answers for them.
    ///
    /// Refuses, with nothing, unless every number in the sheets is a canary: an amount that is its count
    /// of contributors in the billions. Counts of people never are, so a real release has none.
    #[must_use]
    pub fn canaries(&self, sheets: &BTreeMap<i32, Sheet>) -> Vec<(CellKey, String)> {
        let mut numbers = sheets.values().flat_map(Sheet::in_order);
        if !numbers.all(|(_, raw)| raw.is_canary()) {
            return Vec::new();
        }
        let masked = self.figures.iter().filter(|(_, masked)| masked.outcome().is_err());
        masked
            .filter_map(|(key, _)| {
                let raw = sheets.get(&key.indicator_id)?.get(&key.address)?;
                Some((*key, format!("{:.0}", raw.open())))
            })
            .collect()
    }

    /// How much the plan shows.
    #[must_use]
    pub const fn summary(&self) -> Summary {
        self.summary
    }
}

/// A rate rounded to one decimal; withheld with either part, not applicable over zero.
fn ratio(numerator: Masked, denominator: Masked, factor: f64) -> Masked {
    match (numerator.outcome(), denominator.outcome()) {
        (Err(reason), _) | (_, Err(reason)) => Masked::withheld(reason),
        (Ok(_), Ok(0.0)) => Masked::withheld(Withheld::NotApplicable),
        (Ok(above), Ok(below)) => Masked::shown((above * factor / below * 10.0).round() / 10.0),
    }
}

#[cfg(test)]
mod tests {
    use super::{Masked, Withheld, ratio};

    #[test]
    fn a_rate_is_masked_with_either_of_its_parts() {
        let masked = Masked::withheld(Withheld::StatisticalSecrecy);
        let shown = Masked::shown(40.0);
        assert_eq!(ratio(masked, shown, 100.0), masked);
        assert_eq!(ratio(shown, masked, 100.0), masked);
        assert_eq!(ratio(Masked::shown(10.0), shown, 100.0), Masked::shown(25.0));
        assert_eq!(ratio(shown, Masked::shown(0.0), 100.0), Masked::withheld(Withheld::NotApplicable));
    }
}
