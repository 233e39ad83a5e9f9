//! Referents: who answers for a partner's agents.

use chrono::NaiveDate;

use super::CharterRefusal;

/// A person who answers for a partner's agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Subject of the person's tokens.
    pub subject: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day, when it is set.
    pub until: Option<NaiveDate>,
    /// Whether it was ended before that.
    pub ended: bool,
}

/// What becomes of the partner's access when its last referent goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Somebody else stays in office.
    Succeeded,
    /// The partner's access to partner data is suspended until somebody is designated, and it says so.
    Suspending,
}

impl Office {
    /// Whether it is held on a day.
    #[must_use]
    pub fn held(&self, day: NaiveDate) -> bool {
        !self.ended && self.from <= day && self.until.is_none_or(|last| day <= last)
    }

    /// Designates a person from today on.
    ///
    /// # Errors
    ///
    /// [`CharterRefusal::AlreadyReferent`], [`CharterRefusal::DayPast`].
    pub fn designate(
        before: &[Self],
        subject: &str,
        until: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self, CharterRefusal> {
        if before.iter().any(|office| office.held(today) && office.subject == subject) {
            return Err(CharterRefusal::AlreadyReferent);
        }
        if until.is_some_and(|last| last < today) {
            return Err(CharterRefusal::DayPast);
        }
        Ok(Self { subject: subject.to_owned(), from: today, until, ended: false })
    }

    /// Ends a person's office at once: which one.
    ///
    /// # Errors
    ///
    /// [`CharterRefusal::NotReferent`]; [`CharterRefusal::LastReferent`] where nobody else holds office today and
    /// the partner does not say that its access is suspended.
    pub fn end(
        before: &[Self],
        subject: &str,
        leaving: Leaving,
        today: NaiveDate,
    ) -> Result<usize, CharterRefusal> {
        let held = |office: &Self| office.held(today) && office.subject == subject;
        let at = before.iter().position(held).ok_or(CharterRefusal::NotReferent)?;
        let another = before.iter().any(|office| office.held(today) && office.subject != subject);
        if !another && leaving == Leaving::Succeeded {
            return Err(CharterRefusal::LastReferent);
        }
        Ok(at)
    }
}
