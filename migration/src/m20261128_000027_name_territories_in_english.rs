//! Territories that are made up have an English name: theirs says what they are.

use sea_orm_migration::{prelude::*, schema::string_null};

/// Territories that are made up have an English name: theirs says what they are.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = string_null(Territory::NameEn).take();
        manager.alter_table(Table::alter().table(Territory::Table).add_column(column).to_owned()).await?;
        // The names that the demonstration gave.
        for (french, english) in [
            ("IRIS fictif", "fictitious IRIS"),
            ("hors quartiers prioritaires", "outside priority neighbourhoods"),
        ] {
            let statement = format!(
                "UPDATE territory SET name_en = REPLACE(name, '{french}', '{english}') \
                 WHERE official = FALSE AND name LIKE '% {french} %'"
            );
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dropped = Table::alter().table(Territory::Table).drop_column(Territory::NameEn).to_owned();
        manager.alter_table(dropped).await
    }
}

#[derive(DeriveIden)]
enum Territory {
    Table,
    NameEn,
}
