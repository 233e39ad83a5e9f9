//! Requests to use sources, and rights that end at once.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, date, integer, integer_null, string, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

/// Requests to use sources, and rights that end at once.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(UseRequest::Table)
                    .col(integer(UseRequest::Id))
                    .col(string(UseRequest::Reference).unique_key())
                    .col(integer(UseRequest::PartnerId))
                    .col(integer(UseRequest::ProviderId))
                    .col(string(UseRequest::Subject))
                    .col(string(UseRequest::FinestLevel))
                    .col(string(UseRequest::Purposes))
                    .col(boolean(UseRequest::Unmasked))
                    .col(date(UseRequest::UntilDate))
                    .col(text(UseRequest::Reason))
                    .col(timestamp_with_time_zone(UseRequest::RequestedOn))
                    .col(string(UseRequest::State))
                    .col(timestamp_with_time_zone_null(UseRequest::DecidedOn))
                    .col(text_null(UseRequest::DecisionReason))
                    .primary_key(Index::create().col(UseRequest::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(UseRequestSource::Table)
                    .col(integer(UseRequestSource::UseRequestId))
                    .col(integer(UseRequestSource::SourceId))
                    .primary_key(
                        Index::create().col(UseRequestSource::UseRequestId).col(UseRequestSource::SourceId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(UseRequestTerritory::Table)
                    .col(integer(UseRequestTerritory::UseRequestId))
                    .col(integer(UseRequestTerritory::TerritoryId))
                    .primary_key(
                        Index::create()
                            .col(UseRequestTerritory::UseRequestId)
                            .col(UseRequestTerritory::TerritoryId),
                    )
                    .to_owned(),
            )
            .await?;
        // SQLite takes one column a statement.
        for column in [
            integer_null(UseGrant::UseRequestId),
            boolean(UseGrant::Suspended).default(false).take(),
            timestamp_with_time_zone_null(UseGrant::EndedOn),
        ] {
            manager.alter_table(Table::alter().table(UseGrant::Table).add_column(column).to_owned()).await?;
        }
        let ended = timestamp_with_time_zone_null(Referent::EndedOn);
        manager.alter_table(Table::alter().table(Referent::Table).add_column(ended).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table(Referent::Table).drop_column(Referent::EndedOn).to_owned())
            .await?;
        for column in [UseGrant::UseRequestId, UseGrant::Suspended, UseGrant::EndedOn] {
            manager.alter_table(Table::alter().table(UseGrant::Table).drop_column(column).to_owned()).await?;
        }
        manager.drop_table(Table::drop().table(UseRequestTerritory::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(UseRequestSource::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(UseRequest::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum UseRequest {
    Table,
    Id,
    Reference,
    PartnerId,
    ProviderId,
    Subject,
    FinestLevel,
    Purposes,
    Unmasked,
    UntilDate,
    Reason,
    RequestedOn,
    State,
    DecidedOn,
    DecisionReason,
}

#[derive(DeriveIden)]
enum UseRequestSource {
    Table,
    UseRequestId,
    SourceId,
}

#[derive(DeriveIden)]
enum UseRequestTerritory {
    Table,
    UseRequestId,
    TerritoryId,
}

#[derive(DeriveIden)]
enum UseGrant {
    Table,
    UseRequestId,
    Suspended,
    EndedOn,
}

#[derive(DeriveIden)]
enum Referent {
    Table,
    EndedOn,
}
