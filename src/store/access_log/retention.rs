//! Retention: old records go, and the chain still holds.

use chrono::{DateTime, Utc};
use entity::{access_record, access_source};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TransactionTrait};

use super::{broken, locked, rewrite, verify::rows};
use crate::{
    access_log::{Link, Verifier},
    secrecy::Keyring,
    store::{Store, StoreError},
};

/// Records that are removed in one transaction, so that nobody waits long behind it.
const A_TRANSACTION: u64 = 5_000;

impl Store {
    /// Removes the records from before an instant, and gives how many. What is removed is verified first, so that
    /// retention never takes away what shows that somebody touched the log.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inconsistent`] when the chain does not hold there; nothing of that part is removed.
    pub async fn shorten_log(
        &self,
        keyring: &Keyring,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            let some = self.shorten_log_by_some(keyring, before, now).await?;
            removed += some;
            if some < A_TRANSACTION {
                return Ok(removed);
            }
        }
    }

    async fn shorten_log_by_some(
        &self,
        keyring: &Keyring,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let transaction = self.db.begin().await?;
        let mut chain = locked(&transaction, keyring).await?;
        let first_kept: Option<i64> = access_record::Entity::find()
            .select_only()
            .column(access_record::Column::Number)
            .filter(access_record::Column::At.gte(before))
            .order_by_asc(access_record::Column::Number)
            .into_tuple()
            .one(&transaction)
            .await?;
        let last = first_kept.map_or(chain.last().number, |number| number - 1);
        let start = chain.removed().number;
        let last = last.min(start.saturating_add(A_TRANSACTION.cast_signed()));
        if last <= start {
            return Ok(0);
        }
        let mut verifier = Verifier::new(keyring, &chain, true, None);
        for (record, sources) in rows(&transaction, start, last, A_TRANSACTION).await? {
            verifier.take(&record, &sources);
        }
        if !verifier.so_far().holds() || verifier.at().number != last {
            return Err(broken("what is to be removed does not hold"));
        }
        let up_to = Link { number: last, hash: verifier.at().hash.clone() };
        chain.remove(up_to, now);
        access_source::Entity::delete_many()
            .filter(access_source::Column::Number.lte(last))
            .exec(&transaction)
            .await?;
        access_record::Entity::delete_many()
            .filter(access_record::Column::Number.lte(last))
            .exec(&transaction)
            .await?;
        rewrite(&transaction, &chain, keyring).await?;
        transaction.commit().await?;
        Ok(last.abs_diff(start))
    }
}
