//! Writing releases and their figures, already masked. Only `release` calls this, with a plan.

use std::fmt::Write as _;

use entity::{
    release,
    types::{Level, ReleaseState},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, Statement, Value};

use super::{Batch, StoreError};
use crate::{
    release::Facts,
    secrecy::{Masked, table::CellKey},
};

/// The figures of a release, each with its territory's level.
pub(crate) type FigureSheet = Vec<(CellKey, Level, Masked)>;

const COLUMNS: [&str; 8] =
    ["release_id", "indicator_id", "territory_id", "period", "breakdown_id", "level", "shown", "withheld"];

/// Rows in one statement. Measured: the text of a full statement is prepared once and its plan reused,
/// so that a few hundred rows are as fast as thousands and need less memory.
const ROWS_A_STATEMENT: usize = 500;

impl Batch {
    /// Writes the row of a published release.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], for instance when the reference is taken.
    pub(crate) async fn write_release(&self, facts: &Facts) -> Result<(), StoreError> {
        let row = release::ActiveModel {
            id: Set(facts.id),
            reference: Set(facts.reference.clone()),
            source_id: Set(facts.source_id),
            period: Set(facts.period),
            state: Set(ReleaseState::Published),
            geography_vintage: Set(facts.geography_vintage),
            published_on: Set(facts.published_on),
            embargo_until: Set(facts.embargo_until),
        };
        release::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Writes figures. The mapper's own bulk insert builds a syntax tree for every value; with the text
    /// of the statement built once, this takes a third of the time.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], for instance for a figure that is there already.
    pub(crate) async fn write_figures(
        &self,
        release_id: i32,
        figures: &[(CellKey, Level, Masked)],
    ) -> Result<(), StoreError> {
        let backend = self.transaction.get_database_backend();
        let full = insertion(backend, ROWS_A_STATEMENT);
        for rows in figures.chunks(ROWS_A_STATEMENT) {
            let text =
                if rows.len() == ROWS_A_STATEMENT { full.clone() } else { insertion(backend, rows.len()) };
            let values = rows.iter().flat_map(|row| values(release_id, row));
            let statement = Statement::from_sql_and_values(backend, text, values);
            self.transaction.execute_raw(statement).await?;
        }
        Ok(())
    }
}

fn values(release_id: i32, (key, level, masked): &(CellKey, Level, Masked)) -> [Value; COLUMNS.len()] {
    let (shown, withheld) = masked.columns();
    [
        release_id.into(),
        key.indicator_id.into(),
        key.address.territory_id.into(),
        key.address.period.number().into(),
        key.address.breakdown_id.into(),
        level.word().into(),
        shown.into(),
        withheld.map(|reason| reason.word()).into(),
    ]
}

fn insertion(backend: DbBackend, rows: usize) -> String {
    let mut text = format!("INSERT INTO figure ({}) VALUES ", COLUMNS.join(", "));
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..COLUMNS.len() {
            if column > 0 {
                text.push_str(", ");
            }
            if backend == DbBackend::Postgres {
                // Writing to a String cannot fail.
                let _ = write!(text, "${}", row * COLUMNS.len() + column + 1);
            } else {
                text.push('?');
            }
        }
        text.push(')');
    }
    text
}
