//! Class breaks of maps, worked out from the values that a viewer is shown and from nothing else.
//!
//! # Citations
//!
//! W. D. Fisher, *On grouping for maximum homogeneity*, Journal of the American Statistical Association 53 (1958);
//! G. F. Jenks, *The data model concept in statistical mapping*, International Yearbook of Cartography 7 (1967);
//! quantiles as type 7 of R. J. Hyndman and Y. Fan, *Sample quantiles in statistical packages*, The American Statistician
//! 50 (1996); Q6 as in Philcarto.

/// How classes are made.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// As many values in each.
    Quantiles(usize),
    /// As wide each.
    EqualIntervals(usize),
    /// Least variance within them.
    Jenks(usize),
    /// A standard deviation wide, the middle one around the mean where their number is odd, from the mean on else.
    StandardDeviation(usize),
    /// Six: the extreme twentieths apart, the rest in four classes of as many values.
    Q6,
    /// Bounds that were given, the first and the last included.
    Manual(Vec<f64>),
}

/// Fewest and most classes.
pub const CLASSES: std::ops::RangeInclusive<usize> = 2..=9;

/// The bounds of the classes, ascending, the least and the greatest value first and last: one more than there are classes.
/// Classes that would be empty between equal bounds are left out. Nothing without values.
///
/// A class holds what is above its lower bound up to its upper one; the first one holds its lower bound too.
#[must_use]
pub fn bounds(values: &[f64], method: &Method) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (Some(least), Some(greatest)) = (sorted.first().copied(), sorted.last().copied()) else {
        return Vec::new();
    };
    let mut bounds = match method {
        Method::Quantiles(classes) => {
            (1..*classes).map(|at| quantile(&sorted, at as f64 / *classes as f64)).collect()
        }
        Method::EqualIntervals(classes) => {
            let width = (greatest - least) / *classes as f64;
            (1..*classes).map(|at| least + width * at as f64).collect()
        }
        Method::Jenks(classes) => jenks(&sorted, *classes),
        Method::StandardDeviation(classes) => deviations(&sorted, *classes),
        Method::Q6 => [0.05, 0.275, 0.5, 0.725, 0.95].map(|part| quantile(&sorted, part)).to_vec(),
        Method::Manual(bounds) => return bounds.clone(),
    };
    // The least value may be a class of its own: what holds its lower bound alone ends there too.
    let least_alone =
        matches!(method, Method::Jenks(_)) && bounds.first() == Some(&least) && least < greatest;
    bounds.retain(|bound| *bound > least && *bound < greatest);
    bounds.push(greatest);
    bounds.dedup();
    let mut all = vec![least];
    all.extend(least_alone.then_some(least));
    all.extend(bounds.into_iter().filter(|bound| *bound > least));
    // All values alike make one class.
    if all.len() == 1 {
        all.push(greatest);
    }
    all
}

/// The class of a value; none outside of the bounds.
#[must_use]
pub fn class(bounds: &[f64], value: f64) -> Option<usize> {
    let (least, greatest) = (bounds.first()?, bounds.last()?);
    if value < *least || value > *greatest {
        return None;
    }
    let above = bounds.iter().skip(1).take_while(|bound| value > **bound).count();
    Some(above.min(bounds.len().saturating_sub(2)))
}

/// Most decimals of a printed bound, beyond those of the figures.
const MOST_DECIMALS: usize = 9;

/// The bounds as they are printed, and with how many decimals: the fewest, from those of the figures on, with which the
/// class of every value follows from the printed bounds; from the printed value too, unless values on the two sides of a
/// bound are printed alike.
#[must_use]
pub fn printed(bounds: &[f64], values: &[f64], decimals: usize) -> (Vec<f64>, usize) {
    let most = decimals + MOST_DECIMALS;
    let found = (decimals..=most).find_map(|places| {
        let each = bounds.iter().enumerate();
        let places_of = each.map(|(at, bound)| written((*bound, at == 0), values, (decimals, places)));
        let written: Vec<f64> = places_of.collect::<Option<_>>()?;
        let mut pairs = written.windows(2).zip(bounds.windows(2));
        // Classes without a value have their width all the same.
        let ascend = pairs.all(|(written, exact)| written[0] < written[1] || exact[0] == exact[1]);
        ascend.then_some((written, places))
    });
    found.unwrap_or_else(|| (bounds.to_vec(), most))
}

/// A bound with so many decimals at most that has the same values on each side; the first one belongs to what is above it,
/// all others to what is below them.
fn written((bound, is_first): (f64, bool), values: &[f64], (decimals, most): (usize, usize)) -> Option<f64> {
    let is_below = |value: f64, bound: f64| if is_first { value < bound } else { value <= bound };
    let shown = |value: f64| round(f64::round, value, decimals);
    let (below, above): (Vec<f64>, Vec<f64>) =
        values.iter().copied().partition(|value| is_below(*value, bound));
    let highest = below.iter().copied().map(shown).fold(f64::NEG_INFINITY, f64::max);
    let lowest = above.iter().copied().map(shown).fold(f64::INFINITY, f64::min);
    // Values that are printed alike are told apart by their exact numbers alone.
    let told_apart = highest < lowest;
    let fits = |place: f64| {
        let stays = |value: f64, below: bool| {
            is_below(value, place) == below && (!told_apart || is_below(shown(value), place) == below)
        };
        below.iter().all(|value| stays(*value, true)) && above.iter().all(|value| stays(*value, false))
    };
    let ways: [fn(f64) -> f64; 3] = [f64::round, f64::ceil, f64::floor];
    let mut places = (decimals..=most).rev().flat_map(|places| ways.map(|way| round(way, bound, places)));
    places.find(|place| fits(*place))
}

/// A number with so many decimals, made whole in a way at the last of them.
fn round(way: fn(f64) -> f64, value: f64, decimals: usize) -> f64 {
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or_default());
    way(value * scale) / scale
}

/// The value below which a part of the sorted values lies, between neighbours where it falls there (type 7).
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len().saturating_sub(1)) as f64;
    let below = place.floor();
    let at = |at: f64| sorted.get(at as usize).copied().unwrap_or_default();
    let (low, high) = (at(below), at(place.ceil()));
    low + (high - low) * (place - below)
}

/// Bounds a standard deviation apart.
fn deviations(sorted: &[f64], classes: usize) -> Vec<f64> {
    let count = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / count;
    let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / (count - 1.0).max(1.0)).sqrt();
    let inner = classes.saturating_sub(1);
    (0..inner).map(|at| mean + deviation * (at as f64 - (inner as f64 - 1.0) / 2.0)).collect()
}

/// Sums that tell the variance of any run of sorted values at once.
struct Sums {
    values: Vec<f64>,
    squares: Vec<f64>,
}

impl Sums {
    fn of(sorted: &[f64]) -> Self {
        let mut sums = Self { values: vec![0.0], squares: vec![0.0] };
        // Around the middle, so that squares of large values lose no digits.
        let middle = quantile(sorted, 0.5);
        let (mut value, mut square) = (0.0, 0.0);
        for each in sorted {
            value += each - middle;
            square += (each - middle).powi(2);
            sums.values.push(value);
            sums.squares.push(square);
        }
        sums
    }

    /// The sum of squared deviations from the mean of the values from one place up to before another.
    fn spread(&self, from: usize, to: usize) -> f64 {
        let between = |sums: &[f64]| {
            sums.get(to).copied().unwrap_or_default() - sums.get(from).copied().unwrap_or_default()
        };
        let value = between(&self.values);
        between(&self.squares) - value * value / (to - from).max(1) as f64
    }
}

/// The upper bounds of all classes but the last that leave the least variance within classes: Fisher's dynamic programme,
/// exact, time of the square of the number of values.
fn jenks(sorted: &[f64], classes: usize) -> Vec<f64> {
    let count = sorted.len();
    let classes = classes.min(count);
    let sums = Sums::of(sorted);
    // The least spread of the first values in so many classes, and where the last of them begins.
    let mut best: Vec<f64> = (0..=count).map(|to| sums.spread(0, to)).collect();
    let mut begins: Vec<Vec<usize>> = vec![vec![0; count + 1]];
    for class in 2..=classes {
        let mut next = vec![f64::INFINITY; count + 1];
        let mut from = vec![0; count + 1];
        for to in class..=count {
            for start in class - 1..to {
                let spread = best.get(start).copied().unwrap_or(f64::INFINITY) + sums.spread(start, to);
                if let (Some(least), Some(begin)) = (next.get_mut(to), from.get_mut(to))
                    && spread < *least
                {
                    (*least, *begin) = (spread, start);
                }
            }
        }
        best = next;
        begins.push(from);
    }
    let mut bounds = Vec::new();
    let mut to = count;
    for from in begins.iter().skip(1).rev() {
        to = from.get(to).copied().unwrap_or_default();
        bounds.extend(to.checked_sub(1).and_then(|last| sorted.get(last).copied()));
    }
    bounds.reverse();
    bounds
}

#[cfg(test)]
mod tests;
