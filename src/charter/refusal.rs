//! Why an act under the charter is not done; nothing has changed then.

use super::Given;
use crate::language::Language;

/// Why an act under the charter is not done; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[error("{}", self.word())]
pub enum CharterRefusal {
    /// There is no such thing, or it is not one that the caller may do this with: the two read alike.
    Unknown,
    /// A signature is in force already.
    AlreadySigned,
    /// No signature is in force.
    NotSigned,
    /// The partner has no current referent.
    ReferentMissing,
    /// A day that must lie ahead does not.
    DayPast,
    /// The person is a referent of the partner already.
    AlreadyReferent,
    /// The person is no referent of the partner.
    NotReferent,
    /// The last referent, with neither a successor nor a stated suspension.
    LastReferent,
    /// The request has been decided, or taken back.
    AlreadyDecided,
    /// Nobody decides on their own request.
    OwnRequest,
    /// More than was asked for.
    WiderThanAsked,
    /// More than the agreement with the provider covers.
    WiderThanAgreement,
    /// The use is not one that is granted.
    NotGranted,
    /// The use is suspended already.
    AlreadySuspended,
    /// The use is not suspended.
    NotSuspended,
    /// A reason is missing.
    ReasonMissing,
    /// A title is missing.
    TitleMissing,
    /// A title, a summary or a list is too long.
    TooLong,
    /// A text has characters that are not shown as they stand.
    TextUnreadable,
    /// The study is not in a state in which this is done.
    StudyState,
    /// A study cites what is withheld from its audience.
    CitationWithheld,
    /// A study says a number that no figure which it cites shows.
    NumberUnsupported,
    /// A document of the study has not been read and accepted by whoever publishes.
    DocumentUnread,
    /// A study with a group that the operator has not read as it stands.
    ReviewMissing,
    /// A study that is not the version that was read.
    StudyChanged,
    /// The file is no document of a kind that is taken.
    DocumentKind,
    /// The document holds programs.
    DocumentPrograms,
    /// The document is too large.
    DocumentTooLarge,
    /// Something that must be named is not: a source, a purpose, a person.
    NothingNamed,
    /// A code names nothing, or nothing of the kind.
    CodeUnknown,
    /// Something that is no code of its kind.
    CodeInvalid,
    /// Something that is no day.
    DateInvalid,
    /// Something that is no period.
    PeriodInvalid,
    /// A breakdown that the indicator has not.
    BreakdownInvalid,
    /// A source is another provider's.
    SourceElsewhere,
    /// The last day lies before the first.
    DaysReversed,
    /// The agreement has been ended, or its last day is past.
    AgreementOver,
    /// The meeting is over.
    EventOver,
    /// The meeting is still to come.
    EventAhead,
    /// The person is registered already.
    AlreadyRegistered,
    /// A day that must be past or present lies ahead.
    DayAhead,
    /// The study of the programme is done, or was dropped.
    PlannedStudyOver,
    /// The study is not of the kind, or not by the partner, that the programme says.
    StudyUnfit,
    /// A program of a third party has this name already, or had it.
    ClientThere,
    /// Something that is no name of a program.
    ClientName,
    /// The program has been revoked.
    ClientRevoked,
    /// A token of a program would be good for too long.
    TokenTooLong,
}

impl CharterRefusal {
    /// Every refusal.
    pub const ALL: &'static [Self] = &[
        Self::Unknown,
        Self::AlreadySigned,
        Self::NotSigned,
        Self::ReferentMissing,
        Self::DayPast,
        Self::AlreadyReferent,
        Self::NotReferent,
        Self::LastReferent,
        Self::AlreadyDecided,
        Self::OwnRequest,
        Self::WiderThanAsked,
        Self::WiderThanAgreement,
        Self::NotGranted,
        Self::AlreadySuspended,
        Self::NotSuspended,
        Self::ReasonMissing,
        Self::TitleMissing,
        Self::TooLong,
        Self::TextUnreadable,
        Self::StudyState,
        Self::CitationWithheld,
        Self::NumberUnsupported,
        Self::DocumentUnread,
        Self::ReviewMissing,
        Self::StudyChanged,
        Self::DocumentKind,
        Self::DocumentPrograms,
        Self::DocumentTooLarge,
        Self::NothingNamed,
        Self::CodeUnknown,
        Self::CodeInvalid,
        Self::DateInvalid,
        Self::PeriodInvalid,
        Self::BreakdownInvalid,
        Self::SourceElsewhere,
        Self::DaysReversed,
        Self::AgreementOver,
        Self::EventOver,
        Self::EventAhead,
        Self::AlreadyRegistered,
        Self::DayAhead,
        Self::PlannedStudyOver,
        Self::StudyUnfit,
        Self::ClientThere,
        Self::ClientName,
        Self::ClientRevoked,
        Self::TokenTooLong,
    ];

    /// A stable code.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::AlreadySigned => "ALREADY_SIGNED",
            Self::NotSigned => "NOT_SIGNED",
            Self::ReferentMissing => "REFERENT_MISSING",
            Self::DayPast => "DAY_PAST",
            Self::AlreadyReferent => "ALREADY_REFERENT",
            Self::NotReferent => "NOT_REFERENT",
            Self::LastReferent => "LAST_REFERENT",
            Self::AlreadyDecided => "ALREADY_DECIDED",
            Self::OwnRequest => "OWN_REQUEST",
            Self::WiderThanAsked => "WIDER_THAN_ASKED",
            Self::WiderThanAgreement => "WIDER_THAN_AGREEMENT",
            Self::NotGranted => "NOT_GRANTED",
            Self::AlreadySuspended => "ALREADY_SUSPENDED",
            Self::NotSuspended => "NOT_SUSPENDED",
            Self::ReasonMissing => "REASON_MISSING",
            Self::TitleMissing => "TITLE_MISSING",
            Self::TooLong => "TOO_LONG",
            Self::TextUnreadable => "TEXT_UNREADABLE",
            Self::StudyState => "STUDY_STATE",
            Self::CitationWithheld => "CITATION_WITHHELD",
            Self::NumberUnsupported => "NUMBER_UNSUPPORTED",
            Self::DocumentUnread => "DOCUMENT_UNREAD",
            Self::ReviewMissing => "REVIEW_MISSING",
            Self::StudyChanged => "STUDY_CHANGED",
            Self::DocumentKind => "DOCUMENT_KIND",
            Self::DocumentPrograms => "DOCUMENT_PROGRAMS",
            Self::DocumentTooLarge => "DOCUMENT_TOO_LARGE",
            Self::NothingNamed => "NOTHING_NAMED",
            Self::CodeUnknown => "CODE_UNKNOWN",
            Self::CodeInvalid => "CODE_INVALID",
            Self::DateInvalid => "DATE_INVALID",
            Self::PeriodInvalid => "PERIOD_INVALID",
            Self::BreakdownInvalid => "BREAKDOWN_INVALID",
            Self::SourceElsewhere => "SOURCE_ELSEWHERE",
            Self::DaysReversed => "DAYS_REVERSED",
            Self::AgreementOver => "AGREEMENT_OVER",
            Self::EventOver => "EVENT_OVER",
            Self::EventAhead => "EVENT_AHEAD",
            Self::AlreadyRegistered => "ALREADY_REGISTERED",
            Self::DayAhead => "DAY_AHEAD",
            Self::PlannedStudyOver => "PLANNED_STUDY_OVER",
            Self::StudyUnfit => "STUDY_UNFIT",
            Self::ClientThere => "CLIENT_THERE",
            Self::ClientName => "CLIENT_NAME",
            Self::ClientRevoked => "CLIENT_REVOKED",
            Self::TokenTooLong => "TOKEN_TOO_LONG",
        }
    }

    /// What happened and what to do, for people.
    #[must_use]
    pub const fn told(self, language: Language) -> &'static str {
        let (french, english) = match self {
            Self::Unknown => (
                "Rien ne porte cette référence, ou cet acte ne vous appartient pas.",
                "Nothing has this reference, or this act is not yours.",
            ),
            Self::AlreadySigned => (
                "Une signature de la charte est déjà en vigueur. Retirez-la d’abord, ou attendez son échéance.",
                "A signature of the charter is in force already. Withdraw it first, or wait until it ends.",
            ),
            Self::NotSigned => (
                "Aucune signature de la charte n’est en vigueur. Signez la charte d’abord.",
                "No signature of the charter is in force. Sign the charter first.",
            ),
            Self::ReferentMissing => (
                "Aucune personne référente de votre organisme n’est en fonction : désignez-en une d’abord (designateReferent).",
                "Your organisation has no current referent: designate one first (designateReferent).",
            ),
            Self::DayPast => {
                ("Ce jour est passé : donnez un jour à venir.", "This day is past: give a day to come.")
            }
            Self::AlreadyReferent => (
                "Cette personne est déjà référente de cet organisme.",
                "This person is a referent of this organisation already.",
            ),
            Self::NotReferent => (
                "Cette personne n’est pas référente de cet organisme.",
                "This person is no referent of this organisation.",
            ),
            Self::LastReferent => (
                "C’est la dernière personne référente : désignez d’abord qui lui succède, ou déclarez la suspension des accès de l’organisme.",
                "This is the last referent: designate a successor first, or state that the organisation’s access is suspended.",
            ),
            Self::AlreadyDecided => (
                "Cette demande a déjà été tranchée ou retirée. Faites une nouvelle demande.",
                "This request has been decided or taken back already. Make a new one.",
            ),
            Self::OwnRequest => (
                "Ces sources sont celles de l’organisme qui demande, et personne ne tranche sa propre demande.",
                "These sources are those of the organisation that asks, and nobody decides on their own request.",
            ),
            Self::WiderThanAsked => (
                "L’accord va plus loin que la demande : niveau, territoires, finalités, valeurs et durée ne peuvent qu’être restreints.",
                "The grant goes further than the request: level, territories, purposes, values and time can only be narrowed.",
            ),
            Self::WiderThanAgreement => (
                "La demande va plus loin que la convention avec le fournisseur, ou aucune n’est en vigueur pour cette source et cette finalité.",
                "The request goes further than the agreement with the provider, or none is in force for this source and purpose.",
            ),
            Self::NotGranted => (
                "Cet usage n’est pas accordé : il n’y a rien à suspendre, reprendre ou révoquer.",
                "This use is not granted: there is nothing to suspend, resume or revoke.",
            ),
            Self::AlreadySuspended => ("Cet usage est déjà suspendu.", "This use is suspended already."),
            Self::NotSuspended => ("Cet usage n’est pas suspendu.", "This use is not suspended."),
            Self::ReasonMissing => ("Donnez un motif.", "Give a reason."),
            Self::TitleMissing => ("Donnez un titre.", "Give a title."),
            Self::TooLong => (
                "C’est trop long : 200 caractères pour un titre, 20 000 pour un résumé, 100 éléments pour une liste.",
                "This is too long: 200 characters for a title, 20,000 for a summary, 100 items for a list.",
            ),
            Self::TextUnreadable => (
                "Le texte porte des caractères qui ne s’affichent pas tels quels (de contrôle, de sens d’écriture, ou un retour à la ligne là où une seule ligne est attendue) : retirez-les.",
                "The text has characters that are not shown as they stand (control, direction of writing, or a line break where one line is expected): take them out.",
            ),
            Self::StudyState => (
                "L’étude n’est pas dans un état qui le permet : un brouillon se soumet, une étude soumise se publie ou se reprend, une étude retirée le reste.",
                "The study is not in a state for this: a draft is submitted, a submitted one published or revised, a withdrawn one stays so.",
            ),
            Self::CitationWithheld => (
                "L’étude cite une donnée qu’une partie de son public (audience) ne peut pas lire ; retirez la citation, ou restreignez le public :",
                "The study cites a figure that some of its audience may not read; take the citation out, or narrow the audience:",
            ),
            Self::NumberUnsupported => (
                "L’étude dit des nombres qu’aucune donnée citée ne montre. Citez la donnée, corrigez le texte, ou acceptez-les après relecture (acceptedNumbers) :",
                "The study says numbers that no cited figure shows. Cite the figure, mend the text, or accept them after reading (acceptedNumbers):",
            ),
            Self::DocumentUnread => (
                "Un document n’a pas encore été relu : qui publie l’ouvre, le lit, et l’accepte par son empreinte (acceptedDocuments) :",
                "A document has not been read over yet: whoever publishes opens it, reads it, and accepts it by its checksum (acceptedDocuments):",
            ),
            Self::ReviewMissing => (
                "Une étude ne va à son groupe qu’après relecture de cette version par l’opérateur (reviewStudy).",
                "A study goes to its group only once the operator has read this version of it (reviewStudy).",
            ),
            Self::StudyChanged => (
                "L’étude a changé depuis la version que vous avez lue : relisez-la, et nommez la version nouvelle (Study.version).",
                "The study has changed since the version that you read: read it over, and name the new version (Study.version).",
            ),
            Self::DocumentKind => (
                "Ce fichier n’est pas, par son contenu, un document PDF, ODT, DOCX, XLSX ou PNG sans mot de passe.",
                "By its content this file is no PDF, ODT, DOCX, XLSX or PNG document without a password.",
            ),
            Self::DocumentPrograms => (
                "Ce document contient des macros : enregistrez-le sans elles.",
                "This document holds macros: save it without them.",
            ),
            Self::DocumentTooLarge => (
                "Ce document est trop volumineux (OBSERVATOIRE_DOCUMENT_LIMIT) : réduisez ses images, ou partagez-le en plusieurs.",
                "This document is too large (OBSERVATOIRE_DOCUMENT_LIMIT): make its pictures smaller, or divide it.",
            ),
            Self::NothingNamed => (
                "Il manque une source, une finalité, une personne, ou une durée de formation de 1 à 120 mois.",
                "A source, a purpose, a person or a time since training of 1 to 120 months is missing.",
            ),
            Self::CodeUnknown => ("Un code ne désigne rien.", "A code names nothing."),
            Self::CodeInvalid => ("Un code est mal formé.", "A code is malformed."),
            Self::DateInvalid => {
                ("Ce n’est pas un jour, tel que 2027-06-30.", "This is no day, such as 2027-06-30.")
            }
            Self::PeriodInvalid => (
                "Ce n’est pas une période, telle que 2021, 2021-Q3 ou 2021-07.",
                "This is no period, such as 2021, 2021-Q3 or 2021-07.",
            ),
            Self::BreakdownInvalid => {
                ("L’indicateur n’a pas cette ventilation.", "The indicator has no such breakdown.")
            }
            Self::SourceElsewhere => (
                "Une des sources est celle d’un autre fournisseur : chacun ne convient que des siennes, et une demande s’adresse à un seul.",
                "One of the sources is another provider’s: each agrees for its own, and a request is made to one alone.",
            ),
            Self::DaysReversed => {
                ("Le dernier jour précède le premier.", "The last day lies before the first.")
            }
            Self::AgreementOver => ("Cette convention a déjà pris fin.", "This agreement has ended already."),
            Self::PlannedStudyOver => (
                "Cette étude du programme est faite, ou abandonnée : elle ne change plus.",
                "This study of the programme is done, or was dropped: it changes no more.",
            ),
            Self::StudyUnfit => (
                "Cette étude n’est pas de la nature que dit le programme, ou l’organisme qui la mène n’en est pas auteur.",
                "This study is not of the kind that the programme says, or the partner that leads it is not among its authors.",
            ),
            Self::ClientThere => (
                "Un programme de cet organisme porte déjà ce nom, ou l’a porté : donnez un autre nom ou, s’il n’est pas révoqué, un autre jeton (rotateClient).",
                "A program of this organisation has this name already, or had it: give another name or, unless it was revoked, another token (rotateClient).",
            ),
            Self::ClientName => (
                "Un programme se nomme en lettres minuscules sans accent, chiffres, « - », « . » et « _ », 60 signes au plus, comme tableau-de-bord.",
                "A program is named in small letters without accents, digits, “-”, “.” and “_”, 60 at most, such as tableau-de-bord.",
            ),
            Self::ClientRevoked => (
                "Ce programme est révoqué : délivrez un jeton sous un autre nom (issueClient).",
                "This program has been revoked: issue a token under another name (issueClient).",
            ),
            Self::TokenTooLong => (
                "Un jeton vaut un an au plus : donnez un jour plus proche, et renouvelez-le à temps (rotateClient).",
                "A token is good for a year at most: give an earlier day, and renew it in time (rotateClient).",
            ),
            Self::EventOver => (
                "Cette rencontre a eu lieu : on ne s’y inscrit plus.",
                "This meeting is over: nobody registers any more.",
            ),
            Self::EventAhead => (
                "Cette rencontre n’a pas encore eu lieu : l’émargement se note à partir de son jour.",
                "This meeting is still to come: who was there is recorded from its day on.",
            ),
            Self::AlreadyRegistered => {
                ("Cette personne est déjà inscrite.", "This person is registered already.")
            }
            Self::DayAhead => (
                "Ce jour est à venir : donnez un jour passé, ou aujourd’hui.",
                "This day lies ahead: give a day of the past, or today.",
            ),
        };
        language.pick(french, english)
    }

    /// What a refusal is about by itself, whatever act it is of.
    #[must_use]
    pub const fn about(self) -> Option<Given> {
        match self {
            Self::DocumentKind | Self::DocumentPrograms | Self::DocumentTooLarge => Some(Given::File),
            Self::NumberUnsupported => Some(Given::AcceptedNumbers),
            Self::DocumentUnread => Some(Given::AcceptedDocuments),
            Self::StudyChanged => Some(Given::Version),
            _ => None,
        }
    }

    /// The same, of the input that it is about: of what must be named it says which is not.
    #[must_use]
    pub fn told_of(self, given: Option<Given>, language: Language) -> &'static str {
        let missing = given.filter(|_| self == Self::NothingNamed).and_then(|given| given.missing(language));
        missing.unwrap_or_else(|| self.told(language))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CharterRefusal, Given, Language};

    #[test]
    fn each_refusal_has_a_code_and_sentences_of_its_own() {
        let of = |tell: fn(CharterRefusal) -> &'static str| -> BTreeSet<&str> {
            CharterRefusal::ALL.iter().map(|refusal| tell(*refusal)).collect()
        };
        let count = CharterRefusal::ALL.len();
        assert_eq!(of(CharterRefusal::word).len(), count);
        assert_eq!(of(|refusal| refusal.told(Language::French)).len(), count);
        assert_eq!(of(|refusal| refusal.told(Language::English)).len(), count);
    }

    #[test]
    fn what_is_not_named_is_said() {
        let told = |given| CharterRefusal::NothingNamed.told_of(given, Language::English);
        assert!(told(Some(Given::Sources)).starts_with("A source"), "{}", told(Some(Given::Sources)));
        assert!(told(Some(Given::Purposes)).starts_with("A purpose"), "{}", told(Some(Given::Purposes)));
        assert_eq!(told(None), CharterRefusal::NothingNamed.told(Language::English));
        assert_eq!(
            CharterRefusal::DayPast.told_of(Some(Given::Sources), Language::English),
            CharterRefusal::DayPast.told(Language::English)
        );
    }
}
