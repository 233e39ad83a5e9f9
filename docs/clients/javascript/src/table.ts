import { ask, cell } from "./client.js";
import { graphql } from "./gql/index.js";

const FIGURES = graphql(`
  query Figures($input: TableInput!) {
    table(input: $input) {
      title
      rowHeaders { label }
      columnHeaders { label }
      cells { value symbol withheld }
      notes
      sources { label }
    }
  }
`);

const { table } = await ask(FIGURES, {
  input: {
    indicators: ["PRE03"],
    territories: { level: "COMMUNE", within: "242100410" },
    periods: { periods: ["2024"] },
    dimensions: ["AGE"],
    rows: ["TERRITORY"],
    columns: ["BREAKDOWN"],
  },
});

const labels = (headers: { label: string }[]) => headers.map(({ label }) => label).join(", ");
console.log([table.title, ...table.columnHeaders.map(labels)].join("\t"));
table.cells.forEach((row, at) => {
  console.log([labels(table.rowHeaders[at] ?? []), ...row.map(cell)].join("\t"));
});
console.log();
for (const note of table.notes) console.log(note);
for (const { label } of table.sources) console.log(`Source: ${label}`);
