import { graphql } from "relay-runtime";

/** The territories of a level, page after page. */
export const territories = graphql`
  fragment territories_query on Query
  @refetchable(queryName: "territoriesPageQuery")
  @argumentDefinitions(
    count: { type: "Int", defaultValue: 10 }
    cursor: { type: "String" }
    filter: { type: "TerritoryFilter" }
  ) {
    territories(first: $count, after: $cursor, filter: $filter) @connection(key: "territories_territories") {
      totalCount
      edges {
        node {
          id
          ...name_territory
        }
      }
    }
  }
`;

/** Figures of everywhere, page after page. */
export const observations = graphql`
  fragment territories_observations on Query
  @refetchable(queryName: "territoriesObservationsPageQuery")
  @argumentDefinitions(
    count: { type: "Int", defaultValue: 10 }
    cursor: { type: "String" }
    filter: { type: "ObservationFilter!" }
  ) {
    observations(first: $count, after: $cursor, filter: $filter) @connection(key: "territories_observations") {
      edges {
        node {
          territory {
            id
          }
          ...figure_observation
        }
      }
    }
  }
`;

/** The first pages of both. */
export const query = graphql`
  query territoriesQuery($territories: TerritoryFilter, $observations: ObservationFilter!) {
    ...territories_query @arguments(filter: $territories)
    ...territories_observations @arguments(filter: $observations)
  }
`;
