// What the Relay compiler made is asked through Relay itself: pages come one after another, whatever comes back to it by its
// identifier is the same.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";

import relay from "relay-runtime";

import { authorization, check, report, server } from "../checks.mjs";

const { Environment, Network, RecordSource, Store, createOperationDescriptor, getSelector } = relay;
const { fetchQuery } = relay;

const made = new URL("./src/__generated__/", import.meta.url);
const compiled = createRequire(made);

async function ask({ text }, variables) {
  const response = await fetch(`${server}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json", ...authorization },
    body: JSON.stringify({ query: text, variables }),
  });
  return response.json();
}

const environment = new Environment({ network: Network.create(ask), store: new Store(new RecordSource()) });
const kept = [];

/** Asks, keeps what comes, and gives it with what the fragments in it stand for. */
async function asked(name, variables) {
  const query = compiled(`./${name}.graphql`);
  const data = await fetchQuery(environment, query, variables).toPromise();
  // What nobody looks at is not kept.
  kept.push(environment.retain(createOperationDescriptor(query, variables)));
  return data;
}

/** What a fragment tells. */
function told(name, reference) {
  return environment.lookup(getSelector(compiled(`./${name}.graphql`), reference)).data;
}

const filter = { indicators: ["PRE03"], dimensions: ["AGE"] };
const codes = [];

await check("everything is compiled", async () => {
  const names = readdirSync(made).filter((name) => name.endsWith(".graphql.js"));
  assert.ok(names.length > 10, `${names}`);
  return names.map((name) => name.replace(".graphql.js", "")).sort();
});

await check("a connection of figures grows by its pages", async () => {
  const { territory } = await asked("figuresQuery", { code: "21231", filter });
  let page = told("figures_territory", territory);
  const total = page.observations.totalCount;
  let pages = 1;
  while (page.observations.pageInfo.hasNextPage) {
    const cursor = page.observations.pageInfo.endCursor;
    await asked("figuresPageQuery", { id: territory.id, count: 7, cursor, filter });
    const before = page.observations.edges.length;
    page = told("figures_territory", territory);
    assert.ok(page.observations.edges.length > before, "a page brings nothing");
    pages += 1;
  }
  assert.ok(pages > 1, "one page is no test");
  assert.equal(page.observations.edges.length, total);
  const figures = page.observations.edges.map(({ node }) => told("figure_observation", node));
  const distinct = new Set(figures.map(({ period, breakdown }) => `${period} ${breakdown[0].code}`));
  assert.equal(distinct.size, total, "a figure comes twice");
  return { pages, total };
});

await check("a connection of territories grows by its pages", async () => {
  const variables = {
    territories: { level: "COMMUNE", within: "242100410" },
    observations: { indicators: ["REV03"], level: "COMMUNE" },
  };
  const query = compiled("./territoriesQuery.graphql");
  await asked("territoriesQuery", variables);
  const root = () => environment.lookup(createOperationDescriptor(query, variables).fragment).data;
  let page = told("territories_query", root());
  while (page.territories.pageInfo.hasNextPage) {
    const cursor = page.territories.pageInfo.endCursor;
    await asked("territoriesPageQuery", { count: 9, cursor, filter: variables.territories });
    page = told("territories_query", root());
  }
  const { edges, totalCount } = page.territories;
  assert.equal(edges.length, totalCount);
  for (const { node } of edges) codes.push({ id: node.id, ...told("name_territory", node) });
  assert.equal(new Set(codes.map(({ id }) => id)).size, totalCount, "a territory comes twice");
  assert.ok(totalCount > 10, "one page is no test");
  const figures = told("territories_observations", root());
  assert.equal(figures.observations.edges.length, 10);
  return totalCount;
});

await check("what comes back by its identifier is the same", async () => {
  assert.ok(codes.length > 0, "no territory");
  for (const { id, code, name } of codes.slice(0, 3)) {
    const { node } = await asked("nameAgainQuery", { id });
    assert.equal(told("name_territory", node).name, name);
    const again = await asked("nameNodeQuery", { id });
    assert.deepEqual({ ...told("name_node", again.node) }, { id, code, name });
  }
});
for (const one of kept) one.dispose();
report();
