//! Says which figures partners have read of true numbers, no longer in which territories only: who has read one number of a
//! territory does not know the others.

use sea_orm_migration::{prelude::*, schema::integer};

/// Says which figures partners have read of true numbers.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let before = Table::rename().table(ReleaseReading::Table, Before::Table).to_owned();
        manager.rename_table(before).await?;
        let figures = Table::create()
            .table(ReleaseReading::Table)
            .col(integer(ReleaseReading::ReleaseId))
            .col(integer(ReleaseReading::PartnerId))
            .col(integer(ReleaseReading::IndicatorId))
            .col(integer(ReleaseReading::TerritoryId))
            .col(integer(ReleaseReading::Period))
            .col(integer(ReleaseReading::BreakdownId))
            .primary_key(
                Index::create()
                    .name("release_reading_figure_key")
                    .col(ReleaseReading::ReleaseId)
                    .col(ReleaseReading::PartnerId)
                    .col(ReleaseReading::IndicatorId)
                    .col(ReleaseReading::TerritoryId)
                    .col(ReleaseReading::Period)
                    .col(ReleaseReading::BreakdownId),
            )
            .to_owned();
        manager.create_table(figures).await?;
        // Which of them it was nobody knows any more: each may have been read.
        let statement = "INSERT INTO release_reading (release_id, partner_id, indicator_id, territory_id, period, breakdown_id) \
             SELECT before.release_id, before.partner_id, figure.indicator_id, figure.territory_id, figure.period, figure.breakdown_id \
             FROM release_reading_before before \
             JOIN figure ON figure.release_id = before.release_id AND figure.territory_id = before.territory_id \
             WHERE figure.shown IS NULL";
        manager.get_connection().execute_unprepared(statement).await?;
        manager.drop_table(Table::drop().table(Before::Table).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let after = Table::rename().table(ReleaseReading::Table, After::Table).to_owned();
        manager.rename_table(after).await?;
        let territories = Table::create()
            .table(ReleaseReading::Table)
            .col(integer(ReleaseReading::ReleaseId))
            .col(integer(ReleaseReading::PartnerId))
            .col(integer(ReleaseReading::TerritoryId))
            .primary_key(
                Index::create()
                    .name("release_reading_territory_key")
                    .col(ReleaseReading::ReleaseId)
                    .col(ReleaseReading::PartnerId)
                    .col(ReleaseReading::TerritoryId),
            )
            .to_owned();
        manager.create_table(territories).await?;
        let statement = "INSERT INTO release_reading (release_id, partner_id, territory_id) \
             SELECT DISTINCT release_id, partner_id, territory_id FROM release_reading_after";
        manager.get_connection().execute_unprepared(statement).await?;
        manager.drop_table(Table::drop().table(After::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum ReleaseReading {
    Table,
    ReleaseId,
    PartnerId,
    IndicatorId,
    TerritoryId,
    Period,
    BreakdownId,
}

#[derive(DeriveIden)]
enum Before {
    #[sea_orm(iden = "release_reading_before")]
    Table,
}

#[derive(DeriveIden)]
enum After {
    #[sea_orm(iden = "release_reading_after")]
    Table,
}
