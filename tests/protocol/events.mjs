// GraphQL over server-sent events, each operation a connection of its own: what the client of graphql-sse is answered, and
// what stands in the stream. Prints "subscribed" once it waits for a publication.
import assert from "node:assert/strict";

import { createClient } from "graphql-sse";

import { authorization, check, report, server, within } from "./checks.mjs";

const url = `${server}/graphql`;
const SUBSCRIPTION = "subscription { releasePublished { reference } }";
const QUERY = '{ territory(code: "21231") { name } }';

/** How long a publication may take, in milliseconds. */
const PUBLICATION = 120_000;

/** Asks by hand. */
function ask(query, { headers = authorization, signal, accept = "text/event-stream" } = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept, ...headers },
    body: JSON.stringify({ query }),
    signal,
  });
}

/** The events of a text, comments left out: what it is called, and its data; none at all is another thing than empty. */
function events(text) {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  assert.equal(blocks.pop(), "", "the stream ends within an event");
  const read = (block) => {
    const event = { event: "message", data: undefined };
    for (const line of block.split("\n").filter((line) => line && !line.startsWith(":"))) {
      const [, name, value] = /^([^:]+):? ?(.*)$/.exec(line);
      if (name === "data" && event.data !== undefined) event.data += `\n${value}`;
      else event[name] = value;
    }
    return event;
  };
  return blocks.map(read).filter(({ event, data }) => event !== "message" || data !== undefined);
}

/** The one result of an operation, in a stream that ends by itself. */
async function result(query, options) {
  const response = await ask(query, options);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^text\/event-stream\b/);
  const [next, complete, ...more] = events(await response.text());
  assert.deepEqual([next.event, complete?.event, more.length], ["next", "complete", 0]);
  // A browser passes over an event without data.
  assert.equal(complete.data, "");
  return JSON.parse(next.data);
}

/** A client as programs use it, which says when the server has begun to answer. */
function client() {
  let begun;
  const answered = new Promise((resolve) => {
    begun = resolve;
  });
  const fetchFn = async (...request) => {
    const response = await fetch(...request);
    begun(response.status);
    return response;
  };
  return { answered, ...createClient({ url, headers: authorization, singleConnection: false, retryAttempts: 0, fetchFn }) };
}

/** Everything that the client of graphql-sse is told of an operation. */
async function told(operation) {
  const asking = client();
  const results = [];
  for await (const one of asking.iterate(operation)) results.push(one);
  asking.dispose();
  return results;
}

await Promise.all([
  check("the client of graphql-sse asks a query", async () => {
    const query = "query ($code: String!) { territory(code: $code) { name } }";
    const results = await told({ query, variables: { code: "21231" } });
    assert.equal(results.length, 1);
    assert.equal(results[0].errors, undefined);
    return results[0].data;
  }),
  check("a query is one next, then complete", async () => {
    const { data, errors } = await result(QUERY);
    assert.equal(errors, undefined);
    return data;
  }),
  check("a query without a token is answered as the public is", async () => {
    const { data, errors } = await result(QUERY, { headers: {} });
    assert.equal(errors, undefined);
    return data;
  }),
  check("a mutation without the right to it is one next with the refusal, then complete", async () => {
    const mutation = 'mutation { signCharter(input: { partner: "COM-21515" }) { userErrors { code } } }';
    const { data, errors } = await result(mutation);
    assert.equal(errors, undefined);
    assert.equal(data.signCharter.userErrors[0].code, "UNKNOWN");
    return data;
  }),
  ...[
    ["a document that does not fit the schema", "{ nothingOfThatName }"],
    ["a subscription that does not fit the schema", "subscription { nothingOfThatName }"],
  ].map(([what, query]) =>
    check(`${what} is a next with errors, then complete`, async () => {
      const { errors, ...others } = await result(query);
      assert.ok(Array.isArray(errors) && errors.length > 0, "no errors");
      assert.equal("data" in others, false, "what was not executed has no data");
      return errors[0].extensions?.code;
    }),
  ),
  check("a document that cannot be parsed is refused, in the stream or before it begins", async () => {
    const response = await ask("{");
    const text = await response.text();
    const [first] = response.status === 200 ? events(text) : [{ event: "next", data: text }];
    assert.ok([200, 400].includes(response.status), `${response.status}`);
    assert.equal(first.event, "next");
    const { errors, ...others } = JSON.parse(first.data);
    assert.ok(errors.length > 0 && !("data" in others), text);
    return response.status;
  }),
  check("what does not fit the schema is a result with errors to the client of graphql-sse", async () => {
    const results = await told({ query: "{ nothingOfThatName }" });
    assert.equal(results.length, 1);
    assert.ok(results[0].errors.length > 0);
    return results[0].errors[0].message;
  }),
  check("a token that is none is refused before the stream begins", async () => {
    const response = await ask(QUERY, { headers: { Authorization: "Bearer none" } });
    const text = await response.text();
    assert.equal(response.status, 401, text);
    assert.match(text, /TOKEN_INVALID/);
  }),
  check("a query whose caller takes JSON as well is answered in JSON", async () => {
    const accept = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed";
    const response = await ask(QUERY, { accept });
    assert.match(response.headers.get("content-type"), /^application\/graphql-response\+json\b/);
    return (await response.json()).data;
  }),
  check("a subscription whose caller takes no stream is refused", async () => {
    const response = await ask(SUBSCRIPTION, { accept: "application/graphql-response+json" });
    const { data, errors } = await response.json();
    assert.ok(response.status >= 400 && response.status < 500, `${response.status}`);
    assert.equal(data, undefined);
    return errors[0].extensions?.code;
  }),
  check("a subscription ends when its caller goes away, and the next one is answered", async () => {
    const going = new AbortController();
    const response = await ask(SUBSCRIPTION, { signal: going.signal });
    assert.equal(response.status, 200);
    const reading = response.text().then(
      () => "the end",
      (error) => error.name,
    );
    going.abort();
    assert.equal(await within(reading, "the end of the stream"), "AbortError");
    assert.equal((await result(QUERY)).errors, undefined);
  }),
  check("a subscription that the client of graphql-sse leaves is complete", async () => {
    const asking = client();
    const complete = new Promise((resolve, reject) => {
      const leave = asking.subscribe({ query: SUBSCRIPTION }, { next: reject, error: reject, complete: resolve });
      asking.answered.then(leave);
    });
    await within(complete, "the end of the subscription");
    assert.equal(await asking.answered, 200);
  }),
]);

// A publication, which somebody makes once this program says that it waits.
const asking = client();
const delivered = asking.iterate({ query: SUBSCRIPTION });
const event = within(delivered.next(), "an event", PUBLICATION);
event.catch(() => {});
await within(asking.answered, "an answer").catch(() => {});
console.log("subscribed");

await check(
  "a publication is delivered to the client of graphql-sse",
  async () => {
    const { value, done } = await event;
    assert.equal(done, false, "the subscription ends without an event");
    assert.equal(value.errors, undefined);
    await delivered.return();
    return value.data.releasePublished.reference;
  },
  PUBLICATION,
);
asking.dispose();
report();
