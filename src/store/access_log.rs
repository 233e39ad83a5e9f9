//! The log of access in the database: appended to, read by who may, verified, shortened by retention.

mod append;
mod line;
mod retention;
mod search;
mod verify;
mod writer;

use chrono::{DateTime, Utc};
use entity::{access_chain, access_record, access_source};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

pub use search::{AccessFilter, AccessPage, Others, Own, Reach};
pub use writer::{AccessLog, NotWritten};

use super::{Store, StoreError};
use crate::{access_log::Chain, secrecy::Keyring};

fn broken(what: &str) -> StoreError {
    StoreError::Inconsistent(format!("log of access: {what}; run observatoire log verify"))
}

impl Store {
    /// Begins the chain in a database that has no log yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn begin_log(&self, keyring: &Keyring, now: DateTime<Utc>) -> Result<(), StoreError> {
        let begun = access_chain::Entity::find().one(&self.db).await?.is_some();
        // Records without their ends are what is left of a log: they are not begun anew, so that it is found.
        if begun || access_record::Entity::find().one(&self.db).await?.is_some() {
            return Ok(());
        }
        let row = Chain::begin(keyring, now).row(keyring).into_active_model().reset_all();
        access_chain::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Where the chain begins and ends, when its seal holds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inconsistent`] when there is no chain or its seal does not hold.
    pub async fn log_chain(&self, keyring: &Keyring) -> Result<Chain, StoreError> {
        chain(&self.db, keyring).await
    }
}

/// Where the chain begins and ends, held against every other writer until the transaction ends.
async fn locked(transaction: &DatabaseTransaction, keyring: &Keyring) -> Result<Chain, StoreError> {
    // A write before any read takes the lock of either database.
    access_chain::Entity::update_many()
        .col_expr(access_chain::Column::LastNumber, Expr::col(access_chain::Column::LastNumber).add(0))
        .exec(transaction)
        .await?;
    chain(transaction, keyring).await
}

/// The last record stands there as it was written, and none after it: what is appended would hide it else.
async fn expect_end(
    transaction: &DatabaseTransaction,
    chain: &Chain,
    keyring: &Keyring,
) -> Result<(), StoreError> {
    let (last, removed) = (chain.last(), chain.removed());
    let from = access_record::Column::Number.gte(last.number.saturating_sub(1));
    let rows = access_record::Entity::find().filter(from).order_by_asc(access_record::Column::Number);
    let rows = rows.limit(3).all(transaction).await?;
    let at = |number: i64| rows.iter().find(|row| row.number == number);
    if rows.iter().any(|row| row.number > last.number) {
        return Err(broken("a record stands beyond its end"));
    }
    if last.number == removed.number {
        return Ok(());
    }
    let before = match last.number.saturating_sub(1) {
        number if number == removed.number => Some(&removed.hash),
        number => at(number).map(|row| &row.hash),
    };
    let sources = access_source::Entity::find().filter(access_source::Column::Number.eq(last.number));
    let sources = sources.all(transaction).await?;
    let holds = at(last.number)
        .zip(before)
        .is_some_and(|(record, before)| chain.ends_with(keyring, before, record, &sources));
    if holds { Ok(()) } else { Err(broken("its last record was touched")) }
}

/// What a writer left is there as it left it, unless retention removed it: else the database is an older copy that others went on
/// with.
async fn expect_known(
    transaction: &DatabaseTransaction,
    chain: &Chain,
    known: &Chain,
) -> Result<(), StoreError> {
    let last = known.last();
    if last.number <= chain.removed().number {
        return Ok(());
    }
    let row = access_record::Entity::find_by_id(last.number).one(transaction).await?;
    if row.is_some_and(|row| row.hash == last.hash) {
        return Ok(());
    }
    Err(broken(
        "a record that this server wrote is another one now: the database is a copy from before, start the server anew",
    ))
}

async fn chain(connection: &impl ConnectionTrait, keyring: &Keyring) -> Result<Chain, StoreError> {
    let row = access_chain::Entity::find().one(connection).await?;
    let row = row.ok_or_else(|| broken("there is no chain"))?;
    Chain::sealed(keyring, &row).ok_or_else(|| broken("the seal does not hold"))
}

async fn rewrite(
    transaction: &DatabaseTransaction,
    chain: &Chain,
    keyring: &Keyring,
) -> Result<(), StoreError> {
    chain.row(keyring).into_active_model().reset_all().update(transaction).await?;
    Ok(())
}
