import { ask, cell } from "./client.js";
import { graphql } from "./gql/index.js";

const SHADES = graphql(`
  query ShadesOfCommunes($input: MapInput!) {
    map(input: $input) {
      title
      classes { from to colour }
      features
    }
  }
`);

const { map } = await ask(SHADES, {
  input: {
    indicator: "REV03",
    territories: { level: "COMMUNE", within: "242100410" },
    periods: { periods: ["2021"] },
    classes: 4,
  },
});

console.log([map.title, "Value", "Class", "Colour"].join("\t"));
for (const { properties } of map.features.features) {
  // A territory whose value is withheld is in no class, and has no colour of one.
  const shade = properties.class === null ? undefined : map.classes[properties.class];
  const bounds = shade ? `${shade.from} to ${shade.to}` : "";
  console.log([properties.name, cell(properties), bounds, shade?.colour ?? ""].join("\t"));
}
