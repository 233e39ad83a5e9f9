//! Creates the programs of third parties that ask for partners.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, string, text, timestamp_with_time_zone, timestamp_with_time_zone_null},
};

/// Creates the programs of third parties that ask for partners.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let clients = Table::create()
            .table(ThirdPartyClient::Table)
            .col(integer(ThirdPartyClient::PartnerId))
            .col(text(ThirdPartyClient::Name))
            .col(string(ThirdPartyClient::Purposes))
            .col(text(ThirdPartyClient::TokenId))
            .col(timestamp_with_time_zone(ThirdPartyClient::IssuedAt))
            .col(text(ThirdPartyClient::IssuedBy))
            .col(timestamp_with_time_zone(ThirdPartyClient::ExpiresAt))
            .col(timestamp_with_time_zone_null(ThirdPartyClient::RevokedAt))
            .primary_key(Index::create().col(ThirdPartyClient::PartnerId).col(ThirdPartyClient::Name))
            .to_owned();
        manager.create_table(clients).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(ThirdPartyClient::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum ThirdPartyClient {
    Table,
    PartnerId,
    Name,
    Purposes,
    TokenId,
    IssuedAt,
    IssuedBy,
    ExpiresAt,
    RevokedAt,
}
