//! How far each column of a component can go.

use super::{
    AuditOptions,
    branch::Answer,
    component::Component,
    dictionary::{NONE, Stop},
    known::{Known, Range},
    line::fit,
    polytope::Polytope,
    simplex::Outcome,
};

/// What was found out about the columns of a component.
pub struct Explored {
    /// Lowest and highest value that is not excluded.
    pub ends: Vec<(i64, i64)>,
    /// How far they reach in tables of whole numbers.
    pub reached: Vec<Range>,
    /// Work done.
    pub work: u64,
}

/// How often ends that are open are come back to, for tables found meanwhile may reach them.
const ROUNDS: u32 = 5;
/// How many times more is done for an end each time.
const MORE: u64 = 4;

/// Explores a component from first values, which may be a table of whole numbers.
///
/// `allowed` is the work for all of it; `watch` is told of each column that is done with.
///
/// # Errors
///
/// [`Stop::Impossible`] when there is no table.
pub fn explore(
    component: &Component,
    ends: (Vec<i64>, Vec<i64>),
    start: Vec<i64>,
    options: AuditOptions,
    allowed: u64,
    watch: &mut dyn FnMut(),
) -> Result<Explored, Stop> {
    let (low, high) = ends;
    let is_table = Known::new(&component.rows, low.clone(), high.clone(), start.clone()).is_table();
    let start = if is_table { start } else { low.clone() };
    let mut explored = Explored {
        ends: low.iter().copied().zip(high.iter().copied()).collect(),
        reached: vec![Range::default(); low.len()],
        work: 0,
    };
    let mut polytope = match Polytope::of(&component.rows, low, high, start) {
        Ok(polytope) => polytope,
        Err(Stop::Overflow) => return Ok(explored),
        Err(stop) => return Err(stop),
    };
    // An overflow ends the search, and leaves true what was found before.
    match polytope.explore(options, allowed, watch) {
        Ok(()) | Err(Stop::Overflow) => {}
        Err(stop) => return Err(stop),
    }
    explored.ends = polytope.ends();
    explored.work = polytope.dictionary.work;
    explored.reached = polytope.known.reached;
    Ok(explored)
}

impl Polytope<'_> {
    fn ends(&self) -> Vec<(i64, i64)> {
        self.low.iter().copied().zip(self.high.iter().copied()).collect()
    }

    fn explore(&mut self, options: AuditOptions, allowed: u64, watch: &mut dyn FnMut()) -> Result<(), Stop> {
        self.start(allowed)?;
        self.look_around()?;
        for at in 0..self.dictionary.lines.len() as u32 {
            self.learn(at, true);
            self.learn(at, false);
        }
        if self.len() > options.exact_up_to {
            return Ok(());
        }
        let mut effort = options.effort;
        for round in 0..ROUNDS {
            let mut open = false;
            for column in 0..self.len() as u32 {
                for up in [true, false] {
                    if self.dictionary.work < allowed && !self.is_reached(column, up) {
                        self.go(column, up, effort)?;
                        open |= !self.is_reached(column, up);
                    }
                }
                if round == 0 {
                    watch();
                }
            }
            if !open {
                break;
            }
            effort = effort.saturating_mul(MORE);
        }
        Ok(())
    }

    /// Finds a first table.
    fn start(&mut self, effort: u64) -> Result<(), Stop> {
        self.allow(effort);
        let (low, high) = (self.low.clone(), self.high.clone());
        let answer = self.search();
        (self.low, self.high) = (low, high);
        match answer? {
            Answer::None => Err(Stop::Impossible),
            Answer::Found | Answer::Late => Ok(()),
        }
    }

    /// Moves each free column up and down and back again, as far as whole steps go.
    fn look_around(&mut self) -> Result<(), Stop> {
        if !self.known.is_table() {
            return Ok(());
        }
        for column in 0..self.len() as u32 {
            if self.dictionary.line_of[column as usize] != NONE {
                continue;
            }
            let lines = self.dictionary.column(column);
            for up in [true, false] {
                let Some(block) = self.block(column, up, &lines, false) else { continue };
                let far = fit(block.far.0 / block.far.1)?;
                let by = if up { far } else { -far };
                if by != 0 {
                    self.dictionary.shift(column, by, &lines)?;
                    self.note();
                    self.dictionary.shift(column, -by, &lines)?;
                    self.note();
                }
            }
        }
        Ok(())
    }

    /// Brings a column as far up or down as it can go.
    fn go(&mut self, column: u32, up: bool, effort: u64) -> Result<(), Stop> {
        self.allow(effort);
        if self.is_crowded() {
            self.refresh()?;
        }
        // The point may be a fraction outside of an end that was proved meanwhile.
        if self.restore()? == Outcome::Late {
            return self.refresh();
        }
        if self.push(column, up)? == Outcome::Late {
            return Ok(());
        }
        if !self.is_reached(column, up) && self.known.is_table() {
            self.allow(effort);
            self.stretch(column, up)?;
        }
        Ok(())
    }
}
