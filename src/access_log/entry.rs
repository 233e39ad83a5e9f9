//! What a record says.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use entity::{
    access_record, access_source,
    types::{Level, Purpose, Role},
};
use sha2::{Digest as _, Sha256};

/// Most territories of a source that a record names; of more it keeps how many there are of each level.
pub const MOST_TERRITORIES: usize = 50;

/// Longest text of somebody else's that a record keeps, in characters.
const LONGEST_TEXT: usize = 255;

/// What a request reached of partner data; never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// Subject of the token.
    pub subject: String,
    /// The third-party dashboard that asked, when it was not a person.
    pub client: Option<String>,
    /// Code of the partner that it was asked for.
    pub partner: String,
    /// Roles that were held.
    pub roles: Vec<Role>,
    /// Purpose that was declared.
    pub purpose: Option<Purpose>,
    /// Name of the operation.
    pub operation_name: Option<String>,
    /// What was reached, by source.
    pub sources: Vec<SourceAccess>,
}

impl Entry {
    /// Bytes that it takes in memory, roughly.
    #[must_use]
    pub fn weight(&self) -> usize {
        let text = |text: &String| size_of::<String>() + text.capacity().next_multiple_of(16);
        let texts =
            [Some(&self.subject), self.client.as_ref(), Some(&self.partner), self.operation_name.as_ref()];
        let sources = self.sources.iter().map(|source| {
            let territories: usize = source.territories.iter().map(text).sum();
            size_of::<SourceAccess>()
                + text(&source.source)
                + territories
                + size_of_val(source.levels.as_slice())
        });
        size_of::<Self>() + texts.into_iter().flatten().map(text).sum::<usize>() + sources.sum::<usize>()
    }
}

/// What a request reached of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAccess {
    /// Code of the source.
    pub source: String,
    /// How many figures.
    pub counts: Counts,
    /// Levels, widest first, each with how many territories.
    pub levels: Vec<(Level, u32)>,
    /// Codes of the territories, those of the finest level first; [`MOST_TERRITORIES`] at most.
    pub territories: Vec<String>,
    /// How many territories there are in all.
    pub territory_count: u32,
}

/// How many figures of a source, each counted once however often it was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Values that were shown.
    pub shown: u32,
    /// Figures whose value was withheld.
    pub withheld: u32,
    /// Those of the withheld that the policy refused.
    pub refused: u32,
    /// Those of the shown that a grant unmasked.
    pub unmasked: u32,
    /// Those of the withheld whose mask was explained.
    pub explained: u32,
    /// Searches that looked through values.
    pub searches: u32,
}

/// A record of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Number, without a gap.
    pub number: i64,
    /// What it says.
    pub entry: Entry,
    /// Hash of the record before it and of this one.
    pub hash: Vec<u8>,
}

/// A text of somebody else's as a record keeps it: one that is too long, or that a database does not take, gives way to
/// its beginning and its digest.
#[must_use]
pub fn bounded(text: &str) -> String {
    if text.chars().nth(LONGEST_TEXT).is_none() && !text.contains('\0') {
        return text.to_owned();
    }
    let start: String = text.chars().filter(|letter| *letter != '\0').take(LONGEST_TEXT - 65).collect();
    let digest: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{start}#{digest}")
}

impl Entry {
    /// How many figures of all sources were shown, and how many withheld.
    #[must_use]
    pub fn told(&self) -> (u32, u32) {
        let all = self.sources.iter().map(|source| source.counts);
        all.fold((0, 0), |(shown, withheld), counts| (shown + counts.shown, withheld + counts.withheld))
    }

    /// The rows that say it, under a number; the hash is the chain's to set.
    #[must_use]
    pub fn rows(&self, number: i64) -> (access_record::Model, Vec<access_source::Model>) {
        let roles: Vec<&str> = self.roles.iter().map(|role| role.word()).collect();
        let record = access_record::Model {
            number,
            // As fine as either database keeps it, or the hash would not be that of what is read back.
            at: self.at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(self.at),
            subject: bounded(&self.subject),
            client: self.client.as_deref().map(bounded),
            partner: self.partner.clone(),
            roles: roles.join(" "),
            purpose: self.purpose.map(|purpose| purpose.word().to_owned()),
            operation_name: self.operation_name.as_deref().map(bounded),
            hash: Vec::new(),
        };
        (record, self.sources.iter().map(|source| source.row(number)).collect())
    }
}

impl SourceAccess {
    fn row(&self, number: i64) -> access_source::Model {
        let levels: Vec<String> =
            self.levels.iter().map(|(level, count)| format!("{level}:{count}")).collect();
        access_source::Model {
            number,
            source: self.source.clone(),
            shown: kept(self.counts.shown),
            withheld: kept(self.counts.withheld),
            refused: kept(self.counts.refused),
            unmasked: kept(self.counts.unmasked),
            explained: kept(self.counts.explained),
            searches: kept(self.counts.searches),
            levels: levels.join(" "),
            territories: self.territories.join(" "),
            territory_count: kept(self.territory_count),
        }
    }

    fn read(row: access_source::Model) -> Self {
        let level = |text: &str| {
            let (word, count) = text.split_once(':')?;
            Some((word.parse().ok()?, count.parse().ok()?))
        };
        Self {
            counts: Counts {
                shown: row.shown.unsigned_abs(),
                withheld: row.withheld.unsigned_abs(),
                refused: row.refused.unsigned_abs(),
                unmasked: row.unmasked.unsigned_abs(),
                explained: row.explained.unsigned_abs(),
                searches: row.searches.unsigned_abs(),
            },
            levels: row.levels.split_whitespace().filter_map(level).collect(),
            territories: row.territories.split_whitespace().map(str::to_owned).collect(),
            territory_count: row.territory_count.unsigned_abs(),
            source: row.source,
        }
    }
}

fn kept(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

impl Record {
    /// A record from its rows. A word that the vocabulary does not have is left out: the chain tells whether somebody
    /// wrote it there.
    #[must_use]
    pub fn read(row: access_record::Model, sources: Vec<access_source::Model>) -> Self {
        let entry = Entry {
            at: row.at,
            subject: row.subject,
            client: row.client,
            partner: row.partner,
            roles: row.roles.split_whitespace().filter_map(|word| word.parse().ok()).collect(),
            purpose: row.purpose.and_then(|word| word.parse().ok()),
            operation_name: row.operation_name,
            sources: sources.into_iter().map(SourceAccess::read).collect(),
        };
        Self { number: row.number, entry, hash: row.hash }
    }
}
