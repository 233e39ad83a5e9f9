//! What a plan shows and masks, in counts: what the operator reads before publishing.

use std::collections::BTreeMap;

use entity::types::Level;
use serde::{Deserialize, Serialize};

use super::Planned;
use crate::secrecy::plan::Summary;

/// How many figures are shown and masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Figures that everybody with access reads.
    pub shown: usize,
    /// Figures that are masked, for themselves or for others: they are not told apart.
    pub masked: usize,
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
    /// Sensitive figures that the holders of grants together may still work out; where there are any, the
    /// release opens no true number to anybody.
    pub exposed_to_holders: usize,
    /// Releases of the same source and period that readers have had, and that the plan reckons with.
    pub earlier: Vec<String>,
    /// Figures that the release before showed and this one masks, and the other way round.
    pub newly_masked: usize,
    /// Figures that the release before masked and this one shows.
    pub newly_shown: usize,
}

impl Report {
    /// The report of a plan.
    #[must_use]
    pub fn of(planned: &Planned) -> Self {
        let Summary { exposed_to_insiders, exposed_to_holders, .. } = planned.summary();
        let mut report = Self { exposed_to_insiders, exposed_to_holders, ..Self::default() };
        let mut lines: BTreeMap<(i32, Level), Count> = BTreeMap::new();
        for (key, masked) in planned.figures() {
            let Some(level) = planned.level(key.address.territory_id) else { continue };
            let line = lines.entry((key.indicator_id, level)).or_default();
            for count in [line, &mut report.total] {
                if masked.is_shown() {
                    count.shown += 1;
                } else {
                    count.masked += 1;
                }
            }
        }
        let line = |((indicator_id, level), count): ((i32, Level), Count)| Line {
            indicator_id,
            level: level.word().to_owned(),
            count,
        };
        report.lines = lines.into_iter().map(line).collect();
        report
    }
}
