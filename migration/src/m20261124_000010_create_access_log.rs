//! The log of access: its records, what each reached, and where its chain begins and ends.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, binary, integer, string, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

/// The log of access: its records, what each reached, and where its chain begins and ends.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(records()).await?;
        manager.create_table(sources()).await?;
        manager.create_table(chain()).await?;
        let of_person = Index::create()
            .name("access_record_of_person")
            .table(AccessRecord::Table)
            .col(AccessRecord::Partner)
            .col(AccessRecord::Subject)
            .col(AccessRecord::Number)
            .to_owned();
        manager.create_index(of_person).await?;
        let by_moment = Index::create()
            .name("access_record_by_moment")
            .table(AccessRecord::Table)
            .col(AccessRecord::At)
            .to_owned();
        manager.create_index(by_moment).await?;
        let of_source = Index::create()
            .name("access_source_of_source")
            .table(AccessSource::Table)
            .col(AccessSource::Source)
            .col(AccessSource::Number)
            .to_owned();
        manager.create_index(of_source).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(AccessChain::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(AccessSource::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(AccessRecord::Table).to_owned()).await
    }
}

fn records() -> TableCreateStatement {
    Table::create()
        .table(AccessRecord::Table)
        .col(big_integer(AccessRecord::Number))
        .col(timestamp_with_time_zone(AccessRecord::At))
        .col(text(AccessRecord::Subject))
        .col(text_null(AccessRecord::Client))
        .col(string(AccessRecord::Partner))
        .col(text(AccessRecord::Roles))
        .col(text_null(AccessRecord::Purpose))
        .col(text_null(AccessRecord::OperationName))
        .col(binary(AccessRecord::Hash))
        .primary_key(Index::create().col(AccessRecord::Number))
        .to_owned()
}

fn sources() -> TableCreateStatement {
    Table::create()
        .table(AccessSource::Table)
        .col(big_integer(AccessSource::Number))
        .col(string(AccessSource::Source))
        .col(integer(AccessSource::Shown))
        .col(integer(AccessSource::Withheld))
        .col(integer(AccessSource::Refused))
        .col(integer(AccessSource::Unmasked))
        .col(integer(AccessSource::Explained))
        .col(integer(AccessSource::Searches))
        .col(text(AccessSource::Levels))
        .col(text(AccessSource::Territories))
        .col(integer(AccessSource::TerritoryCount))
        .primary_key(Index::create().col(AccessSource::Number).col(AccessSource::Source))
        .to_owned()
}

fn chain() -> TableCreateStatement {
    Table::create()
        .table(AccessChain::Table)
        .col(integer(AccessChain::Id))
        .col(timestamp_with_time_zone(AccessChain::BegunOn))
        .col(big_integer(AccessChain::RemovedNumber))
        .col(binary(AccessChain::RemovedHash))
        .col(timestamp_with_time_zone_null(AccessChain::RemovedOn))
        .col(big_integer(AccessChain::LastNumber))
        .col(binary(AccessChain::LastHash))
        .col(binary(AccessChain::Seal))
        .primary_key(Index::create().col(AccessChain::Id))
        .to_owned()
}

#[derive(DeriveIden)]
enum AccessRecord {
    Table,
    Number,
    At,
    Subject,
    Client,
    Partner,
    Roles,
    Purpose,
    OperationName,
    Hash,
}

#[derive(DeriveIden)]
enum AccessSource {
    Table,
    Number,
    Source,
    Shown,
    Withheld,
    Refused,
    Unmasked,
    Explained,
    Searches,
    Levels,
    Territories,
    TerritoryCount,
}

#[derive(DeriveIden)]
enum AccessChain {
    Table,
    Id,
    BegunOn,
    RemovedNumber,
    RemovedHash,
    RemovedOn,
    LastNumber,
    LastHash,
    Seal,
}
