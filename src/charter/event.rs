//! Meetings of the signatories: people register before they begin and are recorded as having been there from their day on.

use chrono::NaiveDate;

use super::CharterRefusal;

/// Whether somebody can still register for a meeting.
///
/// # Errors
///
/// [`CharterRefusal::EventOver`] after its day, [`CharterRefusal::AlreadyRegistered`].
pub fn register(on: NaiveDate, registered: bool, today: NaiveDate) -> Result<(), CharterRefusal> {
    match () {
        () if on < today => Err(CharterRefusal::EventOver),
        () if registered => Err(CharterRefusal::AlreadyRegistered),
        () => Ok(()),
    }
}

/// Whether it can be recorded who was at a meeting.
///
/// # Errors
///
/// [`CharterRefusal::EventAhead`] before its day.
pub fn attend(on: NaiveDate, today: NaiveDate) -> Result<(), CharterRefusal> {
    if today < on { Err(CharterRefusal::EventAhead) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{CharterRefusal, NaiveDate, attend, register};

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
    }

    #[test]
    fn people_register_until_the_day_and_were_there_from_that_day_on() {
        let on = day(3, 10);
        assert_eq!(register(on, false, on), Ok(()));
        assert_eq!(register(on, false, day(3, 11)), Err(CharterRefusal::EventOver));
        assert_eq!(register(on, true, on), Err(CharterRefusal::AlreadyRegistered));
        assert_eq!(attend(on, on), Ok(()));
        assert_eq!(attend(on, day(3, 9)), Err(CharterRefusal::EventAhead));
    }
}
