//! Says to which partner a release opens true numbers, and where it does not: what one partner may see another may not.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, integer},
};

/// Says to which partner a release opens true numbers, and where it does not.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let before = Table::rename().table(ReleaseOpening::Table, Before::Table).to_owned();
        manager.rename_table(before).await?;
        manager
            .create_table(
                Table::create()
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
                    .to_owned(),
            )
            .await?;
        // Who has read what nobody knows any more: every partner with a grant of true numbers may have.
        let statement = "INSERT INTO release_opening (release_id, partner_id, territory_id, open) \
             SELECT DISTINCT before.release_id, use_grant.partner_id, before.territory_id, TRUE \
             FROM release_opening_before AS before \
             JOIN release ON release.id = before.release_id \
             JOIN use_grant ON use_grant.source_id = release.source_id AND use_grant.unmasked";
        manager.get_connection().execute_unprepared(statement).await?;
        manager.drop_table(Table::drop().table(Before::Table).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(ReleaseOpening::Table).to_owned()).await?;
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
            .await
    }
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
enum Before {
    #[sea_orm(iden = "release_opening_before")]
    Table,
}
