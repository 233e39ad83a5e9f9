//! Creates studies and what they are about.

use sea_orm_migration::{
    prelude::*,
    schema::{date_null, integer, text, text_null},
};

/// Creates studies and what they are about.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Study::Table)
                    .col(integer(Study::Id))
                    .col(text(Study::Reference).unique_key().take())
                    .col(text(Study::Kind))
                    .col(text(Study::Title))
                    .col(text_null(Study::Summary))
                    .col(text(Study::Status))
                    .col(text(Study::Audience))
                    .col(date_null(Study::PublishedOn))
                    .col(text_null(Study::ReviewedVersion))
                    .primary_key(Index::create().col(Study::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(StudyAuthor::Table)
                    .col(integer(StudyAuthor::StudyId))
                    .col(integer(StudyAuthor::PartnerId))
                    .primary_key(Index::create().col(StudyAuthor::StudyId).col(StudyAuthor::PartnerId))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(StudyTerritory::Table)
                    .col(integer(StudyTerritory::StudyId))
                    .col(integer(StudyTerritory::TerritoryId))
                    .primary_key(
                        Index::create().col(StudyTerritory::StudyId).col(StudyTerritory::TerritoryId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("study_territory_by_territory")
                    .table(StudyTerritory::Table)
                    .col(StudyTerritory::TerritoryId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(StudyTheme::Table)
                    .col(integer(StudyTheme::StudyId))
                    .col(text(StudyTheme::Theme))
                    .primary_key(Index::create().col(StudyTheme::StudyId).col(StudyTheme::Theme))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(StudyIndicator::Table)
                    .col(integer(StudyIndicator::StudyId))
                    .col(integer(StudyIndicator::IndicatorId))
                    .primary_key(
                        Index::create().col(StudyIndicator::StudyId).col(StudyIndicator::IndicatorId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(StudyCitation::Table)
                    .col(integer(StudyCitation::StudyId))
                    .col(integer(StudyCitation::Position))
                    .col(integer(StudyCitation::IndicatorId))
                    .col(integer(StudyCitation::TerritoryId))
                    .col(integer(StudyCitation::Period))
                    .col(integer(StudyCitation::BreakdownId))
                    .primary_key(Index::create().col(StudyCitation::StudyId).col(StudyCitation::Position))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("study_citation_by_indicator")
                    .table(StudyCitation::Table)
                    .col(StudyCitation::IndicatorId)
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(StudyCitation::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(StudyIndicator::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(StudyTheme::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(StudyTerritory::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(StudyAuthor::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Study::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Study {
    Table,
    Id,
    Reference,
    Kind,
    Title,
    Summary,
    Status,
    Audience,
    PublishedOn,
    ReviewedVersion,
}

#[derive(DeriveIden)]
enum StudyAuthor {
    Table,
    StudyId,
    PartnerId,
}

#[derive(DeriveIden)]
enum StudyTerritory {
    Table,
    StudyId,
    TerritoryId,
}

#[derive(DeriveIden)]
enum StudyTheme {
    Table,
    StudyId,
    Theme,
}

#[derive(DeriveIden)]
enum StudyIndicator {
    Table,
    StudyId,
    IndicatorId,
}

#[derive(DeriveIden)]
enum StudyCitation {
    Table,
    StudyId,
    Position,
    IndicatorId,
    TerritoryId,
    Period,
    BreakdownId,
}
