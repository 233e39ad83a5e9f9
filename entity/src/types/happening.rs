//! What happens in the observatory.

use super::words;

words! {
    /// What happened.
    HappeningKind {
        /// A release was published.
        ReleasePublished = "RELEASE_PUBLISHED",
        /// A study was published.
        StudyPublished = "STUDY_PUBLISHED",
        /// A request to use sources was made, or something was done with it.
        UseRequestChanged = "USE_REQUEST_CHANGED",
    }
}
