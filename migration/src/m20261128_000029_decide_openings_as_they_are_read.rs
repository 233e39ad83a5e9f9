//! What true numbers somebody is told is decided as they ask: a release keeps which of its figures are bound to one another, and
//! what partners have read is written down when they read it.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, integer, integer_null, text},
};

use super::m20261128_000028_count_revisions::count;

/// What true numbers somebody is told is decided as they ask.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let components = Table::create()
            .table(ReleaseComponent::Table)
            .col(integer(ReleaseComponent::ReleaseId).primary_key())
            .col(text(ReleaseComponent::Components))
            .to_owned();
        manager.create_table(components).await?;
        count(manager, "release_component").await?;
        let readings = Table::create()
            .table(ReleaseReading::Table)
            .col(integer(ReleaseReading::ReleaseId))
            .col(integer(ReleaseReading::PartnerId))
            .col(integer(ReleaseReading::TerritoryId))
            .primary_key(
                Index::create()
                    .col(ReleaseReading::ReleaseId)
                    .col(ReleaseReading::PartnerId)
                    .col(ReleaseReading::TerritoryId),
            )
            .to_owned();
        manager.create_table(readings).await?;
        // What was open may have been read.
        let statement = "INSERT INTO release_reading (release_id, partner_id, territory_id) \
             SELECT release_id, partner_id, territory_id FROM release_opening WHERE open";
        manager.get_connection().execute_unprepared(statement).await?;
        manager.drop_table(Table::drop().table(ReleaseOpening::Table).to_owned()).await?;
        let column = integer_null(Release::PlannedReadings).take();
        manager.alter_table(Table::alter().table(Release::Table).add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let openings = Table::create()
            .table(ReleaseOpening::Table)
            .col(integer(ReleaseOpening::ReleaseId))
            .col(integer(ReleaseOpening::PartnerId))
            .col(integer(ReleaseOpening::TerritoryId))
            .col(boolean(ReleaseOpening::Open))
            .primary_key(
                Index::create()
                    .name("release_opening_partner_key")
                    .col(ReleaseOpening::ReleaseId)
                    .col(ReleaseOpening::PartnerId)
                    .col(ReleaseOpening::TerritoryId),
            )
            .to_owned();
        manager.create_table(openings).await?;
        count(manager, "release_opening").await?;
        manager.drop_table(Table::drop().table(ReleaseReading::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(ReleaseComponent::Table).to_owned()).await?;
        let dropped = Table::alter().table(Release::Table).drop_column(Release::PlannedReadings).to_owned();
        manager.alter_table(dropped).await
    }
}

#[derive(DeriveIden)]
enum ReleaseComponent {
    Table,
    ReleaseId,
    Components,
}

#[derive(DeriveIden)]
enum ReleaseReading {
    Table,
    ReleaseId,
    PartnerId,
    TerritoryId,
}

#[derive(DeriveIden)]
enum ReleaseOpening {
    Table,
    ReleaseId,
    PartnerId,
    TerritoryId,
    Open,
}

#[derive(DeriveIden)]
enum Release {
    Table,
    PlannedReadings,
}
