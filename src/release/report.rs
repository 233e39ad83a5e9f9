//! What a plan shows and masks, in counts: what the operator reads before publishing.

use std::collections::{BTreeMap, HashMap};

use entity::types::Level;
use serde::{Deserialize, Serialize};

use super::Planned;
use crate::secrecy::plan::Summary;

/// How many figures are shown and masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Figures that everybody with access reads.
    pub shown: usize,
    /// Figures that are masked, for themselves or for others.
    pub masked: usize,
    /// Of these, figures that the rule masks by themselves; the others are masked so that those cannot be worked out,
    /// or are rates of masked ones.
    #[serde(default)]
    pub sensitive: usize,
}

/// One line of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Number of the indicator.
    pub indicator_id: i32,
    /// Word of the level.
    pub level: String,
    /// Its figures.
    #[serde(flatten)]
    pub count: Count,
    /// Inhabitants of the territories of which a figure is shown, in per cent of the inhabitants of all that the figures
    /// describe, over all breakdowns; none where the observatory shows no inhabitants at this level.
    #[serde(default)]
    pub described_percent: Option<u8>,
}

/// What a plan shows and masks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// All figures of the release.
    pub total: Count,
    /// By indicator and level.
    pub lines: Vec<Line>,
    /// Sensitive figures that one contributor, alone in another one, may still work out.
    pub exposed_to_insiders: usize,
    /// Releases of the same source and period that readers have had, and that the plan reckons with.
    pub earlier: Vec<String>,
    /// Figures that the release before showed and this one masks, and the other way round.
    pub newly_masked: usize,
    /// Figures that the release before masked and this one shows.
    pub newly_shown: usize,
    /// Numbers, shown or not, that are others than in the release before.
    #[serde(default)]
    pub revised: usize,
}

/// Inhabitants that figures describe, each figure counted.
#[derive(Clone, Copy, Default)]
struct Described {
    shown: u128,
    all: u128,
    unknown: bool,
}

impl Described {
    fn add(&mut self, inhabitants: Option<u64>, shown: bool) {
        let Some(inhabitants) = inhabitants.map(u128::from) else {
            self.unknown = true;
            return;
        };
        self.all += inhabitants;
        self.shown += if shown { inhabitants } else { 0 };
    }

    /// Rounded down, so that 100 is all; none where the inhabitants of a territory are not known.
    fn percent(self) -> Option<u8> {
        let known = !self.unknown && self.all > 0;
        known.then(|| u8::try_from(self.shown * 100 / self.all).unwrap_or(100))
    }
}

impl Report {
    /// The report of a plan.
    #[must_use]
    pub fn of(planned: &Planned, inhabitants: &HashMap<i32, u64>) -> Self {
        let Summary { exposed_to_insiders, .. } = planned.summary();
        let mut report = Self { exposed_to_insiders, ..Self::default() };
        let mut lines: BTreeMap<(i32, Level), (Count, Described)> = BTreeMap::new();
        for (key, masked) in planned.figures() {
            let Some(level) = planned.level(key.address.territory_id) else { continue };
            let (line, described) = lines.entry((key.indicator_id, level)).or_default();
            described.add(inhabitants.get(&key.address.territory_id).copied(), masked.is_shown());
            for count in [line, &mut report.total] {
                if masked.is_shown() {
                    count.shown += 1;
                } else {
                    count.masked += 1;
                    count.sensitive += usize::from(planned.is_sensitive(&key));
                }
            }
        }
        let line = |((indicator_id, level), (count, described)): ((i32, Level), (Count, Described))| Line {
            indicator_id,
            level: level.word().to_owned(),
            count,
            described_percent: described.percent(),
        };
        report.lines = lines.into_iter().map(line).collect();
        report
    }
}
