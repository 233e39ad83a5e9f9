//! Creates territories, their contours and how they hang together.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, date, date_null, double, double_null, integer, integer_null, text},
};

/// Creates territories, their contours and how they hang together.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Territory::Table)
                    .col(integer(Territory::Id))
                    .col(text(Territory::Level))
                    .col(text(Territory::Code))
                    .col(text(Territory::Name))
                    .col(date_null(Territory::ValidFrom))
                    .col(date_null(Territory::ValidTo))
                    .col(integer_null(Territory::Generation))
                    .col(boolean(Territory::Official))
                    .col(double_null(Territory::Longitude))
                    .col(double_null(Territory::Latitude))
                    .primary_key(Index::create().col(Territory::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("territory_by_code")
                    .table(Territory::Table)
                    .col(Territory::Code)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(TerritoryGeometry::Table)
                    .col(integer(TerritoryGeometry::TerritoryId))
                    .col(text(TerritoryGeometry::Geometry))
                    .col(double(TerritoryGeometry::West))
                    .col(double(TerritoryGeometry::South))
                    .col(double(TerritoryGeometry::East))
                    .col(double(TerritoryGeometry::North))
                    .primary_key(Index::create().col(TerritoryGeometry::TerritoryId))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(TerritoryMembership::Table)
                    .col(integer(TerritoryMembership::ChildId))
                    .col(integer(TerritoryMembership::ParentId))
                    .primary_key(
                        Index::create().col(TerritoryMembership::ChildId).col(TerritoryMembership::ParentId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("territory_membership_by_parent")
                    .table(TerritoryMembership::Table)
                    .col(TerritoryMembership::ParentId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(TerritorySuccession::Table)
                    .col(integer(TerritorySuccession::PredecessorId))
                    .col(integer(TerritorySuccession::SuccessorId))
                    .col(date(TerritorySuccession::EffectiveOn))
                    .primary_key(
                        Index::create()
                            .col(TerritorySuccession::PredecessorId)
                            .col(TerritorySuccession::SuccessorId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(TerritoryOverlap::Table)
                    .col(integer(TerritoryOverlap::TerritoryId))
                    .col(integer(TerritoryOverlap::OtherId))
                    .col(double(TerritoryOverlap::AreaShare))
                    .primary_key(
                        Index::create().col(TerritoryOverlap::TerritoryId).col(TerritoryOverlap::OtherId),
                    )
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TerritoryOverlap::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(TerritorySuccession::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(TerritoryMembership::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(TerritoryGeometry::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Territory::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Territory {
    Table,
    Id,
    Level,
    Code,
    Name,
    ValidFrom,
    ValidTo,
    Generation,
    Official,
    Longitude,
    Latitude,
}

#[derive(DeriveIden)]
enum TerritoryGeometry {
    Table,
    TerritoryId,
    Geometry,
    West,
    South,
    East,
    North,
}

#[derive(DeriveIden)]
enum TerritoryMembership {
    Table,
    ChildId,
    ParentId,
}

#[derive(DeriveIden)]
enum TerritorySuccession {
    Table,
    PredecessorId,
    SuccessorId,
    EffectiveOn,
}

#[derive(DeriveIden)]
enum TerritoryOverlap {
    Table,
    TerritoryId,
    OtherId,
    AreaShare,
}
