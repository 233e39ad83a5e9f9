//! Deliveries on their way to a release, and work that takes a while.

use super::words;

words! {
    /// Where a delivery stands.
    DeliveryState {
        /// Being read, checked and staged.
        Received = "RECEIVED",
        /// Checked and found right; only a check was asked for.
        Checked = "CHECKED",
        /// Staged as a release.
        Staged = "STAGED",
        /// Something is wrong with it; nothing of it is kept but what is wrong.
        Refused = "REFUSED",
        /// It could not be read to its end, or a fault of ours came in between; nothing of it is kept.
        Failed = "FAILED",
    }
}

words! {
    /// What a long work is doing.
    WorkPhase {
        /// Waiting for its turn.
        Waiting = "WAITING",
        /// Reading and checking a file, in bytes.
        Checking = "CHECKING",
        /// Writing what was delivered into the vault.
        Staging = "STAGING",
        /// Laying out the counts of a release and the sums that bind them.
        LayingOut = "LAYING_OUT",
        /// Protecting its sensitive figures, in figures.
        Protecting = "PROTECTING",
        /// Giving back masks that nothing needs.
        Improving = "IMPROVING",
        /// Adding up the proofs.
        Proving = "PROVING",
        /// Done.
        Done = "DONE",
        /// Given up; the fault says why.
        Failed = "FAILED",
    }
}
