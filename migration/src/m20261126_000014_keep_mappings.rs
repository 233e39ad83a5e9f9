//! Mappings are kept with their sources.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, text, timestamp_with_time_zone},
};

/// Mappings are kept with their sources.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(SourceMapping::Table)
                    .col(integer(SourceMapping::SourceId))
                    .col(text(SourceMapping::Text))
                    .col(timestamp_with_time_zone(SourceMapping::KeptOn))
                    .primary_key(Index::create().col(SourceMapping::SourceId))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(SourceMapping::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum SourceMapping {
    Table,
    SourceId,
    Text,
    KeptOn,
}
