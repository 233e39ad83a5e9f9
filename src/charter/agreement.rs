//! Agreements between the agglomeration and a provider: concluded by the provider, ended by either side.

use chrono::NaiveDate;
use entity::types::{Level, Purposes};

use super::{CharterRefusal, Given};

/// What a provider agrees to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementDraft {
    /// Sources that it covers, each with the number of its provider; none where that is no partner.
    pub sources: Vec<(i32, Option<i32>)>,
    /// Finest level that it opens.
    pub finest_level: Level,
    /// Below this level a signatory sees only its own territories.
    pub own_territories_below: Option<Level>,
    /// What for.
    pub purposes: Purposes,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Firm that may handle the deliveries.
    pub processor_id: Option<i32>,
    /// Below the commune, only for people who have attended a training in so many months.
    pub training_months: Option<u32>,
}

/// The longest time since a training that can be demanded, in months.
pub const LONGEST_TRAINING_MONTHS: u32 = 120;

impl AgreementDraft {
    /// Whether a provider can conclude it today; else why not, and what was given wrongly.
    ///
    /// # Errors
    ///
    /// [`CharterRefusal::NothingNamed`] without a source or a purpose, or with a training of no months or of too many;
    /// [`CharterRefusal::SourceElsewhere`]; [`CharterRefusal::DaysReversed`]; [`CharterRefusal::DayPast`].
    pub fn conclude(&self, provider_id: i32, today: NaiveDate) -> Result<(), (CharterRefusal, Given)> {
        if let Some(missing) = self.missing() {
            return Err((CharterRefusal::NothingNamed, missing));
        }
        if self.sources.iter().any(|(_, provider)| *provider != Some(provider_id)) {
            return Err((CharterRefusal::SourceElsewhere, Given::Sources));
        }
        if self.until < self.from {
            return Err((CharterRefusal::DaysReversed, Given::Until));
        }
        if self.until < today {
            return Err((CharterRefusal::DayPast, Given::Until));
        }
        Ok(())
    }

    /// What must be named and is not.
    fn missing(&self) -> Option<Given> {
        let out_of_range = |months: u32| !(1..=LONGEST_TRAINING_MONTHS).contains(&months);
        match () {
            () if self.sources.is_empty() => Some(Given::Sources),
            () if self.purposes.iter().next().is_none() => Some(Given::Purposes),
            () if self.training_months.is_some_and(out_of_range) => Some(Given::TrainingMonths),
            () => None,
        }
    }
}

/// Whether an agreement can be ended: it has not been, and its last day is not past.
///
/// # Errors
///
/// [`CharterRefusal::AgreementOver`].
pub fn end(ended: bool, until: NaiveDate, today: NaiveDate) -> Result<(), CharterRefusal> {
    if ended || until < today { Err(CharterRefusal::AgreementOver) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use entity::types::Purposes;

    use super::{AgreementDraft, CharterRefusal, Given, Level, NaiveDate, end};

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, number).unwrap_or_default()
    }

    #[test]
    fn a_provider_agrees_for_its_own_sources_and_for_days_to_come() {
        let draft = AgreementDraft {
            sources: vec![(1, Some(7)), (2, Some(7))],
            finest_level: Level::Iris,
            own_territories_below: None,
            purposes: Purposes::all(),
            from: day(1),
            until: day(20),
            processor_id: None,
            training_months: Some(24),
        };
        assert_eq!(draft.conclude(7, day(20)), Ok(()));
        let elsewhere = (CharterRefusal::SourceElsewhere, Given::Sources);
        assert_eq!(draft.conclude(8, day(20)), Err(elsewhere));
        assert_eq!(draft.conclude(7, day(21)), Err((CharterRefusal::DayPast, Given::Until)));
        let reversed = AgreementDraft { from: day(21), ..draft.clone() };
        assert_eq!(reversed.conclude(7, day(1)), Err((CharterRefusal::DaysReversed, Given::Until)));
        for (nothing, missing) in [
            (AgreementDraft { sources: vec![], ..draft.clone() }, Given::Sources),
            (AgreementDraft { purposes: Purposes::default(), ..draft.clone() }, Given::Purposes),
            (AgreementDraft { training_months: Some(0), ..draft }, Given::TrainingMonths),
        ] {
            assert_eq!(nothing.conclude(7, day(1)), Err((CharterRefusal::NothingNamed, missing)));
        }
        assert_eq!(end(false, day(3), day(3)), Ok(()));
        assert_eq!(end(true, day(3), day(3)), Err(CharterRefusal::AgreementOver));
        assert_eq!(end(false, day(3), day(4)), Err(CharterRefusal::AgreementOver));
    }
}
