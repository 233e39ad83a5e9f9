// GraphQL over WebSocket (graphql-transport-ws): what the client of graphql-ws is answered, and how the server closes when
// a peer does not keep to the protocol. Prints "subscribed" once it waits for a publication.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { request } from "node:http";

import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { authorization, check, pause, report, server, within } from "./checks.mjs";

const url = `${server.replace(/^http/, "ws")}/graphql`;
const PROTOCOL = "graphql-transport-ws";
const SUBSCRIPTION = "subscription { releasePublished { reference } }";
const QUERY = '{ territory(code: "21231") { name } }';
const WRONG = "{ nothingOfThatName }";

/** How long a publication may take, in milliseconds. */
const PUBLICATION = 120_000;

/** How long a token that is about to expire may last: two clocks may differ. */
const EXPIRY = 60_000;

/** A socket whose messages are read one by one. */
class Peer {
  constructor(protocols = [PROTOCOL]) {
    this.socket = new WebSocket(url, protocols);
    this.received = [];
    this.waiting = [];
    this.socket.on("message", (data) => {
      const message = JSON.parse(data.toString());
      const waiting = this.waiting.shift();
      waiting ? waiting(message) : this.received.push(message);
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once("open", resolve);
      this.socket.once("error", reject);
    });
    // What is said at a close counts, not that a promise nobody waits for fails.
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) => {
      this.socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  send(message) {
    this.socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** The next message; a close in its place is an error. */
  next(limit) {
    if (this.received.length > 0) return Promise.resolve(this.received.shift());
    const message = new Promise((resolve) => this.waiting.push(resolve));
    const closed = this.closed.then(({ code, reason }) => {
      throw new Error(`closed with ${code} ${reason} in place of a message`);
    });
    return within(Promise.race([message, closed]), "a message", limit);
  }

  /** Opens, and is acknowledged with a payload. */
  static async acknowledged(payload = authorization) {
    const peer = new Peer();
    await peer.opened;
    peer.send({ type: "connection_init", payload });
    assert.equal((await peer.next()).type, "connection_ack");
    return peer;
  }

  /** Everything that comes for an operation, up to its last message. */
  async answers(id, payload) {
    this.send({ id, type: "subscribe", payload });
    const messages = [];
    do {
      messages.push(await this.next());
      assert.equal(messages.at(-1).id, id);
    } while (messages.at(-1).type === "next");
    return messages;
  }

  /** The one result of a query or a mutation. */
  async answer(id, query) {
    const [next, complete, ...more] = await this.answers(id, { query });
    assert.deepEqual([next.type, complete?.type, more.length], ["next", "complete", 0]);
    return next.payload;
  }

  /** What it was closed with; the code is the one that is expected. */
  async ends(expected, limit) {
    const { code, reason } = await within(this.closed, `a close with ${expected}`, limit);
    assert.equal(code, expected, `closed with ${code} ${reason}, not with ${expected}`);
    return `${code} ${reason}`;
  }

  leave() {
    this.socket.close(1000);
  }
}

/** A client as programs use it. */
function client(connectionParams = authorization) {
  return createClient({ url, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
}

/** The first event of an operation. */
async function first(iterator, limit) {
  const { value, done } = await within(iterator.next(), "an event", limit);
  assert.equal(done, false, "the subscription ends without an event");
  return value;
}

/** The code of a close after a handshake with a protocol that the server does not speak: clients give up before they see it. */
function otherProtocol() {
  return new Promise((resolve, reject) => {
    const handshake = request(`${server}/graphql`, {
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        "Sec-WebSocket-Protocol": "graphql-ws",
      },
    });
    handshake.on("error", reject);
    handshake.on("response", ({ statusCode }) => reject(new Error(`answered with ${statusCode}, not upgraded`)));
    handshake.on("upgrade", ({ headers }, socket, head) => {
      let bytes = head;
      const read = () => {
        // A frame that closes, not masked, with a code.
        if (bytes.length < 4) return;
        socket.destroy();
        const protocol = headers["sec-websocket-protocol"];
        if (bytes[0] !== 0x88) reject(new Error(`a frame ${bytes[0]} in place of a close`));
        else if (protocol !== undefined) reject(new Error(`the protocol ${protocol} was agreed on`));
        else resolve(bytes.readUInt16BE(2));
      };
      socket.on("error", reject);
      socket.on("data", (more) => {
        bytes = Buffer.concat([bytes, more]);
        read();
      });
      read();
    });
    handshake.end();
  });
}

/** Checks that need nobody else. */
const alone = [
  check("a connection is acknowledged, with a token and without", async () => {
    for (const payload of [authorization, undefined, null, {}]) (await Peer.acknowledged(payload)).leave();
  }),
  check("a ping is answered at any time, and a pong that nobody asked for is taken", async () => {
    const peer = new Peer();
    await peer.opened;
    peer.send({ type: "ping" });
    assert.equal((await peer.next()).type, "pong");
    peer.send({ type: "pong", payload: { at: 1 } });
    peer.send({ type: "connection_init", payload: authorization });
    assert.equal((await peer.next()).type, "connection_ack");
    peer.send({ type: "ping", payload: { at: 2 } });
    assert.equal((await peer.next()).type, "pong");
    peer.leave();
  }),
  check("the client of graphql-ws asks a query", async () => {
    const asking = client();
    const results = [];
    for await (const result of asking.iterate({
      query: "query ($code: String!) { territory(code: $code) { name } }",
      variables: { code: "21231" },
    })) {
      results.push(result);
    }
    await asking.dispose();
    assert.equal(results.length, 1);
    assert.equal(results[0].errors, undefined);
    return results[0].data;
  }),
  check("a query is one next, then complete", async () => {
    const peer = await Peer.acknowledged();
    const { data, errors } = await peer.answer("query", QUERY);
    peer.leave();
    assert.equal(errors, undefined);
    return data;
  }),
  check("keys are in the order in which they are asked for", async () => {
    const peer = await Peer.acknowledged();
    const { data } = await peer.answer("order", '{ z: __typename territory(code: "21231") { name code } a: __typename }');
    peer.leave();
    assert.deepEqual(Object.keys(data), ["z", "territory", "a"]);
    assert.deepEqual(Object.keys(data.territory), ["name", "code"]);
    return data;
  }),
  check("a mutation is answered in the same way", async () => {
    const peer = await Peer.acknowledged();
    const { data, errors } = await peer.answer("mutation", "mutation { __typename }");
    peer.leave();
    assert.equal(errors, undefined);
    return data;
  }),
  check("a mutation without the right to it is one next with the refusal, then complete", async () => {
    const peer = await Peer.acknowledged();
    const mutation = 'mutation { signCharter(input: { partner: "COM-21515" }) { userErrors { code } } }';
    const { data, errors } = await peer.answer("mutation", mutation);
    peer.leave();
    assert.equal(errors, undefined);
    assert.equal(data.signCharter.userErrors[0].code, "UNKNOWN");
    return data;
  }),
  check("two operations at once are told apart", async () => {
    const peer = await Peer.acknowledged();
    peer.send({ id: "one", type: "subscribe", payload: { query: '{ one: territory(code: "21231") { code } }' } });
    peer.send({ id: "two", type: "subscribe", payload: { query: '{ two: territory(code: "21166") { code } }' } });
    const messages = [await peer.next(), await peer.next(), await peer.next(), await peer.next()];
    peer.leave();
    for (const [id, code] of [["one", "21231"], ["two", "21166"]]) {
      const [next, complete] = messages.filter((message) => message.id === id);
      assert.deepEqual([next.type, complete.type, next.payload.data[id].code], ["next", "complete", code]);
    }
  }),
  ...[
    ["a document that does not fit the schema", { query: WRONG }],
    ["a document that cannot be parsed", { query: "{" }],
    ["a subscription that does not fit the schema", { query: "subscription { nothingOfThatName }" }],
    ["an operation that is not in the document", { query: "query One { __typename }", operationName: "Two" }],
  ].map(([what, payload]) =>
    check(`${what} is one error, and the socket goes on`, async () => {
      const peer = await Peer.acknowledged();
      const [error, ...more] = await peer.answers("wrong", payload);
      assert.deepEqual([error.type, more.length], ["error", 0]);
      assert.ok(Array.isArray(error.payload) && error.payload.length > 0, "no list of errors");
      // Were there a complete after the error, it would come before this answer.
      await peer.answer("right", QUERY);
      await peer.answer("wrong", QUERY);
      peer.leave();
      const [{ message, extensions }] = error.payload;
      assert.ok(typeof message === "string" && message.length > 0);
      return extensions?.code;
    }),
  ),
  check("a variable without a value is told, as an error or in a result without data", async () => {
    const peer = await Peer.acknowledged();
    const query = "query ($code: String!) { territory(code: $code) { name } }";
    const [{ type, payload }] = await peer.answers("variable", { query });
    peer.leave();
    const errors = type === "error" ? payload : payload.errors;
    assert.ok(errors?.length > 0 && payload.data === undefined, JSON.stringify(payload));
    return type;
  }),
  check("what does not fit the schema is an error to the client of graphql-ws", async () => {
    const asking = client();
    const refused = await first(asking.iterate({ query: WRONG })).catch((errors) => errors);
    await asking.dispose();
    assert.ok(Array.isArray(refused), `no list of errors: ${refused}`);
    return refused[0].message;
  }),
  check("a subscription that is complete frees its identifier, and to complete what is unknown is no fault", async () => {
    const peer = await Peer.acknowledged();
    peer.send({ id: "never", type: "complete" });
    peer.send({ id: "again", type: "subscribe", payload: { query: SUBSCRIPTION } });
    peer.send({ id: "again", type: "complete" });
    peer.send({ id: "again", type: "complete" });
    const { data } = await peer.answer("again", QUERY);
    peer.leave();
    return data;
  }),
  ...[
    ["text that is not JSON", "not JSON"],
    ["a list", []],
    ["null", "null"],
    ["a message without a type", { payload: {} }],
    ["a message of an unknown type", { type: "start" }],
    ["a message that only the server sends", { type: "connection_ack" }],
    ["a binary frame", Buffer.from(JSON.stringify({ type: "ping" }))],
    ["an operation without an identifier", { type: "subscribe", payload: { query: QUERY } }],
    ["an operation with an empty identifier", { id: "", type: "subscribe", payload: { query: QUERY } }],
    ["an operation whose identifier is a number", { id: 1, type: "subscribe", payload: { query: QUERY } }],
    ["an operation without a payload", { id: "a", type: "subscribe" }],
    ["an operation without a document", { id: "a", type: "subscribe", payload: {} }],
    ["an operation whose document is no text", { id: "a", type: "subscribe", payload: { query: 7 } }],
    ["an operation whose variables are a list", { id: "a", type: "subscribe", payload: { query: QUERY, variables: [] } }],
    ["a complete without an identifier", { type: "complete" }],
    ["a ping whose payload is no object", { type: "ping", payload: 7 }],
  ].map(([what, message]) =>
    check(`4400: ${what}`, async () => {
      const peer = await Peer.acknowledged();
      peer.send(message);
      return peer.ends(4400);
    }),
  ),
  check("4400: a payload of connection_init that is no object", async () => {
    const peer = new Peer();
    await peer.opened;
    peer.send({ type: "connection_init", payload: "token" });
    return peer.ends(4400);
  }),
  check("4401: an operation before the connection was asked for", async () => {
    const peer = new Peer();
    await peer.opened;
    peer.send({ id: "early", type: "subscribe", payload: { query: QUERY } });
    return peer.ends(4401);
  }),
  ...[
    ["a token that is none", { Authorization: "Bearer none" }],
    ["a token without its scheme", { Authorization: "none" }],
  ].map(([what, payload]) =>
    check(`4403: ${what}`, async () => {
      const peer = new Peer();
      await peer.opened;
      peer.send({ type: "connection_init", payload });
      return peer.ends(4403);
    }),
  ),
  check("4403: the client of graphql-ws is told so", async () => {
    const asking = client({ Authorization: "Bearer none" });
    const refused = await first(asking.iterate({ query: QUERY })).catch((closed) => closed);
    assert.equal(refused?.code, 4403, `${refused?.message ?? refused}`);
    return refused.reason;
  }),
  check("4406: no protocol", async () => new Peer([]).ends(4406)),
  check("4406: another protocol", async () => {
    const code = await within(otherProtocol(), "a close");
    assert.equal(code, 4406);
  }),
  check("4408: a connection that is not asked for in time", async () => {
    const peer = new Peer();
    await peer.opened;
    const opened = Date.now();
    // A ping is no connection.
    peer.send({ type: "ping" });
    const ended = await peer.ends(4408);
    const seconds = (Date.now() - opened) / 1000;
    assert.ok(seconds > 2 && seconds < 8, `closed after ${seconds} s`);
    return ended;
  }),
  check("4409: an identifier that is in use", async () => {
    const peer = await Peer.acknowledged();
    peer.send({ id: "twice", type: "subscribe", payload: { query: SUBSCRIPTION } });
    peer.send({ id: "twice", type: "subscribe", payload: { query: QUERY } });
    return peer.ends(4409);
  }),
  check("4429: a connection that is asked for twice", async () => {
    const peer = await Peer.acknowledged();
    peer.send({ type: "connection_init", payload: authorization });
    return peer.ends(4429);
  }),
];

/** A token that expires ends what runs under it; what came in time was answered. */
const short = process.env.OBSERVATOIRE_SHORT_TOKEN;
if (short) {
  const expires = async () => {
    const peer = await Peer.acknowledged({ Authorization: `Bearer ${short}` });
    peer.send({ id: "running", type: "subscribe", payload: { query: SUBSCRIPTION } });
    await peer.answer("in time", QUERY);
    return peer.ends(4403, EXPIRY);
  };
  alone.push(check("4403: a token that expires while a subscription runs", expires, EXPIRY));
}
await Promise.all(alone);

// A publication, which somebody makes once this program says that it waits.
const asking = client();
const delivered = asking.iterate({ query: SUBSCRIPTION });
// The event is waited for at once: a fault that comes before that is told to nobody.
const event = first(delivered, PUBLICATION);
event.catch(() => {});
const peer = await Peer.acknowledged().catch(() => undefined);
if (peer) {
  for (const id of ["kept", "ended"]) peer.send({ id, type: "subscribe", payload: { query: SUBSCRIPTION } });
  peer.send({ id: "ended", type: "complete" });
}
// Nothing in the protocol says that a subscription has begun: it has by then.
await pause(2000);
console.log("subscribed");

await check(
  "a publication is delivered to the client of graphql-ws",
  async () => {
    const { data, errors } = await event;
    assert.equal(errors, undefined);
    await delivered.return();
    return data.releasePublished.reference;
  },
  PUBLICATION,
);
await check(
  "a subscription that the client completed is told nothing more, another one is",
  async () => {
    assert.ok(peer, "no connection");
    const next = await peer.next(PUBLICATION);
    assert.deepEqual([next.id, next.type, next.payload.errors], ["kept", "next", undefined]);
    peer.send({ id: "kept", type: "complete" });
    // Whatever was on its way has come once this is answered.
    await pause(500);
    await peer.answer("after", QUERY);
    peer.leave();
    const { code } = await peer.closed;
    assert.equal(code, 1000);
    return next.payload.data.releasePublished.reference;
  },
  PUBLICATION,
);
await asking.dispose();
report();
