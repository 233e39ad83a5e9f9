//! Signatures of the charter.

use chrono::NaiveDate;

use super::CharterRefusal;

/// A partner's signature of the charter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// First day in force.
    pub signed_on: NaiveDate,
    /// Last day in force, when it ends by itself.
    pub expires_on: Option<NaiveDate>,
    /// First day no longer in force, after withdrawal.
    pub withdrawn_on: Option<NaiveDate>,
}

impl Signature {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.signed_on <= day
            && self.expires_on.is_none_or(|last| day <= last)
            && self.withdrawn_on.is_none_or(|first| day < first)
    }

    /// Signs today; `expires_on` is the last day, none until it is withdrawn.
    ///
    /// # Errors
    ///
    /// [`CharterRefusal::AlreadySigned`], [`CharterRefusal::DayPast`].
    pub fn sign(
        before: &[Self],
        expires_on: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self, CharterRefusal> {
        if before.iter().any(|signature| signature.in_force(today)) {
            return Err(CharterRefusal::AlreadySigned);
        }
        if expires_on.is_some_and(|last| last < today) {
            return Err(CharterRefusal::DayPast);
        }
        Ok(Self { signed_on: today, expires_on, withdrawn_on: None })
    }

    /// Withdraws from the charter today, at once: which of the signatures ends.
    ///
    /// # Errors
    ///
    /// [`CharterRefusal::NotSigned`].
    pub fn withdraw(before: &[Self], today: NaiveDate) -> Result<(usize, Self), CharterRefusal> {
        let found = before.iter().enumerate().rev().find(|(_, signature)| signature.in_force(today));
        let (at, signature) = found.ok_or(CharterRefusal::NotSigned)?;
        Ok((at, Self { withdrawn_on: Some(today), ..*signature }))
    }
}
