//! Creates the programme of studies.

use sea_orm_migration::{
    prelude::*,
    schema::{date, date_null, integer, integer_null, string, text, text_null},
};

/// Creates the programme of studies.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let planned = Table::create()
            .table(PlannedStudy::Table)
            .col(integer(PlannedStudy::Id))
            .col(string(PlannedStudy::Reference).unique_key())
            .col(string(PlannedStudy::Kind))
            .col(text(PlannedStudy::Title))
            .col(integer(PlannedStudy::PartnerId))
            .col(date(PlannedStudy::DueOn))
            .col(integer_null(PlannedStudy::StudyId))
            .col(date_null(PlannedStudy::DroppedOn))
            .col(text_null(PlannedStudy::DropReason))
            .primary_key(Index::create().col(PlannedStudy::Id))
            .to_owned();
        manager.create_table(planned).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(PlannedStudy::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum PlannedStudy {
    Table,
    Id,
    Reference,
    Kind,
    Title,
    PartnerId,
    DueOn,
    StudyId,
    DroppedOn,
    DropReason,
}
