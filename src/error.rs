//! Every error that a caller of the API can meet: a stable code, a sentence for people, an HTTP status.
//!
//! Which error belongs where: what the caller wrote wrongly is one of the `…_INVALID` or `…_UNKNOWN`
//! codes and says what was expected; what the caller lacks a right for is [`Code::Forbidden`] with the
//! scope that would open it; what is not theirs to know reads as not there and is no error; all else is
//! [`Code::Internal`], whose cause goes to the log and never to the caller.

use crate::language::Language;

/// A stable code of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The body is no JSON, or no GraphQL request.
    BadRequest,
    /// What was sent is JSON, but no GraphQL request.
    RequestInvalid,
    /// The document cannot be parsed.
    SyntaxInvalid,
    /// The document does not fit the schema.
    ValidationFailed,
    /// The body has another media type than `application/json`.
    ContentTypeUnsupported,
    /// No media type that we can answer in is accepted.
    NotAcceptable,
    /// The HTTP method does not fit.
    MethodNotAllowed,
    /// Something other than a query was sent by GET.
    GetMustQuery,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// A file was sent without the header that a page of another site cannot send.
    PreflightRequired,
    /// Several operations were sent in one request.
    BatchUnsupported,
    /// No document is known under a digest.
    PersistedQueryNotFound,
    /// Callers without a token may send registered documents alone.
    DocumentNotRegistered,
    /// The schema is not told over the API.
    IntrospectionClosed,
    /// A subscription was sent where only one answer can come back.
    SubscriptionNeedsStream,
    /// The document asks for more than the limits let through.
    TooComplex,
    /// The answer took too long.
    TimedOut,
    /// Too many requests in a minute.
    RateLimited,
    /// The token is not accepted.
    TokenInvalid,
    /// The declared purpose is unknown or not among those that the token allows.
    PurposeInvalid,
    /// A right is missing.
    Forbidden,
    /// There is nothing at this address, or nothing that is the caller's.
    NotFound,
    /// A page is larger than the limit.
    PageTooLarge,
    /// The paging arguments contradict each other.
    PagingInvalid,
    /// The cursor is not one of this list.
    CursorInvalid,
    /// A code is malformed.
    CodeInvalid,
    /// A code names nothing in the catalogue.
    CodeUnknown,
    /// A period is malformed.
    PeriodInvalid,
    /// A date is malformed, or outside what the observatory knows.
    DateInvalid,
    /// A breakdown names an unknown dimension or category, or the same dimension twice.
    BreakdownInvalid,
    /// A filter is empty, too long or contradictory.
    FilterInvalid,
    /// The axes of a table do not make one.
    LayoutInvalid,
    /// A table has more cells than the limit.
    TableTooLarge,
    /// A map that would mislead, or cannot be drawn.
    MapInvalid,
    /// A chart whose parts do not make one.
    ChartInvalid,
    /// A profile whose template or territories do not fit.
    ProfileInvalid,
    /// An identifier is not one of ours.
    IdentifierInvalid,
    /// The server or its database is not ready.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub const ALL: &'static [Self] = &[
        Self::BadRequest,
        Self::RequestInvalid,
        Self::SyntaxInvalid,
        Self::ValidationFailed,
        Self::ContentTypeUnsupported,
        Self::NotAcceptable,
        Self::MethodNotAllowed,
        Self::GetMustQuery,
        Self::BodyTooLarge,
        Self::PreflightRequired,
        Self::BatchUnsupported,
        Self::PersistedQueryNotFound,
        Self::DocumentNotRegistered,
        Self::IntrospectionClosed,
        Self::SubscriptionNeedsStream,
        Self::TooComplex,
        Self::TimedOut,
        Self::RateLimited,
        Self::TokenInvalid,
        Self::PurposeInvalid,
        Self::Forbidden,
        Self::NotFound,
        Self::PageTooLarge,
        Self::PagingInvalid,
        Self::CursorInvalid,
        Self::CodeInvalid,
        Self::CodeUnknown,
        Self::PeriodInvalid,
        Self::DateInvalid,
        Self::BreakdownInvalid,
        Self::FilterInvalid,
        Self::LayoutInvalid,
        Self::TableTooLarge,
        Self::MapInvalid,
        Self::ChartInvalid,
        Self::ProfileInvalid,
        Self::IdentifierInvalid,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The stable code, as `extensions.code` carries it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::RequestInvalid => "REQUEST_INVALID",
            Self::SyntaxInvalid => "SYNTAX_INVALID",
            Self::ValidationFailed => "VALIDATION_FAILED",
            Self::ContentTypeUnsupported => "CONTENT_TYPE_UNSUPPORTED",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::GetMustQuery => "GET_MUST_QUERY",
            Self::BodyTooLarge => "BODY_TOO_LARGE",
            Self::PreflightRequired => "PREFLIGHT_REQUIRED",
            Self::BatchUnsupported => "BATCH_UNSUPPORTED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::DocumentNotRegistered => "DOCUMENT_NOT_REGISTERED",
            Self::IntrospectionClosed => "INTROSPECTION_CLOSED",
            Self::SubscriptionNeedsStream => "SUBSCRIPTION_NEEDS_STREAM",
            Self::TooComplex => "TOO_COMPLEX",
            Self::TimedOut => "TIMED_OUT",
            Self::RateLimited => "RATE_LIMITED",
            Self::TokenInvalid => "TOKEN_INVALID",
            Self::PurposeInvalid => "PURPOSE_INVALID",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::PageTooLarge => "PAGE_TOO_LARGE",
            Self::PagingInvalid => "PAGING_INVALID",
            Self::CursorInvalid => "CURSOR_INVALID",
            Self::CodeInvalid => "CODE_INVALID",
            Self::CodeUnknown => "CODE_UNKNOWN",
            Self::PeriodInvalid => "PERIOD_INVALID",
            Self::DateInvalid => "DATE_INVALID",
            Self::BreakdownInvalid => "BREAKDOWN_INVALID",
            Self::FilterInvalid => "FILTER_INVALID",
            Self::LayoutInvalid => "LAYOUT_INVALID",
            Self::TableTooLarge => "TABLE_TOO_LARGE",
            Self::MapInvalid => "MAP_INVALID",
            Self::ChartInvalid => "CHART_INVALID",
            Self::ProfileInvalid => "PROFILE_INVALID",
            Self::IdentifierInvalid => "IDENTIFIER_INVALID",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }

    /// The HTTP status of an answer that consists of this error alone, before anything was executed.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::TokenInvalid => 401,
            Self::PurposeInvalid
            | Self::Forbidden
            | Self::DocumentNotRegistered
            | Self::IntrospectionClosed => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed | Self::GetMustQuery => 405,
            Self::NotAcceptable => 406,
            Self::BodyTooLarge => 413,
            Self::ContentTypeUnsupported => 415,
            Self::RequestInvalid | Self::ValidationFailed | Self::TooComplex => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable | Self::TimedOut => 503,
            _ => 400,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.french)
    }
}

/// An error on its way to a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its code.
    pub code: Code,
    /// What happened, in French.
    pub french: String,
    /// What happened, in English.
    pub english: String,
    /// The scope that would have opened it, for [`Code::Forbidden`].
    pub requires: Option<&'static str>,
}

impl Refusal {
    /// A refusal with its sentence in both languages, the French one as it is printed.
    pub fn new(code: Code, french: impl Into<String>, english: impl Into<String>) -> Self {
        let french = Language::French.typeset(&french.into());
        Self { code, french, english: english.into(), requires: None }
    }

    /// The sentence in a language.
    #[must_use]
    pub fn message(&self, language: Language) -> &str {
        language.pick(&self.french, &self.english)
    }

    /// A right is missing.
    #[must_use]
    pub fn forbidden(scope: &'static str) -> Self {
        Self {
            requires: Some(scope),
            ..Self::new(
                Code::Forbidden,
                format!("Cette information demande le droit « {scope} », que votre rôle n’ouvre pas."),
                format!("This takes the right “{scope}”, which your role does not open."),
            )
        }
    }

    /// A fault of ours; the cause is logged by whoever found it.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            Code::Internal,
            "Une erreur interne s’est produite ; elle est consignée dans le journal du serveur.",
            "Something went wrong on our side; it is in the server’s log.",
        )
    }

    /// The database is away or too busy; trying again helps.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(
            Code::Unavailable,
            "L’observatoire est momentanément indisponible : réessayez dans quelques secondes.",
            "The observatory is away for a moment: try again in a few seconds.",
        )
    }

    /// The answer took longer than the limit.
    #[must_use]
    pub fn timed_out() -> Self {
        Self::new(
            Code::TimedOut,
            "La réponse a pris trop de temps et a été abandonnée : demandez des pages plus courtes.",
            "The answer took too long and was given up: ask for shorter pages.",
        )
    }
}
