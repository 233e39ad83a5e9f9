//! All issues of a delivery: a hundred of each code in full, and how many there are.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::{Issue, IssueCode, Severity};

/// All issues of a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Issues {
    #[serde(rename = "issues")]
    kept: Vec<Issue>,
    #[serde(serialize_with = "with_severity")]
    counts: BTreeMap<IssueCode, u64>,
}

/// The count of each code with its severity, so that a program need not know the codes.
fn with_severity<S: Serializer>(counts: &BTreeMap<IssueCode, u64>, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Counted {
        severity: Severity,
        count: u64,
    }
    let counted =
        |(code, count): (&IssueCode, &u64)| (*code, Counted { severity: code.severity(), count: *count });
    to.collect_map(counts.iter().map(counted))
}

impl Issues {
    /// How many issues of a code are kept in full.
    pub const KEPT: u64 = 100;

    /// Adds an issue; beyond [`Self::KEPT`] of its code it is only counted.
    pub fn push(&mut self, issue: Issue) {
        let count = self.counts.entry(issue.code).or_default();
        *count += 1;
        if *count <= Self::KEPT {
            self.kept.push(issue);
        }
    }

    /// Adds issues that are found out of order, the first lines first.
    pub(in crate::import) fn push_in_order(&mut self, mut issues: Vec<Issue>) {
        issues.sort_by_key(|issue| issue.line);
        issues.into_iter().for_each(|issue| self.push(issue));
    }

    /// Puts what is kept into the order of lines: what is about the whole file comes first, and what may follow from
    /// other issues last.
    pub(in crate::import) fn in_order(mut self) -> Self {
        self.kept.sort_by_key(|issue| (issue.code.follows(), issue.line, issue.code));
        self
    }

    /// The issues that are kept in full, by line.
    pub fn iter(&self) -> impl Iterator<Item = &Issue> {
        self.kept.iter()
    }

    /// How many issues there are of each code, by code.
    pub fn summary(&self) -> impl Iterator<Item = (IssueCode, Severity, u64)> {
        self.counts.iter().map(|(code, count)| (*code, code.severity(), *count))
    }

    /// How many issues there are in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// How many issues there are of a code.
    #[must_use]
    pub fn count(&self, code: IssueCode) -> u64 {
        self.counts.get(&code).copied().unwrap_or_default()
    }

    /// Whether there is nothing at all to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Whether there is any error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.counts.keys().any(|code| code.severity() == Severity::Error)
    }

    /// Whether the delivery is refused: for an error, or for a warning that is not among those accepted.
    #[must_use]
    pub fn refused(&self, accepted: &[IssueCode]) -> bool {
        self.has_errors() || self.counts.keys().any(|code| !accepted.contains(code))
    }
}

#[cfg(test)]
mod tests {
    use super::{Issue, IssueCode, Issues};
    use crate::import::issue::Detail;

    #[test]
    fn a_hundred_of_each_code_are_kept_and_all_are_counted() {
        let mut issues = Issues::default();
        for line in (1..=250).rev() {
            issues.push(Issue::new(IssueCode::NotANumber, Detail::None).at(line));
        }
        issues.push(Issue::new(IssueCode::NoRows, Detail::None));
        let issues = issues.in_order();
        assert_eq!((issues.iter().count(), issues.count(IssueCode::NotANumber)), (101, 250));
        let lines: Vec<_> = issues.iter().map(|issue| issue.line).collect();
        assert!(lines.is_sorted(), "what is about the file comes first, then line by line");
    }

    #[test]
    fn counts_say_how_severe_each_code_is() -> Result<(), serde_json::Error> {
        let mut issues = Issues::default();
        issues.push(Issue::new(IssueCode::NoRows, Detail::None));
        issues.push(Issue::new(IssueCode::ColumnIgnored, Detail::None));
        let told = serde_json::to_value(&issues)?;
        assert_eq!(
            told.get("counts"),
            Some(&serde_json::json!({
                "NO_ROWS": { "severity": "ERROR", "count": 1 },
                "COLUMN_IGNORED": { "severity": "WARNING", "count": 1 },
            }))
        );
        Ok(())
    }

    #[test]
    fn a_warning_refuses_until_it_is_accepted_by_name_and_an_error_always() {
        let mut issues = Issues::default();
        assert!(!issues.refused(&[]));
        issues.push(Issue::new(IssueCode::ColumnIgnored, Detail::None));
        assert!(issues.refused(&[IssueCode::MagnitudeJump]));
        assert!(!issues.refused(&[IssueCode::ColumnIgnored]));
        issues.push(Issue::new(IssueCode::NoRows, Detail::None));
        assert!(issues.refused(IssueCode::ALL));
    }

    #[test]
    fn every_code_reads_back_and_is_unlike_every_other() {
        for code in IssueCode::ALL {
            assert_eq!(code.word().parse(), Ok(*code));
        }
        assert!("VALUE".parse::<IssueCode>().is_err());
    }
}
