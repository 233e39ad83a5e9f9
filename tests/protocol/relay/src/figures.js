import { graphql } from "relay-runtime";

/** The figures of a territory, page after page. */
export const figures = graphql`
  fragment figures_territory on Territory
  @refetchable(queryName: "figuresPageQuery")
  @argumentDefinitions(
    count: { type: "Int", defaultValue: 10 }
    cursor: { type: "String" }
    filter: { type: "TerritoryObservationFilter!" }
  ) {
    observations(first: $count, after: $cursor, filter: $filter) @connection(key: "figures_observations") {
      totalCount
      edges {
        node {
          ...figure_observation
        }
      }
    }
  }
`;

/** One of them. */
export const figure = graphql`
  fragment figure_observation on Observation {
    indicator {
      id
      code
    }
    period
    breakdown {
      dimension
      code
    }
    value
    symbol
    withheld
  }
`;

/** A territory with its first figures. */
export const query = graphql`
  query figuresQuery($code: String!, $filter: TerritoryObservationFilter!) {
    territory(code: $code) {
      id
      ...name_territory
      ...figures_territory @arguments(filter: $filter)
    }
  }
`;
