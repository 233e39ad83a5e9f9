//! Writing releases and their figures, already masked. Only `release` calls this, with a plan.

use std::fmt::Write as _;

use entity::{
    release,
    types::{Level, Withheld},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, Statement, Value};

use super::{Batch, Release, StoreError};
use crate::secrecy::{Masked, table::CellKey};

/// The figures of a release, each with its territory's level.
pub(crate) type FigureSheet = Vec<(CellKey, Level, Masked)>;

const COLUMNS: [&str; 8] =
    ["release_id", "indicator_id", "territory_id", "period", "breakdown_id", "level", "shown", "withheld"];

/// Rows in one statement: 4,000 values, far below what either database takes, and a text that is prepared
/// once for all statements but the last.
const ROWS_A_STATEMENT: usize = 500;

impl Batch {
    /// Writes the row of a release.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], for instance when the reference is taken.
    pub(crate) async fn write_release(&self, facts: &Release) -> Result<(), StoreError> {
        let row = release::ActiveModel {
            id: Set(facts.id),
            reference: Set(facts.reference.clone()),
            source_id: Set(facts.source_id),
            period: Set(facts.period),
            state: Set(facts.state),
            geography_vintage: Set(facts.geography_vintage),
            published_on: Set(facts.published_on),
            embargo_until: Set(facts.embargo_until),
            ..Default::default()
        };
        release::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Writes figures. The text of the statement is built once, where the mapper's own bulk insert would build
    /// a syntax tree for every value of hundreds of thousands of rows.
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
        withheld.map(Withheld::word).into(),
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

#[cfg(test)]
mod tests {
    use entity::figure;
    use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter};

    use crate::{
        demonstration::{Options, Silent, build},
        secrecy::Keyring,
        store::Store,
    };

    #[tokio::test]
    async fn no_masked_figure_rests_with_a_number() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}/figures.sqlite", folder.path().display());
        let store = Store::connect(&url, 2).await?;
        store.migrate().await?;
        let options = Options { first_year: 2025, last_year: 2025, canary: true };
        let report = build(&store, &Keyring::new(&[7; 32]), &options, &Silent).await?;
        let rows = figure::Entity::find().count(&store.db).await?;
        assert_eq!(usize::try_from(rows)?, report.figures);
        let (shown, withheld) = (figure::Column::Shown, figure::Column::Withheld);
        let torn = Condition::any()
            .add(shown.is_null().and(withheld.is_null()))
            .add(shown.is_not_null().and(withheld.is_not_null()));
        assert_eq!(figure::Entity::find().filter(torn).count(&store.db).await?, 0);
        let (key, amount) = report.masked.first().ok_or("nothing is masked")?;
        let kept = figure::Entity::find()
            .filter(figure::Column::IndicatorId.eq(key.indicator_id))
            .filter(shown.eq(amount.parse::<f64>()?));
        assert_eq!(kept.count(&store.db).await?, 0);
        Ok(())
    }
}
