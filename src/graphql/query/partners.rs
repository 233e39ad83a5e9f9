//! Partners and the agreements with providers.

use async_graphql::{Context, InputObject, Object};
use entity::types::PartnerCode;

use crate::{
    auth::Action,
    error::{Code, Refusal},
    graphql::{
        context::InSession,
        cost,
        guard::{Requires, scope},
        paging::{self, Counted, Paging},
        types::{Agreement, Partner},
        words::PartnerKind,
    },
};

/// Which partners.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PartnerFilter {
    /// Only this kind.
    kind: Option<PartnerKind>,
}

/// Partners and the agreements with providers.
#[derive(Default)]
pub struct PartnerQuery;

#[Object]
impl PartnerQuery {
    /// A partner by its code; null when there is none.
    async fn partner(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Code, such as `CCAS-DIJON`.")] code: String,
    ) -> Result<Option<Partner>, Refusal> {
        let code = PartnerCode::parse(&code).map_err(|error| {
            Refusal::new(
                Code::CodeInvalid,
                format!("{error}."),
                format!("“{}” is no partner code: capital letters, digits and hyphens.", error.text),
            )
        })?;
        let partners = context.session()?.reading().partners().await?;
        Ok(partners.iter().find(|partner| partner.code == code).cloned().map(Partner))
    }

    /// Partners, in the order of their codes.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn partners(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which partners.")] filter: Option<PartnerFilter>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Partner>, Refusal> {
        let kind = filter.unwrap_or_default().kind.map(entity::types::PartnerKind::from);
        let partners = context.session()?.reading().partners().await?.iter();
        let fitting = partners.filter(|partner| kind.is_none_or(|kind| partner.kind == kind));
        let items = fitting.map(|partner| (partner.code.to_string(), Partner(partner.clone()))).collect();
        paging::page("partners", items, &Paging { first, after, last, before })
    }

    /// Agreements with providers, in the order of their references.
    #[graphql(
        guard = "Requires(Action::ReadAgreements)",
        directive = scope::apply(Action::ReadAgreements.scope().to_owned()),
        complexity = "cost::page(first, last, child_complexity)"
    )]
    async fn agreements(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Agreement>, Refusal> {
        let agreements = context.session()?.reading().agreements().await?.unwrap_or_default();
        let items =
            agreements.iter().map(|found| (found.reference.clone(), Agreement(found.clone()))).collect();
        paging::page("agreements", items, &Paging { first, after, last, before })
    }
}
