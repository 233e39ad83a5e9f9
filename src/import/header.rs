//! The header of a file: columns are looked up in it by name.

use std::collections::HashSet;

use super::{
    issue::{Detail, Issue, IssueCode, MappingFault},
    nearest::quotable,
    words::unknown,
};

/// A column of the file.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub at: usize,
    pub name: String,
}

/// Columns of SDMX-CSV that say nothing here.
const SILENT: [&str; 7] =
    ["DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "FREQ", "OBS_STATUS"];

/// The header of a file, while columns are looked up in it.
pub(super) struct Header<'h> {
    names: &'h [String],
    /// Whether it may be quoted.
    is_header: bool,
    used: HashSet<usize>,
    pub issues: Vec<Issue>,
}

impl<'h> Header<'h> {
    /// The header; `wanted` are the columns that are looked up in it. A row of data that stands where the header should
    /// has none of them.
    pub fn new<'w>(names: &'h [String], wanted: impl IntoIterator<Item = &'w str>) -> Self {
        // Where a number stands among the names, a row of data stands where the header should.
        let year = |name: &str| name.len() == 4 && name.bytes().all(|byte| byte.is_ascii_digit());
        let read = |name: &str| !name.is_empty() && !year(name) && delivery_reader::value(name).is_ok();
        let known = wanted.into_iter().any(|wanted| names.iter().any(|name| name.trim() == wanted));
        let is_header = known && !names.iter().any(|name| read(name.trim()));
        Self { names, is_header, used: HashSet::new(), issues: Vec::new() }
    }

    fn quoted(&self, name: &str) -> Option<String> {
        quotable(name).filter(|_| self.is_header)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known.trim() == name)
    }

    /// The column of a name, if the file has it.
    pub fn column(&mut self, name: &str) -> Option<Column> {
        let at = self.position(name)?;
        let mut others = self.names.iter().skip(at + 1);
        if others.any(|known| known.trim() == name) && self.used.insert(at) {
            self.issues.push(fault(MappingFault::ColumnTwice).within(name));
        }
        self.used.insert(at);
        Some(Column { at, name: name.to_owned() })
    }

    /// The column of a name; an issue if the file has none.
    pub fn wanted(&mut self, name: &str) -> Option<Column> {
        let column = self.column(name);
        if column.is_none() {
            let known: Vec<String> = self.names.iter().filter_map(|known| self.quoted(known)).collect();
            let issue = unknown(IssueCode::UnknownColumn, name, known.iter().map(String::as_str));
            self.issues.push(issue.within(name));
        }
        column
    }

    /// A warning about the columns that nothing uses, once.
    pub fn ignored(&mut self) {
        let unused = self.names.iter().enumerate().filter(|(at, name)| {
            !self.used.contains(at) && !name.trim().is_empty() && !SILENT.contains(&name.trim())
        });
        let unused: Vec<&String> = unused.map(|(_, name)| name).collect();
        if !unused.is_empty() {
            let names = unused.into_iter().filter_map(|name| self.quoted(name)).collect();
            self.issues.push(Issue::new(IssueCode::ColumnIgnored, Detail::Names { names }));
        }
    }
}

/// A mapping that makes no sense.
pub(super) fn fault(fault: MappingFault) -> Issue {
    Issue::new(IssueCode::MappingInvalid, Detail::Mapping { fault })
}
