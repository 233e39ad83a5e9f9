//! The dimensions of an indicator, and the crossings of their categories.

/// The dimensions of an indicator with their categories; a crossing is a position in their product.
#[derive(Clone, Debug, Default)]
pub(in crate::demonstration) struct Axes {
    pub dimensions: Vec<(String, Vec<String>)>,
}

impl Axes {
    /// How many finest crossings there are; 1 without dimensions.
    pub fn len(&self) -> usize {
        self.dimensions.iter().map(|(_, categories)| categories.len()).product()
    }

    /// A crossing as (dimension, category), in the order of the dimensions.
    pub fn crossing(&self, position: usize) -> Vec<(&str, &str)> {
        let mut rest = position;
        let mut pairs = Vec::with_capacity(self.dimensions.len());
        for (dimension, categories) in &self.dimensions {
            let size = categories.len().max(1);
            if let Some(category) = categories.get(rest % size) {
                pairs.push((dimension.as_str(), category.as_str()));
            }
            rest /= size;
        }
        pairs
    }

    pub fn has(&self, dimension: &str) -> bool {
        self.dimensions.iter().any(|(own, _)| own == dimension)
    }
}

/// Every choice of some of these, the empty one first.
pub(super) fn choices<T: Copy>(all: &[T]) -> Vec<Vec<T>> {
    let mut choices = vec![Vec::new()];
    for one in all {
        let with: Vec<Vec<T>> =
            choices.iter().map(|choice| choice.iter().copied().chain([*one]).collect()).collect();
        choices.extend(with);
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::{Axes, choices};

    #[test]
    fn crossings_name_one_category_of_each_dimension() {
        let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        let axes = Axes {
            dimensions: vec![("A".to_owned(), names(["x", "y"])), ("B".to_owned(), names(["1", "2"]))],
        };
        assert_eq!(axes.len(), 4);
        assert_eq!(axes.crossing(3), [("A", "y"), ("B", "2")]);
    }

    #[test]
    fn two_things_have_four_choices() {
        assert_eq!(choices(&[1, 2]), [vec![], vec![1], vec![2], vec![1, 2]]);
    }
}
