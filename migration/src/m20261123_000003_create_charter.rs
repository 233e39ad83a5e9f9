//! Creates partners, signatures, referents, agreements and grants.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, date, date_null, integer, integer_null, text, text_null},
};

/// Creates partners, signatures, referents, agreements and grants.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Partner::Table)
                    .col(integer(Partner::Id))
                    .col(text(Partner::Code).unique_key().take())
                    .col(text(Partner::Name))
                    .col(text(Partner::Kind))
                    .primary_key(Index::create().col(Partner::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(PartnerTerritory::Table)
                    .col(integer(PartnerTerritory::PartnerId))
                    .col(integer(PartnerTerritory::TerritoryId))
                    .primary_key(
                        Index::create().col(PartnerTerritory::PartnerId).col(PartnerTerritory::TerritoryId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(CharterSignature::Table)
                    .col(integer(CharterSignature::Id))
                    .col(integer(CharterSignature::PartnerId))
                    .col(date(CharterSignature::SignedOn))
                    .col(date_null(CharterSignature::ExpiresOn))
                    .col(date_null(CharterSignature::WithdrawnOn))
                    .primary_key(Index::create().col(CharterSignature::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("charter_signature_by_partner")
                    .table(CharterSignature::Table)
                    .col(CharterSignature::PartnerId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Referent::Table)
                    .col(integer(Referent::Id))
                    .col(integer(Referent::PartnerId))
                    .col(text(Referent::Subject))
                    .col(text(Referent::Service))
                    .col(date(Referent::FromDate))
                    .col(date_null(Referent::UntilDate))
                    .primary_key(Index::create().col(Referent::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("referent_by_partner")
                    .table(Referent::Table)
                    .col(Referent::PartnerId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Agreement::Table)
                    .col(integer(Agreement::Id))
                    .col(text(Agreement::Reference).unique_key().take())
                    .col(integer(Agreement::ProviderId))
                    .col(text(Agreement::FinestLevel))
                    .col(text_null(Agreement::OwnTerritoriesBelow))
                    .col(text(Agreement::Purposes))
                    .col(date(Agreement::FromDate))
                    .col(date(Agreement::UntilDate))
                    .col(integer_null(Agreement::ProcessorId))
                    .primary_key(Index::create().col(Agreement::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(AgreementSource::Table)
                    .col(integer(AgreementSource::AgreementId))
                    .col(integer(AgreementSource::SourceId))
                    .primary_key(
                        Index::create().col(AgreementSource::AgreementId).col(AgreementSource::SourceId),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("agreement_source_by_source")
                    .table(AgreementSource::Table)
                    .col(AgreementSource::SourceId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(UseGrant::Table)
                    .col(integer(UseGrant::Id))
                    .col(text(UseGrant::Reference).unique_key().take())
                    .col(integer(UseGrant::PartnerId))
                    .col(integer(UseGrant::SourceId))
                    .col(text(UseGrant::FinestLevel))
                    .col(text(UseGrant::Purposes))
                    .col(date(UseGrant::FromDate))
                    .col(date(UseGrant::UntilDate))
                    .col(boolean(UseGrant::Unmasked))
                    .primary_key(Index::create().col(UseGrant::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("use_grant_by_partner")
                    .table(UseGrant::Table)
                    .col(UseGrant::PartnerId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(UseGrantTerritory::Table)
                    .col(integer(UseGrantTerritory::UseGrantId))
                    .col(integer(UseGrantTerritory::TerritoryId))
                    .primary_key(
                        Index::create()
                            .col(UseGrantTerritory::UseGrantId)
                            .col(UseGrantTerritory::TerritoryId),
                    )
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(UseGrantTerritory::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(UseGrant::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(AgreementSource::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Agreement::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Referent::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(CharterSignature::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(PartnerTerritory::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Partner::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Partner {
    Table,
    Id,
    Code,
    Name,
    Kind,
}

#[derive(DeriveIden)]
enum PartnerTerritory {
    Table,
    PartnerId,
    TerritoryId,
}

#[derive(DeriveIden)]
enum CharterSignature {
    Table,
    Id,
    PartnerId,
    SignedOn,
    ExpiresOn,
    WithdrawnOn,
}

#[derive(DeriveIden)]
enum Referent {
    Table,
    Id,
    PartnerId,
    Subject,
    Service,
    FromDate,
    UntilDate,
}

#[derive(DeriveIden)]
enum Agreement {
    Table,
    Id,
    Reference,
    ProviderId,
    FinestLevel,
    OwnTerritoriesBelow,
    Purposes,
    FromDate,
    UntilDate,
    ProcessorId,
}

#[derive(DeriveIden)]
enum AgreementSource {
    Table,
    AgreementId,
    SourceId,
}

#[derive(DeriveIden)]
enum UseGrant {
    Table,
    Id,
    Reference,
    PartnerId,
    SourceId,
    FinestLevel,
    Purposes,
    FromDate,
    UntilDate,
    Unmasked,
}

#[derive(DeriveIden)]
enum UseGrantTerritory {
    Table,
    UseGrantId,
    TerritoryId,
}
