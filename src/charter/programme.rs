//! The programme of studies: what is planned, what rules ask for, and what is late.

use chrono::{Datelike, NaiveDate};
use entity::types::{PartnerKind, PlannedStudyState, StudyKind, StudyStatus};

use super::CharterRefusal;

/// What is known of a study of the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Last day on which it is in time.
    pub due_on: NaiveDate,
    /// Where the study that it became stands.
    pub study: Option<StudyStatus>,
    /// Whether it was dropped.
    pub dropped: bool,
}

impl Facts {
    /// Where it stands on a day.
    #[must_use]
    pub fn state(&self, today: NaiveDate) -> PlannedStudyState {
        match self.study {
            _ if self.dropped => PlannedStudyState::Dropped,
            Some(StudyStatus::Published) => PlannedStudyState::Done,
            _ if self.due_on < today => PlannedStudyState::Late,
            Some(StudyStatus::Draft | StudyStatus::Submitted) => PlannedStudyState::Underway,
            Some(StudyStatus::Withdrawn) | None => PlannedStudyState::Planned,
        }
    }

    /// Whether something can still be changed.
    ///
    /// # Errors
    ///
    /// [`CharterRefusal::PlannedStudyOver`] once it is done or was dropped.
    pub fn expect_open(&self, today: NaiveDate) -> Result<(), CharterRefusal> {
        match self.state(today) {
            PlannedStudyState::Done | PlannedStudyState::Dropped => Err(CharterRefusal::PlannedStudyOver),
            PlannedStudyState::Planned | PlannedStudyState::Underway | PlannedStudyState::Late => Ok(()),
        }
    }
}

/// A study that a rule asks of a partner, whether somebody planned it or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// Kind of study.
    pub kind: StudyKind,
    /// First day from which a publication counts.
    pub from: NaiveDate,
    /// Last day on which it is in time.
    pub due_on: NaiveDate,
}

/// A year in which all municipal councils were renewed, and years between.
const RENEWAL: (i32, i32) = (2026, 6);
/// The month after that in which councils are elected.
const AFTER_ELECTIONS: u32 = 4;

/// What a partner owes on a day: a social-action centre its analysis of needs, in the year after each general renewal of
/// municipal councils; the agglomeration its evaluation of the urban policy, each year.
///
/// # Citations
///
/// Code de l'action sociale et des familles, article R.123-1.
#[must_use]
pub fn obligation(kind: PartnerKind, today: NaiveDate) -> Option<Obligation> {
    match kind {
        PartnerKind::Ccas => {
            let (known, between) = RENEWAL;
            let latest = today.year() - (today.year() - known).rem_euclid(between);
            let renewed = NaiveDate::from_ymd_opt(latest, AFTER_ELECTIONS, 1)?;
            let from = if today < renewed { renewed.with_year(latest - between)? } else { renewed };
            Some(Obligation { kind: StudyKind::NeedsAnalysis, from, due_on: end_of(from.year() + 1)? })
        }
        PartnerKind::Agglomeration => Some(Obligation {
            kind: StudyKind::UrbanPolicyEvaluation,
            from: NaiveDate::from_ymd_opt(today.year(), 1, 1)?,
            due_on: end_of(today.year())?,
        }),
        PartnerKind::Commune | PartnerKind::Provider | PartnerKind::Processor => None,
    }
}

fn end_of(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 12, 31)
}

#[cfg(test)]
mod tests {
    use super::{
        CharterRefusal, Facts, NaiveDate, Obligation, PartnerKind, PlannedStudyState, StudyKind, StudyStatus,
        obligation,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn a_study_is_late_the_day_after_it_was_due_and_done_once_it_is_published() {
        let facts = |study, dropped| Facts { due_on: day("2026-11-30"), study, dropped };
        let state = |study, dropped, today: &str| facts(study, dropped).state(day(today));
        assert_eq!(state(None, false, "2026-11-30"), PlannedStudyState::Planned);
        assert_eq!(state(None, false, "2026-12-01"), PlannedStudyState::Late);
        assert_eq!(state(Some(StudyStatus::Submitted), false, "2026-11-30"), PlannedStudyState::Underway);
        assert_eq!(state(Some(StudyStatus::Submitted), false, "2026-12-01"), PlannedStudyState::Late);
        assert_eq!(state(Some(StudyStatus::Published), false, "2027-01-01"), PlannedStudyState::Done);
        assert_eq!(state(Some(StudyStatus::Withdrawn), false, "2026-11-30"), PlannedStudyState::Planned);
        assert_eq!(state(Some(StudyStatus::Published), true, "2026-11-30"), PlannedStudyState::Dropped);
        assert_eq!(facts(None, false).expect_open(day("2026-12-01")), Ok(()));
        for (study, dropped) in [(Some(StudyStatus::Published), false), (None, true)] {
            let refused = facts(study, dropped).expect_open(day("2026-11-30"));
            assert_eq!(refused, Err(CharterRefusal::PlannedStudyOver));
        }
    }

    #[test]
    fn needs_are_analysed_in_the_year_after_each_renewal_of_the_councils() {
        let needs = |from: &str, due_on: &str| {
            Some(Obligation { kind: StudyKind::NeedsAnalysis, from: day(from), due_on: day(due_on) })
        };
        for (today, from, due_on) in [
            ("2026-03-31", "2020-04-01", "2021-12-31"),
            ("2026-04-01", "2026-04-01", "2027-12-31"),
            ("2027-12-31", "2026-04-01", "2027-12-31"),
            ("2031-12-31", "2026-04-01", "2027-12-31"),
            ("2032-04-01", "2032-04-01", "2033-12-31"),
            ("2019-06-01", "2014-04-01", "2015-12-31"),
        ] {
            assert_eq!(obligation(PartnerKind::Ccas, day(today)), needs(from, due_on), "{today}");
        }
        let evaluation = obligation(PartnerKind::Agglomeration, day("2026-11-27"));
        assert_eq!(
            evaluation.map(|owed| (owed.from, owed.due_on)),
            Some((day("2026-01-01"), day("2026-12-31")))
        );
        assert_eq!(obligation(PartnerKind::Commune, day("2026-11-27")), None);
    }
}
