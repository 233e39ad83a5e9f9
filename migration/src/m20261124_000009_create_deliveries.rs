//! Deliveries that came in, and how far long works have come.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, integer, integer_null, string, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null,
    },
};

/// Deliveries that came in, and how far long works have come.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Delivery::Table)
                    .col(integer(Delivery::Id))
                    .col(string(Delivery::Reference).unique_key())
                    .col(integer(Delivery::SourceId))
                    .col(integer_null(Delivery::PartnerId))
                    .col(string(Delivery::State))
                    .col(string(Delivery::FileName))
                    .col(timestamp_with_time_zone(Delivery::ReceivedOn))
                    .col(timestamp_with_time_zone_null(Delivery::EndedOn))
                    .col(text_null(Delivery::Accepted))
                    .col(big_integer_null(Delivery::Rows))
                    .col(integer_null(Delivery::ReleaseId))
                    .primary_key(Index::create().col(Delivery::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(DeliveryFinding::Table)
                    .col(integer(DeliveryFinding::DeliveryId))
                    .col(text(DeliveryFinding::Findings))
                    .primary_key(Index::create().col(DeliveryFinding::DeliveryId))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Work::Table)
                    .col(string(Work::Reference))
                    .col(string(Work::Phase))
                    .col(big_integer(Work::Done))
                    .col(big_integer(Work::Total))
                    .col(timestamp_with_time_zone(Work::TouchedOn))
                    .col(text_null(Work::Fault))
                    .primary_key(Index::create().col(Work::Reference))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Work::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(DeliveryFinding::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Delivery::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Delivery {
    Table,
    Id,
    Reference,
    SourceId,
    PartnerId,
    State,
    FileName,
    ReceivedOn,
    EndedOn,
    Accepted,
    Rows,
    ReleaseId,
}

#[derive(DeriveIden)]
enum DeliveryFinding {
    Table,
    DeliveryId,
    Findings,
}

#[derive(DeriveIden)]
enum Work {
    Table,
    Reference,
    Phase,
    Done,
    Total,
    TouchedOn,
    Fault,
}
