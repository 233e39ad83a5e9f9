//! The log of access.

use async_graphql::{Context, InputObject, Object};
use tokio::sync::OnceCell;

use crate::{
    access_log::Record,
    auth::Action,
    error::Refusal,
    graphql::{
        codes,
        context::{InSession, Session},
        cost,
        guard::{Requires, scope},
        paging::{self, Counted, Cursor, Edge, Key, Paging, Total},
        scalars::DateTime,
        types::AccessRecord,
        words::Purpose,
    },
    store::{AccessFilter, AccessPage},
};

/// Which records of the log of access.
#[derive(Clone, Debug, Default, InputObject)]
pub struct AccessLogFilter {
    /// Only the viewer’s own.
    #[graphql(default = false)]
    own: bool,
    /// Only those that reached this source, by its code.
    source: Option<String>,
    /// Only those asked for this partner, by its code.
    partner: Option<String>,
    /// Only those of this subject.
    subject: Option<String>,
    /// Only those with this purpose.
    purpose: Option<Purpose>,
    /// Only those under this name of an operation.
    operation_name: Option<String>,
    /// Only those from this instant.
    from: Option<DateTime>,
    /// Only those before this instant.
    until: Option<DateTime>,
}

impl AccessLogFilter {
    /// The filter, of a source and a partner that are there: a slip of the hand is not answered with nothing.
    async fn read(self, session: &Session) -> Result<AccessFilter, Refusal> {
        let _: Vec<i32> = codes::sources(session, self.source.as_slice())?;
        if self.partner.is_some() {
            codes::partners(session, self.partner.as_slice()).await?;
        }
        Ok(AccessFilter {
            own: self.own,
            source: self.source,
            partner: self.partner,
            subject: self.subject,
            purpose: self.purpose.map(entity::types::Purpose::from),
            operation_name: self.operation_name,
            from: self.from.as_ref().map(DateTime::read).transpose()?,
            until: self.until.as_ref().map(DateTime::read).transpose()?,
        })
    }
}

const LIST: &str = "access";

/// The log of access.
#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// The requests that reached partner data, the newest first: all for the operator, those about its own sources for a
    /// provider, one’s own for everybody.
    #[graphql(
        guard = "Requires(Action::ReadAccessLog)",
        directive = scope::apply(Action::ReadAccessLog.scope().to_owned()),
        complexity = "cost::search(first, last, child_complexity)"
    )]
    async fn access_log(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which records.")] filter: Option<AccessLogFilter>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<AccessRecord>, Refusal> {
        let session = context.session()?;
        let reading = session.reading();
        let filter = filter.unwrap_or_default().read(session).await?;
        let window = Paging { first, last, ..Paging::default() }.window()?;
        let number = |cursor: String| {
            paging::read_cursor(LIST, &cursor)?.parse::<i64>().ok().ok_or_else(paging::cursor_invalid)
        };
        let page = AccessPage {
            after: after.map(number).transpose()?,
            before: before.map(number).transpose()?,
            limit: u64::from(window.limit) + 1,
            from_end: window.from_end,
        };
        let mut found = reading.access_log(&filter, &page).await?;
        let more = found.len() > window.limit as usize;
        if more && window.from_end {
            found.remove(0);
        } else if more {
            found.pop();
        }
        let (previous, next) =
            if window.from_end { (more, page.before.is_some()) } else { (page.after.is_some(), more) };
        let total = Total::Records(Box::new(filter), OnceCell::new());
        let list = paging::named(LIST);
        let edge = |record: Record| Edge {
            cursor: Cursor::new(&list, Key::Text(record.number.to_string())),
            node: AccessRecord(record),
        };
        Ok(Counted {
            edges: found.into_iter().map(edge).collect(),
            has_previous_page: previous,
            has_next_page: next,
            total,
        })
    }
}
