//! The schema with its limits: what executes documents, and what measures them before.

use async_graphql::{ID, Request, Response, SDLExportOptions, SchemaBuilder, ServerError, ValidationMode};
use futures_util::Stream;

use super::{
    cost::{self, Cost, Meter},
    limits,
    mutation::Mutation,
    paging::Counted,
    parsed::Documents,
    query::Query,
    subscription::Subscription,
    types,
};

type Engine = async_graphql::Schema<Query, Mutation, Subscription>;

/// What is measured of a document before one of its operations is executed.
pub struct Measured {
    /// The operation that is executed.
    pub chosen: Request,
    /// The others, which are checked.
    pub others: Vec<Request>,
}

/// The schema.
#[derive(Clone)]
pub struct Schema {
    /// Checks whether documents fit, and what they cost; executes nothing.
    meter: Engine,
    /// Executes what was measured, and checks it no more.
    engine: Engine,
    /// What was parsed already.
    pub(super) documents: Documents,
}

impl Default for Schema {
    fn default() -> Self {
        Self::new()
    }
}

impl Schema {
    /// Builds the schema with its limits.
    #[must_use]
    pub fn new() -> Self {
        Self {
            meter: builder().extension(Meter).finish(),
            documents: Documents::default(),
            engine: builder().validation_mode(ValidationMode::Fast).finish(),
        }
    }

    /// The schema in the schema definition language.
    #[must_use]
    pub fn sdl(&self) -> String {
        self.engine.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments())
    }

    /// What a document costs.
    ///
    /// # Errors
    ///
    /// The answer to a document that does not fit the schema, or costs more than the budget.
    pub async fn cost(&self, measured: Measured) -> Result<Cost, Response> {
        let cost = self.measure(measured.chosen).await?;
        for other in measured.others {
            self.measure(other).await?;
        }
        if cost.is_payable() {
            return Ok(cost);
        }
        let mut refused = ServerError::new("too costly", None);
        refused.source = Some(std::sync::Arc::new(cost::too_high(cost)));
        Err(cost.told(Response::from_errors(vec![refused])))
    }

    /// What a document costs, whatever that is.
    async fn measure(&self, request: Request) -> Result<Cost, Response> {
        let measured = self.meter.execute(request).await;
        let cost = measured.errors.iter().find_map(|error| error.source::<Cost>()).copied();
        cost.ok_or(measured)
    }

    /// Executes a query or a mutation that was measured.
    pub async fn execute(&self, request: Request) -> Response {
        self.engine.execute(request).await
    }

    /// Executes a subscription that was measured.
    pub fn stream(&self, request: Request) -> impl Stream<Item = Response> + Send + Unpin + use<> {
        Box::pin(self.engine.execute_stream(request))
    }
}

/// The schema with what is described of it, and how deep a document may be.
fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Engine::build(Query::default(), Mutation::default(), Subscription)
        .limit_depth(limits::DEEPEST_DOCUMENT as usize)
        .disable_suggestions()
        .override_output_type_description::<ID>(
            "An opaque identifier, given out by the API and taken back as it is.",
        )
        .override_output_type_description::<Counted<types::Territory>>("A page of territories.")
        .override_output_type_description::<Counted<types::Indicator>>("A page of indicators.")
        .override_output_type_description::<Counted<types::Observation>>("A page of observations.")
        .override_output_type_description::<Counted<types::Study>>("A page of studies.")
        .override_output_type_description::<Counted<types::Partner>>("A page of partners.")
        .override_output_type_description::<Counted<types::Source>>("A page of sources.")
        .override_output_type_description::<Counted<types::Agreement>>("A page of agreements.")
        .override_output_type_description::<Counted<types::Release>>("A page of releases.")
        .override_output_type_description::<Counted<types::Delivery>>("A page of deliveries.")
        .override_output_type_description::<Counted<types::UseRequest>>("A page of requests to use sources.")
        .override_output_type_description::<Counted<types::Event>>("A page of meetings.")
        .override_output_type_description::<Counted<types::PlannedStudy>>(
            "A page of the programme of studies.",
        )
        .override_output_type_description::<Counted<types::AccessRecord>>("A page of the log of access.")
        .override_output_type_description::<Counted<types::delivery::DeliveryIssue>>(
            "A page of what is wrong with a delivery.",
        )
}
