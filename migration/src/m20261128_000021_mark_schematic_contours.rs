//! Marks contours that are schematic: those that the demonstration drew.

use sea_orm_migration::{prelude::*, schema::boolean};

/// Marks contours that are schematic: those that the demonstration drew.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = boolean(TerritoryGeometry::Schematic).default(false).to_owned();
        let table = Table::alter().table(TerritoryGeometry::Table).add_column(column).to_owned();
        manager.alter_table(table).await?;
        // Of contours that are there nobody knows any more whether they were loaded: those of a demonstration most likely
        // were not.
        let statement = "UPDATE territory_geometry SET schematic = TRUE WHERE EXISTS \
             (SELECT 1 FROM setting WHERE name = 'content' AND value LIKE 'demonstration%')";
        manager.get_connection().execute_unprepared(statement).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table(TerritoryGeometry::Table)
            .drop_column(TerritoryGeometry::Schematic)
            .to_owned();
        manager.alter_table(table).await
    }
}

#[derive(DeriveIden)]
enum TerritoryGeometry {
    Table,
    Schematic,
}
