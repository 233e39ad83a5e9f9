//! What the future of a field takes: the engine allocates and moves one for each field of each object of an answer, as large as the
//! largest field of its type needs. Whatever waits for the database belongs into a box.

use async_graphql::{ContainerType, Context};

use super::{
    paging::{Counted, Edge, Total},
    types::{
        Agreement, Category, Chart, Delivery, Document, Event, Indicator, Observation, Partner, PlannedStudy,
        Release, Source, Study, Territory, ThirdPartyClient, UseRequest,
    },
};

/// Bytes that the future of a field may take.
const MOST: usize = 1_000;

fn weight<'a, T: 'a, F>(_: impl Fn(&'a T, &'a Context<'a>) -> F) -> usize {
    size_of::<F>()
}

macro_rules! weights {
    ($($of:ty),* $(,)?) => {
        [$((stringify!($of), weight(|object: &$of, context| ContainerType::resolve_field(object, context)))),*]
    };
}

#[test]
fn no_field_of_what_stands_in_lists_is_heavy() {
    let weights = weights![
        Territory,
        Observation,
        Study,
        Indicator,
        Category,
        Release,
        Source,
        Partner,
        Agreement,
        Document,
        Event,
        PlannedStudy,
        UseRequest,
        Delivery,
        ThirdPartyClient,
        Chart,
        Total,
        Counted<Observation>,
        Counted<Territory>,
        Counted<Study>,
        Edge<Observation>,
    ];
    let heavy: Vec<_> = weights.into_iter().filter(|(_, bytes)| *bytes > MOST).collect();
    assert!(heavy.is_empty(), "{heavy:?}");
}
