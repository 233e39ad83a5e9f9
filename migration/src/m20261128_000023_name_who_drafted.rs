//! A study says who drafted it, by the subject of their token.

use sea_orm_migration::{prelude::*, schema::string_null};

/// A study says who drafted it, by the subject of their token.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Of those of before nobody knows any more.
        let column = string_null(Study::DraftedBy).take();
        manager.alter_table(Table::alter().table(Study::Table).add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dropped = Table::alter().table(Study::Table).drop_column(Study::DraftedBy).to_owned();
        manager.alter_table(dropped).await
    }
}

#[derive(DeriveIden)]
enum Study {
    Table,
    DraftedBy,
}
