//! Uses of a provider's sources: asked for, decided by its steward, suspended, revoked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entity::types::{Level, Purposes, UseRequestState};

use super::{CharterRefusal, Given};

/// The agreement that each source of a use stands on, both by number.
pub type Grounds = BTreeMap<i32, i32>;

/// What a use reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Sources, by number; never none.
    pub sources: BTreeSet<i32>,
    /// Finest level.
    pub finest_level: Level,
    /// Territories, by number, with all that lies in them; none for the partner's own.
    pub territories: BTreeSet<i32>,
    /// What for.
    pub purposes: Purposes,
    /// Whether true numbers are opened.
    pub unmasked: bool,
    /// Last day.
    pub until: NaiveDate,
}

impl Terms {
    /// Whether all of these terms lie in others.
    #[must_use]
    pub fn within(&self, others: &Self) -> bool {
        self.beyond(others).is_none()
    }

    /// The first of these terms that does not lie in others; none where all do.
    #[must_use]
    pub fn beyond(&self, others: &Self) -> Option<Given> {
        // None stands for the partner's own: whoever asked for those is not given named ones, nor the other way round.
        let territories = if others.territories.is_empty() {
            self.territories.is_empty()
        } else {
            !self.territories.is_empty() && self.territories.is_subset(&others.territories)
        };
        match () {
            () if self.sources.is_empty() || !self.sources.is_subset(&others.sources) => Some(Given::Sources),
            () if !self.finest_level.is_reached_by(others.finest_level) => Some(Given::FinestLevel),
            () if !self.purposes.iter().all(|purpose| others.purposes.contains(purpose)) => {
                Some(Given::Purposes)
            }
            () if !territories => Some(Given::Territories),
            () if self.unmasked && !others.unmasked => Some(Given::Unmasked),
            () if self.until > others.until => Some(Given::Until),
            () => None,
        }
    }

    /// What must be named and is not.
    #[must_use]
    pub fn missing(&self) -> Option<Given> {
        if self.sources.is_empty() {
            return Some(Given::Sources);
        }
        self.purposes.iter().next().is_none().then_some(Given::Purposes)
    }
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The steward has not decided yet.
    Requested,
    /// Granted, on terms that may be narrower than those asked for.
    Granted {
        /// The terms.
        terms: Terms,
        /// Whether the operator has suspended it.
        suspended: bool,
    },
    /// Refused.
    Refused,
    /// Taken back by who asked.
    Withdrawn,
    /// Granted once, and revoked.
    Revoked,
}

/// What is done with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The steward grants it, on these terms.
    Grant(Terms),
    /// The steward refuses it, with a reason.
    Refuse,
    /// Who asked takes it back, granted or not.
    Withdraw,
    /// The steward revokes what was granted.
    Revoke,
    /// The operator suspends what was granted.
    Suspend,
    /// The operator lets it go on.
    Resume,
}

impl Standing {
    /// The word of the state on a day: a use ends by itself after its last one.
    #[must_use]
    pub fn state(&self, today: NaiveDate) -> UseRequestState {
        match self {
            Self::Requested => UseRequestState::Requested,
            Self::Granted { terms, .. } if terms.until < today => UseRequestState::Expired,
            Self::Granted { suspended: true, .. } => UseRequestState::Suspended,
            Self::Granted { .. } => UseRequestState::Granted,
            Self::Refused => UseRequestState::Refused,
            Self::Withdrawn => UseRequestState::Withdrawn,
            Self::Revoked => UseRequestState::Revoked,
        }
    }

    /// The terms that open something on a day.
    #[must_use]
    pub fn opens(&self, today: NaiveDate) -> Option<&Terms> {
        match self {
            Self::Granted { terms, suspended: false } if today <= terms.until => Some(terms),
            _ => None,
        }
    }

    /// Where the request stands after an act.
    ///
    /// # Errors
    ///
    /// [`CharterRefusal`].
    pub fn after(&self, act: Act, asked: &Terms, today: NaiveDate) -> Result<Self, CharterRefusal> {
        match (self, act) {
            (Self::Requested, Act::Grant(terms)) => {
                if terms.until < today {
                    return Err(CharterRefusal::DayPast);
                }
                if !terms.within(asked) {
                    return Err(CharterRefusal::WiderThanAsked);
                }
                Ok(Self::Granted { terms, suspended: false })
            }
            (Self::Requested, Act::Refuse) => Ok(Self::Refused),
            (Self::Requested | Self::Granted { .. }, Act::Withdraw) => Ok(Self::Withdrawn),
            (_, Act::Grant(_) | Act::Refuse | Act::Withdraw) => Err(CharterRefusal::AlreadyDecided),
            (Self::Granted { .. }, Act::Revoke) => Ok(Self::Revoked),
            (Self::Granted { suspended: true, .. }, Act::Suspend) => Err(CharterRefusal::AlreadySuspended),
            (Self::Granted { suspended: false, .. }, Act::Resume) => Err(CharterRefusal::NotSuspended),
            (Self::Granted { terms, .. }, Act::Suspend) => {
                Ok(Self::Granted { terms: terms.clone(), suspended: true })
            }
            (Self::Granted { terms, .. }, Act::Resume) => {
                Ok(Self::Granted { terms: terms.clone(), suspended: false })
            }
            (_, Act::Revoke | Act::Suspend | Act::Resume) => Err(CharterRefusal::NotGranted),
        }
    }
}
