//! Creates releases, the figures that everybody reads, and the vault.

use sea_orm_migration::{
    prelude::*,
    schema::{binary, date_null, double_null, integer, text, text_null, timestamp_with_time_zone_null},
};

/// Creates releases, the figures that everybody reads, and the vault.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Release::Table)
                    .col(integer(Release::Id))
                    .col(text(Release::Reference).unique_key().take())
                    .col(integer(Release::SourceId))
                    .col(integer(Release::Period))
                    .col(text(Release::State))
                    .col(integer(Release::GeographyVintage))
                    .col(date_null(Release::PublishedOn))
                    .col(timestamp_with_time_zone_null(Release::EmbargoUntil))
                    .primary_key(Index::create().col(Release::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("release_by_source_state")
                    .table(Release::Table)
                    .col(Release::SourceId)
                    .col(Release::State)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Figure::Table)
                    .col(integer(Figure::ReleaseId))
                    .col(integer(Figure::IndicatorId))
                    .col(integer(Figure::TerritoryId))
                    .col(integer(Figure::Period))
                    .col(integer(Figure::BreakdownId))
                    .col(text(Figure::Level))
                    .col(double_null(Figure::Shown))
                    .col(text_null(Figure::Withheld))
                    .primary_key(
                        Index::create()
                            .col(Figure::ReleaseId)
                            .col(Figure::IndicatorId)
                            .col(Figure::TerritoryId)
                            .col(Figure::Period)
                            .col(Figure::BreakdownId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("figure_by_indicator_period_breakdown_territory")
                    .table(Figure::Table)
                    .col(Figure::IndicatorId)
                    .col(Figure::Period)
                    .col(Figure::BreakdownId)
                    .col(Figure::TerritoryId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("figure_by_territory_indicator")
                    .table(Figure::Table)
                    .col(Figure::TerritoryId)
                    .col(Figure::IndicatorId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(ReleaseOpening::Table)
                    .col(integer(ReleaseOpening::ReleaseId))
                    .col(integer(ReleaseOpening::TerritoryId))
                    .primary_key(
                        Index::create().col(ReleaseOpening::ReleaseId).col(ReleaseOpening::TerritoryId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(VaultSheet::Table)
                    .col(integer(VaultSheet::ReleaseId))
                    .col(integer(VaultSheet::IndicatorId))
                    .col(binary(VaultSheet::Locked))
                    .primary_key(Index::create().col(VaultSheet::ReleaseId).col(VaultSheet::IndicatorId))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(VaultSheet::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(ReleaseOpening::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Figure::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Release::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Release {
    Table,
    Id,
    Reference,
    SourceId,
    Period,
    State,
    GeographyVintage,
    PublishedOn,
    EmbargoUntil,
}

#[derive(DeriveIden)]
enum Figure {
    Table,
    ReleaseId,
    IndicatorId,
    TerritoryId,
    Period,
    BreakdownId,
    Level,
    Shown,
    Withheld,
}

#[derive(DeriveIden)]
enum VaultSheet {
    Table,
    ReleaseId,
    IndicatorId,
    Locked,
}

#[derive(DeriveIden)]
enum ReleaseOpening {
    Table,
    ReleaseId,
    TerritoryId,
}
