import { graphql } from "relay-runtime";

/** What a territory is called, had again through its identifier. */
export const name = graphql`
  fragment name_territory on Territory @refetchable(queryName: "nameAgainQuery") {
    code
    name
    level
  }
`;

/** The same for anything that has an identifier. */
export const node = graphql`
  fragment name_node on Node @refetchable(queryName: "nameNodeQuery") {
    id
    ... on Territory {
      code
      name
    }
    ... on Release {
      reference
    }
  }
`;
