// urql asks examples, through its cache; what it is told is printed.
import assert from "node:assert/strict";

import { Client, cacheExchange, fetchExchange } from "@urql/core";

import { authorization, check, report, server } from "./checks.mjs";
import { asked, examples } from "./examples.mjs";

const client = new Client({
  url: `${server}/graphql`,
  exchanges: [cacheExchange, fetchExchange],
  preferGetMethod: false,
  fetchOptions: { headers: { ...authorization, "Accept-Language": "en" } },
});

for (const { name, query, variables } of examples) {
  await check(name, async () => {
    const { data, error } = await client.query(query, variables).toPromise();
    assert.equal(error, undefined, error?.message);
    const again = await client.query(query, variables, { requestPolicy: "cache-only" }).toPromise();
    assert.deepEqual(again.data, data, "the cache tells something else");
    return asked(data);
  });
}

await check("by GET", async () => {
  const [, { query, variables }] = examples;
  const context = { preferGetMethod: "force", requestPolicy: "network-only" };
  const { data, error } = await client.query(query, variables, context).toPromise();
  assert.equal(error, undefined, error?.message);
  return asked(data);
});

await check("what does not fit the schema is an error of GraphQL", async () => {
  const { data, error } = await client.query("{ nothingOfThatName }", {}).toPromise();
  assert.ok(!data);
  assert.equal(error?.networkError, undefined, error?.networkError?.message);
  return error.graphQLErrors[0].extensions.code;
});
report();
