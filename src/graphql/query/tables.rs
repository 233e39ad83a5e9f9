//! Tables.

use async_graphql::{Context, Object};

use crate::{
    error::Refusal,
    graphql::{
        context::{InSession, Session},
        layout::TableInput,
        types::Table,
    },
    present::Grid,
};

/// Most cells of a table in an answer; files hold more.
pub const MOST_CELLS: usize = 20_000;

/// Tables.
#[derive(Default)]
pub struct TableQuery;

#[Object]
impl TableQuery {
    /// Figures on rows and columns, as this viewer is told them: 20,000 cells at most.
    #[graphql(complexity = "10_000 + child_complexity")]
    async fn table(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which figures, and where they stand.")] input: TableInput,
    ) -> Result<Table, Refusal> {
        Ok(Table::new(grid(context.session()?, &input, MOST_CELLS).await?, input))
    }
}

/// A table with what the viewer of a session is told in each cell.
///
/// # Errors
///
/// Those of [`TableInput::layout`], and of the store.
pub async fn grid(session: &Session, input: &TableInput, limit: usize) -> Result<Grid, Refusal> {
    let layout = input.layout(session, limit).await?;
    let told = session.reading().tell(&layout.keys()).await?;
    Grid::new(layout, &told).ok_or_else(Refusal::internal)
}
