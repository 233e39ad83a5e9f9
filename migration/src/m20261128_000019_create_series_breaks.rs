//! Creates the breaks in the series of indicators.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, text},
};

/// Creates the breaks in the series of indicators.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(SeriesBreak::Table)
            .col(integer(SeriesBreak::IndicatorId))
            .col(integer(SeriesBreak::Period))
            .col(text(SeriesBreak::ReasonFr))
            .col(text(SeriesBreak::ReasonEn))
            .primary_key(Index::create().col(SeriesBreak::IndicatorId).col(SeriesBreak::Period))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(SeriesBreak::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum SeriesBreak {
    Table,
    IndicatorId,
    Period,
    ReasonFr,
    ReasonEn,
}
