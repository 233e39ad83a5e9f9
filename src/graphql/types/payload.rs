//! What mutations answer.

use async_graphql::{Enum, SimpleObject};

use crate::{
    charter::CharterRefusal, error::Refusal, graphql::words::CharterErrorCode, language::Language,
    registrar::RegistrarError, release::office::OfficeError,
};

/// Why something was not done; nothing has changed then.
#[derive(SimpleObject, Clone, Debug)]
pub struct UserError {
    /// Stable code.
    pub code: UserErrorCode,
    /// What happened and what to do, in the caller’s language.
    pub message: String,
    /// Path of the input field that it is about.
    pub field: Vec<String>,
}

/// Why something was not done.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserErrorCode {
    /// No such release, or not one that the caller may take this step with.
    ReleaseUnknown,
    /// The release is not in a state in which this step is possible.
    ReleaseState,
    /// Another release of the same source and period has come or gone since the plan was made.
    PlanOutdated,
    /// The release is being planned already.
    ReleaseBusy,
    /// The release corrects one that readers have had, and the provider of the source has not handed it in.
    NotTheProviders,
    /// The step is somebody else’s; you take another one with the same release.
    NotYourStep,
    /// No secrecy plan holds.
    Unplannable,
    /// No such source, or not one that the caller may hand files in for.
    SourceUnknown,
    /// The mapping cannot be read, or is missing.
    MappingInvalid,
    /// Too many deliveries wait for their turn.
    TooManyDeliveries,
}

impl UserError {
    /// What the office refuses; none for a fault of ours, which is no user’s.
    #[must_use]
    pub fn of(error: &OfficeError, language: Language) -> Option<Self> {
        let code = match error {
            OfficeError::Unknown(_) => UserErrorCode::ReleaseUnknown,
            OfficeError::State { .. } => UserErrorCode::ReleaseState,
            OfficeError::Busy(_) => UserErrorCode::ReleaseBusy,
            OfficeError::NotYours(_) => UserErrorCode::NotYourStep,
            OfficeError::NotTheProviders(_) => UserErrorCode::NotTheProviders,
            OfficeError::Outdated(_) => UserErrorCode::PlanOutdated,
            OfficeError::Unplannable { .. } | OfficeError::Rule(_) => UserErrorCode::Unplannable,
            OfficeError::Store(_) | OfficeError::Shared(_) | OfficeError::Interrupted => return None,
        };
        let field = vec!["input".to_owned(), "reference".to_owned()];
        Some(Self { code, message: error.told(language), field })
    }
}

/// Why an act under the charter was not done; nothing has changed then.
#[derive(SimpleObject, Clone, Debug)]
pub struct CharterError {
    /// Stable code.
    pub code: CharterErrorCode,
    /// What happened and what to do, in the caller’s language.
    pub message: &'static str,
    /// Path of the input field that it is about.
    pub field: Vec<String>,
}

impl CharterError {
    /// Sorts what the registrar did: done, refused to the user, or a fault of ours.
    ///
    /// # Errors
    ///
    /// What the store failed with.
    pub fn sort<T>(
        done: Result<T, RegistrarError>,
        language: Language,
        field: &str,
    ) -> Result<Result<T, Self>, Refusal> {
        match done {
            Ok(done) => Ok(Ok(done)),
            Err(RegistrarError::Refused(refusal)) => Ok(Err(Self::of(refusal, language, field))),
            Err(RegistrarError::Store(cause)) => Err(cause.into()),
        }
    }

    fn of(refusal: CharterRefusal, language: Language, field: &str) -> Self {
        let field = if refusal == CharterRefusal::ReasonMissing { "reason" } else { field };
        Self {
            code: refusal.into(),
            message: refusal.told(language),
            field: vec!["input".to_owned(), field.to_owned()],
        }
    }
}
