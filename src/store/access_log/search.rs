//! Reading the log, as far as it is the viewer's.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{access_record, access_source, types::Purpose};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, sea_query::SelectStatement,
};

use crate::{
    access_log::{Record, bounded},
    auth::Identity,
    store::{Store, StoreError},
};

/// Which records somebody asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessFilter {
    /// Only the viewer's own.
    pub own: bool,
    /// Only those that reached this source.
    pub source: Option<String>,
    /// Only those for this partner.
    pub partner: Option<String>,
    /// Only those of this subject.
    pub subject: Option<String>,
    /// Only those with this purpose.
    pub purpose: Option<Purpose>,
    /// Only those under this name of an operation.
    pub operation_name: Option<String>,
    /// Only those from this instant.
    pub from: Option<DateTime<Utc>>,
    /// Only those before this instant.
    pub until: Option<DateTime<Utc>>,
}

/// Which page of the log, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccessPage {
    /// Only records older than this one.
    pub after: Option<i64>,
    /// Only records newer than this one.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u64,
    /// Counted from the oldest.
    pub from_end: bool,
}

/// Whose records a viewer reads, besides their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Whose own they are; none for the command line.
    pub own: Option<Own>,
    /// Everybody's, or those about these sources.
    pub others: Others,
}

/// Somebody's own records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Subject.
    pub subject: String,
    /// Partner.
    pub partner: String,
    /// A third-party client reads what was asked through it.
    pub client: Option<String>,
}

/// The records of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Others {
    /// All.
    All,
    /// What they reached of these sources.
    Of(Vec<String>),
}

impl Own {
    /// Of the bearer of a token.
    #[must_use]
    pub fn of(identity: &Identity) -> Self {
        Self {
            subject: bounded(&identity.subject),
            partner: identity.partner.to_string(),
            client: identity.client.as_deref().map(bounded),
        }
    }

    fn holds(&self, record: &access_record::Model) -> bool {
        record.subject == self.subject
            && record.partner == self.partner
            && (self.client.is_none() || self.client == record.client)
    }

    fn condition(&self) -> Condition {
        Condition::all()
            .add(access_record::Column::Subject.eq(&self.subject))
            .add(access_record::Column::Partner.eq(&self.partner))
            .add_option(self.client.as_ref().map(|client| access_record::Column::Client.eq(client)))
    }
}

impl Store {
    /// A page of the log, the newest first, as far as it is within reach. Two statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn search_log(
        &self,
        reach: &Reach,
        filter: &AccessFilter,
        page: &AccessPage,
    ) -> Result<Vec<Record>, StoreError> {
        let mut query = narrowed(reach, filter);
        if let Some(after) = page.after {
            query = query.filter(access_record::Column::Number.lt(after));
        }
        if let Some(before) = page.before {
            query = query.filter(access_record::Column::Number.gt(before));
        }
        let order = if page.from_end { Order::Asc } else { Order::Desc };
        let mut records =
            query.order_by(access_record::Column::Number, order).limit(page.limit).all(&self.db).await?;
        if page.from_end {
            records.reverse();
        }
        let numbers: Vec<i64> = records.iter().map(|record| record.number).collect();
        let mut sources: HashMap<i64, Vec<access_source::Model>> = HashMap::new();
        if !numbers.is_empty() {
            let found = access_source::Entity::find()
                .filter(access_source::Column::Number.is_in(numbers))
                .order_by_asc(access_source::Column::Source);
            for row in found.all(&self.db).await? {
                sources.entry(row.number).or_default().push(row);
            }
        }
        Ok(records
            .into_iter()
            .map(|record| {
                let mut reached = sources.remove(&record.number).unwrap_or_default();
                if let Others::Of(theirs) = &reach.others
                    && !reach.own.as_ref().is_some_and(|own| own.holds(&record))
                {
                    reached.retain(|row| theirs.contains(&row.source));
                }
                Record::read(record, reached)
            })
            .collect())
    }

    /// How many records a search finds. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn count_log(&self, reach: &Reach, filter: &AccessFilter) -> Result<u64, StoreError> {
        Ok(narrowed(reach, filter).count(&self.db).await?)
    }
}

/// Numbers of the records that reached one of these sources.
fn reaching<'a>(sources: impl IntoIterator<Item = &'a String>) -> SelectStatement {
    access_source::Entity::find()
        .select_only()
        .column(access_source::Column::Number)
        .filter(access_source::Column::Source.is_in(sources))
        .into_query()
}

fn narrowed(reach: &Reach, filter: &AccessFilter) -> Select<access_record::Entity> {
    use access_record::Column;
    let of_source = |condition: Condition| {
        let asked = filter.source.as_ref().map(|source| Column::Number.in_subquery(reaching([source])));
        condition.add_option(asked)
    };
    let mut any = Condition::any();
    if let Some(own) = &reach.own {
        any = any.add(of_source(own.condition()));
    }
    if !filter.own {
        match &reach.others {
            Others::All => any = any.add(of_source(Condition::all().add(Column::Number.is_not_null()))),
            // What others reached of another's source is not told, not even by being found.
            Others::Of(theirs) => {
                let theirs = theirs.iter().filter(|code| filter.source.as_ref().is_none_or(|it| it == *code));
                any = any.add(Column::Number.in_subquery(reaching(theirs)));
            }
        }
    }
    access_record::Entity::find().filter(any).filter(
        Condition::all()
            .add_option(filter.partner.as_ref().map(|partner| Column::Partner.eq(partner)))
            .add_option(filter.subject.as_ref().map(|subject| Column::Subject.eq(bounded(subject))))
            .add_option(filter.purpose.map(|purpose| Column::Purpose.eq(purpose.word())))
            .add_option(filter.operation_name.as_ref().map(|name| Column::OperationName.eq(bounded(name))))
            .add_option(filter.from.map(|from| Column::At.gte(from)))
            .add_option(filter.until.map(|until| Column::At.lt(until))),
    )
}
