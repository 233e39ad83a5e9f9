//! What one viewer is told.

use entity::types::{Audience, Withheld};

use super::{Address, Masked, Raw};
use crate::auth::{Access, Clearance};

/// What this viewer is told of a figure: the number, or why there is none.
///
/// The only form in which a figure reaches the API, tables, charts, maps and exports.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disclosed {
    outcome: Result<f64, Withheld>,
    /// Whether a grant opened it to this viewer where others are shown a mask.
    opened: bool,
}

/// Tells a viewer what the policy lets them know of a masked figure.
///
/// The policy's refusal comes before the mask, so that somebody out of scope does not learn what is masked.
#[must_use]
pub fn disclose(masked: Masked, access: &Access) -> Disclosed {
    match access {
        Access::Refused(reason) => Disclosed::of(Err(*reason)),
        Access::Shown | Access::Cleared(_) => Disclosed::of(masked.outcome()),
    }
}

/// Tells the holder of a clearance a true number; falls back to the mask outside of what it covers, and where the
/// provider masked it.
#[must_use]
pub fn disclose_true(masked: Masked, address: &Address, raw: &Raw, clearance: &Clearance) -> Disclosed {
    if clearance.covers(address.territory_id) && !raw.is_withheld() {
        Disclosed { outcome: Ok(raw.open()), opened: !masked.is_shown() }
    } else {
        Disclosed::of(masked.outcome())
    }
}

impl Disclosed {
    const fn of(outcome: Result<f64, Withheld>) -> Self {
        Self { outcome, opened: false }
    }

    /// Whether it is a true number that a grant opens to this viewer, and that others are not shown.
    #[must_use]
    pub const fn is_opened(self) -> bool {
        self.opened
    }

    /// What a viewer is told of a figure that nobody has: first whether it would be theirs at all.
    #[must_use]
    pub const fn absent(access: &Access) -> Self {
        match access {
            Access::Refused(reason) => Self::of(Err(*reason)),
            Access::Shown | Access::Cleared(_) => Self::of(Err(Withheld::NotCollected)),
        }
    }

    /// What is said where nothing can be worked out, such as a difference from nothing.
    pub const NOT_APPLICABLE: Self = Self::of(Err(Withheld::NotApplicable));

    /// What is worked out of two figures. A part that is withheld withholds the result, with its reason; what cannot be
    /// worked out, or is no finite number, is not applicable.
    #[must_use]
    pub fn with(self, other: Self, combine: impl FnOnce(f64, f64) -> Option<f64>) -> Self {
        let combined = |here, there| combine(here, there).filter(|number| number.is_finite());
        let outcome = match (self.outcome, other.outcome) {
            (Ok(here), Ok(there)) => combined(here, there).ok_or(Withheld::NotApplicable),
            (Err(reason), _) | (Ok(_), Err(reason)) => Err(reason),
        };
        Self { outcome, opened: outcome.is_ok() && (self.opened || other.opened) }
    }

    /// The number, when it is shown.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        self.outcome.ok()
    }

    /// Why it is not shown.
    #[must_use]
    pub fn withheld(self) -> Option<Withheld> {
        self.outcome.err()
    }

    /// Insee's sign for a figure that is not there.
    #[must_use]
    pub fn symbol(self) -> Option<&'static str> {
        Some(match self.withheld()? {
            Withheld::StatisticalSecrecy => "s",
            Withheld::NotApplicable => "///",
            Withheld::NotSignificant => "n.s.",
            _ => "...",
        })
    }

    /// SDMX `CL_CONF_STATUS`: F free, N not for publication, C confidential (masked, or opened to this viewer alone), E
    /// embargoed.
    ///
    /// Whether a mask is primary or complementary is never told.
    #[must_use]
    pub fn confidentiality(self, audience: Audience) -> &'static str {
        match self.withheld() {
            None if self.opened => "C",
            Some(Withheld::StatisticalSecrecy) => "C",
            Some(Withheld::Embargo) => "E",
            Some(Withheld::NotCollected | Withheld::NotApplicable | Withheld::NotSignificant) | None => {
                if matches!(audience, Audience::Public) { "F" } else { "N" }
            }
            Some(_) => "N",
        }
    }

    /// SDMX `CL_OBS_STATUS`: A normal, Q suppressed, L not collected, M cannot exist, N not significant.
    #[must_use]
    pub fn observation_status(self) -> &'static str {
        match self.withheld() {
            None => "A",
            Some(Withheld::NotCollected) => "L",
            Some(Withheld::NotApplicable) => "M",
            Some(Withheld::NotSignificant) => "N",
            Some(_) => "Q",
        }
    }
}
