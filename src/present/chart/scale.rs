//! Scales whose marks stand at round numbers.

/// How a scale is marked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marking {
    /// Whether bars are measured on it, which begin at nothing.
    pub from_zero: bool,
    /// About how many marks it has.
    pub marks: f64,
    /// The least that figures differ by: between two marks there is no less.
    pub finest: f64,
}

/// A straight scale from values to the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    least: f64,
    greatest: f64,
    step: f64,
    from: f64,
    to: f64,
    /// Without a value there is nothing to mark.
    empty: bool,
}

impl Scale {
    /// A scale that holds the values, over a length of one. It begins at nothing where bars are measured on it, or where the
    /// values come close to nothing; else a little below the least.
    #[must_use]
    pub fn over(values: impl Iterator<Item = f64>, marking: Marking) -> Self {
        let Marking { from_zero, marks, finest } = marking;
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            (least, greatest) = (least.min(value), greatest.max(value));
        }
        let empty = !least.is_finite();
        if empty {
            (least, greatest) = (0.0, 1.0);
        }
        if from_zero || (least >= 0.0 && least < 0.4 * greatest) {
            (least, greatest) = (least.min(0.0), greatest.max(0.0));
        }
        if greatest - least < 1e-12 {
            greatest = least + least.abs().max(1.0);
        }
        let step = round_up((greatest - least) / marks.max(1.0)).max(finest);
        let (least, greatest) = ((least / step).floor() * step, (greatest / step).ceil() * step);
        Self { least, greatest, step, from: 0.0, to: 1.0, empty }
    }

    /// The same from one place of the page to another.
    #[must_use]
    pub const fn between(self, (from, to): (f64, f64)) -> Self {
        Self { from, to, ..self }
    }

    /// Its ends.
    #[must_use]
    pub const fn domain(&self) -> [f64; 2] {
        [self.least, self.greatest]
    }

    /// Whether nothing lies beyond its ends, so that lengths on it are not in proportion.
    #[must_use]
    pub fn leaves_out_zero(&self) -> bool {
        !self.empty && (self.least > 0.0 || self.greatest < 0.0)
    }

    /// Where a value stands on the page.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        self.from + (value - self.least) / (self.greatest - self.least) * (self.to - self.from)
    }

    /// The values that are marked; none where there was no value.
    #[must_use]
    pub fn marks(&self) -> Vec<f64> {
        if self.empty {
            return Vec::new();
        }
        let count = ((self.greatest - self.least) / self.step).round() as i32;
        (0..=count).map(|at| self.least + f64::from(at) * self.step).collect()
    }

    /// How many decimals its marks need.
    #[must_use]
    pub fn decimals(&self) -> usize {
        let decimals = (-self.step.log10().floor()).max(0.0);
        decimals as usize
    }
}

/// The least of 1, 2 and 5 times a power of ten that is no smaller.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let leading = value / power;
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().find(|round| leading <= round + 1e-9);
    power * round.unwrap_or(10.0)
}

#[cfg(test)]
mod tests {
    use super::{Marking, Scale};

    fn scale(values: &[f64], from_zero: bool, finest: f64) -> Scale {
        Scale::over(values.iter().copied(), Marking { from_zero, marks: 5.0, finest })
    }

    fn marks(values: &[f64], from_zero: bool) -> Vec<f64> {
        scale(values, from_zero, 0.01).marks()
    }

    #[test]
    fn counts_are_marked_at_whole_numbers() {
        assert_eq!(scale(&[0.0, 1.0], true, 1.0).marks(), [0.0, 1.0]);
        assert_eq!(scale(&[0.0, 0.0], true, 1.0).marks(), [0.0, 1.0]);
        assert_eq!(scale(&[0.0, 3.0], true, 1.0).marks(), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(scale(&[0.0, 1.0], true, 1.0).decimals(), 0);
        assert_eq!(scale(&[28.0, 29.0], false, 1.0).marks(), [28.0, 29.0]);
    }

    #[test]
    fn a_scale_says_whether_nothing_lies_on_it() {
        assert!(scale(&[12.0, 15.0], false, 1.0).leaves_out_zero());
        assert!(scale(&[-15.0, -12.0], false, 1.0).leaves_out_zero());
        assert!(!scale(&[12.0, 15.0], true, 1.0).leaves_out_zero());
        assert!(!scale(&[-5.0, 10.0], false, 1.0).leaves_out_zero());
        assert!(!scale(&[], false, 1.0).leaves_out_zero());
    }

    #[test]
    fn marks_stand_at_round_numbers() {
        assert_eq!(marks(&[3.0, 97.0], false), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(marks(&[12.0, 15.0], true), [0.0, 5.0, 10.0, 15.0]);
        assert_eq!(marks(&[1_012.0, 1_039.0], false), [1_010.0, 1_020.0, 1_030.0, 1_040.0]);
        assert_eq!(marks(&[-5.0, 10.0], true), [-5.0, 0.0, 5.0, 10.0]);
        assert!(marks(&[], false).is_empty() && marks(&[], true).is_empty());
    }

    #[test]
    fn values_stand_between_the_ends() {
        let placed = scale(&[0.0, 8.0], true, 1.0).between((300.0, 100.0));
        assert_eq!((placed.place(0.0), placed.place(8.0)), (300.0, 100.0));
        assert_eq!(scale(&[0.1, 0.32], true, 0.01).decimals(), 1);
    }
}
