//! What mutations answer.

use async_graphql::{Enum, SimpleObject};

use crate::{
    charter::{CharterRefusal, Given},
    error::{Code, Refusal},
    graphql::{context::Session, words::CharterErrorCode},
    language::Language,
    present::words,
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
    /// Something that is no instant.
    DateInvalid,
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
        Some(Self { code, message: language.typeset(&error.told(language)), field: Some(path("reference")) })
    }
}

/// The path of an input field, from its name with dots where it lies in another one.
pub(in crate::graphql) fn path(field: &str) -> Vec<String> {
    ["input"].into_iter().chain(field.split('.')).map(str::to_owned).collect()
}

/// Why an act was not done.
pub enum Undone {
    /// The registrar refused it, or failed.
    Registrar(RegistrarError),
    /// Something that was given with it does not stand for what it should; the other acts of the document are done.
    Given(Refusal, Given),
    /// Something failed before the registrar was asked.
    Failed(Refusal),
}

impl<E: Into<RegistrarError>> From<E> for Undone {
    fn from(cause: E) -> Self {
        Self::Registrar(cause.into())
    }
}

impl From<Refusal> for Undone {
    fn from(cause: Refusal) -> Self {
        Self::Failed(cause)
    }
}

/// Says of what was given with an act by which name it was given.
pub trait GivenAs<T> {
    /// What does not stand for what it should is the user’s error; a fault of ours stays one.
    fn given_as(self, name: Given) -> Result<T, Undone>;
}

impl<T> GivenAs<T> for Result<T, Refusal> {
    fn given_as(self, name: Given) -> Result<T, Undone> {
        self.map_err(|refusal| Undone::Given(refusal, name))
    }
}

/// The code of what does not stand for what it should; none for a fault of ours.
const fn misgiven(code: Code) -> Option<CharterErrorCode> {
    match code {
        Code::CodeUnknown => Some(CharterErrorCode::CodeUnknown),
        Code::CodeInvalid => Some(CharterErrorCode::CodeInvalid),
        Code::DateInvalid => Some(CharterErrorCode::DateInvalid),
        Code::PeriodInvalid => Some(CharterErrorCode::PeriodInvalid),
        Code::BreakdownInvalid => Some(CharterErrorCode::BreakdownInvalid),
        _ => None,
    }
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
        done: Result<T, impl Into<Undone>>,
        language: Language,
        with: Option<Given>,
    ) -> Result<Result<T, Self>, Refusal> {
        let undone = match done {
            Ok(done) => return Ok(Ok(done)),
            Err(undone) => undone.into(),
        };
        let refused = match undone {
            Undone::Registrar(refused) => refused,
            Undone::Failed(refusal) => return Err(refusal),
            Undone::Given(refusal, name) => {
                let code = misgiven(refusal.code).ok_or_else(|| refusal.clone())?;
                let message = refusal.message(language).to_owned();
                return Ok(Err(Self { code, message, field: Some(path(name.word())) }));
            }
        };
        match refused {
            RegistrarError::Refused(refusal) => Ok(Err(Self::of(refusal, language, with))),
            RegistrarError::RefusedFor(refusal, given) => Ok(Err(Self::of(refusal, language, Some(given)))),
            RegistrarError::Objected(_) => Ok(Err(Self::of(CharterRefusal::StudyState, language, with))),
            RegistrarError::Store(cause) => Err(cause.into()),
            RegistrarError::Shelf(cause) => {
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
        done: Result<T, impl Into<Undone>>,
        session: &Session,
        named_by: Option<Given>,
    ) -> Result<Result<T, Vec<Self>>, Refusal> {
        let language = session.language();
        let done = done.map_err(Into::into);
        let Err(Undone::Registrar(RegistrarError::Objected(objections))) = done else {
            return Ok(Self::sort(done, language, named_by)?.map_err(|error| vec![error]));
        };
        let with = |refusal, detail: String| {
            let error = Self::of(refusal, language, named_by);
            Self { message: format!("{} {}.", error.message, language.typeset(&detail)), ..error }
        };
        let withheld = objections.withheld.iter().map(|(key, why)| {
            let catalogue = session.catalogue();
            let indicator = catalogue.indicator_by_id(key.indicator_id).map(|known| known.code.to_string());
            let territory = session.gazetteer().get(key.territory_id);
            let territory = territory.map(|known| format!("{} {}", known.code, known.name_in(language)));
            let breakdown = catalogue.breakdowns().get(&key.breakdown_id).map(ToString::to_string);
            let words = [indicator, territory, Some(key.period.to_string()), breakdown];
            let words: Vec<String> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
            with(
                CharterRefusal::CitationWithheld,
                format!("{} ({})", words.join(" · "), words::withheld(*why, language)),
            )
        });
        let mut errors: Vec<Self> = withheld.collect();
        let between = language.pick(" ; ", "; ");
        if !objections.numbers.is_empty() {
            errors.push(with(CharterRefusal::NumberUnsupported, objections.numbers.join(between)));
        }
        errors.extend(objections.documents.iter().map(|document| {
            let numbers = match document.numbers.split_at_checked(MOST_NUMBERS) {
                Some((first, [_, ..])) => format!("{}{between}…", first.join(between)),
                _ => document.numbers.join(between),
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
                format!("{title} · {} ({})", document.checksum, found.join(between)),
            )
        }));
        Ok(Err(errors))
    }

    fn of(refusal: CharterRefusal, language: Language, given: Option<Given>) -> Self {
        let given = refusal.about().or(given);
        Self {
            code: refusal.into(),
            message: language.typeset(refusal.told_of(given, language)),
            field: given.map(|given| path(given.word())),
        }
    }
}
