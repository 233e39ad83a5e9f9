//! What is written of agreements: concluded, ended.

use chrono::{DateTime, Utc};
use entity::{agreement, agreement_source};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::{Batch, StoreError};
use crate::charter::agreement::AgreementDraft;

impl Batch {
    /// Writes an agreement, under the next free number and reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn add_agreement(
        &self,
        provider_id: i32,
        draft: AgreementDraft,
    ) -> Result<String, StoreError> {
        use agreement::{Column, Entity};
        let last = Entity::find().order_by_desc(Column::Id).one(&self.transaction).await?;
        let id = last.map_or(0, |row| row.id) + 1;
        let reference = format!("CONVENTION-{id:06}");
        let row = agreement::Model {
            id,
            reference: reference.clone(),
            provider_id,
            finest_level: draft.finest_level,
            own_territories_below: draft.own_territories_below,
            purposes: draft.purposes,
            from_date: draft.from,
            until_date: draft.until,
            processor_id: draft.processor_id,
            training_months: draft.training_months.and_then(|months| i32::try_from(months).ok()),
            ended_on: None,
        };
        self.insert::<agreement::ActiveModel>([row]).await?;
        let links = draft.sources.into_iter();
        let sources = links
            .map(|(source_id, _)| agreement_source::Model { agreement_id: id, source_id })
            .collect::<Vec<_>>();
        self.insert::<agreement_source::ActiveModel>(sources).await?;
        Ok(reference)
    }

    /// An agreement by its reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn agreement(&self, reference: &str) -> Result<Option<agreement::Model>, StoreError> {
        let found = agreement::Entity::find().filter(agreement::Column::Reference.eq(reference));
        Ok(found.one(&self.transaction).await?)
    }

    /// Ends an agreement at once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn end_agreement(&self, id: i32, now: DateTime<Utc>) -> Result<(), StoreError> {
        use agreement::{Column, Entity};
        let update = Entity::update_many().col_expr(Column::EndedOn, Expr::value(now));
        update.filter(Column::Id.eq(id)).exec(&self.transaction).await?;
        Ok(())
    }
}
