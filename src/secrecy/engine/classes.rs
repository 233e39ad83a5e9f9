//! Things joined into classes.

/// Classes of numbers, each known by its smallest member.
pub struct Classes(Vec<u32>);

impl Classes {
    /// Each number in a class of its own.
    pub fn new(numbers: usize) -> Self {
        Self((0..numbers as u32).collect())
    }

    /// The smallest number of the same class.
    pub fn find(&mut self, number: u32) -> u32 {
        let mut at = number;
        while self.0[at as usize] != at {
            self.0[at as usize] = self.0[self.0[at as usize] as usize];
            at = self.0[at as usize];
        }
        at
    }

    /// Joins the classes of two numbers.
    pub fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.find(one), self.find(other));
        self.0[one.max(other) as usize] = one.min(other);
    }
}
