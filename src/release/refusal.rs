//! Why a step with a release is not taken, for people.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::types::ReleaseState;

use super::reasons::Reasons;
use crate::{
    language::Language,
    secrecy::{InvalidRule, plan::Unplannable},
    store::StoreError,
};

/// Why a step is not taken; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// There is no such release.
    #[error("no release {0}")]
    Unknown(String),
    /// The release is not where the step begins.
    #[error("release {reference} is {}", state.word())]
    State {
        /// Which release.
        reference: String,
        /// Where it stands.
        state: ReleaseState,
    },
    /// The release is being planned already.
    #[error("release {0} is being planned")]
    Busy(String),
    /// The step is the operator's; whoever asks takes another one with the release.
    #[error("release {0} is the operator's to publish and to withdraw")]
    NotYours(String),
    /// A correction that its source's provider has not handed in.
    #[error("release {0} corrects one that readers have had, and its provider has not handed it in")]
    NotTheProviders(String),
    /// Something that the plan reckoned with has come or gone since.
    #[error("the plan of release {0} is outdated")]
    Outdated(String),
    /// The release replaces one that is read, and may not be read itself yet.
    #[error("release {reference} is under embargo until {until}")]
    EmbargoAhead {
        /// Which release.
        reference: String,
        /// When its embargo ends.
        until: DateTime<Utc>,
    },
    /// No plan holds.
    #[error("release {reference}: {cause}")]
    Unplannable {
        /// Which release.
        reference: String,
        /// Why.
        cause: Unplannable,
        /// Why, in words, with the codes of what it is about.
        told: Box<Reasons>,
    },
    /// The source's rule makes no sense, or there is none.
    #[error("{0}")]
    Rule(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database, in what several waited for.
    #[error(transparent)]
    Shared(Arc<StoreError>),
    /// The planning thread did not end.
    #[error("planning was interrupted")]
    Interrupted,
}

impl OfficeError {
    /// A stable code.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "RELEASE_UNKNOWN",
            Self::State { .. } => "RELEASE_STATE",
            Self::Busy(_) => "RELEASE_BUSY",
            Self::NotYours(_) => "NOT_YOUR_STEP",
            Self::NotTheProviders(_) => "NOT_THE_PROVIDERS",
            Self::Outdated(_) => "PLAN_OUTDATED",
            Self::EmbargoAhead { .. } => "EMBARGO_AHEAD",
            Self::Unplannable { .. } | Self::Rule(_) => "UNPLANNABLE",
            Self::Store(_) | Self::Shared(_) | Self::Interrupted => "INTERNAL",
        }
    }

    /// What happened and what to do, for people; causes inside the database are for the log.
    #[must_use]
    pub fn told(&self, language: Language) -> String {
        let french = language == Language::French;
        match self {
            Self::Unknown(reference) if french => {
                format!("Aucune diffusion n’a la référence « {reference} ».")
            }
            Self::Unknown(reference) => format!("No release has the reference “{reference}”."),
            Self::State { reference, state } if french => format!(
                "La diffusion {reference} est {} : cette étape n’y est pas possible. Une diffusion se planifie, puis se publie, puis se retire.",
                state_word(*state, language)
            ),
            Self::State { reference, state } => format!(
                "Release {reference} is {}: this step is not possible there. A release is planned, then published, then withdrawn.",
                state_word(*state, language)
            ),
            Self::NotYours(reference) if french => format!(
                "La diffusion {reference} se planifie par l’opérateur ou le sous-traitant que nomme la convention et se publie par l’opérateur, tant que cette convention est en vigueur ; elle se retire par l’opérateur. Demandez-le-leur."
            ),
            Self::NotYours(reference) => format!(
                "Release {reference} is planned by the operator or the processor that the agreement names and published by the operator, while that agreement is in force; the operator withdraws it. Ask them."
            ),
            Self::NotTheProviders(reference) if french => format!(
                "La diffusion {reference} corrige une diffusion déjà lue : par l’API, seul le fournisseur de la source en remet le fichier. Demandez-lui de le déposer, ou importez-le à nouveau par la ligne de commande (import)."
            ),
            Self::NotTheProviders(reference) => format!(
                "Release {reference} corrects one that readers have had: over the API only the provider of the source hands its file in. Ask the provider to, or import it anew by the command line."
            ),
            Self::Busy(reference) if french => {
                format!(
                    "La diffusion {reference} est en cours de planification : suivez son avancement ; s’il n’avance plus, réessayez dans une minute."
                )
            }
            Self::Busy(reference) => format!(
                "Release {reference} is being planned: follow its progress; where it stands still, try again in a minute."
            ),
            Self::Outdated(reference) if french => format!(
                "Une autre diffusion de la même source et de la même période est parue ou a été retirée depuis que {reference} a été planifiée. Planifiez-la à nouveau."
            ),
            Self::Outdated(reference) => format!(
                "Another release of the same source and period has come or gone since {reference} was planned. Plan it again."
            ),
            Self::EmbargoAhead { reference, until } if french => format!(
                "La diffusion {reference} est sous embargo jusqu’au {} (UTC) et remplace ce qui est lu : la publier maintenant le retirerait. Publiez-la à la fin de l’embargo.",
                until.format("%d/%m/%Y %H:%M")
            ),
            Self::EmbargoAhead { reference, until } => format!(
                "Release {reference} is under embargo until {} (UTC) and replaces what is read: to publish it now would take that away. Publish it when the embargo ends.",
                until.format("%Y-%m-%d %H:%M")
            ),
            Self::Unplannable { reference, told, .. } if french => format!(
                "Aucun plan de secret ne tient pour {reference} : {}. Rien n’est publié ; corrigez la livraison.",
                told.french
            ),
            Self::Unplannable { reference, told, .. } => format!(
                "No secrecy plan holds for {reference}: {}. Nothing is published; correct the delivery.",
                told.english
            ),
            Self::Rule(cause) if french => {
                format!("La règle de secret de la source n’est pas applicable ({cause}).")
            }
            Self::Rule(cause) => format!("The source’s rule of secrecy cannot be applied ({cause})."),
            Self::Store(_) | Self::Shared(_) | Self::Interrupted => language
                .pick(
                    "La base de données n’a pas répondu comme attendu ; rien n’a changé. Réessayez.",
                    "The database did not answer as expected; nothing has changed. Try again.",
                )
                .to_owned(),
        }
    }
}

/// Where a release stands, in words.
#[must_use]
pub const fn state_word(state: ReleaseState, language: Language) -> &'static str {
    match state {
        ReleaseState::Staged => language.pick("en attente", "staged"),
        ReleaseState::Planned => language.pick("planifiée", "planned"),
        ReleaseState::Published => language.pick("publiée", "published"),
        ReleaseState::Superseded => language.pick("remplacée", "superseded"),
        ReleaseState::Withdrawn => language.pick("retirée", "withdrawn"),
    }
}

impl From<InvalidRule> for OfficeError {
    fn from(error: InvalidRule) -> Self {
        Self::Rule(error.to_string())
    }
}
