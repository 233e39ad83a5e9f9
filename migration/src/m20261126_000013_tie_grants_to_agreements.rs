//! A grant stands on one agreement with the provider, and ends with it.

use sea_orm_migration::{prelude::*, schema::integer_null};

/// A grant stands on one agreement with the provider, and ends with it.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = integer_null(UseGrant::AgreementId);
        manager.alter_table(Table::alter().table(UseGrant::Table).add_column(column).to_owned()).await?;
        // Grants of before stand on the agreement that covered them when they began.
        let covering = Query::select()
            .expr(Func::max(Expr::col((AgreementSource::Table, AgreementSource::AgreementId))))
            .from(AgreementSource::Table)
            .inner_join(
                Agreement::Table,
                Expr::col((Agreement::Table, Agreement::Id))
                    .equals((AgreementSource::Table, AgreementSource::AgreementId)),
            )
            .and_where(
                Expr::col((AgreementSource::Table, AgreementSource::SourceId))
                    .equals((UseGrant::Table, UseGrant::SourceId)),
            )
            .and_where(
                Expr::col((Agreement::Table, Agreement::FromDate))
                    .lte(Expr::col((UseGrant::Table, UseGrant::FromDate))),
            )
            .and_where(
                Expr::col((Agreement::Table, Agreement::UntilDate))
                    .gte(Expr::col((UseGrant::Table, UseGrant::FromDate))),
            )
            .to_owned();
        let covered = Query::update()
            .table(UseGrant::Table)
            .value(UseGrant::AgreementId, SimpleExpr::SubQuery(None, Box::new(covering.into())))
            .to_owned();
        manager.execute(covered).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table(UseGrant::Table).drop_column(UseGrant::AgreementId).to_owned())
            .await
    }
}

#[derive(DeriveIden)]
enum UseGrant {
    Table,
    AgreementId,
    SourceId,
    FromDate,
}

#[derive(DeriveIden)]
enum AgreementSource {
    Table,
    AgreementId,
    SourceId,
}

#[derive(DeriveIden)]
enum Agreement {
    Table,
    Id,
    FromDate,
    UntilDate,
}
