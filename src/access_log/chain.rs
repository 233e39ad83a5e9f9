//! The chain: each record's hash holds the one before it, and a seal holds both ends.

use chrono::{DateTime, Utc};
use entity::{access_chain, access_record, access_source};

use super::Entry;
use crate::secrecy::Keyring;

/// A place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Number of the record.
    pub number: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// Where a chain begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    begun_on: DateTime<Utc>,
    removed: Link,
    removed_on: Option<DateTime<Utc>>,
    last: Link,
}

impl Chain {
    /// A chain without a record.
    #[must_use]
    pub fn begin(keyring: &Keyring, begun_on: DateTime<Utc>) -> Self {
        // As fine as either database keeps it.
        let begun_on = DateTime::from_timestamp(begun_on.timestamp(), 0).unwrap_or(begun_on);
        let mut bytes = Bytes::of("begins");
        bytes.instant(begun_on);
        let start = Link { number: 0, hash: keyring.link(&bytes.0).to_vec() };
        Self { begun_on, removed: start.clone(), removed_on: None, last: start }
    }

    /// A chain from its row, sealed or not.
    #[must_use]
    pub fn of(row: &access_chain::Model) -> Self {
        Self {
            begun_on: row.begun_on,
            removed: Link { number: row.removed_number, hash: row.removed_hash.clone() },
            removed_on: row.removed_on,
            last: Link { number: row.last_number, hash: row.last_hash.clone() },
        }
    }

    /// A chain from its row; none when the seal is not its own.
    #[must_use]
    pub fn sealed(keyring: &Keyring, row: &access_chain::Model) -> Option<Self> {
        let chain = Self::of(row);
        (chain.seal(keyring) == row.seal).then_some(chain)
    }

    /// The row that says it, sealed.
    #[must_use]
    pub fn row(&self, keyring: &Keyring) -> access_chain::Model {
        access_chain::Model {
            id: 1,
            begun_on: self.begun_on,
            removed_number: self.removed.number,
            removed_hash: self.removed.hash.clone(),
            removed_on: self.removed_on,
            last_number: self.last.number,
            last_hash: self.last.hash.clone(),
            seal: self.seal(keyring),
        }
    }

    fn seal(&self, keyring: &Keyring) -> Vec<u8> {
        let mut bytes = Bytes::of("ends");
        bytes.instant(self.begun_on);
        bytes.number(self.removed.number);
        bytes.part(&self.removed.hash);
        bytes.number(self.removed_on.map_or(i64::MIN, |day| day.timestamp_micros()));
        bytes.number(self.last.number);
        bytes.part(&self.last.hash);
        keyring.link(&bytes.0).to_vec()
    }

    /// When it was begun.
    #[must_use]
    pub const fn begun_on(&self) -> DateTime<Utc> {
        self.begun_on
    }

    /// The last record that retention removed, or where the chain begins.
    #[must_use]
    pub const fn removed(&self) -> &Link {
        &self.removed
    }

    /// When retention last removed records.
    #[must_use]
    pub const fn removed_on(&self) -> Option<DateTime<Utc>> {
        self.removed_on
    }

    /// Its last record.
    #[must_use]
    pub const fn last(&self) -> &Link {
        &self.last
    }

    /// The rows of the next record, which becomes the last one.
    pub fn append(
        &mut self,
        keyring: &Keyring,
        entry: &Entry,
    ) -> (access_record::Model, Vec<access_source::Model>) {
        let number = self.last.number.saturating_add(1);
        let (mut record, sources) = entry.rows(number);
        record.hash = hash(keyring, &self.last.hash, &record, &sources);
        self.last = Link { number, hash: record.hash.clone() };
        (record, sources)
    }

    /// Whether a record is the last one, as it was written: `before` is the hash of the one before it.
    #[must_use]
    pub fn ends_with(
        &self,
        keyring: &Keyring,
        before: &[u8],
        record: &access_record::Model,
        sources: &[access_source::Model],
    ) -> bool {
        record.hash == self.last.hash && hash(keyring, before, record, sources) == self.last.hash
    }

    /// Says that the records up to here were removed.
    pub fn remove(&mut self, up_to: Link, now: DateTime<Utc>) {
        self.removed = up_to;
        self.removed_on = DateTime::from_timestamp(now.timestamp(), 0);
    }
}

/// The hash of a record, from that of the one before it and from what stands in its rows.
pub(super) fn hash(
    keyring: &Keyring,
    before: &[u8],
    record: &access_record::Model,
    sources: &[access_source::Model],
) -> Vec<u8> {
    let mut bytes = Bytes::of("record");
    bytes.part(before);
    bytes.number(record.number);
    bytes.instant(record.at);
    bytes.text(Some(&record.subject));
    bytes.text(record.client.as_deref());
    bytes.text(Some(&record.partner));
    bytes.text(Some(&record.roles));
    bytes.text(record.purpose.as_deref());
    bytes.text(record.operation_name.as_deref());
    // Databases do not agree on the order of texts.
    let mut sources: Vec<&access_source::Model> = sources.iter().collect();
    sources.sort_by(|one, other| one.source.cmp(&other.source));
    bytes.number(i64::try_from(sources.len()).unwrap_or(i64::MAX));
    for source in sources {
        bytes.text(Some(&source.source));
        for count in [
            source.shown,
            source.withheld,
            source.refused,
            source.unmasked,
            source.explained,
            source.searches,
            source.territory_count,
        ] {
            bytes.number(i64::from(count));
        }
        bytes.text(Some(&source.levels));
        bytes.text(Some(&source.territories));
    }
    keyring.link(&bytes.0).to_vec()
}

/// Bytes that stand for one thing only: every part comes with its length.
struct Bytes(Vec<u8>);

impl Bytes {
    fn of(kind: &str) -> Self {
        let mut bytes = Self(Vec::with_capacity(512));
        bytes.part(kind.as_bytes());
        bytes
    }

    fn part(&mut self, part: &[u8]) {
        self.number(i64::try_from(part.len()).unwrap_or(i64::MAX));
        self.0.extend_from_slice(part);
    }

    fn text(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        self.part(text.unwrap_or_default().as_bytes());
    }

    fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    fn instant(&mut self, instant: DateTime<Utc>) {
        self.number(instant.timestamp_micros());
    }
}
