// Apollo Client asks examples, through its cache and with automatic persisted queries; what it is told is printed.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";

import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";

import { authorization, check, report, server } from "./checks.mjs";
import { asked, examples } from "./examples.mjs";

const uri = `${server}/graphql`;
const headers = { ...authorization, "Accept-Language": "en" };
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** What goes over the wire, in the order in which it went. */
const wire = [];

/** Keeps what a request holds and what it is answered. */
async function watched(input, options) {
  const { searchParams } = new URL(input);
  const sent = options.method === "GET" ? Object.fromEntries(searchParams) : JSON.parse(options.body);
  const extensions = typeof sent.extensions === "string" ? JSON.parse(sent.extensions) : sent.extensions;
  const response = await fetch(input, options);
  const { data, errors } = await response.clone().json();
  wire.push({
    method: options.method,
    document: sent.query !== undefined,
    hash: extensions?.persistedQuery?.sha256Hash ?? null,
    status: response.status,
    answered: data !== undefined && data !== null,
    code: errors?.[0]?.extensions?.code ?? null,
    message: errors?.[0]?.message ?? null,
  });
  return response;
}

function client(...links) {
  const http = new HttpLink({ uri, headers, fetch: watched });
  const link = links.reduceRight((next, link) => link.concat(next), http);
  return new ApolloClient({ cache: new InMemoryCache(), link });
}

const plain = client();
for (const { name, query, variables } of examples) {
  await check(name, async () => {
    const { data } = await plain.query({ query: gql(query), variables });
    const again = await plain.query({ query: gql(query), variables, fetchPolicy: "cache-only" });
    assert.deepEqual(again.data, data, "the cache tells something else");
    return asked(data);
  });
}

await check("what does not fit the schema is an error of GraphQL", async () => {
  const refused = await plain.query({ query: gql("{ nothingOfThatName }") }).catch((error) => error);
  assert.ok(CombinedGraphQLErrors.is(refused), `${refused}`);
  return refused.errors[0].extensions.code;
});

// A document that no server has seen yet, so that its hash is not known at first.
const [, { query: known }] = examples;
const unseen = `Unseen${randomBytes(8).toString("hex")}`;
const document = gql(known.replace("query Table", `query ${unseen}`));
const persisting = client(new PersistedQueryLink({ sha256, useGETForHashedQueries: true }));
const ask = () => persisting.query({ query: document, fetchPolicy: "network-only" });

await check("persisted: the hash alone is not found, then the document comes with it", async () => {
  wire.length = 0;
  const { data } = await ask();
  assert.equal(wire.length, 2, JSON.stringify(wire));
  const [first, second] = wire;
  assert.deepEqual([first.method, first.document, first.answered], ["GET", false, false]);
  // What has no data has no status of success, where the status tells anything.
  assert.ok(first.status >= 400 && first.status < 500, `${first.status}`);
  assert.deepEqual([first.code, first.message], ["PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"]);
  assert.deepEqual([second.document, second.hash, second.answered], [true, first.hash, true]);
  return asked(data);
});
await check("persisted: then the hash alone is answered, by GET", async () => {
  wire.length = 0;
  const { data } = await ask();
  assert.equal(wire.length, 1, JSON.stringify(wire));
  const { method, document, hash, status, answered } = wire[0];
  assert.deepEqual([method, document, status, answered], ["GET", false, 200, true]);
  assert.match(hash, /^[0-9a-f]{64}$/);
  return asked(data);
});

/** Asks by hand. */
async function sent(body) {
  const response = await fetch(uri, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json", Accept: "application/graphql-response+json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...(await response.json()) };
}
const persisted = (sha256Hash, version = 1) => ({ persistedQuery: { version, sha256Hash } });

await check("persisted: the hash alone is answered by POST as well", async () => {
  const query = `query ${unseen}Again { __typename }`;
  assert.equal((await sent({ query, extensions: persisted(sha256(query)) })).data?.__typename, "Query");
  assert.equal((await sent({ extensions: persisted(sha256(query)) })).data?.__typename, "Query");
  assert.equal((await sent({ query: null, extensions: persisted(sha256(query)) })).data?.__typename, "Query");
});
await check("persisted: a hash that is not that of its document is refused, and keeps nothing", async () => {
  const hash = sha256(`query ${unseen}Other { __typename }`);
  const refused = await sent({ query: "{ __typename }", extensions: persisted(hash) });
  assert.equal(refused.data, undefined);
  assert.ok(refused.status >= 400 && refused.status < 500, `${refused.status}`);
  const after = await sent({ extensions: persisted(hash) });
  assert.equal(after.errors[0].extensions.code, "PERSISTED_QUERY_NOT_FOUND");
  return refused.errors[0].extensions.code;
});
await check("persisted: what does not fit the schema is not answered under its hash either", async () => {
  const query = `query ${unseen}Wrong { nothingOfThatName }`;
  for (const body of [{ query, extensions: persisted(sha256(query)) }, { extensions: persisted(sha256(query)) }]) {
    assert.equal((await sent(body)).data, undefined);
  }
});
await check("persisted: a version that is not known is refused", async () => {
  const query = `query ${unseen}Version { __typename }`;
  const refused = await sent({ query, extensions: persisted(sha256(query), 2) });
  assert.equal(refused.data, undefined);
  return refused.errors[0].extensions.code;
});
await check("persisted: no mutation by GET under its hash", async () => {
  const query = `mutation ${unseen} { __typename }`;
  await sent({ query, extensions: persisted(sha256(query)) });
  const address = new URL(uri);
  address.searchParams.set("extensions", JSON.stringify(persisted(sha256(query))));
  const response = await fetch(address, { headers: { ...headers, Accept: "application/graphql-response+json" } });
  const { data, errors } = await response.json();
  assert.equal(data, undefined);
  assert.ok(response.status >= 400 && response.status < 500, `${response.status}`);
  return errors[0].extensions.code;
});
report();
