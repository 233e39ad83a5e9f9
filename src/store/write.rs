//! Writing in bulk, all or nothing.

use entity::{
    agreement, agreement_source, breakdown, category, charter_signature, contribution, dimension, event,
    event_attendance, event_study, indicator, partner, partner_territory, planned_study, referent,
    secrecy_rule, series_break, source, study, study_author, study_citation, study_document, study_indicator,
    study_territory, study_theme, territory, territory_membership, territory_overlap, territory_succession,
    use_grant, use_grant_territory, use_request, use_request_source, use_request_territory,
};
use sea_orm::{
    ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Iterable, TransactionTrait,
};

use super::{Store, StoreError};

/// Values in one statement: below what SQLite (32,766) and PostgreSQL (65,535) take.
const VALUES_A_STATEMENT: usize = 30_000;

/// One transaction. Dropped without [`commit`](Self::commit), it leaves nothing behind.
pub struct Batch {
    pub(super) transaction: DatabaseTransaction,
}

/// Rows that anybody may insert. Releases and figures are not: they are written by
/// [`Planned::publish`](crate::release::Planned::publish) alone.
pub trait Plain: ActiveModelTrait + Send {}

macro_rules! plain {
    ($($table:ident),+ $(,)?) => { $(impl Plain for $table::ActiveModel {})+ };
}

plain!(
    agreement,
    agreement_source,
    breakdown,
    category,
    charter_signature,
    contribution,
    dimension,
    event,
    event_attendance,
    event_study,
    indicator,
    partner,
    partner_territory,
    planned_study,
    referent,
    secrecy_rule,
    series_break,
    source,
    study,
    study_author,
    study_citation,
    study_document,
    study_indicator,
    study_territory,
    study_theme,
    territory,
    territory_membership,
    territory_overlap,
    territory_succession,
    use_grant,
    use_grant_territory,
    use_request,
    use_request_source,
    use_request_territory,
);

impl Store {
    /// Begins a transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn batch(&self) -> Result<Batch, StoreError> {
        Ok(Batch { transaction: self.office.begin().await? })
    }
}

impl Batch {
    /// Inserts rows of one table, many a statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], for instance for a row that is there already.
    pub async fn insert<A>(
        &self,
        rows: impl IntoIterator<Item = <A::Entity as EntityTrait>::Model>,
    ) -> Result<(), StoreError>
    where
        A: Plain,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        let columns = <A::Entity as EntityTrait>::Column::iter().count().max(1);
        let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).map(A::reset_all);
        loop {
            let some: Vec<A> = rows.by_ref().take(VALUES_A_STATEMENT / columns).collect();
            if some.is_empty() {
                return Ok(());
            }
            A::Entity::insert_many(some).exec_without_returning(&self.transaction).await?;
        }
    }

    /// The transaction, for tests that write what nobody else does.
    #[cfg(test)]
    pub(crate) const fn connection(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Makes everything visible at once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`]; nothing is kept then.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}
