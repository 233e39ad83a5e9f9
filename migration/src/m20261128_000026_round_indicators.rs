//! An indicator says with how many decimals it is published, where they are not those of its unit.

use sea_orm_migration::{prelude::*, schema::integer_null};

/// An indicator says with how many decimals it is published, where they are not those of its unit.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = integer_null(Indicator::Decimals).take();
        manager.alter_table(Table::alter().table(Indicator::Table).add_column(column).to_owned()).await?;
        // Of a demonstration it is known which ones its source rounds.
        let statement = "UPDATE indicator SET decimals = 0 WHERE code IN ('REV03', 'REV04') AND EXISTS \
             (SELECT 1 FROM setting WHERE name = 'content' AND value LIKE 'demonstration%')";
        manager.get_connection().execute_unprepared(statement).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dropped = Table::alter().table(Indicator::Table).drop_column(Indicator::Decimals).to_owned();
        manager.alter_table(dropped).await
    }
}

#[derive(DeriveIden)]
enum Indicator {
    Table,
    Decimals,
}
