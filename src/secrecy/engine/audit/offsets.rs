//! Things that differ from each other by known numbers, joined into classes.

/// Classes of numbers; each member is the class's root plus an offset.
pub struct Offsets {
    /// A member nearer to the root, and what to add to it.
    above: Vec<(u32, i64)>,
    /// The largest offset in the class of each root.
    largest: Vec<i64>,
}

/// Offsets beyond this are not kept, so that sums of a few never overflow.
const FARTHEST: i128 = 1 << 60;

impl Offsets {
    /// Each number in a class of its own.
    pub fn new(numbers: usize) -> Self {
        Self { above: (0..numbers as u32).map(|number| (number, 0)).collect(), largest: vec![0; numbers] }
    }

    /// The root of a number's class, and what to add to it.
    pub fn find(&mut self, number: u32) -> (u32, i64) {
        let (mut at, mut offset) = (number, 0);
        loop {
            let (above, by) = self.above[at as usize];
            if above == at {
                return (at, offset);
            }
            let (higher, more) = self.above[above as usize];
            if higher != above {
                self.above[at as usize] = (higher, by + more);
            }
            offset += self.above[at as usize].1;
            at = self.above[at as usize].0;
        }
    }

    /// Joins two roots of which `one` = `other` + `by`, unless that is too far. Gives the root that is kept,
    /// the one that is not, and what the latter is more than the former.
    pub fn join(&mut self, one: u32, other: u32, by: i128) -> Option<(u32, u32, i64)> {
        let (kept, gone, apart) = if one < other { (one, other, -by) } else { (other, one, by) };
        let (here, there) = (self.largest[kept as usize], self.largest[gone as usize]);
        let largest = i128::from(here).max(i128::from(there) + apart.abs());
        if largest > FARTHEST {
            return None;
        }
        self.largest[kept as usize] = largest as i64;
        self.above[gone as usize] = (kept, apart as i64);
        Some((kept, gone, apart as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    #[test]
    fn offsets_add_up_along_a_chain() {
        let mut offsets = Offsets::new(4);
        assert_eq!(offsets.join(3, 2, 5), Some((2, 3, 5)));
        assert_eq!(offsets.join(1, 2, 1), Some((1, 2, -1)));
        assert_eq!(offsets.join(1, 0, 10), Some((0, 1, 10)));
        assert_eq!(offsets.find(3), (0, 14));
        assert_eq!(offsets.find(2), (0, 9));
        assert_eq!(offsets.find(3), (0, 14));
    }

    #[test]
    fn what_is_too_far_apart_is_not_joined() {
        let mut offsets = Offsets::new(3);
        assert!(offsets.join(1, 0, 1 << 60).is_some());
        assert_eq!(offsets.join(2, 0, 1 << 61), None);
        assert_eq!(offsets.find(2), (2, 0));
    }
}
