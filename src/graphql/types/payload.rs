//! What mutations answer.

use async_graphql::{Enum, SimpleObject};

use crate::{
    charter::{CharterRefusal, Given},
    error::Refusal,
    graphql::{context::Session, words::CharterErrorCode},
    language::Language,
    registrar::RegistrarError,
    release::refusal::OfficeError,
};

/// Why something was not done; nothing has changed then.
#[derive(SimpleObject, Clone, Debug)]
pub struct UserError {
    /// Stable code.
    pub code: UserErrorCode,
    /// What happened and what to do, in the caller’s language.
    pub message: String,
    /// Path of the input field that it is about; null where none is at fault.
    pub field: Option<Vec<String>>,
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
    /// The release replaces one that is read, and is under embargo itself.
    EmbargoAhead,
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
            OfficeError::EmbargoAhead { .. } => UserErrorCode::EmbargoAhead,
            OfficeError::Unplannable { .. } | OfficeError::Rule(_) => UserErrorCode::Unplannable,
            OfficeError::Store(_) | OfficeError::Shared(_) | OfficeError::Interrupted => return None,
        };
        Some(Self { code, message: error.told(language), field: Some(path("reference")) })
    }
}

/// The path of an input field.
pub(in crate::graphql) fn path(field: &str) -> Vec<String> {
    vec!["input".to_owned(), field.to_owned()]
}

/// Why an act under the charter was not done; nothing has changed then.
#[derive(SimpleObject, Clone, Debug)]
pub struct CharterError {
    /// Stable code.
    pub code: CharterErrorCode,
    /// What happened and what to do, in the caller’s language.
    pub message: String,
    /// Path of the input field that it is about; null where none is at fault.
    pub field: Option<Vec<String>>,
}

/// Most numbers of a document that a refusal names.
const MOST_NUMBERS: usize = 50;

impl CharterError {
    /// Sorts what the registrar did: done, refused to the user, or a fault of ours. A refusal that is about nothing else
    /// that was given is about what the act was to be done with, where that was given.
    ///
    /// # Errors
    ///
    /// What the store failed with.
    pub fn sort<T>(
        done: Result<T, RegistrarError>,
        language: Language,
        with: Option<Given>,
    ) -> Result<Result<T, Self>, Refusal> {
        match done {
            Ok(done) => Ok(Ok(done)),
            Err(RegistrarError::Refused(refusal)) => Ok(Err(Self::of(refusal, language, with))),
            Err(RegistrarError::RefusedFor(refusal, given)) => {
                Ok(Err(Self::of(refusal, language, Some(given))))
            }
            Err(RegistrarError::Objected(_)) => Ok(Err(Self::of(CharterRefusal::StudyState, language, with))),
            Err(RegistrarError::Store(cause)) => Err(cause.into()),
            Err(RegistrarError::Shelf(cause)) => {
                tracing::error!(%cause, "the store of documents failed");
                Err(Refusal::unavailable())
            }
        }
    }

    /// Sorts what became of a study, which the input names by something: done, refused to the user with every objection, or a
    /// fault of ours.
    ///
    /// # Errors
    ///
    /// What the store failed with.
    pub fn of_study<T>(
        done: Result<T, RegistrarError>,
        session: &Session,
        named_by: Given,
    ) -> Result<Result<T, Vec<Self>>, Refusal> {
        let language = session.language();
        let Err(RegistrarError::Objected(objections)) = done else {
            return Ok(Self::sort(done, language, Some(named_by))?.map_err(|error| vec![error]));
        };
        let with = |refusal, detail: String| {
            let error = Self::of(refusal, language, Some(named_by));
            Self { message: format!("{} {detail}.", error.message), ..error }
        };
        let withheld = objections.withheld.iter().map(|(key, why)| {
            let catalogue = session.catalogue();
            let indicator = catalogue.indicator_by_id(key.indicator_id).map(|known| known.code.to_string());
            let territory = session.gazetteer().get(key.territory_id).map(|known| known.code.to_string());
            let breakdown = catalogue.breakdowns().get(&key.breakdown_id).map(ToString::to_string);
            let words = [indicator, territory, Some(key.period.to_string()), breakdown];
            let words: Vec<String> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
            with(CharterRefusal::CitationWithheld, format!("{} ({})", words.join(" · "), why.word()))
        });
        let mut errors: Vec<Self> = withheld.collect();
        if !objections.numbers.is_empty() {
            errors.push(with(CharterRefusal::NumberUnsupported, objections.numbers.join(" ; ")));
        }
        errors.extend(objections.documents.iter().map(|document| {
            let numbers = match document.numbers.split_at_checked(MOST_NUMBERS) {
                Some((first, [_, ..])) => format!("{} ; …", first.join(" ; ")),
                _ => document.numbers.join(" ; "),
            };
            let read = match document.read_whole {
                true => language.pick("lu par la machine", "read by the machine"),
                false => language.pick("lu en partie par la machine", "read in part by the machine"),
            };
            let read = [read.to_owned()].into_iter();
            let found: Vec<String> = read.chain((!numbers.is_empty()).then_some(numbers)).collect();
            let title = language.pick("«\u{a0}{}\u{a0}»", "“{}”").replace("{}", &document.title);
            with(
                CharterRefusal::DocumentUnread,
                format!("{title} · {} ({})", document.checksum, found.join(" ; ")),
            )
        }));
        Ok(Err(errors))
    }

    fn of(refusal: CharterRefusal, language: Language, given: Option<Given>) -> Self {
        let given = refusal.about().or(given);
        Self {
            code: refusal.into(),
            message: refusal.told_of(given, language).to_owned(),
            field: given.map(|given| path(given.word())),
        }
    }
}
