//! Arithmetic modulo 2^61 − 1, in which nothing overflows or rounds.

/// A number from 0 to 2^61 − 2.
pub type Residue = u64;

const PRIME: u64 = (1 << 61) - 1;

/// A whole number as a residue.
pub fn residue(value: i64) -> Residue {
    value.rem_euclid(PRIME as i64).unsigned_abs()
}

/// Largest whole number that a residue is read as.
const LARGEST: u64 = 4_096;

/// The small whole number that a residue stands for, when it stands for one.
pub fn signed(value: Residue) -> Option<i64> {
    if value < LARGEST {
        i64::try_from(value).ok()
    } else if value > PRIME - LARGEST {
        i64::try_from(PRIME - value).ok().map(|opposite| -opposite)
    } else {
        None
    }
}

/// The sum.
pub const fn plus(one: Residue, other: Residue) -> Residue {
    let sum = one + other;
    if sum >= PRIME { sum - PRIME } else { sum }
}

/// The opposite.
pub const fn negate(value: Residue) -> Residue {
    if value == 0 { 0 } else { PRIME - value }
}

/// The product.
pub const fn multiply(one: Residue, other: Residue) -> Residue {
    let product = one as u128 * other as u128;
    plus((product & PRIME as u128) as u64, (product >> 61) as u64)
}

/// The inverse; 0 for 0.
pub const fn invert(value: Residue) -> Residue {
    let (mut base, mut exponent, mut power) = (value, PRIME - 2, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = multiply(power, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    power
}

/// A residue that looks like chance, the same for the same number on every machine.
pub const fn weigh(number: u64) -> Residue {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)) % (PRIME - 1) + 1
}

#[cfg(test)]
mod tests {
    use super::{invert, multiply, negate, plus, residue};

    #[test]
    fn a_number_times_its_inverse_is_one() {
        for value in [1, 2, 3, 1_000_003, -7] {
            assert_eq!(multiply(residue(value), invert(residue(value))), 1);
        }
    }

    #[test]
    fn a_number_and_its_opposite_cancel_out() {
        assert_eq!(plus(residue(5), negate(residue(5))), 0);
        assert_eq!(plus(residue(5), residue(-5)), 0);
        assert_eq!(negate(0), 0);
    }
}
