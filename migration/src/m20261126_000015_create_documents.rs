//! Creates the documents of studies.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, date, integer, text},
};

/// Creates the documents of studies.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(StudyDocument::Table)
                    .col(integer(StudyDocument::Id))
                    .col(integer(StudyDocument::StudyId))
                    .col(text(StudyDocument::Reference).unique_key().take())
                    .col(text(StudyDocument::Title))
                    .col(text(StudyDocument::FileName))
                    .col(text(StudyDocument::Kind))
                    .col(big_integer(StudyDocument::Size))
                    .col(text(StudyDocument::Checksum))
                    .col(text(StudyDocument::Numbers))
                    .col(boolean(StudyDocument::ReadWhole))
                    .col(date(StudyDocument::AttachedOn))
                    .primary_key(Index::create().col(StudyDocument::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("study_document_by_study")
                    .table(StudyDocument::Table)
                    .col(StudyDocument::StudyId)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(StudyDocument::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum StudyDocument {
    Table,
    Id,
    StudyId,
    Reference,
    Title,
    FileName,
    Kind,
    Size,
    Checksum,
    Numbers,
    ReadWhole,
    AttachedOn,
}
