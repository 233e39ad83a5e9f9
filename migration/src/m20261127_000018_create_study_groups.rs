//! A study has a group of partners who read it once it is submitted.

use sea_orm_migration::{prelude::*, schema::boolean};

/// A study has a group of partners who read it once it is submitted.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Those of before wrote what they are named for.
        let column = boolean(StudyAuthor::InGroup).default(false).take();
        manager.alter_table(Table::alter().table(StudyAuthor::Table).add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dropped = Table::alter().table(StudyAuthor::Table).drop_column(StudyAuthor::InGroup).to_owned();
        manager.alter_table(dropped).await
    }
}

#[derive(DeriveIden)]
enum StudyAuthor {
    Table,
    InGroup,
}
