//! Studies.

use super::words;

words! {
    /// What a study is.
    StudyKind {
        /// Analyse des besoins sociaux.
        NeedsAnalysis = "NEEDS_ANALYSIS",
        /// Evaluation of the urban policy.
        UrbanPolicyEvaluation = "URBAN_POLICY_EVALUATION",
        /// Portrait of a priority neighbourhood.
        NeighbourhoodPortrait = "NEIGHBOURHOOD_PORTRAIT",
        /// A thematic study.
        Thematic = "THEMATIC",
    }
}

words! {
    /// Where a study stands.
    StudyStatus {
        /// Being written; its authors and the operator see it.
        Draft = "DRAFT",
        /// Handed in for publication.
        Submitted = "SUBMITTED",
        /// Circulates among its audience.
        Published = "PUBLISHED",
        /// Taken back.
        Withdrawn = "WITHDRAWN",
    }
}

words! {
    /// Where a study of the programme stands.
    PlannedStudyState {
        /// Nobody has begun it, as far as whoever asks may know.
        Planned = "PLANNED",
        /// It is being written.
        Underway = "UNDERWAY",
        /// It is published.
        Done = "DONE",
        /// Its last day is past, and it is not published.
        Late = "LATE",
        /// It was dropped.
        Dropped = "DROPPED",
    }
}

words! {
    /// What a document of a study is, told from its content.
    DocumentKind {
        /// Portable Document Format.
        Pdf = "PDF",
        /// Text of `OpenDocument`.
        Odt = "ODT",
        /// Text of Word.
        Docx = "DOCX",
        /// Workbook of Excel.
        Xlsx = "XLSX",
        /// Picture.
        Png = "PNG",
    }
}

impl DocumentKind {
    /// Its media type, as registered with IANA.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Png => "image/png",
        }
    }

    /// How the names of such files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Odt => "odt",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Png => "png",
        }
    }
}
