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
