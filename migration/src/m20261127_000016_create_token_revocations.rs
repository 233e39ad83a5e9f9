//! Creates the revocations of tokens.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, text, text_null, timestamp_with_time_zone},
};

/// Creates the revocations of tokens.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let revocations = Table::create()
            .table(TokenRevocation::Table)
            .col(integer(TokenRevocation::Id))
            .col(integer(TokenRevocation::PartnerId))
            .col(text_null(TokenRevocation::Subject))
            .col(text_null(TokenRevocation::Client))
            .col(timestamp_with_time_zone(TokenRevocation::RevokedAt))
            .col(text(TokenRevocation::RevokedBy))
            .primary_key(Index::create().col(TokenRevocation::Id))
            .to_owned();
        manager.create_table(revocations).await?;
        // Asked with every request that brings a token.
        let by_partner = Index::create()
            .name("token_revocation_by_partner")
            .table(TokenRevocation::Table)
            .col(TokenRevocation::PartnerId)
            .to_owned();
        manager.create_index(by_partner).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TokenRevocation::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum TokenRevocation {
    Table,
    Id,
    PartnerId,
    Subject,
    Client,
    RevokedAt,
    RevokedBy,
}
