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

/// What is known of a study that may be the one that a rule asks of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Kind of study.
    pub kind: StudyKind,
    /// Title.
    pub title: &'a str,
    /// Where it stands.
    pub status: StudyStatus,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// Whether it is the partner's own: written by it alone, or with communes of its own territory and nobody else.
    pub own: bool,
}

impl Obligation {
    /// Whether a study is the one that is asked for, where nobody said which one is. It is of the kind, the partner's own
    /// and no part of another one, and it was published since the rule asks for it, or is being written. A study of several
    /// centres, or of the agglomeration with one of them, is not what each of them owes.
    #[must_use]
    pub fn is_met_by(&self, study: &Candidate<'_>) -> bool {
        let in_time = match study.status {
            StudyStatus::Published => study.published_on.is_some_and(|on| on >= self.from),
            StudyStatus::Draft | StudyStatus::Submitted => true,
            StudyStatus::Withdrawn => false,
        };
        study.kind == self.kind && study.own && in_time && !is_part(study.title)
    }

    /// Whether a study that somebody planned is the one that is asked for: of the kind, due in time, and no part of another
    /// one. It is the partner's that leads it.
    #[must_use]
    pub fn is_planned_by(&self, kind: StudyKind, title: &str, due_on: NaiveDate) -> bool {
        kind == self.kind && (self.from..=self.due_on).contains(&due_on) && !is_part(title)
    }
}

/// What titles call a study that adds to another one of its kind, as the centres do in the years between two analyses.
const PARTS: [&str; 3] = ["complément", "compléments", "cahier"];

/// Whether a title says that the study adds to another one.
fn is_part(title: &str) -> bool {
    let title = title.to_lowercase();
    title.split(|letter: char| !letter.is_alphabetic()).any(|word| PARTS.contains(&word))
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
        Candidate, CharterRefusal, Facts, NaiveDate, Obligation, PartnerKind, PlannedStudyState, StudyKind,
        StudyStatus, obligation,
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

    #[test]
    fn what_is_owed_is_met_by_a_study_of_ones_own_that_is_no_part_of_another() {
        let owed =
            Obligation { kind: StudyKind::NeedsAnalysis, from: day("2026-04-01"), due_on: day("2027-12-31") };
        let study = Candidate {
            kind: StudyKind::NeedsAnalysis,
            title: "Analyse des besoins sociaux, avec la complémentaire santé",
            status: StudyStatus::Draft,
            published_on: None,
            own: true,
        };
        let published =
            |on: &str| Candidate { status: StudyStatus::Published, published_on: Some(day(on)), ..study };
        for met in [study, published("2026-04-01")] {
            assert!(owed.is_met_by(&met), "{met:?}");
        }
        for other in [
            published("2026-03-31"),
            Candidate { own: false, ..study },
            Candidate { kind: StudyKind::Thematic, ..study },
            Candidate { status: StudyStatus::Withdrawn, ..study },
            Candidate {
                title: "Analyse des besoins sociaux, complément\u{a0}: l’accès aux droits", ..study
            },
        ] {
            assert!(!owed.is_met_by(&other), "{other:?}");
        }
        let planned = |title: &str, due_on: &str| owed.is_planned_by(owed.kind, title, day(due_on));
        assert!(planned("ABS", "2027-12-31"));
        assert!(!planned("ABS", "2028-01-01") && !planned("Complément sur les jeunes", "2027-12-31"));
    }
}
