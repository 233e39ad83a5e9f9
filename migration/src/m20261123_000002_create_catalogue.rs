//! Creates rules, sources, dimensions, indicators.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, date, double_null, integer, integer_null, text, text_null},
};

/// Creates rules, sources, dimensions, indicators.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(SecrecyRule::Table)
                    .col(integer(SecrecyRule::Id))
                    .col(text(SecrecyRule::Code).unique_key().take())
                    .col(text(SecrecyRule::LabelFr))
                    .col(text(SecrecyRule::LabelEn))
                    .col(integer_null(SecrecyRule::MinimumContributors))
                    .col(double_null(SecrecyRule::DominancePercent))
                    .col(integer_null(SecrecyRule::MinimumPopulation))
                    .col(text(SecrecyRule::BasisFr))
                    .col(text(SecrecyRule::BasisEn))
                    .col(date(SecrecyRule::EffectiveFrom))
                    .primary_key(Index::create().col(SecrecyRule::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Source::Table)
                    .col(integer(Source::Id))
                    .col(text(Source::Code).unique_key().take())
                    .col(text(Source::LabelFr))
                    .col(text(Source::LabelEn))
                    .col(text(Source::Provider))
                    .col(text(Source::Audience))
                    .col(integer(Source::SecrecyRuleId))
                    .col(boolean(Source::Synthetic))
                    .primary_key(Index::create().col(Source::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Dimension::Table)
                    .col(text(Dimension::Code))
                    .col(integer(Dimension::Position))
                    .col(text(Dimension::LabelFr))
                    .col(text(Dimension::LabelEn))
                    .primary_key(Index::create().col(Dimension::Code))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Category::Table)
                    .col(text(Category::Dimension))
                    .col(text(Category::Code))
                    .col(integer(Category::Position))
                    .col(text(Category::LabelFr))
                    .col(text(Category::LabelEn))
                    .col(text_null(Category::Parent))
                    .primary_key(Index::create().col(Category::Dimension).col(Category::Code))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Indicator::Table)
                    .col(integer(Indicator::Id))
                    .col(text(Indicator::Code).unique_key().take())
                    .col(text(Indicator::LabelFr))
                    .col(text(Indicator::LabelEn))
                    .col(text(Indicator::DefinitionFr))
                    .col(text(Indicator::DefinitionEn))
                    .col(text(Indicator::Theme))
                    .col(text(Indicator::Unit))
                    .col(text(Indicator::Measure))
                    .col(integer(Indicator::SourceId))
                    .col(boolean(Indicator::Additive))
                    .col(text(Indicator::FinestLevel))
                    .col(text(Indicator::Dimensions))
                    .col(text_null(Indicator::PartOf))
                    .col(text_null(Indicator::Numerator))
                    .col(text(Indicator::NumeratorBreakdown))
                    .col(text_null(Indicator::Denominator))
                    .col(text_null(Indicator::PrecautionsFr))
                    .col(text_null(Indicator::PrecautionsEn))
                    .primary_key(Index::create().col(Indicator::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Breakdown::Table)
                    .col(integer(Breakdown::Id))
                    .col(text(Breakdown::Key).unique_key().take())
                    .primary_key(Index::create().col(Breakdown::Id))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Breakdown::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Indicator::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Category::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Dimension::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Source::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(SecrecyRule::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum SecrecyRule {
    Table,
    Id,
    Code,
    LabelFr,
    LabelEn,
    MinimumContributors,
    DominancePercent,
    MinimumPopulation,
    BasisFr,
    BasisEn,
    EffectiveFrom,
}

#[derive(DeriveIden)]
enum Source {
    Table,
    Id,
    Code,
    LabelFr,
    LabelEn,
    Provider,
    Audience,
    SecrecyRuleId,
    Synthetic,
}

#[derive(DeriveIden)]
enum Dimension {
    Table,
    Code,
    Position,
    LabelFr,
    LabelEn,
}

#[derive(DeriveIden)]
enum Category {
    Table,
    Dimension,
    Code,
    Position,
    LabelFr,
    LabelEn,
    Parent,
}

#[derive(DeriveIden)]
enum Indicator {
    Table,
    Id,
    Code,
    LabelFr,
    LabelEn,
    DefinitionFr,
    DefinitionEn,
    Theme,
    Unit,
    Measure,
    SourceId,
    Additive,
    FinestLevel,
    Dimensions,
    PartOf,
    Numerator,
    NumeratorBreakdown,
    Denominator,
    PrecautionsFr,
    PrecautionsEn,
}

#[derive(DeriveIden)]
enum Breakdown {
    Table,
    Id,
    Key,
}
