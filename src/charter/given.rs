//! What is given with an act under the charter, by the names that the inputs have.

use crate::language::Language;

/// Something that is given with an act, and that a refusal may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Given {
    /// Documents that whoever publishes has read and accepts.
    AcceptedDocuments,
    /// Numbers that whoever publishes has read and accepts.
    AcceptedNumbers,
    /// Agenda of a meeting.
    Agenda,
    /// Figures that a study cites.
    Citations,
    /// Third-party client of tokens.
    Client,
    /// Partners that write a study with the one that drafts it.
    CoAuthors,
    /// Day of a contribution.
    ContributedOn,
    /// Last day on which a study of the programme is in time.
    DueOn,
    /// Last day of a signature.
    ExpiresOn,
    /// A document.
    File,
    /// Finest level.
    FinestLevel,
    /// First day.
    From,
    /// Day of a meeting.
    HeldOn,
    /// Indicators that a study is about.
    Indicators,
    /// Partner that leads a study of the programme.
    Leader,
    /// Partner.
    Partner,
    /// Processor that an agreement names.
    Processor,
    /// Provider.
    Provider,
    /// What for.
    Purposes,
    /// Why.
    Reason,
    /// Reference of what the act is about.
    Reference,
    /// Service of a referent.
    Service,
    /// Sources.
    Sources,
    /// Studies that a meeting is about.
    Studies,
    /// Study that a study of the programme became.
    Study,
    /// Partners that read a study before it is published.
    StudyGroup,
    /// Summary of a study.
    StudySummary,
    /// Territories that a study is about.
    StudyTerritories,
    /// Title of a study.
    StudyTitle,
    /// Subject of a person's tokens.
    Subject,
    /// Subjects of the tokens of several people.
    Subjects,
    /// Territories.
    Territories,
    /// Title.
    Title,
    /// How recent a training must be.
    TrainingMonths,
    /// Whether true numbers are opened.
    Unmasked,
    /// Last day.
    Until,
    /// Version of a study that was read.
    Version,
}

impl Given {
    /// Name of the input, with dots where it lies in another one.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AcceptedDocuments => "acceptedDocuments",
            Self::AcceptedNumbers => "acceptedNumbers",
            Self::Agenda => "agenda",
            Self::Citations => "study.citations",
            Self::Client => "client",
            Self::CoAuthors => "study.coAuthors",
            Self::ContributedOn => "contributedOn",
            Self::DueOn => "dueOn",
            Self::ExpiresOn => "expiresOn",
            Self::File => "file",
            Self::FinestLevel => "finestLevel",
            Self::From => "from",
            Self::HeldOn => "heldOn",
            Self::Indicators => "study.indicators",
            Self::Leader => "leader",
            Self::Partner => "partner",
            Self::Processor => "processor",
            Self::Provider => "provider",
            Self::Purposes => "purposes",
            Self::Reason => "reason",
            Self::Reference => "reference",
            Self::Service => "service",
            Self::Sources => "sources",
            Self::Studies => "studies",
            Self::Study => "study",
            Self::StudyGroup => "study.studyGroup",
            Self::StudySummary => "study.summary",
            Self::StudyTerritories => "study.territories",
            Self::StudyTitle => "study.title",
            Self::Subject => "subject",
            Self::Subjects => "subjects",
            Self::Territories => "territories",
            Self::Title => "title",
            Self::TrainingMonths => "trainingMonths",
            Self::Unmasked => "unmasked",
            Self::Until => "until",
            Self::Version => "version",
        }
    }

    /// What to name where nothing is named, for people; none for what need not be named.
    #[must_use]
    pub const fn missing(self, language: Language) -> Option<&'static str> {
        let (french, english) = match self {
            Self::Client => (
                "Il manque l’application : nommez-la, ou laissez « client » de côté.",
                "The client is missing: name it, or leave “client” out.",
            ),
            Self::Purposes => (
                "Il manque une finalité : nommez-en au moins une.",
                "A purpose is missing: name one at least.",
            ),
            Self::Sources => {
                ("Il manque une source : nommez-en au moins une.", "A source is missing: name one at least.")
            }
            Self::Subject | Self::Subjects => (
                "Il manque une personne : nommez-la par le sujet de ses jetons.",
                "A person is missing: name them by the subject of their tokens.",
            ),
            Self::TrainingMonths => (
                "Donnez une durée de formation de 1 à 120 mois, ou n’en exigez pas.",
                "Give a time since training of 1 to 120 months, or demand none.",
            ),
            _ => return None,
        };
        Some(language.pick(french, english))
    }
}
