// Values that only their own room makes.

use crate::auth::Clearance;

pub fn forge_a_clearance() -> Clearance {
    Clearance { source_id: 1, territories: Default::default() } //~ E0451
}
