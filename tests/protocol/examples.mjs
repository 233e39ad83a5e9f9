// The documents of examples/ that clients ask, each with its variables.
import { readFileSync } from "node:fs";

const read = (name) => readFileSync(new URL(`../../examples/${name}`, import.meta.url), "utf8");

export const examples = [
  { name: "observations", query: read("observations.graphql"), variables: JSON.parse(read("observations.json")) },
  { name: "table", query: read("table.graphql"), variables: {} },
];

/** Data as a program asked for it: caches ask for the names of types besides. */
export function asked(data) {
  return JSON.parse(JSON.stringify(data, (key, value) => (key === "__typename" ? undefined : value)));
}
