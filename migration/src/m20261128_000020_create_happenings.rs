//! Creates what happened, for those who wait for it.

use sea_orm_migration::{
    prelude::*,
    schema::{big_pk_auto, text, timestamp_with_time_zone},
};

/// Creates what happened, for those who wait for it.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Happening::Table)
            .col(big_pk_auto(Happening::Id))
            .col(text(Happening::Kind))
            .col(text(Happening::Reference))
            .col(timestamp_with_time_zone(Happening::DueAt))
            .to_owned();
        manager.create_table(table).await?;
        let index =
            Index::create().name("happening_due_at").table(Happening::Table).col(Happening::DueAt).to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Happening::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Happening {
    Table,
    Id,
    Kind,
    Reference,
    DueAt,
}
